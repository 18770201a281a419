"""计提: what months that are not closed are expected to cost, worked out and as it was kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet, Sum

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import COEFFICIENT
from cheji.engine.periods import from_key
from cheji.reads.pay.calculating import calculation
from cheji.reads.pay.vouchers import PayeeSeen, PayoutSeen, PlanNames
from cheji.reads.seen import Where, where
from cheji.records.accrued import Accrued
from cheji.records.booking import held_at, said_over
from cheji.records.calculations import Calculation
from cheji.records.models import DefinitionVersion, PayAccrual, PayLine, Person, Run
from cheji.records.pay_states import FIXED, LOOSE
from cheji.records.refusals import NotFound
from cheji.records.spent import SPENDING, limits, spent
from cheji.records.visibility import Viewer, of

#: The state of what is no run, beside those of runs.
ESTIMATE = "estimate"


def accrued(
    viewer: Viewer, outlet: str, month: int, plan: str, *, batch: int | None = None
) -> Accrued:
    """What a run of the outlet's month by the plan would pay now; a reviewed one pays what it says.

    Of budgets that outlets share others have what their accruals of the same batch took, as runs
    that are calculated one after the other; without one what their runs took.

    Raises:
        NotFound: the outlet's pay is not the viewer's to see.
    """
    runs = of(viewer).runs("pay").filter(outlet__code=outlet, grain="month", period=month)
    run = runs.filter(definition=plan).exclude(order="").exclude(state__in=LOOSE).first()
    if run is not None:
        return _as_run(run)
    taken = PayAccrual.objects.filter(batch=batch, period=month, definition=plan, stands=True)
    rows = taken.filter(taken__isnull=False).exclude(outlet__code=outlet) if batch else taken.none()
    instead = {place: own or {} for place, own in rows.values_list("outlet", "taken")}
    return _as_made(calculation(viewer, outlet, month, plan=plan, instead=instead))


def _as_run(run: Run) -> Accrued:
    rows = PayLine.objects.filter(run=run).order_by("person").values_list("person", "component")
    people: dict[int, dict[str, int]] = {}
    for who, component, fen in rows.annotate(Sum("fen")):
        if fen:
            people.setdefault(who, {})[component] = fen
    return Accrued(run.outlet_id, run.period, run.definition, run.digest, run.mark, people)


def _as_made(made: Calculation) -> Accrued:
    people: dict[int, dict[str, int]] = {}
    for one in made.people:
        sums: dict[str, int] = {}
        for line in one.lines:
            sums[line.component] = sums.get(line.component, 0) + line.fen
        people[one.person] = {component: fen for component, fen in sums.items() if fen}
    return Accrued(
        made.outlet, made.period, made.definition, made.digest, made.mark, people, _taken(made)
    )


def _taken(made: Calculation) -> Mapping[str, int]:
    rows = DefinitionVersion.objects.filter(kind="pay_plan", digest=made.digest)
    plan = pay_plan_of(rows.values_list("body", flat=True)[0])
    lines = (line for one in made.people for line in one.lines if line.entry in SPENDING)
    found = spent(plan, ((line.component, line.fen) for line in lines)) if limits(plan) else {}
    return {code: fen for code, fen in found.items() if fen}


def open_before(viewer: Viewer, month: int, outlet: str = "") -> int:
    """The latest earlier month that is calculated and not closed; 0 without one.

    As a run, an accrual begins with what the last closed month left.
    """
    rows = of(viewer).runs("pay").filter(grain="month", period__lt=month)
    if outlet:
        rows = rows.filter(outlet__code=outlet)
    return rows.exclude(state__in=FIXED).aggregate(last=Max("period"))["last"] or 0


# -- as it was kept ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccruedPerson:
    """Somebody by id, staff number and name, and fen by component."""

    id: int
    number: str
    name: str
    amounts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.amounts.values())


@dataclass(frozen=True, slots=True)
class AccrualSeen:
    """An accrual of a pay plan at an outlet with the moment of which it is; fen.

    `components` are those that come to something, with both names, in the order of the plan.
    """

    id: int
    outlet: Where
    plan: str
    zh: str
    en: str
    month: int
    made_at: datetime
    total: int
    components: Mapping[str, tuple[str, str]]
    people: tuple[AccruedPerson, ...]


def accruals(viewer: Viewer, month: int, outlet: str) -> tuple[AccrualSeen, ...]:
    """Those of an outlet's month that no closed run has taken the place of.

    Raises:
        NotFound: the outlet's pay is not the viewer's to see.
    """
    rows = _rows(viewer, month, outlet).filter(stands=True).exclude(_closed(month))
    plans = PlanNames()
    return tuple(_seen(row, plans, _names([row])) for row in rows)


def _seen(row: PayAccrual, plans: PlanNames, names: Mapping[int, tuple[str, str]]) -> AccrualSeen:
    zh, en, components = plans.whole(row)
    people = tuple(
        AccruedPerson(who, *names.get(who, (f"#{who}", "")), amounts) for who, amounts in row.people
    )
    used = {code for one in people for code in one.amounts}
    listed = sorted((code for code in components if code in used), key=COEFFICIENT.__eq__)
    order = [*listed, *sorted(used - set(listed))]
    return AccrualSeen(
        row.pk, where(row.outlet), row.definition, zh, en, row.period, row.made_at, row.total,
        {code: components.get(code, (code, code)) for code in order}, people,
    )  # fmt: skip


def _names(rows: Iterable[PayAccrual]) -> dict[int, tuple[str, str]]:
    ids = {who for row in rows for who, _amounts in row.people}
    found = Person.objects.filter(id__in=ids)
    return {pk: (number, name) for pk, number, name in found.values_list("id", "number", "name")}


def _rows(viewer: Viewer, month: int, outlet: str) -> "QuerySet[PayAccrual]":
    scope = of(viewer)
    rows = scope.pay_accruals().filter(period=month).select_related("outlet")
    rows = rows.order_by("outlet__path", "id")
    if not outlet:
        return rows
    reach = scope.reach("pay_runs")
    place = scope.outlets().filter(code=outlet).values_list("id", flat=True).first()
    if place is None or not (reach.everything or place in reach.outlets):
        raise NotFound(noun="outlet", key=outlet)
    return rows.filter(outlet=place)


def _closed(month: int) -> Q:
    """Accruals whose month is closed at their outlet by their plan."""
    found = Q(pk__in=[])
    runs = Run.objects.filter(kind="pay", grain="month", period=month, state__in=FIXED)
    by_plan: dict[str, list[int]] = {}
    for place, plan in runs.values_list("outlet", "definition"):
        by_plan.setdefault(plan, []).append(place)
    for plan, places in by_plan.items():
        found |= Q(definition=plan, outlet__in=places)
    return found


def accrued_payouts(
    viewer: Viewer, month: int, outlet: str = "", *, booked: bool = False
) -> tuple[PayoutSeen, ...]:
    """Accruals that the books are to have; or those that they have and are to take back.

    Raises:
        NotFound: the outlet is not his.
    """
    rows = _rows(viewer, month, outlet)
    if booked:
        kept = list(_in_the_books(rows))
    else:
        kept = list(rows.filter(stands=True, booked_at=None).exclude(_closed(month)))
    said, plans, names = said_over([row.outlet for row in kept]), PlanNames(), _names(kept)
    found = []
    for row in kept:
        period = from_key("month", month, row.outlet.closing_day)
        seen = _seen(row, plans, names)
        people = tuple(_payee(seen, one) for one in seen.people)
        found.append(PayoutSeen(
            row.pk, seen.outlet, row.definition, seen.zh, month,
            period.until - timedelta(days=1), ESTIMATE, 0, row.total, f"{ESTIMATE} {row.pk}",
            people, held_at(row.outlet, said), row.made_at,
        ))  # fmt: skip
    return tuple(found)


def _in_the_books(rows: "QuerySet[PayAccrual]") -> "QuerySet[PayAccrual]":
    return rows.filter(booked_at__isnull=False, reversed_at=None)


@dataclass(frozen=True, slots=True)
class BooksSeen:
    """Of a month's accruals: how many the books have, and which they do not.

    `again` of these are of an outlet and plan of which the books have one already.
    """

    booked: int
    unbooked: tuple[int, ...]
    again: int


def in_the_books(viewer: Viewer, month: int, outlet: str = "") -> BooksSeen:
    """Also of what is closed by now: it may have been booked before.

    Raises:
        NotFound: the outlet is not his.
    """
    rows = _rows(viewer, month, outlet)
    booked = list(_in_the_books(rows).values_list("outlet", "definition"))
    without = rows.filter(stands=True, booked_at=None).values_list("pk", "outlet", "definition")
    unbooked = {pk: tuple(plan) for pk, *plan in without}
    again = sum(plan in booked for plan in unbooked.values())
    return BooksSeen(len(booked), tuple(unbooked), again)


def within_right(viewer: Viewer, month: int, verb: str) -> frozenset[int]:
    """A month's accruals where a post of his allows the verb; he may see more."""
    rows = of(viewer.doing(verb)).pay_accruals().filter(period=month)
    return frozenset(rows.values_list("pk", flat=True))


def _payee(seen: AccrualSeen, one: AccruedPerson) -> PayeeSeen:
    amounts = tuple(
        (code, seen.components[code][0], one.amounts[code])
        for code in seen.components
        if code in one.amounts
    )
    return PayeeSeen(one.number, one.name, amounts, 0)
