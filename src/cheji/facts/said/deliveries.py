"""Facts of deliveries: units, the trade-in memo, and revenue and cost by kind of line."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import Sum

from cheji.engine.money import largest_remainder
from cheji.facts.book import Book
from cheji.facts.rows import Row
from cheji.records.models import Delivery, Order, OrderLine

from .chosen import chosen
from .orders import source_of
from .shares import Share, Sharing, divide, shares_on, sharings_of

Amounts = dict[str, tuple[int, int]]


def rows(ids: Sequence[int] | None, book: Book) -> Iterator[Row]:
    """`ids` are deliveries; amounts of an order fall on its deliveries by units, adding up."""
    wanted = None if ids is None else set(ids)
    of_order = _by_order(ids)
    order_ids = None if ids is None else list(of_order)
    sharings, amounts = sharings_of(order_ids), _amounts(order_ids)
    for order in chosen(Order.objects.all(), order_ids).iterator(5000):
        handed = of_order.get(order.pk, [])
        for delivery, part in zip(handed, _by_units(order, handed, amounts[order.pk]), strict=True):
            if wanted is None or delivery.pk in wanted:
                yield from _delivery(delivery, order, book, sharings.get(order.pk, []), part)


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


def _amounts(order_ids: Sequence[int] | None) -> dict[int, Amounts]:
    """Per order and kind of line: revenue and cost in fen."""
    lines = chosen(OrderLine.objects.all(), order_ids, "order")
    found: dict[int, Amounts] = defaultdict(dict)
    sums = lines.values("order", "kind").annotate(r=Sum("revenue"), c=Sum("cost")).order_by()
    for order, kind, revenue, cost in sums.values_list("order", "kind", "r", "c"):
        found[order][kind] = (revenue, cost)
    return found


def _by_units(order: Order, handed: Sequence[Delivery], amounts: Amounts) -> list[Amounts]:
    """An order's amounts on each of its deliveries, by units; the rest stays with units to come."""
    if [delivery.units for delivery in handed] == [order.units]:
        return [amounts]
    rest = max(0, order.units - sum(delivery.units for delivery in handed))
    weights = [*(delivery.units for delivery in handed), rest]
    split = {
        kind: list(
            zip(largest_remainder(revenue, weights), largest_remainder(cost, weights), strict=True)
        )
        for kind, (revenue, cost) in amounts.items()
    }
    return [{kind: parts[i] for kind, parts in split.items()} for i in range(len(handed))]


def _delivery(
    delivery: Delivery, order: Order, book: Book, sharings: Sequence[Sharing], amounts: Amounts
) -> Iterator[Row]:
    shares = shares_on(sharings, delivery.on_date)
    revenue = sum(amount for amount, _ in amounts.values())
    yield from _parts("delivery", delivery, order, book, shares, revenue)
    if delivery.trade_in:
        yield from _parts("delivery_trade_in", delivery, order, book, shares, 0)
    for kind, (gained, cost) in sorted(amounts.items()):
        yield from _parts("line_revenue", delivery, order, book, shares, gained, kind)
        if cost:
            yield from _parts("line_cost", delivery, order, book, shares, cost, kind)


def _parts(
    kind: str,
    delivery: Delivery,
    order: Order,
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
            whose=book.whose(share.person, order.outlet_id, delivery.on_date),
            since=order.signed_on,
            quantity=0 if kind == "line_cost" else delivery.units * share.part,
            fen=part,
            tags=tags,
        )
