"""What closed runs of pay come to for the books: by component and person, and by whose accounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, QuerySet, Sum

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import OWN_LINES
from cheji.engine.periods import from_key
from cheji.reads.definitions import catalogue
from cheji.reads.pay.showing import names_of
from cheji.reads.seen import Where, where
from cheji.records.booking import held_at, said_over, unbookable
from cheji.records.models import (
    DefinitionVersion,
    PayAccrual,
    PayInput,
    PayLine,
    Run,
    SettledRun,
    Unit,
    VoucherAccounts,
)
from cheji.records.pay_states import FIXED
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class AccountsSeen:
    """What a unit says about its books, what it takes over, and from where (unit's name)."""

    unit: Where
    own: Mapping[str, str]
    above: Mapping[str, tuple[str, str]]
    version: int
    writes: bool

    @property
    def whole(self) -> dict[str, str]:
        """What holds at the unit."""
        return {**{code: text for code, (text, _from) in self.above.items()}, **self.own}


def accounts_units(viewer: Viewer) -> tuple[Where, ...]:
    """The units whose accounts the viewer may look at, in the order of the tree."""
    rows = _units(of(viewer)).exclude(kind=Unit.Kind.TEAM).order_by("path")
    return tuple(where(unit) for unit in rows)


def _units(scope: Scope) -> "QuerySet[Unit]":
    """Units at, above or below outlets whose pay one sees whole."""
    reach = scope.reach("pay_runs")
    if reach.everything:
        return Unit.objects.all()
    outlets = Unit.objects.filter(id__in=reach.outlets).values_list("path", flat=True)
    ids = {int(part) for path in outlets for part in path.strip("/").split("/")}
    return Unit.objects.filter(id__in=ids)


def accounts(viewer: Viewer, code: str) -> AccountsSeen:
    """What holds at a unit, by its code.

    Raises:
        NotFound: the unit is not the viewer's to see.
    """
    scope = of(viewer)
    unit = one(_units(scope), "unit", code, code=code)
    mine = of(viewer.doing("pay.pay")) if viewer.can("pay.pay") else None
    writes = mine is not None and mine.units_below().filter(pk=unit.pk).exists()
    row = VoucherAccounts.objects.filter(unit=unit).first()
    above: dict[str, tuple[str, str]] = {}
    for other in said_over([unit]):
        if other.unit_id != unit.pk:
            above |= {code: (text, other.unit.name) for code, text in other.values.items()}
    version = row.version if row else 0
    return AccountsSeen(where(unit), row.values if row else {}, above, version, writes)


def components(viewer: Viewer, unit: int) -> dict[str, tuple[str, str]]:
    """What is paid at or below a unit, with both names.

    By the plans in force and those of closed runs; disputes and typed lines have no plan.
    """
    scope = of(viewer)
    path = _units(scope).filter(pk=unit).values_list("path", flat=True).first()
    rows = scope.runs("pay").filter(state__in=FIXED, outlet__path__startswith=path or "-")
    digests = rows.order_by().values_list("digest", flat=True).distinct()
    bodies = DefinitionVersion.objects.filter(kind="pay_plan", digest__in=list(digests))
    plans = [pay_plan_of(body) for body in bodies.order_by("id").values_list("body", flat=True)]
    plans += catalogue(viewer.on).all.pay_plans
    found = {part.code: (part.zh, part.en) for plan in plans for part in plan.components}
    return found | {code: OWN_LINES[code] for code in ("dispute", "manual")}


@dataclass(frozen=True, slots=True)
class PayeeSeen:
    """A person of a run and what each component pays him, fen; `settled`: not by the run."""

    number: str
    name: str
    amounts: tuple[tuple[str, str, int], ...]
    settled: int


@dataclass(frozen=True, slots=True)
class PayoutSeen:
    """A closed run as the books need it; `total` in fen, `last` the month's last day.

    `accounts` is what holds at its outlet, by the codes of `records.voucher_fields`. `as_of` is the
    moment of what is only expected to be paid.
    """

    run: int
    outlet: Where
    plan: str
    zh: str
    month: int
    last: date
    state: str
    version: int
    total: int
    seal: str
    people: tuple[PayeeSeen, ...]
    accounts: Mapping[str, str]
    as_of: datetime | None = None


def payouts(
    viewer: Viewer,
    month: int,
    *,
    outlet: str = "",
    most: int | None = None,
    settled: bool = False,
) -> tuple[PayoutSeen, ...]:
    """The closed runs of a month at the outlets whose pay the viewer sees whole, or the first few.

    `settled` asks for those alone of which a settlement pays somebody.

    Raises:
        NotFound: the outlet is not his.
    """
    rows = _closed(viewer, month, outlet).select_related("outlet")
    if settled:
        rows = rows.filter(id__in=SettledRun.objects.values("run"))
    runs = list(rows[:most])
    said = said_over([run.outlet for run in runs])
    plans = PlanNames()
    people = _people(runs, plans)
    return tuple(_payout(run, said, plans, people.get(run.pk, ())) for run in runs)


def latest_payout(viewer: Viewer, unit: int) -> PayoutSeen | None:
    """The latest closed run at or below a unit, with what is said about its books."""
    scope = of(viewer)
    path = _units(scope).filter(pk=unit).values_list("path", flat=True).first()
    rows = scope.runs("pay").filter(
        grain="month", state__in=FIXED, outlet__path__startswith=path or "-"
    )
    rows = rows.exclude(order="").select_related("outlet")
    run = rows.order_by("-period", "outlet__path").first()
    if run is None:
        return None
    plans = PlanNames()
    people = _people([run], plans)
    return _payout(run, said_over([run.outlet]), plans, people.get(run.pk, ()))


def closed_sum(viewer: Viewer, month: int, outlet: str = "") -> tuple[int, int]:
    """How many runs of the month are closed, and what they come to in fen."""
    found = _closed(viewer, month, outlet).aggregate(runs=Count("id"), fen=Sum("total"))
    return found["runs"], found["fen"] or 0


def _closed(viewer: Viewer, month: int, outlet: str) -> "QuerySet[Run]":
    scope = of(viewer)
    rows = scope.runs("pay").filter(grain="month", period=month, state__in=FIXED)
    rows = rows.exclude(order="").order_by("outlet__path", "definition")
    if not outlet:
        return rows
    if not _units(scope).filter(code=outlet, kind=Unit.Kind.OUTLET).exists():
        raise NotFound(noun="outlet", key=outlet)
    return rows.filter(outlet__code=outlet)


def open_runs(viewer: Viewer, month: int, outlet: str = "") -> int:
    """How many runs of the month are not closed yet, and so in no voucher."""
    rows = of(viewer).runs("pay").filter(grain="month", period=month).exclude(state__in=FIXED)
    return (rows.filter(outlet__code=outlet) if outlet else rows).count()


@dataclass(frozen=True, slots=True)
class Booking:
    """How far the closed runs of a month can be booked.

    `fault` is why the first voucher that was asked for cannot be written, None where all can.
    `ready` are outlet, plan and run of paid runs that the viewer can mark as exported, `held`
    counts those that cannot be marked yet.
    """

    fault: Refused | None
    ready: tuple[tuple[int, str, int], ...]
    held: int


def booking(viewer: Viewer, month: int, outlet: str = "", *, paying: bool = False) -> Booking:
    """What of a month's closed runs can be booked as cost, or with `paying` as payment.

    A run is marked as exported when its cost can be booked, whatever was asked for.
    """
    runs = list(_closed(viewer, month, outlet).select_related("outlet"))
    costs = unbookable(runs)
    faults = unbookable(runs, paying=True) if paying else costs
    rows = of(viewer.doing("pay.pay")).runs("pay").filter(state="paid")
    his = set(rows.filter(pk__in=[run.pk for run in runs]).values_list("pk", flat=True))
    paid = [run for run in runs if run.pk in his]
    ready = tuple((run.outlet_id, run.definition, run.pk) for run in paid if run.pk not in costs)
    first = next((faults[run.pk] for run in runs if run.pk in faults), None)
    return Booking(first, ready, len(paid) - len(ready))


class PlanNames:
    """The names of plans and their components, as the versions say that runs were made with."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, str, dict[str, tuple[str, str]]]] = {}

    def of(self, run: Run) -> tuple[str, dict[str, tuple[str, str]]]:
        """The plan's Chinese name, and both of each component."""
        zh, _en, names = self.whole(run)
        return zh, names

    def whole(self, run: Run | PayAccrual) -> tuple[str, str, dict[str, tuple[str, str]]]:
        """The same with the plan's English name."""
        if run.digest not in self._found:
            rows = DefinitionVersion.objects.filter(kind="pay_plan", digest=run.digest)
            body = rows.values_list("body", flat=True).first()
            plan = pay_plan_of(body) if body else None
            code = run.definition
            self._found[run.digest] = (
                (plan.zh, plan.en, names_of(plan)) if plan else (code, code, {})
            )
        return self._found[run.digest]


def _payout(
    run: Run, said: Iterable[VoucherAccounts], plans: PlanNames, people: Sequence[PayeeSeen]
) -> PayoutSeen:
    period = from_key("month", run.period, run.outlet.closing_day)
    return PayoutSeen(
        run.pk, where(run.outlet), run.definition, plans.of(run)[0], run.period,
        period.until - timedelta(days=1), run.state, run.version, run.total, run.sealed,
        tuple(people), held_at(run.outlet, said),
    )  # fmt: skip


def _people(runs: Sequence[Run], plans: PlanNames) -> dict[int, list[PayeeSeen]]:
    """Everybody of each run by staff number, components in the order of the statements."""
    amounts = _amounts(runs)
    settled = {
        (run, who): fen
        for run, who, fen in SettledRun.objects.filter(run__in=runs).values_list(
            "run", "person", "fen"
        )
    }
    rows = PayInput.objects.filter(run__in=runs).order_by("person__number")
    columns = ("run", "person", "person__number", "person__name")
    names = {run.pk: plans.of(run)[1] for run in runs}
    found: dict[int, list[PayeeSeen]] = {}
    for run, who, number, name in rows.values_list(*columns):
        shown = tuple(
            (component, names[run].get(component, (component,))[0], fen)
            for component, fen in amounts.get((run, who), ())
        )
        payee = PayeeSeen(number, name, shown, settled.get((run, who), 0))
        found.setdefault(run, []).append(payee)
    return found


def _amounts(runs: Sequence[Run]) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """What each component pays each person of each run, those that come to nothing left out."""
    rows = PayLine.objects.filter(run__in=runs).order_by().values("run", "person", "component")
    summed = rows.annotate(first=Min("id"), sum=Sum("fen")).order_by("first")
    found: dict[tuple[int, int], list[tuple[str, int]]] = {}
    for run, who, component, fen in summed.values_list("run", "person", "component", "sum"):
        if fen:
            found.setdefault((run, who), []).append((component, fen))
    return found
