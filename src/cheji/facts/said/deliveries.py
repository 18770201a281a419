"""Facts of deliveries: units, the trade-in memo, and revenue and cost by kind of line."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cheji.engine.tallies import UNPRICED
from cheji.facts.book import Book
from cheji.facts.rows import Row
from cheji.records.models import Delivery

from .amounts import Amounts, amounts_of, by_units
from .chosen import chosen
from .orders import Signed, signed, source_of
from .shares import Share, Sharing, divide, shares_on, sharings_of, since_signing

BESIDE = frozenset({"accessory", "insurance", "finance", "licence", "warranty", "trade_in"})
"""The kinds of lines whose penetration is counted: what is sold beside the vehicle."""


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """`ids` are deliveries; amounts of an order fall on its deliveries by units, adding up."""
    wanted = None if ids is None else set(ids)
    of_order = _by_order(ids)
    order_ids = None if ids is None else list(of_order)
    sharings, amounts = sharings_of(order_ids), amounts_of(order_ids)
    for order in signed(order_ids):
        handed = of_order.get(order.id, [])
        parts = by_units(order.units, [d.units for d in handed], amounts[order.id])
        for delivery, part in zip(handed, parts, strict=False):  # the last is for units to come
            if wanted is None or delivery.pk in wanted:
                whole = since_signing(sharings.get(order.id, []), order.signed_on)
                yield from _delivery(delivery, order, book, whole, part)


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


def _delivery(
    delivery: Delivery, order: Signed, book: Book, sharings: Sequence[Sharing], amounts: Amounts
) -> Iterator[Row]:
    shares = shares_on(sharings, delivery.on_date)
    revenue = sum(amount for amount, _ in amounts.values())
    yield from _parts("delivery", delivery, order, book, shares, revenue)
    if delivery.trade_in:
        yield from _parts("delivery_trade_in", delivery, order, book, shares, 0)
    for kind, (gained, cost) in sorted(amounts.items()):
        if kind in BESIDE:
            yield from _parts("delivery_with", delivery, order, book, shares, 0, kind)
        priced = "line_revenue" if cost is not None else UNPRICED
        yield from _parts(priced, delivery, order, book, shares, gained, kind)
        if cost:
            yield from _parts("line_cost", delivery, order, book, shares, cost, kind)


def _parts(
    kind: str,
    delivery: Delivery,
    order: Signed,
    book: Book,
    shares: Sequence[Share],
    fen: int,
    tags: str = "",
) -> Iterator[Row]:
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
