"""Pay plans tried side by side on past months, apart from every run: nothing of it is kept.

Each person begins with an empty ledger; what a plan holds back counts as cost, since it is owed
once its event arrives. Corrections, typed lines and releases belong to runs and are left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Given, Ledger, Payer, prepared
from cheji.engine.pay.columns import cells_of, pay_cells, why_plain
from cheji.facts import mark
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.seen import Who
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

FEN = 100
Key = TypeVar("Key", int, str)


class Cell(NamedTuple):
    """A person in an outlet's month, and what his pay is worked out from."""

    person: int
    outlet: str
    month: int
    given: Given


@dataclass(frozen=True, slots=True)
class Tried:
    """What one pay plan costs, in fen; people by id, and what each has over all months."""

    plan: PayPlan
    cost: int
    held: int
    months: Mapping[int, int]
    outlets: Mapping[str, int]
    people: Mapping[int, int]
    cells: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Plans side by side; the first is what the others are held against."""

    tried: tuple[Tried, ...]
    names: Mapping[int, Who]
    outlets: Mapping[str, str]

    def change(self, tried: Tried) -> dict[int, int]:
        """Fen that each person has more than under the first plan; the most first."""
        first = self.tried[0].people
        people = dict.fromkeys([*first, *tried.people])
        changes = {who: tried.people.get(who, 0) - first.get(who, 0) for who in people}
        return dict(sorted(changes.items(), key=lambda item: (-item[1], item[0])))


Progress = Callable[[int, int], None]


def simulation(
    viewer: Viewer,
    outlets: Sequence[str],
    months: Sequence[int],
    plans: Sequence[PayPlan],
    progress: Progress = lambda *_: None,
) -> Simulation:
    """What these plans would have cost.

    Args:
        viewer: who sees the pay of all these outlets.
        outlets: by code.
        months: keys, in order.
        plans: published or not; each is tried on the same facts.
        progress: told how many outlets' months of how many are read.

    Raises:
        NotFound: the pay of an outlet is not the viewer's to see.
    """
    ground = Ground(viewer)
    reach = ground.scope.reach("pay_runs")
    places = [ground.place(code) for code in outlets]
    for place in places:
        if not (reach.everything or place.id in reach.outlets):
            raise NotFound(noun="outlet", key=place.code)
    whole, now = all_seeing(ground), mark()
    asked = [Month(whole, place, month, now) for month in months for place in places]
    cells = _cells(asked, plans, progress)
    tried = tuple(_tried(plan, cells[_whom(plan)]) for plan in plans)
    people = dict.fromkeys(who for one in tried for who in one.people)
    names = {who: Who(who, *text) for who, text in ground.names(people).items()}
    return Simulation(tried, names, {place.code: place.name for place in places})


Whom = tuple[tuple[str, ...], tuple[str, ...], str]


def _whom(plan: PayPlan) -> Whom:
    """What decides for whom inputs are read, and with which scores."""
    return plan.posts, plan.outlets, plan.scheme


def _cells(
    asked: Sequence[Month], plans: Iterable[PayPlan], progress: Progress
) -> dict[Whom, list[Cell]]:
    """Inputs read once for all plans that are for the same people."""
    alike: dict[Whom, list[PayPlan]] = {}
    for plan in plans:
        alike.setdefault(_whom(plan), []).append(plan)
    found: dict[Whom, list[Cell]] = {whom: [] for whom in alike}
    for done, month in enumerate(asked):
        progress(done, len(asked))
        for whom, same in alike.items():
            found[whom] += _month(month, _together(same))
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


def _month(asked: Month, plan: PayPlan) -> Iterator[Cell]:
    made = gather(asked, plan)
    for who in made.stints:
        given = replace(made.givens[who], ledger=Ledger(), owed=(), typed=(), events=())
        yield Cell(who, asked.outlet.code, asked.month, given)


# -- paying ------------------------------------------------------------------------------------


def _tried(plan: PayPlan, cells: Sequence[Cell]) -> Tried:
    payer = prepared(_unending(plan))
    paid, held = (_plain if why_plain(payer) else _fast)(payer, cells)
    cost = [one + other for one, other in zip(paid, held, strict=True)]
    return Tried(
        plan,
        sum(cost),
        sum(held),
        _sums([cell.month for cell in cells], cost),
        _sums([cell.outlet for cell in cells], cost),
        _sums([cell.person for cell in cells], cost),
        len(cells),
    )


def _unending(plan: PayPlan) -> PayPlan:
    """Without expiry: no event of a deal is tried, so nothing held may run out either."""
    return replace(plan, holdbacks=tuple(replace(one, expires=0) for one in plan.holdbacks))


def _sums(keys: Sequence[Key], fens: Sequence[int]) -> dict[Key, int]:
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
