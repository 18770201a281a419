"""Pay plans tried side by side on past months, apart from every run: nothing of it is kept.

Each person begins with an empty ledger; what a plan holds back counts as cost, since it is owed
once its event arrives. Corrections, typed lines and releases belong to runs and are left out.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from cheji.engine.definitions import PayPlan
from cheji.engine.money import round_half_up
from cheji.engine.pay import Given, Ledger, Payer, prepared
from cheji.engine.pay.columns import Cells, PaidCells, cells_of, pay_plans
from cheji.facts import mark
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.ground import Place as Unit
from cheji.reads.pay.figures import figures_of
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.pay.volumes import VOLUMES, at_volume, sold, with_one_more
from cheji.reads.seen import Who
from cheji.records.models import Person
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

FEN = 100
GROSS = "gross"
Key = TypeVar("Key", bound=Hashable)


class Cell(NamedTuple):
    """A person in an outlet's month, and what his pay is worked out from."""

    person: int
    outlet: str
    month: int
    given: Given


Whom = tuple[tuple[str, ...], tuple[str, ...], str]
"""Posts, outlets and scheme of a plan."""
Place = tuple[str, int]
"""An outlet's code and a month's key."""
Pairs = tuple[tuple[int, int], ...]
Worths = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one pay plan costs, in fen; people by id, and what each has over all months.

    Attributes:
        places: by outlet and month.
        counts: in how many outlets' months each person is paid.
        curve: cost by percent of deals more or fewer, see `volumes`.
        nexts: by deals of a person's month: how many such months, and what one more deal adds.
    """

    plan: PayPlan
    cost: int
    held: int
    places: Mapping[Place, int]
    people: Mapping[int, int]
    counts: Mapping[int, int]
    curve: Pairs = ()
    nexts: Worths = ()

    @property
    def cells(self) -> int:
        return sum(self.counts.values())

    @property
    def months(self) -> dict[int, int]:
        return _sums((month for _, month in self.places), self.places.values())

    @property
    def outlets(self) -> dict[str, int]:
        return _sums((outlet for outlet, _ in self.places), self.places.values())


@dataclass(frozen=True, slots=True)
class Simulation:
    """Plans side by side; the first is what the others are held against.

    `gross` is that of the outlet and month in fen, where it is known.
    """

    tried: tuple[Tried, ...]
    names: Mapping[int, Who]
    outlets: Mapping[str, str]
    mark: int = 0
    gross: Mapping[Place, int] = field(default_factory=dict)

    def change(self, tried: Tried) -> dict[int, int]:
        """Fen that each person has more than under the first plan; the most first."""
        return changes(self.tried[0].people, tried.people)


def changes(first: Mapping[int, int], people: Mapping[int, int]) -> dict[int, int]:
    """What each has more than first; the most first."""
    found = {who: people.get(who, 0) - first.get(who, 0) for who in {**first, **people}}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trial:
    """What is tried: plans, published or not, on months of outlets, for all or some people.

    `deep` also tries other volumes and the next deal.
    """

    outlets: Sequence[str]
    months: Sequence[int]
    plans: Sequence[PayPlan]
    people: Sequence[str] = ()
    deep: bool = False


def simulation(viewer: Viewer, trial: Trial, progress: Progress = lambda *_: None) -> Simulation:
    """What these plans would have cost.

    Args:
        viewer: who sees the pay of all these outlets.
        trial: what is asked.
        progress: told how many outlets' months of how many are read.

    Raises:
        NotFound: the pay of an outlet is not the viewer's to see.
    """
    ground = Ground(viewer)
    places = [_paid_at(ground, code) for code in trial.outlets]
    whole, now = all_seeing(ground), mark()
    asked = [Month(whole, place, month, now) for month in trial.months for place in places]
    cells = _cells(asked, trial, _numbered(trial.people), progress)
    tried = tuple(_all_tried(trial, cells))
    people = dict.fromkeys(who for one in tried for who in one.people)
    names = {who: Who(who, *text) for who, text in ground.names(people).items()}
    gross = _gross(asked) if trial.deep else {}
    return Simulation(tried, names, {place.code: place.name for place in places}, now, gross)


def _all_tried(trial: Trial, cells: Mapping[Whom, Sequence[Cell]]) -> list[Tried]:
    """In the order of the plans; those for the same people together."""
    found: dict[int, Tried] = {}
    for whom, own in cells.items():
        places = [at for at, plan in enumerate(trial.plans) if _whom(plan) == whom]
        plans = [trial.plans[at] for at in places]
        found |= zip(places, _tried(plans, _inputs(own, deep=trial.deep)), strict=True)
    return [found[at] for at in sorted(found)]


def _paid_at(ground: Ground, code: str) -> Unit:
    place, reach = ground.place(code), ground.scope.reach("pay_runs")
    if not (reach.everything or place.id in reach.outlets):
        raise NotFound(noun="outlet", key=code)
    return place


def _numbered(numbers: Sequence[str]) -> list[int] | None:
    """People by staff number; None is everybody."""
    if not numbers:
        return None
    return list(Person.objects.filter(number__in=numbers).values_list("id", flat=True))


def _gross(asked: Sequence[Month]) -> dict[Place, int]:
    """Gross of each outlet's month in fen, as its own KPI counts it."""
    found = {}
    for month in asked:
        whose = Slice(month.outlet.id)
        figures = figures_of(month, [whose], [GROSS]).get(whose)
        value = figures.values.get(GROSS) if figures else None
        if value is not None:
            found[month.outlet.code, month.month] = round_half_up(value * FEN)
    return found


def _whom(plan: PayPlan) -> Whom:
    """What decides for whom inputs are read, and with which scores."""
    return (*plan.posts, *plan.levels), plan.outlets, plan.scheme


def _cells(
    asked: Sequence[Month], trial: Trial, people: list[int] | None, progress: Progress
) -> dict[Whom, list[Cell]]:
    """Inputs read once for all plans that are for the same people."""
    alike: dict[Whom, list[PayPlan]] = {}
    for plan in trial.plans:
        alike.setdefault(_whom(plan), []).append(plan)
    found: dict[Whom, list[Cell]] = {whom: [] for whom in alike}
    for done, month in enumerate(asked):
        progress(done, len(asked))
        for whom, same in alike.items():
            found[whom] += _month(month, _together(same), people)
    return found


def _together(plans: Sequence[PayPlan]) -> PayPlan:
    """A plan that looks at everything that one of them looks at."""
    return replace(
        plans[0],
        components=tuple(part for plan in plans for part in plan.components),
        factors=tuple(part for plan in plans for part in plan.factors),
        gates=tuple(part for plan in plans for part in plan.gates),
        catch_ups=tuple(part for plan in plans for part in plan.catch_ups),
        holdbacks=(),
        earned_at=(),
    )


def _month(asked: Month, plan: PayPlan, people: list[int] | None) -> Iterator[Cell]:
    made = gather(asked, plan, people)
    for who in made.stints:
        if who in made.givens:
            given = replace(made.givens[who], ledger=Ledger(), owed=(), typed=(), events=())
            yield Cell(who, asked.outlet.code, asked.month, given)


# -- paying ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inputs:
    """The cells of all plans for the same people, as they were and in columns.

    `volumes` are by percent of deals more or fewer; `alone` are months with deals, each for
    itself, and `more` the same with one more deal; `counts` is what was sold in them.
    """

    cells: Sequence[Cell]
    columns: Cells
    volumes: Mapping[int, Cells] = field(default_factory=dict)
    alone: Cells | None = None
    more: Cells | None = None
    counts: Sequence[int] = ()


def _inputs(cells: Sequence[Cell], *, deep: bool) -> Inputs:
    """Budgets are spent by all outlets of a month together, unless a month stands for itself."""
    people, months = [cell.person for cell in cells], [cell.month for cell in cells]
    given = [cell.given for cell in cells]
    columns = cells_of(given, people, months)
    if not deep:
        return Inputs(cells, columns)
    moved = {percent: at_volume(given, percent) for percent in VOLUMES}
    selling = [one for one in given if one.deals]
    return Inputs(
        cells,
        columns,
        {percent: cells_of(one, people, months) for percent, one in moved.items()},
        cells_of(selling),
        cells_of([with_one_more(one) for one in selling]),
        [sold(one) for one in selling],
    )


def _tried(plans: Sequence[PayPlan], inputs: Inputs) -> list[Tried]:
    """Each plan on the same inputs, in their order."""
    payers = [prepared(_unending(plan)) for plan in plans]
    paid = pay_plans(payers, inputs.columns)
    curves, nexts = _curves(payers, paid, inputs), _nexts(payers, inputs)
    both = zip(curves, nexts, strict=True)
    return [
        _summed(plan, found, inputs.cells, own)
        for plan, found, own in zip(plans, paid, both, strict=True)
    ]


def _summed(
    plan: PayPlan, found: PaidCells, cells: Sequence[Cell], deep: tuple[Pairs, Worths]
) -> Tried:
    cost, people = _cost(found), [cell.person for cell in cells]
    return Tried(
        plan,
        sum(cost),
        sum(int(fen) for fen in found.held),
        _sums([(cell.outlet, cell.month) for cell in cells], cost),
        _sums(people, cost),
        _sums(people, [1] * len(cells)),
        *deep,
    )


def _curves(payers: Sequence[Payer], paid: Sequence[PaidCells], inputs: Inputs) -> list[Pairs]:
    """What other volumes would have cost; nothing where none are tried."""
    curves = [{0: sum(_cost(found))} for found in paid] if inputs.volumes else [{} for _ in paid]
    for percent, columns in inputs.volumes.items():
        for curve, fens in zip(curves, _costs(payers, columns), strict=True):
            curve[percent] = sum(fens)
    return [tuple(sorted(curve.items())) for curve in curves]


def _cost(found: PaidCells) -> list[int]:
    """What each cell costs: what is held back is owed too."""
    return [int(fen) + int(held) for fen, held in zip(found.payable, found.held, strict=True)]


def _costs(payers: Sequence[Payer], columns: Cells) -> list[list[int]]:
    return [_cost(found) for found in pay_plans(payers, columns)]


def _nexts(payers: Sequence[Payer], inputs: Inputs) -> list[Worths]:
    """What one more deal adds, month by month, each for itself."""
    if inputs.alone is None or inputs.more is None:
        return [()] * len(payers)
    both = zip(_costs(payers, inputs.alone), _costs(payers, inputs.more), strict=True)
    return [_worth(inputs.counts, before, after) for before, after in both]


def _worth(counts: Sequence[int], before: Sequence[int], after: Sequence[int]) -> Worths:
    gains = [new - old for old, new in zip(before, after, strict=True)]
    months, fens = _sums(counts, [1] * len(counts)), _sums(counts, gains)
    return tuple((count, months[count], fens[count]) for count in sorted(months))


def _unending(plan: PayPlan) -> PayPlan:
    """Without expiry: no event of a deal is tried, so nothing held may run out either."""
    return replace(plan, holdbacks=tuple(replace(one, expires=0) for one in plan.holdbacks))


def _sums(keys: Iterable[Key], fens: Iterable[int]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, fen in zip(keys, fens, strict=True):
        found[key] = found.get(key, 0) + fen
    return found
