"""One person in a simulation: what each month comes to under each plan, and of which parts."""

from collections.abc import Mapping
from dataclasses import dataclass

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import prepared
from cheji.facts import mark
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.aims import as_of_month
from cheji.reads.pay.deciding import decided_for
from cheji.reads.pay.gathered import Extra, plan_for
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.pay.loading import Cell
from cheji.reads.pay.showing import names_of
from cheji.reads.pay.simulated import SimulationSeen, simulation_kept
from cheji.reads.pay.simulating import unending
from cheji.reads.seen import Who
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

HELD = "reserve"
Fens = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class PersonTried:
    """Fen by cell and plan; None where a plan is not for the person then."""

    seen: SimulationSeen
    who: Who
    cells: Mapping[Cell, Fens]


@dataclass(frozen=True, slots=True)
class PartTried:
    """What one part of the plans comes to in a month, in fen; None where a plan has no such part.

    Without a code it is what the month has beside: carried from earlier ones, common budgets.
    """

    code: str
    zh: str
    en: str
    fens: Fens


def person_tried(viewer: Viewer, simulation: int, number: str) -> PersonTried:
    """A person of a simulation, by staff number.

    Raises:
        NotFound: the simulation is not the viewer's to see, or nobody in it has that number.
    """
    seen = simulation_kept(viewer, simulation)
    found = seen.found
    people = found.names.values() if found else ()
    who = next((one for one in people if one.number == number), None)
    if found is None or who is None:
        raise NotFound(noun="person", key=number)
    cells = [cell for one in found.tried for cell in one.by_cell if cell.person == who.id]
    ordered = sorted(dict.fromkeys(cells), key=lambda cell: (cell.month, cell.outlet))
    fens = {cell: tuple(one.by_cell.get(cell) for one in found.tried) for cell in ordered}
    return PersonTried(seen, who, fens)


def parts_tried(viewer: Viewer, person: PersonTried, cell: Cell) -> tuple[PartTried, ...]:
    """The parts of one of his months under each plan, worked out now; they add up to the month."""
    ground = Ground(viewer)
    place, whole = ground.place(cell.outlet), all_seeing(ground)
    asked = Month(whole, place, cell.month, mark())
    found = person.seen.found
    plans = [one.plan for one in found.tried] if found else []
    sums = [
        {} if fen is None else _sums(asked, plan, cell.person)
        for plan, fen in zip(plans, person.cells[cell], strict=True)
    ]
    called: dict[str, tuple[str, str]] = {}
    for plan in reversed(plans):
        called |= names_of(plan)
    codes = dict.fromkeys(code for one in sums for code in one)
    parts = [
        PartTried(code, *called.get(code, (code, code)), tuple(one.get(code) for one in sums))
        for code in codes
    ]
    rest = tuple(
        None if fen is None else fen - sum(one.values())
        for one, fen in zip(sums, person.cells[cell], strict=True)
    )
    return (*parts, PartTried("", "", "", rest)) if any(rest) else tuple(parts)


def _sums(asked: Month, plan: PayPlan, person: int) -> dict[str, int]:
    """Fen by part of a month by itself; what is held back is owed, and counts."""
    codes = frozenset(decided_for(asked, plan))
    then = as_of_month(asked, unending(plan))
    made = gather(asked, then, [person], Extra(runs=False, decided=codes))
    if person not in made.givens:
        return {}
    found: dict[str, int] = {}
    for line in (
        prepared(plan_for(made, person)).pay(made.givens[person], made.cards.get(person)).lines
    ):
        if line.entry != HELD and line.fen:
            found[line.component] = found.get(line.component, 0) + line.fen
    return found
