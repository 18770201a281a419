"""Facts of orders: signed, handed over, cancelled; each share posts its own part."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from cheji.facts.book import Book
from cheji.facts.rows import Row, Source
from cheji.records.models import Delivery, Order, OrderLine, entries

from .amounts import Amounts, amounts_of, by_units
from .chosen import chosen
from .prospects import Step, intent_since, steps_of
from .shares import Share, Sharing, divide, shares_on, sharings_of, since_signing

AFTER = {"order_after_drive": "test_drive", "order_after_quote": "quote"}
"""The kinds that say what came before an order, and the register of each."""


class Signed(NamedTuple):
    """What the facts of an order need of its own columns."""

    id: int
    outlet: int
    customer: int | None
    prospect: int | None
    model: str
    channel: str
    units: int
    signed_on: date
    cancelled_on: date | None = None


class Handed(NamedTuple):
    """Units handed over to the customer on a day."""

    on_date: date
    units: int


class Background(NamedTuple):
    """What the facts of many orders need, read at once."""

    revenue: Mapping[int, int]
    sharings: Mapping[int, list[Sharing]]
    steps: Mapping[int, list[Step]]
    after: dict[str, dict[int, list[date]]]
    handed: Mapping[int, list[Handed]] = MappingProxyType({})
    partly: Mapping[int, Amounts] = MappingProxyType({})


def background(ids: Sequence[int] | None) -> Background:
    orders = chosen(Order.objects.all(), ids)
    lines = chosen(OrderLine.objects.all(), ids, "order")
    sums = lines.values_list("order").annotate(Sum("revenue")).order_by()
    cards = [p for p in orders.values_list("prospect", flat=True) if p is not None]
    return Background(
        revenue=dict(sums.values_list("order", "revenue__sum")),
        sharings=sharings_of(ids),
        steps=steps_of(None if ids is None else cards),
        handed=handed_of(ids),
        partly=amounts_of(_partly_handed(orders)),
        after=after_of(None if ids is None else _buyers(orders)),
    )


def after_of(customers: Collection[int] | None) -> dict[str, dict[int, list[date]]]:
    """By kind and customer: on which days they did what an order may come after."""
    return {kind: _entered(code, customers) for kind, code in AFTER.items()}


def _buyers(orders: QuerySet[Order]) -> list[int]:
    buyers = orders.filter(customer__isnull=False).order_by()
    return [pk for pk in buyers.values_list("customer", flat=True) if pk is not None]


def _entered(code: str, customers: Collection[int] | None) -> dict[int, list[date]]:
    """The days of the entries of a register by customer."""
    rows_ = entries(code).filter(void=False, customer__isnull=False)
    if customers is not None:
        rows_ = rows_.filter(customer__among=customers)
    found: dict[int, list[date]] = defaultdict(list)
    for customer, on in rows_.order_by().values_list("customer", "on_date"):
        found[customer].append(on)
    return found


def _partly_handed(orders: QuerySet[Order]) -> list[int]:
    """Cancelled orders of which some units had been handed over: their money is divided."""
    cancelled = orders.filter(cancelled_on__isnull=False, deliveries__void=False)
    return list(cancelled.order_by().values_list("id", flat=True).distinct())


def handed_of(ids: Sequence[int] | None) -> dict[int, list[Handed]]:
    rows_ = chosen(Delivery.objects.filter(void=False), ids, "order")
    found: dict[int, list[Handed]] = defaultdict(list)
    in_order = rows_.order_by("on_date", "id")
    for order, on_date, units in in_order.values_list("order", "on_date", "units"):
        found[order].append(Handed(on_date, units))
    return found


def signed(ids: Sequence[int] | None) -> Iterator[Signed]:
    """Orders in order of id."""
    columns = chosen(Order.objects.all(), ids).values_list(*Signed._fields)
    return map(Signed._make, columns.iterator(5000))


def source_of(order: Signed, book: Book) -> Source:
    return Source(
        "order",
        order.id,
        order.outlet,
        book.closing_days[order.outlet],
        order.customer,
        order.model,
        order.channel,
    )


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    known = background(ids)
    yield from said(signed(ids), known, book)


def said(orders: Iterable[Signed], known: Background, book: Book) -> Iterator[Row]:
    """The facts of orders."""
    for order in orders:
        sharings = since_signing(known.sharings.get(order.id, []), order.signed_on)
        handed = known.handed.get(order.id, [])
        revenue = known.revenue.get(order.id) or 0
        yield from _signed(order, book, sharings, revenue, known.steps)
        yield from _after(order, book, sharings, known)
        yield from _handovers(order, book, sharings, handed)
        if order.cancelled_on:
            if handed:
                parts = by_units(order.units, [h.units for h in handed], known.partly[order.id])
                revenue = sum(gained for gained, _ in parts[-1].values())
            yield from _cancelled(order, book, sharings, handed, revenue)


def _signed(
    order: Signed,
    book: Book,
    sharings: Sequence[Sharing],
    revenue: int,
    steps: Mapping[int, list[Step]],
) -> Iterator[Row]:
    known = steps.get(order.prospect or 0, [])
    since = intent_since(known, order.signed_on)
    level = next((s.level for s in reversed(known) if s.on_date <= order.signed_on), "")
    shares = shares_on(sharings, order.signed_on)
    yield from _parts(
        "order_signed",
        order.signed_on,
        order,
        book,
        shares,
        order.units,
        revenue,
        since=since,
        level=level,
        value=(order.signed_on - since).days if since else 0,
    )


def _after(
    order: Signed, book: Book, sharings: Sequence[Sharing], known: Background
) -> Iterator[Row]:
    """That the customer had driven, or had a quote, by the day on which he signed."""
    on = order.signed_on
    for kind, days in known.after.items():
        since = max((day for day in days.get(order.customer or 0, ()) if day <= on), default=None)
        if since is not None:
            shares = shares_on(sharings, on)
            yield from _parts(kind, on, order, book, shares, order.units, since=since)


def _handovers(
    order: Signed, book: Book, sharings: Sequence[Sharing], handed: Sequence[Handed]
) -> Iterator[Row]:
    """Open units leave the former people and reach the new ones on the day of the hand-over."""
    for old, new in pairwise(sharings):
        left = order.units - sum(h.units for h in handed if h.on_date < new.since)
        if order.cancelled_on is not None and order.cancelled_on < new.since:
            left -= order.units - sum(h.units for h in handed)  # the units that were cancelled
        if left > 0:
            yield from _parts("order_out", new.since, order, book, old.shares, left)
            yield from _parts("order_in", new.since, order, book, new.shares, left)


def _cancelled(
    order: Signed,
    book: Book,
    sharings: Sequence[Sharing],
    handed: Sequence[Handed],
    revenue: int,
) -> Iterator[Row]:
    """The open units leave, with the part of the revenue that falls on them."""
    on = order.cancelled_on
    assert on is not None
    left = order.units - sum(h.units for h in handed)
    if left > 0:
        shares = shares_on(sharings, on)
        yield from _parts(
            "order_cancelled", on, order, book, shares, left, revenue, since=order.signed_on
        )


def _parts(
    kind: str,
    on: date,
    order: Signed,
    book: Book,
    shares: Sequence[Share],
    units: int,
    fen: int = 0,
    **more: Any,
) -> Iterator[Row]:
    """One fact for each share of the units and the money."""
    source = source_of(order, book)
    for share, part in zip(shares, divide(fen, shares), strict=True):
        yield source.row(
            kind,
            on,
            whose=book.whose(share.person, order.outlet, on),
            quantity=units * share.part,
            fen=part,
            **more,
        )
