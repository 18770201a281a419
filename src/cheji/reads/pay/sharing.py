"""With whom a deal is shared: as its pay was split, else as the order was shared on that day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Min, Q, Sum

from cheji.facts.said.shares import Share, shares_on, sharings_of
from cheji.reads.pay.shapes import SplitPaid
from cheji.reads.seen import Link
from cheji.records.models import Delivery, Fact, Order, PaySplit, Run
from cheji.records.visibility import Scope

Source = tuple[str, int]
#: By deal the people who share it, with their names; the name is empty where the viewer may not
#: see the person.
Sharers = Mapping[Source, Mapping[int, str]]
#: By the engine's key of a deal the decision by which its pay is split.
Splits = Mapping[str, SplitPaid]


class Sharing(NamedTuple):
    """By deal who shares it, and by what decision its pay is split."""

    people: Sharers = {}
    splits: Splits = {}


#: The kinds of facts that say whose a deal is.
WHOSE = ("order_signed", "delivery")


def sharing(
    scope: Scope, sources: Iterable[tuple[str, int | None]], run: Run | None = None
) -> Sharing:
    """How these deals are shared; as a run knew them, else as now."""
    placed = _placed({(noun, record) for noun, record in sources if record is not None})
    orders = {order for order, _on in placed.values()}
    if not orders:
        return Sharing()
    rows = _approved(orders, run.made_at if run else None)
    splits = {order: (parts, asked) for order, parts, asked in rows}
    shared = _told(placed, run.mark) if run else _now(placed, orders)
    found = {
        source: _paid(splits.get(order, ((), None))[0]) or shared.get(source, [])
        for source, (order, _on) in placed.items()
    }
    return Sharing(
        _named(scope, {source: people for source, people in found.items() if len(people) > 1}),
        _decided(scope, placed, {order: asked for order, (_parts, asked) in splits.items()}),
    )


def _paid(parts: Iterable[tuple[int, int]]) -> list[int]:
    return [who for who, part in parts if part]


def _named(scope: Scope, found: Mapping[Source, list[int]]) -> Sharers:
    wanted = {who for people in found.values() for who in people}
    names = dict(scope.people().filter(id__in=wanted).values_list("id", "name")) if wanted else {}
    return {source: {who: names.get(who, "") for who in people} for source, people in found.items()}


def _decided(
    scope: Scope, placed: Mapping[Source, tuple[int, date]], asked: Mapping[int, int | None]
) -> Splits:
    """The dispute that asked for each split, where one did; it opens for whom it is to be seen."""
    wanted = {number for number in asked.values() if number is not None}
    rows = scope.disputes().filter(pk__in=wanted) if wanted else ()
    opens = {row.pk for row in rows}
    return {
        f"{noun}:{record}": _split(asked[order], opens)
        for (noun, record), (order, _on) in placed.items()
        if order in asked
    }


def _split(dispute: int | None, opens: Collection[int]) -> SplitPaid:
    if dispute is None:
        return SplitPaid()
    return SplitPaid(Link("dispute", dispute if dispute in opens else 0, str(dispute)))


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


def _approved(
    orders: set[int], until: datetime | None
) -> Iterable[tuple[int, list[tuple[int, int]], int | None]]:
    """(order, parts, dispute) of splits that were approved, by a moment; the last one holds."""
    rows = PaySplit.objects.filter(order__in=orders, approved=True)
    if until is not None:
        rows = rows.filter(decided_at__lte=until)
    return rows.order_by("decided_at", "id").values_list("order", "parts", "dispute")


def _now(placed: Mapping[Source, tuple[int, date]], orders: set[int]) -> dict[Source, list[int]]:
    """Whose each deal is by its order's shares."""
    return {source: _people(shares) for source, shares in _shares(placed, orders).items()}


def shares_of(sources: Collection[Source]) -> dict[Source, tuple[Share, ...]]:
    """How the order behind each of these deals is shared on the day on which it counts."""
    placed = _placed(set(sources))
    return _shares(placed, {order for order, _on in placed.values()})


def _shares(
    placed: Mapping[Source, tuple[int, date]], orders: set[int]
) -> dict[Source, tuple[Share, ...]]:
    shared = {order: sets for order, sets in sharings_of(sorted(orders)).items() if order in orders}
    return {source: shares_on(shared.get(order, ()), on) for source, (order, on) in placed.items()}


def _told(sources: Collection[Source], mark: int) -> dict[Source, list[int]]:
    """Whose each deal was by the facts up to a mark."""
    wanted = Q()
    for noun in dict.fromkeys(noun for noun, _ in sources):
        ids = [record for kind, record in sources if kind == noun]
        wanted |= Q(source_kind=noun, source__in=ids)
    facts = Fact.objects.filter(wanted, kind__in=WHOSE, id__lte=mark, person__isnull=False)
    rows = facts.order_by().values_list("source_kind", "source", "person")
    summed = rows.annotate(part=Sum("quantity"), first=Min("id")).filter(part__gt=0)
    found: dict[Source, list[int]] = {}
    for noun, record, who, *_ in summed.order_by("first"):
        found.setdefault((noun, record), []).append(who or 0)
    return found


def _people(shares: Iterable[Share]) -> list[int]:
    return [share.person for share in shares if share.person is not None]
