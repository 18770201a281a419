"""Pay plans tried side by side on past months, apart from every run: nothing of it is kept.

Each person begins with an empty ledger; what a plan holds back counts as cost, since it is owed
once its event arrives. Corrections, typed lines and releases belong to runs and are left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Payer, prepared
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.ground import Place as Unit
from cheji.reads.pay.aims import aims
from cheji.reads.pay.gathering import all_seeing
from cheji.reads.pay.loading import Cell, Inputs, Place, Progress, Wanted, Whom, loaded, whom
from cheji.reads.seen import Who
from cheji.records.models import Person
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

if TYPE_CHECKING:
    from cheji.engine.pay.columns import Cells, PaidCells

Key = TypeVar("Key", bound=Hashable)


Pairs = tuple[tuple[int, int], ...]
Worths = tuple[tuple[int, int, int], ...]
Curves = Mapping[str, Pairs]
NextDeals = Mapping[str, Worths]


@dataclass(frozen=True)
class Tried:
    """What one pay plan costs, in fen; everything by outlet, so that it can be cut down to some.

    Attributes:
        by_cell: by person, outlet and month.
        held_at: of it held back, by outlet.
        curves: by outlet: cost by percent of deals more or fewer, see `volumes`.
        worths: by outlet and deals of a person's month: how many such months, and what one more
            deal adds.
        aimless: the cells in which a target that it looks at is not set; None is not known, of
            what was kept before that was looked for.
        scoreless: the cells of people without the score that it goes by; None as of `aimless`.
        schemeless: the months in which its scheme was not in force.
    """

    plan: PayPlan
    by_cell: Mapping[Cell, int]
    held_at: Mapping[str, int]
    curves: Mapping[str, Pairs]
    worths: Mapping[str, Worths]
    aimless: tuple[Cell, ...] | None = None
    scoreless: tuple[Cell, ...] | None = None
    schemeless: tuple[int, ...] = ()

    @property
    def cost(self) -> int:
        return sum(self.by_cell.values())

    @property
    def held(self) -> int:
        return sum(self.held_at.values())

    @property
    def cells(self) -> int:
        return len(self.by_cell)

    @cached_property
    def places(self) -> dict[Place, int]:
        """By outlet and month."""
        return _summed((cell[1:], fen) for cell, fen in self.by_cell.items())

    @cached_property
    def people(self) -> dict[int, int]:
        """What each has over all months, by id."""
        return _summed((cell.person, fen) for cell, fen in self.by_cell.items())

    @cached_property
    def counts(self) -> dict[int, int]:
        """In how many outlets' months each person is paid."""
        return _summed((cell.person, 1) for cell in self.by_cell)

    @property
    def months(self) -> dict[int, int]:
        return _summed((month, fen) for (_, month), fen in self.places.items())

    @property
    def outlets(self) -> dict[str, int]:
        return _summed((outlet, fen) for (outlet, _), fen in self.places.items())

    @property
    def curve(self) -> Pairs:
        """Of all outlets together."""
        return _pairs(pair for pairs in self.curves.values() for pair in pairs)

    @property
    def nexts(self) -> Worths:
        """Of all outlets together."""
        worths = [worth for own in self.worths.values() for worth in own]
        months = _summed((sold, count) for sold, count, _ in worths)
        fens = _summed((sold, fen) for sold, _, fen in worths)
        return tuple((sold, months[sold], fens[sold]) for sold in sorted(months))


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
    places = tuple(_paid_at(ground, code) for code in trial.outlets)
    people = _numbered(trial.people)
    wanted = Wanted(places, tuple(trial.months), tuple(trial.plans), people, trial.deep)
    read = loaded(all_seeing(ground), wanted, progress)
    tried = tuple(_all_tried(trial.plans, read.inputs))
    everybody = dict.fromkeys(who for one in tried for who in one.people)
    names = {who: Who(who, *text) for who, text in ground.names(everybody).items()}
    outlets = {place.code: place.name for place in places}
    return Simulation(tried, names, outlets, read.mark, read.gross)


def _all_tried(plans: Sequence[PayPlan], inputs: Mapping[Whom, Inputs]) -> list[Tried]:
    """In the order of the plans; those for the same people together."""
    found: dict[int, Tried] = {}
    for one, own in inputs.items():
        places = [at for at, plan in enumerate(plans) if whom(plan) == one]
        found |= zip(places, _tried([plans[at] for at in places], own), strict=True)
    return [found[at] for at in sorted(found)]


def _paid_at(ground: Ground, code: str) -> Unit:
    place, reach = ground.place(code), ground.scope.reach("pay_runs")
    if not (reach.everything or place.id in reach.outlets):
        raise NotFound(noun="outlet", key=code)
    return place


def _numbered(numbers: Sequence[str]) -> tuple[int, ...] | None:
    """People by staff number; None is everybody."""
    if not numbers:
        return None
    rows = Person.objects.filter(number__in=numbers).order_by("id")
    return tuple(rows.values_list("id", flat=True))


# -- paying ------------------------------------------------------------------------------------


def _tried(plans: Sequence[PayPlan], inputs: Inputs) -> list[Tried]:
    """Each plan on the same inputs, in their order."""
    payers = [prepared(unending(plan)) for plan in plans]
    paid = _paid(payers, inputs.columns)
    curves, nexts = _curves(payers, paid, inputs), _nexts(payers, inputs)
    both = zip(curves, nexts, strict=True)
    return [
        _cut(plan, found, inputs, own) for plan, found, own in zip(plans, paid, both, strict=True)
    ]


def _paid(payers: Sequence[Payer], columns: Cells) -> list[PaidCells]:
    from cheji.engine.pay.columns import pay_plans  # noqa: PLC0415  numpy is for simulations alone

    return pay_plans(payers, columns)


def _cut(plan: PayPlan, found: PaidCells, inputs: Inputs, deep: tuple[Curves, NextDeals]) -> Tried:
    cells = inputs.cells
    held = _at_outlets(cells, [int(fen) for fen in found.held])
    places = {at for one in aims(plan) for at in inputs.aimless.get(one, ())}
    aimless = tuple(cells[at] for at in sorted(places))
    scored = bool(plan.scheme) and plan.scored
    scores = tuple(cells[at] for at in inputs.scoreless) if scored else ()
    before = tuple(inputs.schemeless) if scored else ()
    costs = dict(zip(cells, _cost(found), strict=True))
    return Tried(plan, costs, held, *deep, aimless, scores, before)


def _at_outlets(cells: Sequence[Cell], fens: Sequence[int]) -> dict[str, int]:
    return _summed((cell.outlet, fen) for cell, fen in zip(cells, fens, strict=True))


def _curves(payers: Sequence[Payer], paid: Sequence[PaidCells], inputs: Inputs) -> list[Curves]:
    """What other volumes would have cost; nothing where none are tried."""
    if not inputs.volumes:
        return [{} for _ in paid]
    found = [_at_outlets(inputs.cells, _cost(one)) for one in paid]
    points = [[(code, 0, fen) for code, fen in one.items()] for one in found]
    for percent, columns in inputs.volumes.items():
        for own, fens in zip(points, _costs(payers, columns), strict=True):
            sums = _at_outlets(inputs.cells, fens)
            own += [(code, percent, fen) for code, fen in sums.items()]
    return [
        {code: _pairs((percent, fen) for at, percent, fen in own if at == code) for code in one}
        for one, own in zip(found, points, strict=True)
    ]


def _cost(found: PaidCells) -> list[int]:
    """What each cell costs: what is held back is owed too."""
    return [int(fen) + int(held) for fen, held in zip(found.payable, found.held, strict=True)]


def _costs(payers: Sequence[Payer], columns: Cells) -> list[list[int]]:
    return [_cost(found) for found in _paid(payers, columns)]


def _nexts(payers: Sequence[Payer], inputs: Inputs) -> list[NextDeals]:
    """What one more deal adds, month by month, each for itself."""
    if inputs.alone is None or inputs.more is None:
        return [{}] * len(payers)
    both = zip(_costs(payers, inputs.alone), _costs(payers, inputs.more), strict=True)
    return [_worths(inputs.selling, before, after) for before, after in both]


def _worths(
    selling: Sequence[tuple[str, int]], before: Sequence[int], after: Sequence[int]
) -> dict[str, Worths]:
    """By outlet and deals of a month; `selling` has both of each month."""
    gains = [new - old for old, new in zip(before, after, strict=True)]
    months = _summed((one, 1) for one in selling)
    fens = _summed(zip(selling, gains, strict=True))
    found: dict[str, Worths] = {}
    for outlet, sold in sorted(months):
        worth = (sold, months[outlet, sold], fens[outlet, sold])
        found[outlet] = (*found.get(outlet, ()), worth)
    return found


def unending(plan: PayPlan) -> PayPlan:
    """Without expiry: no event of a deal is tried, so nothing held may run out either."""
    return replace(plan, holdbacks=tuple(replace(one, expires=0) for one in plan.holdbacks))


def _pairs(points: Iterable[tuple[int, int]]) -> Pairs:
    return tuple(sorted(_summed(points).items()))


def _summed(fens: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, fen in fens:
        found[key] = found.get(key, 0) + fen
    return found
