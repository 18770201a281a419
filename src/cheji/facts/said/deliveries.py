"""Facts of deliveries: units, trade-ins, revenue and cost by kind of line, excess profit."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cheji.engine.tallies import KNOWN_COST, NO_EXCESS, UNPRICED
from cheji.facts.book import Book
from cheji.facts.rows import Row
from cheji.records.models import Delivery

from .amounts import Amounts, amounts_of, by_units, known_costs, whole
from .chosen import chosen
from .excess import Floors, floors_for, parts_of
from .orders import Signed, signed, source_of
from .shares import Share, divide, shares_on, sharings_of, since_signing

BESIDE = frozenset({"accessory", "insurance", "finance", "licence", "warranty", "trade_in"})
"""The kinds of lines whose penetration is counted: what is sold beside the vehicle."""


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """`ids` are deliveries; amounts of an order fall on its deliveries by units, adding up."""
    wanted = None if ids is None else set(ids)
    of_order = _by_order(ids)
    order_ids = None if ids is None else list(of_order)
    sharings, amounts = sharings_of(order_ids), amounts_of(order_ids)
    floors = floors_for(ids)
    for order in signed(order_ids):
        handed = of_order.get(order.id, [])
        parts = by_units(order.units, [d.units for d in handed], amounts[order.id])
        for delivery, part in zip(handed, parts, strict=False):  # the last is for units to come
            if wanted is None or delivery.pk in wanted:
                dated = since_signing(sharings.get(order.id, []), order.signed_on)
                handing = Handing(delivery, order, book, shares_on(dated, delivery.on_date))
                yield from _delivery(handing, part)
                yield from _excess(handing, part, floors)


def _by_order(ids: Sequence[int] | None) -> dict[int, list[Delivery]]:
    """The valid deliveries of the orders concerned, in order of date."""
    deliveries = Delivery.objects.filter(void=False)
    if ids is not None:
        orders = chosen(Delivery.objects.all(), ids).order_by().values("order")
        deliveries = deliveries.filter(order__in=orders)
    found: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in deliveries.order_by("on_date", "id").iterator(5000):
        found[delivery.order_id].append(delivery)
    return found


class Handing(NamedTuple):
    """A delivery with its order, and whose it is on its day."""

    delivery: Delivery
    order: Signed
    book: Book
    shares: Sequence[Share]


def _delivery(handing: Handing, amounts: Amounts) -> Iterator[Row]:
    revenue = sum(amount for amount, _ in amounts.values())
    yield from _parts("delivery", handing, revenue)
    if handing.delivery.trade_in:
        yield from _parts("delivery_trade_in", handing, 0)
    priced, costs = whole(amounts), known_costs(amounts)
    for kind, (gained, _) in sorted(amounts.items()):
        if kind in BESIDE:
            yield from _parts("delivery_with", handing, 0, kind)
        yield from _parts("line_revenue" if priced else UNPRICED, handing, gained, kind)
        if priced and costs[kind]:
            yield from _parts("line_cost", handing, costs[kind], kind)
        elif not priced and kind in costs:
            yield from _parts(KNOWN_COST, handing, costs[kind], kind)


def _excess(handing: Handing, amounts: Amounts, floors: Floors) -> Iterator[Row]:
    """What was brought above the floor price of the day of signing, part by part."""
    delivery, order = handing.delivery, handing.order
    floor = floors.on(order.signed_on, order.outlet, order.model, delivery.vin)
    found = parts_of(amounts, floor, delivery.units)
    if isinstance(found, str):
        yield from _parts(NO_EXCESS, handing, 0, found)
        return
    for part, fen in found.items():
        yield from _parts("excess", handing, fen, part)
    if sum(found.values()) < 0:
        yield from _parts("below_floor", handing, 0)


def _parts(kind: str, handing: Handing, fen: int, tags: str = "") -> Iterator[Row]:
    delivery, order, book, shares = handing
    source = source_of(order, book)._replace(kind="delivery", id=delivery.pk)
    for share, part in zip(shares, divide(fen, shares), strict=True):
        yield source.row(
            kind,
            delivery.on_date,
            whose=book.whose(share.person, order.outlet, delivery.on_date),
            since=order.signed_on,
            quantity=0 if kind == "line_cost" else delivery.units * share.part,
            fen=part,
            tags=tags,
            value=(delivery.on_date - order.signed_on).days if kind == "delivery" else 0,
        )
