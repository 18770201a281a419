"""A month of pay at every outlet in reach: how far each run is, and what stands in its way."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Count, Max, Sum

from cheji.engine.definitions import PayPlan, ended
from cheji.engine.periods import from_key
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.due import for_nobody
from cheji.reads.pay.moved import Key
from cheji.reads.pay.tails import left_over
from cheji.reads.runs import RunSeen, seen_by_id
from cheji.reads.seen import Where, where
from cheji.records.booking import unbookable
from cheji.records.models import Fact, PayException, PayInput, Run, SettledRun, Unit
from cheji.records.pay_states import BY_VERB, FIXED, ORDER
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Scope, Viewer, of, operator

#: What is not kept yet has no state of its own.
NONE = "none"
#: The plans in force by outlet; most outlets have one object between them, the group's.
Plans = Mapping[int, Sequence[PayPlan]]


@dataclass(frozen=True, slots=True)
class Block:
    """Why a run does not go on: exceptions (how many), earlier (which month), running, outdated.

    A paid run is not booked because of `why` (code `books`).
    """

    code: str
    number: int = 0
    why: Refused | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A pay plan at an outlet in a month; `run` is None while nothing is kept."""

    outlet: Where
    plan: str
    zh: str
    en: str
    run: RunSeen | None
    blocks: tuple[Block, ...] = ()

    @property
    def state(self) -> str:
        return self.run.state if self.run else NONE


@dataclass(frozen=True, slots=True)
class StateSum:
    """How many runs of a state there are, and what they come to in fen."""

    state: str
    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class MonthAsked:
    """Which rows of a month are wanted; empty words are no filter. Pages count from 1.

    `outlet` is the code of one alone; `search` are words of codes and names.
    """

    month: int
    state: str = ""
    plan: str = ""
    search: str = ""
    page: int = 1
    size: int = 50
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class MonthSeen:
    """A page of a month's runs; sums, people and waiting exceptions are of all that fit.

    `outdated` of them are calculated and have facts that came later.
    """

    rows: tuple[RunRow, ...]
    count: int
    page: int
    sums: tuple[StateSum, ...]
    people: int
    waiting: int
    plans: tuple[tuple[str, str, str], ...]
    total: int
    outdated: int = 0


def oversees(viewer: Viewer) -> bool:
    """Whether somebody sees the pay of whole outlets, not only his own."""
    reach = of(viewer).reach("pay_runs")
    return reach.everything or bool(reach.outlets)


def outlets_of(viewer: Viewer) -> list[Unit]:
    """The outlets whose pay the viewer sees whole, in the order of the tree.

    Raises:
        NotFound: there is none.
    """
    scope = of(viewer)
    reach = scope.reach("pay_runs")
    rows = scope.outlets().order_by("path")
    found = list(rows if reach.everything else rows.filter(id__in=reach.outlets))
    if not found:
        raise NotFound(noun="run", key="")
    return found


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Runs of a state from which a step is not done, by the names of their outlets."""

    state: str
    outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepAhead:
    """What a step would be done to: outlets, runs that can take it, and their sum in fen.

    `fresh` are those without a run, `refused` what stands elsewhere on its way; `settled` is what
    of the sum settlements of leavers took up, so that the runs do not pay it out.
    """

    outlets: tuple[int, ...]
    runs: int
    total: int
    fresh: int
    refused: tuple[Elsewhere, ...]
    settled: int = 0


@dataclass(frozen=True)
class _Found:
    """What of a month fits a question: outlets with plans in order, and the runs that are kept."""

    units: Sequence[Unit]
    plans: Sequence[PayPlan]
    keys: Sequence[Key]
    kept: Mapping[Key, Run]

    @property
    def runs(self) -> list[Run]:
        return [self.kept[key] for key in self.keys if key in self.kept]


def _found(viewer: Viewer, asked: MonthAsked) -> _Found:
    units = [unit for unit in outlets_of(viewer) if _wanted(unit, asked)]
    rows = of(viewer).runs("pay").filter(grain="month", period=asked.month)
    kept = {(one.outlet_id, one.definition): one for one in rows}
    ground = Ground(operator(viewer.on))
    every = keys_of(ground, units, asked.month, kept.keys())
    plans = _every_plan(ground, units, asked.month)
    return _Found(units, plans, [key for key in every if _fits(key, kept, asked)], kept)


def keys_of(ground: Ground, units: Sequence[Unit], month: int, kept: Collection[Key]) -> list[Key]:
    """Outlets and plans that have a run of the month, which `kept` are, or are to have one.

    The plans in force are an outlet's own before the group's; `ground` sees everything.
    """
    here = _by_outlet(ground, units, month)
    going_on = {*kept}
    for outlet, code in left_over(ground, [*chain.from_iterable(here.values())], month):
        if any(code in plan.replaces for plan in here.get(outlet, ())):
            going_on.add((outlet, code))
    wanted = list(_keys(units, here, going_on))
    doubted = [key for key in wanted if key not in going_on]
    none = for_nobody(ground, units, month, doubted)
    return [key for key in wanted if key not in none]


def _by_outlet(ground: Ground, units: Sequence[Unit], month: int) -> Plans:
    return {unit.pk: ground.ruling("month", month, unit.pk).all.pay_plans for unit in units}


def _every_plan(ground: Ground, units: Sequence[Unit], month: int) -> list[PayPlan]:
    """By code the group's plans, then those that outlets have of their own alone."""
    found = {plan.code: plan for plan in ground.ruling("month", month).all.pay_plans}
    for plan in chain.from_iterable(_by_outlet(ground, units, month).values()):
        found.setdefault(plan.code, plan)
    return list(found.values())


def month(viewer: Viewer, asked: MonthAsked) -> MonthSeen:
    """The runs of a month, kept or to come, at the outlets whose pay the viewer sees whole.

    Raises:
        NotFound: there is no such outlet.
    """
    found = _found(viewer, asked)
    waiting = _waiting(of(viewer), asked.month)
    first = (asked.page - 1) * asked.size
    return MonthSeen(
        tuple(_rows(viewer, found, found.keys[first : first + asked.size])),
        len(found.keys),
        asked.page,
        _sums(found),
        _people(found.runs),
        sum(waiting.get(key, 0) for key in found.keys),
        tuple((plan.code, plan.zh, plan.en) for plan in found.plans),
        sum(run.total for run in found.runs),
        _outdated([run for run in found.runs if run.state == Run.State.CALCULATED]),
    )


def steppable(
    viewer: Viewer, asked: MonthAsked, states: Collection[str]
) -> list[tuple[int, str, int | None]]:
    """Outlet, plan and run of everything that fits and is in one of these states."""
    found = _found(viewer, asked)
    runs = {key: found.kept.get(key) for key in found.keys}
    return [
        (outlet, plan, run.pk if run else None)
        for (outlet, plan), run in runs.items()
        if (run.state if run else NONE) in states
    ]


def uncalculated(viewer: Viewer, asked: MonthAsked) -> tuple[int, int]:
    """How many runs of all that fit are not kept yet, and how many there are."""
    found = _found(viewer, asked)
    return len(found.keys) - len(found.runs), len(found.keys)


def step_ahead(
    viewer: Viewer, wanted: Sequence[tuple[int, str, int | None]], states: Collection[str]
) -> StepAhead:
    """What would be done to these outlets, plans and runs from these states.

    Raises:
        NotFound: one of them is not the viewer's.
    """
    outlets = tuple(dict.fromkeys(outlet for outlet, _plan, _run in wanted))
    ids = {run for _outlet, _plan, run in wanted if run is not None}
    rows = of(viewer).runs("pay").filter(id__in=ids)
    found = {run: (state, total) for run, state, total in rows.values_list("id", "state", "total")}
    names = {unit.pk: unit.name for unit in outlets_of(viewer)}
    missing = {*outlets} - names.keys() or ids - found.keys()
    if missing:
        raise NotFound(noun="run", key=min(missing))
    fit = {run: total for run, (state, total) in found.items() if state in states}
    stand = [(found[run][0] if run else NONE, names[outlet]) for outlet, _plan, run in wanted]
    fresh = sum(run is None for _outlet, _plan, run in wanted) if NONE in states else 0
    settled = SettledRun.objects.filter(run__in=fit).aggregate(fen=Sum("fen"))["fen"] or 0
    refused = tuple(_elsewhere(stand, states))
    return StepAhead(outlets, len(fit), sum(fit.values()), fresh, refused, settled)


def _elsewhere(stand: Iterable[tuple[str, str]], states: Collection[str]) -> Iterable[Elsewhere]:
    """States and outlets without those that the step is done from, in the order of a run's way."""
    places: dict[str, list[str]] = {}
    for state, name in stand:
        if state not in states:
            places.setdefault(state, []).append(name)
    return (Elsewhere(one, tuple(places[one])) for one in (NONE, *ORDER) if one in places)


def _keys(units: Sequence[Unit], plans_of: Plans, going_on: Collection[Key]) -> Iterable[Key]:
    """Each outlet with each plan that is for it, or by which it has a run all the same."""
    for unit in units:
        plans = plans_of[unit.pk]
        here = [one for one in plans if not one.outlets or unit.code in one.outlets]
        codes = [one.code for one in here if not ended(one, plans, unit.code)]
        others = sorted(
            code for outlet, code in going_on if outlet == unit.pk and code not in codes
        )
        for code in (*codes, *others):
            yield unit.pk, code


def _wanted(unit: Unit, asked: MonthAsked) -> bool:
    text = f"{unit.code} {unit.name}".lower()
    named = all(word in text for word in asked.search.lower().split())
    return named and asked.outlet in ("", unit.code)


def _fits(key: Key, kept: Mapping[Key, Run], asked: MonthAsked) -> bool:
    state = kept[key].state if key in kept else NONE
    return asked.state in ("", state) and asked.plan in ("", key[1])


def _sums(found: _Found) -> tuple[StateSum, ...]:
    counts: Counter[str] = Counter()
    fen: Counter[str] = Counter()
    for key in found.keys:
        run = found.kept.get(key)
        state = run.state if run else NONE
        counts[state] += 1
        fen[state] += run.total if run else 0
    order = (NONE, *Run.State.values)
    return tuple(StateSum(code, counts[code], fen[code]) for code in order if counts[code])


def _people(runs: Sequence[Run]) -> int:
    rows = PayInput.objects.filter(run__in=[run.pk for run in runs])
    return int(rows.aggregate(people=Count("person", distinct=True))["people"])


def _waiting(scope: Scope, period: int) -> dict[Key, int]:
    """Open exceptions by outlet and plan."""
    rows = scope.pay_exceptions().filter(period=period, state=PayException.State.OPEN)
    counted = rows.order_by().values_list("outlet", "definition").annotate(Count("id"))
    return {(outlet, plan): count for outlet, plan, count in counted}


# -- one page ----------------------------------------------------------------------------------


def _rows(viewer: Viewer, found: _Found, keys: Sequence[Key]) -> Iterable[RunRow]:
    places = {unit.pk: unit for unit in found.units}
    names = {plan.code: (plan.zh, plan.en) for plan in found.plans}
    runs = seen_by_id(viewer, [found.kept[key].pk for key in keys if key in found.kept])
    blocks = blocks_of(viewer, runs.values())
    for outlet, plan in keys:
        row = found.kept.get((outlet, plan))
        zh, en = names.get(plan, (plan, plan))
        place = where(places[outlet])
        if row is None:
            yield RunRow(place, plan, zh, en, None)
        else:
            yield RunRow(place, plan, zh, en, runs[row.pk], blocks.get(row.pk, ()))


def blocks_of(viewer: Viewer, runs: Iterable[RunSeen]) -> dict[int, tuple[Block, ...]]:
    """What stands in the way of runs that are not closed, and of paid ones to the books.

    Of these who brings them there is told alone.
    """
    kept = list(runs)
    books = _to_the_books(kept) if viewer.can(BY_VERB["export"].right) else {}
    return _on_the_way(viewer, kept) | books


def _to_the_books(runs: Iterable[RunSeen]) -> dict[int, tuple[Block, ...]]:
    paid = [run.id for run in runs if run.state == "paid"]
    rows = Run.objects.filter(id__in=paid).select_related("outlet") if paid else ()
    return {run: (Block("books", 1, why),) for run, why in unbookable(rows).items()}


def _on_the_way(viewer: Viewer, runs: Iterable[RunSeen]) -> dict[int, tuple[Block, ...]]:
    going = [run for run in runs if run.state not in FIXED]
    if not going:
        return {}
    waiting = _waiting(of(viewer), going[0].month)
    earlier = _earlier(going)
    newest = _newest({run.outlet for run in going}, going[0].month, going)
    closing = dict(Unit.objects.values_list("id", "closing_day"))
    found = {}
    for run in going:
        until = from_key("month", run.month, closing[run.outlet]).until
        blocks = [
            Block("exceptions", waiting.get((run.outlet, run.definition), 0)),
            Block("earlier", earlier.get((run.outlet, run.definition), 0)),
            Block("running", int(viewer.on < until)),
            Block("outdated", int(newest.get(run.outlet, 0) > run.mark)),
        ]
        found[run.id] = tuple(block for block in blocks if block.number)
    return found


def _earlier(runs: Sequence[RunSeen]) -> dict[Key, int]:
    """The first month before that is not closed, by outlet and plan."""
    rows = Run.objects.filter(
        kind="pay", grain="month", outlet__in={run.outlet for run in runs},
        period__lt=runs[0].month,
    ).exclude(state__in=FIXED).order_by("-period")  # fmt: skip
    columns = ("outlet", "definition", "period")
    return {(outlet, plan): period for outlet, plan, period in rows.values_list(*columns)}


def _outdated(runs: Sequence[Run]) -> int:
    newest = _newest([run.outlet_id for run in runs], runs[0].period, runs) if runs else {}
    return sum(newest.get(run.outlet_id, 0) > run.mark for run in runs)


def _newest(outlets: Collection[int], month_: int, runs: Iterable[Run | RunSeen]) -> dict[int, int]:
    """The highest fact of the month or earlier that came after the oldest of these runs."""
    rows = Fact.objects.filter(
        outlet__in=outlets, id__gt=min(run.mark for run in runs), month__lte=month_
    )
    return dict(rows.order_by().values_list("outlet").annotate(Max("id")))
