"""With whom a deal is shared: as its pay was split, else as the order was shared on that day."""

from collections.abc import Iterable, Mapping
from datetime import date

from cheji.facts.said.shares import Share, shares_on, sharings_of
from cheji.records.models import Delivery, Order, PaySplit
from cheji.records.visibility import Scope

Source = tuple[str, int]
#: By deal the people who share it, with their names; the name is empty where the viewer may not
#: see the person.
Sharers = Mapping[Source, Mapping[int, str]]


def sharers(scope: Scope, sources: Iterable[tuple[str, int | None]]) -> Sharers:
    """Of these deals those that more than one person shares."""
    placed = _placed({(noun, record) for noun, record in sources if record is not None})
    orders = {order for order, _on in placed.values()}
    if not orders:
        return {}
    splits = _splits(orders)
    shared = {order: sets for order, sets in sharings_of(sorted(orders)).items() if order in orders}
    found = {
        source: splits.get(order) or _people(shares_on(shared.get(order, ()), on))
        for source, (order, on) in placed.items()
    }
    found = {source: people for source, people in found.items() if len(people) > 1}
    wanted = {who for people in found.values() for who in people}
    names = dict(scope.people().filter(id__in=wanted).values_list("id", "name")) if wanted else {}
    return {source: {who: names.get(who, "") for who in people} for source, people in found.items()}


def others(found: Sharers, source: tuple[str, int | None], person: int) -> tuple[str, ...]:
    """The names of those who share a deal with the person; empty ones are not to be named."""
    noun, record = source
    people = found.get((noun, record or 0), {})
    return tuple(name for who, name in people.items() if who != person)


def _placed(sources: set[Source]) -> dict[Source, tuple[int, date]]:
    """The order behind each deal, and the day on which it counts."""
    ids = {noun: {record for kind, record in sources if kind == noun} for noun, _ in sources}
    found: dict[Source, tuple[int, date]] = {}
    if ids.get("delivery"):
        rows = Delivery.objects.filter(id__in=ids["delivery"])
        for pk, order, on in rows.values_list("id", "order", "on_date"):
            found["delivery", pk] = order, on
    if ids.get("order"):
        rows_ = Order.objects.filter(id__in=ids["order"]).values_list("id", "signed_on")
        found |= {("order", pk): (pk, on) for pk, on in rows_}
    return found


def _splits(orders: set[int]) -> dict[int, list[int]]:
    """Who is paid by the split that was approved last."""
    rows = PaySplit.objects.filter(order__in=orders, approved=True).order_by("decided_at", "id")
    return {
        order: [who for who, part in parts if part]
        for order, parts in rows.values_list("order", "parts")
    }


def _people(shares: Iterable[Share]) -> list[int]:
    return [share.person for share in shares if share.person is not None]
