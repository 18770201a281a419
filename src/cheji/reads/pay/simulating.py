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
from cheji.engine.pay.columns import cells_of, pay_cells, why_plain
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


Place = tuple[str, int]
"""An outlet's code and a month's key."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one pay plan costs, in fen; people by id, and what each has over all months.

    Attributes:
        places: by outlet and month.
        counts: in how many outlets' months each person is paid.
        plain: what in the plan needed the plain path; empty when it was worked out in columns.
        curve: cost by percent of deals more or fewer, see `volumes`.
        nexts: by deals of a person's month: how many such months, and what one more deal adds.
    """

    plan: PayPlan
    cost: int
    held: int
    places: Mapping[Place, int]
    people: Mapping[int, int]
    counts: Mapping[int, int]
    plain: str = ""
    curve: tuple[tuple[int, int], ...] = ()
    nexts: tuple[tuple[int, int, int], ...] = ()

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
    tried = tuple(_tried(plan, cells[_whom(plan)], deep=trial.deep) for plan in trial.plans)
    people = dict.fromkeys(who for one in tried for who in one.people)
    names = {who: Who(who, *text) for who, text in ground.names(people).items()}
    gross = _gross(asked) if trial.deep else {}
    return Simulation(tried, names, {place.code: place.name for place in places}, now, gross)


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


Whom = tuple[tuple[str, ...], tuple[str, ...], str]


def _whom(plan: PayPlan) -> Whom:
    """What decides for whom inputs are read, and with which scores."""
    return plan.posts, plan.outlets, plan.scheme


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


def _tried(plan: PayPlan, cells: Sequence[Cell], *, deep: bool) -> Tried:
    payer = prepared(_unending(plan))
    cost, held = _costs(payer, cells)
    return Tried(
        plan,
        sum(cost),
        sum(held),
        _sums([(cell.outlet, cell.month) for cell in cells], cost),
        _sums([cell.person for cell in cells], cost),
        _sums([cell.person for cell in cells], [1] * len(cells)),
        why_plain(payer),
        _curve(payer, cells, sum(cost)) if deep else (),
        _nexts(payer, cells) if deep else (),
    )


def _costs(payer: Payer, cells: Sequence[Cell]) -> tuple[list[int], list[int]]:
    """What each cell costs, what is held back included, and what is held back of it."""
    paid, held = (_plain if why_plain(payer) else _fast)(payer, cells)
    return [one + other for one, other in zip(paid, held, strict=True)], held


def _curve(payer: Payer, cells: Sequence[Cell], cost: int) -> tuple[tuple[int, int], ...]:
    found = {0: cost}
    for percent in VOLUMES:
        given = at_volume([cell.given for cell in cells], percent)
        moved = [cell._replace(given=one) for cell, one in zip(cells, given, strict=True)]
        found[percent] = sum(_costs(payer, moved)[0])
    return tuple(sorted(found.items()))


def _nexts(payer: Payer, cells: Sequence[Cell]) -> tuple[tuple[int, int, int], ...]:
    """What one more deal adds, month by month, each for itself."""
    alone = [cell._replace(person=place) for place, cell in enumerate(cells) if cell.given.deals]
    more = [cell._replace(given=with_one_more(cell.given)) for cell in alone]
    before, after = _costs(payer, alone)[0], _costs(payer, more)[0]
    counts = [sold(cell.given) for cell in alone]
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


def _fast(payer: Payer, cells: Sequence[Cell]) -> tuple[list[int], list[int]]:
    """Payable and held back by cell, in columns."""
    found = pay_cells(payer, cells_of([cell.given for cell in cells], [c.person for c in cells]))
    return [int(fen) for fen in found.payable], [int(fen) for fen in found.held]


def _plain(payer: Payer, cells: Sequence[Cell]) -> tuple[list[int], list[int]]:
    """The same one after the other, for plans with pots, prizes or budgets of everybody."""
    ledgers: dict[int, Ledger] = {}
    budgets: dict[int, dict[str, int]] = {}
    paid, held = [], []
    for cell in cells:
        left = budgets.setdefault(cell.month, _budgets(payer.plan))
        before = ledgers.get(cell.person, Ledger())
        found = payer.pay(replace(cell.given, ledger=before, budgets=dict(left)))
        for code, fen in found.used.items():
            left[code] -= fen
        ledgers[cell.person] = found.after
        paid.append(found.payable)
        held.append(_held(found.after) - _held(before))
    return paid, held


def _held(ledger: Ledger) -> int:
    return sum(one.fen for one in ledger.held)


def _budgets(plan: PayPlan) -> dict[str, int]:
    parts = (part for part in plan.components if part.budget is not None)
    return {part.code: int((part.budget or 0) * FEN) for part in parts}
