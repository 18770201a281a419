"""What pay costs: by month, by outlet or brand, against cars and gross, and budgets used."""

from collections.abc import Container, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet, Sum

from cheji.engine.periods import from_key, month_shifted
from cheji.facts import Narrow
from cheji.reads.definitions import catalogue
from cheji.reads.kpis.gathering import Span, gather
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.tallying import Gathering
from cheji.reads.pay.ceilings import Ceiling, ceilings_in
from cheji.reads.pay.due import due
from cheji.reads.pay.months import keys_of, outlets_of
from cheji.reads.seen import Where, where
from cheji.records.models import PayBalance, PayLine, Run, SettledRun, Settlement, Unit
from cheji.records.pay_states import LOOSE
from cheji.records.refusals import NotFound
from cheji.records.spent import SPENDING, limits, spent
from cheji.records.visibility import Scope, Viewer, of, operator

MONTHS = 12
FEN = 100
PAID = ("paid", "exported")
UNITS, GROSS = "deliveries", "gross"


@dataclass(frozen=True, slots=True)
class Cost:
    """What pay costs somewhere or in a month; money in fen.

    `going` is in runs that are not closed, `unpaid` closed and not paid out, `paid` paid out;
    `held` is what its `runs` leave held; without any nothing of it is known. `accrued` is what
    `estimates` expect where no run says it, or only one that was calculated before; the oldest of
    them is of the moment `as_of`. `units` and `gross` are what was sold there. `lacking`: of a plan
    that is for somebody there neither is known, at an outlet that sold, and pay of a part is not
    held against the cars of all.
    """

    going: int = 0
    unpaid: int = 0
    paid: int = 0
    held: int = 0
    units: Fraction = Fraction(0)
    gross: Fraction = Fraction(0)
    runs: int = 0
    lacking: bool = False
    accrued: int = 0
    estimates: int = 0
    as_of: datetime | None = None

    @property
    def total(self) -> int:
        return self.going + self.unpaid + self.paid + self.accrued

    @property
    def known(self) -> bool:
        return bool(self.runs or self.estimates)

    @property
    def per_unit(self) -> Fraction | None:
        """Without pay or cars there is none."""
        known = self.total and self.units and not self.lacking
        return Fraction(self.total) / self.units if known else None

    @property
    def of_gross(self) -> Fraction | None:
        """The share of gross that pay takes; without pay or gross there is none."""
        known = self.total and self.gross > 0 and not self.lacking
        return Fraction(self.total) / self.gross if known else None

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.going + other.going, self.unpaid + other.unpaid, self.paid + other.paid,
            self.held + other.held, self.units + other.units, self.gross + other.gross,
            self.runs + other.runs, self.lacking or other.lacking, self.accrued + other.accrued,
            self.estimates + other.estimates,
            min((one for one in (self.as_of, other.as_of) if one), default=None),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Budget:
    """A component's budget for everybody in the month, and what of it is used; fen.

    Unless `whole`, `used` is of the viewer's outlets alone: nobody can say from it what is left.
    `accrued` of it is expected where no run says it, or only one that was calculated before.
    """

    plan: str
    zh: str
    en: str
    limit: int
    used: int
    whole: bool
    accrued: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The last months up to one, oldest first, and that month's outlets, budgets and ceilings."""

    months: tuple[tuple[int, Cost], ...]
    outlets: tuple[tuple[Where, str, Cost], ...]
    budgets: tuple[Budget, ...]
    ceilings: Mapping[str, Ceiling]

    def allowed(self, outlet: str, cost: Cost) -> int | None:
        """Fen that the outlet's month may cost; None without a ceiling."""
        found = self.ceilings.get(outlet)
        return found.allowed(cost.units, cost.gross) if found else None

    @property
    def allowed_all(self) -> int | None:
        """What all these outlets together may cost; None where one of them has no ceiling."""
        each = [self.allowed(place.code, cost) for place, _brand, cost in self.outlets]
        known = [fen for fen in each if fen is not None]
        return sum(known) if known and len(known) == len(each) else None

    @property
    def over(self) -> list[tuple[Where, int]]:
        """The outlets that cost more than they may, and by how much."""
        each = [(place, cost, self.allowed(place.code, cost)) for place, _b, cost in self.outlets]
        return [
            (place, cost.total - fen)
            for place, cost, fen in each
            if fen is not None and cost.total > fen
        ]

    @property
    def brands(self) -> tuple[tuple[str, Cost], ...]:
        found: dict[str, Cost] = {}
        for _outlet, brand, cost in self.outlets:
            found[brand] = found.get(brand, Cost()) + cost
        return tuple(sorted(found.items()))


def overview(viewer: Viewer, month: int, outlet: str = "") -> Overview:
    """Of the outlets whose pay the viewer sees whole, or of one of them.

    Raises:
        NotFound: there is no such outlet.
    """
    units = [unit for unit in outlets_of(viewer) if outlet in ("", unit.code)]
    if not units:
        raise NotFound(noun="outlet", key=outlet)
    keys = [month_shifted(month, -back) for back in reversed(range(MONTHS))]
    costs = _costs(viewer, units, keys)
    months = [sum((costs[unit.pk, key] for unit in units), Cost()) for key in keys]
    here = tuple((where(unit), unit.brand, costs[unit.pk, month]) for unit in units)
    there = ceilings_in(units, month)
    limits_ = {unit.code: there[unit.pk] for unit in units if unit.pk in there}
    each = tuple(zip(keys, months, strict=True))
    return Overview(each, here, tuple(_budgets(viewer, month)), limits_)


def _costs(
    viewer: Viewer, units: Sequence[Unit], keys: Sequence[int]
) -> dict[tuple[int, int], Cost]:
    ground = Ground(viewer)
    found = _sold(ground, units, keys)
    ids = [unit.pk for unit in units]
    rows = of(viewer).runs("pay").filter(grain="month", outlet__in=ids, period__in=keys)
    columns = ("outlet", "period", "definition", "state", "total", "made_at")
    kept: dict[tuple[int, int], set[str]] = {}
    expected = _expected(viewer, ids, keys)
    for place, period, plan, state, total, made_at in rows.values_list(*columns):
        kept.setdefault((place, period), set()).add(plan)
        key = place, period, plan
        if key in expected and _says_more(state, made_at, expected[key][1]):
            del expected[key]
        was, fen = found[place, period], 0 if key in expected else total or 0
        now = replace(was, runs=was.runs + 1)
        if state in PAID:
            found[place, period] = replace(now, paid=now.paid + fen)
        elif state == Run.State.CLOSED:
            found[place, period] = replace(now, unpaid=now.unpaid + fen)
        else:
            found[place, period] = replace(now, going=now.going + fen)
    for place, period, fen in _settled(rows):
        now = found[place, period]
        found[place, period] = replace(now, paid=now.paid + fen, unpaid=now.unpaid - fen)
    held = PayBalance.objects.filter(kind="held", run__in=rows.values("id")).order_by()
    of_run = ("run__outlet", "run__period")
    for place, period, fen in held.values_list(*of_run).annotate(Sum("fen")):
        found[place, period] = replace(found[place, period], held=fen)
    for (place, period, plan), (fen, as_of) in expected.items():
        kept.setdefault((place, period), set()).add(plan)
        found[place, period] += Cost(accrued=fen, estimates=1, as_of=as_of)
    for of_month in _lacking(ground, units, keys, kept):
        if found[of_month].units:
            found[of_month] = replace(found[of_month], lacking=True)
    return found


def _lacking(
    ground: Ground,
    units: Sequence[Unit],
    keys: Sequence[int],
    kept: Mapping[tuple[int, int], AbstractSet[str]],
) -> Iterator[tuple[int, int]]:
    """Outlets and months of which what some plan pays is not known.

    The last month as the list of its runs says; in those before by the posts held there, which
    costs one question for all of them.
    """
    month = keys[-1]
    known = {(unit.pk, plan) for unit in units for plan in kept.get((unit.pk, month), ())}
    every = keys_of(Ground(operator(ground.viewer.on)), units, month, known)
    yield from {(place, month) for place, plan in every if (place, plan) not in known}
    for place, period, codes in due(ground, units, keys[:-1]):
        if not codes <= kept.get((place, period), set()):
            yield place, period


def _says_more(state: str, made_at: datetime, as_of: datetime) -> bool:
    """Whether a run says what a month costs, or is newer than what was expected at a moment."""
    return state not in LOOSE or made_at >= as_of


def _expected(
    viewer: Viewer, outlets: Sequence[int], keys: Sequence[int]
) -> dict[tuple[int, int, str], tuple[int, datetime]]:
    """By outlet, month and plan what is expected to be paid, and of which moment that is."""
    rows = of(viewer).pay_accruals().filter(outlet__in=outlets, period__in=keys, stands=True)
    columns = ("outlet", "period", "definition", "total", "made_at")
    return {
        (place, period, plan): (fen, at)
        for place, period, plan, fen, at in rows.values_list(*columns)
    }


def _settled(rows: "QuerySet[Run]") -> Iterator[tuple[int, int, int]]:
    """By outlet and month what settlements paid though its run did not, less what they have yet to.

    A run that is paid left out whom a settlement pays.
    """
    taken = SettledRun.objects.filter(run__in=rows.values("id")).order_by()
    columns = ("run__outlet", "run__period", "run__state", "settlement__state")
    for place, period, run, state, fen in taken.values_list(*columns).annotate(Sum("fen")):
        yield place, period, fen * ((state == Settlement.State.PAID) - (run in PAID))


def _sold(
    ground: Ground, units: Sequence[Unit], keys: Sequence[int]
) -> dict[tuple[int, int], Cost]:
    """Cars and gross by outlet and month."""
    narrow = Narrow(ground.reach, outlets=frozenset(unit.pk for unit in units))
    asked = Gathering(narrow, ("outlet",), Span("month", tuple(keys)), (UNITS, GROSS))
    columns = gather(ground, asked)
    found = {}
    for unit in units:
        inside: Mapping[int, Mapping[str, object]] = columns.get((unit.pk,), {})
        for key in keys:
            values = inside.get(key, {})
            units_, gross = (_number(values.get(code)) for code in (UNITS, GROSS))
            found[unit.pk, key] = Cost(units=units_, gross=gross * FEN)
    return found


def _number(value: object) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(0)


def _budgets(viewer: Viewer, month: int) -> Iterator[Budget]:
    """Of plans with budgets what the month's runs used, at the viewer's outlets together."""
    scope = of(viewer)
    plans = catalogue(from_key("month", month).start).all.pay_plans
    parts = [(plan, part) for plan in plans for part in plan.components if part.budget is not None]
    runs = scope.runs("pay").filter(grain="month", period=month)
    taken = _taken(scope, month, runs) if parts else {}
    older = _runs_of(runs, taken) if taken else []
    lines = PayLine.objects.filter(
        run__in=runs.exclude(id__in=older).values("id"),
        component__in=[part.code for _plan, part in parts], entry__in=SPENDING,
    )  # fmt: skip
    sums = lines.order_by().values_list("run__definition", "component").annotate(Sum("fen"))
    paid: dict[str, list[tuple[str, int]]] = {}
    for plan, component, fen in sums:
        paid.setdefault(plan, []).append((component, fen))
    beyond = _beyond(scope)
    for plan, part in parts:
        whole = beyond.isdisjoint(plan.outlets or beyond)
        used = spent(plan, paid.get(plan.code, ()))[part.code]
        of_plan = (own for (_outlet, code), own in taken.items() if code == plan.code)
        accrued = sum(own.get(part.code, 0) for own in of_plan)
        limit = limits(plan)[part.code]
        yield Budget(plan.code, part.zh, part.en, limit, used + accrued, whole, accrued)


def _runs_of(runs: "QuerySet[Run]", keys: Container[tuple[int, str]]) -> list[int]:
    columns = runs.values_list("id", "outlet", "definition")
    return [pk for pk, outlet, plan in columns if (outlet, plan) in keys]


def _taken(
    scope: Scope, month: int, runs: "QuerySet[Run]"
) -> dict[tuple[int, str], Mapping[str, int]]:
    """By outlet and plan what is expected to be taken of budgets, by component, fen."""
    rows = scope.pay_accruals().filter(period=month, taken__isnull=False, stands=True)
    columns = rows.values_list("outlet", "definition", "taken", "made_at")
    found = {(place, plan): (own or {}, at) for place, plan, own, at in columns}
    for place, plan, state, made_at in runs.values_list("outlet", "definition", "state", "made_at"):
        if (place, plan) in found and _says_more(state, made_at, found[place, plan][1]):
            del found[place, plan]
    return {key: own for key, (own, _at) in found.items()}


def _beyond(scope: Scope) -> set[str]:
    """The codes of the outlets whose pay the viewer does not see."""
    reach = scope.reach("pay_runs")
    if reach.everything:
        return set()
    rows = Unit.objects.filter(kind=Unit.Kind.OUTLET).exclude(id__in=reach.outlets)
    return set(rows.values_list("code", flat=True))
