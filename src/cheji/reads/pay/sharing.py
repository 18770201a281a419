"""With whom a deal is shared: as its pay was split, else as the order was shared on that day."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.db.models import Min, Q, QuerySet, Sum

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
#: The kinds of facts that say whose a deal is.
WHOSE = ("order_signed", "delivery")


def sharers(
    scope: Scope, sources: Iterable[tuple[str, int | None]], run: Run | None = None
) -> Sharers:
    """Of these deals those that more than one person shares; as a run knew them, else as now."""
    placed = _placed({(noun, record) for noun, record in sources if record is not None})
    orders = {order for order, _on in placed.values()}
    if not orders:
        return {}
    splits = _splits(orders, run.made_at if run else None)
    shared = _told(placed, run.mark) if run else _now(placed, orders)
    found = {
        source: splits.get(order) or shared.get(source, [])
        for source, (order, _on) in placed.items()
    }
    found = {source: people for source, people in found.items() if len(people) > 1}
    wanted = {who for people in found.values() for who in people}
    names = dict(scope.people().filter(id__in=wanted).values_list("id", "name")) if wanted else {}
    return {source: {who: names.get(who, "") for who in people} for source, people in found.items()}


def splits_paid(
    scope: Scope, sources: Iterable[tuple[str, int | None]], run: Run | None = None
) -> Splits:
    """By the engine's key those deals whose pay is split by decision; as a run knew it, or now."""
    placed = _placed({(noun, record) for noun, record in sources if record is not None})
    rows = _approved({order for order, _on in placed.values()}, run.made_at if run else None)
    asked = dict(rows.values_list("order", "dispute"))
    opens = set(scope.disputes().filter(pk__in=[*asked.values()]).values_list("id", flat=True))
    return {
        f"{noun}:{record}": _decided(asked[order], opens)
        for (noun, record), (order, _on) in placed.items()
        if order in asked
    }


def _decided(dispute: int | None, opens: Collection[int]) -> SplitPaid:
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


def _splits(orders: set[int], until: datetime | None) -> dict[int, list[int]]:
    """Who is paid by the split that was approved last, or was by a moment."""
    return {
        order: [who for who, part in parts if part]
        for order, parts in _approved(orders, until).values_list("order", "parts")
    }


def _approved(orders: set[int], until: datetime | None) -> "QuerySet[PaySplit]":
    """Splits that were approved, by a moment; the last of an order holds."""
    rows = PaySplit.objects.filter(order__in=orders, approved=True)
    if until is not None:
        rows = rows.filter(decided_at__lte=until)
    return rows.order_by("decided_at", "id")


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
