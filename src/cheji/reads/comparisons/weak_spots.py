"""The weakest step of each consultant: where the most is to be won against the others."""

from dataclasses import replace

from cheji.engine.definitions import Funnel
from cheji.facts import mark
from cheji.reads.comparisons.crews import Crew, crew, crew_side
from cheji.reads.comparisons.gaps import funnel_of, steps_of
from cheji.reads.comparisons.shapes import FunnelSeen, WeakSpot, WeakSpots
from cheji.reads.comparisons.sides import Question, Side, worked_out
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.lights import LEAST
from cheji.reads.kpis.shapes import Column
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

Names = dict[int, tuple[str, str]]
USUAL = "orders"
"""The funnel by which people are coached: what becomes of visits and cards is theirs."""


def weak_spots(
    viewer: Viewer, *, outlet: str, period: int, best: bool = False, funnel: str = ""
) -> WeakSpots:
    """Each consultant in reach against the average of the outlet's, or of its best quarter.

    Without a code it is the first outlet in reach, of who sees no whole outlet the own team.

    Raises:
        NotFound: nobody of the outlet is in reach.
    """
    ground = Ground(viewer)
    ground.must_see()
    first = next((place.where.code for place in ground.places_in_reach("outlet")), "")
    whose = ground.whose(outlet or first, "")
    asked = Question(ground, whose, "month", period, ())
    if asked.place.kind not in ("outlet", "team"):
        raise NotFound(noun="outlet", key=outlet)
    chosen = funnel_of(asked.catalogue, funnel or USUAL)
    asked = replace(asked, kpis=(*chosen.formula.names, chosen.result))
    other = crew_side(asked, crew(asked), chosen.result, best=best)
    mine = crew(asked, ground.narrow(whose))
    names = ground.names(mine.columns)
    order = sorted(mine.columns, key=lambda one: names.get(one, ("~", "")))
    definitions = asked.catalogue.ruling
    return WeakSpots(
        ground.seen(whose),
        other.column,
        FunnelSeen(chosen.code, chosen.zh, chosen.en),
        heading(definitions, chosen.result),
        tuple(heading(definitions, code) for code in chosen.formula.names),
        period,
        LEAST,
        tuple(_spot(asked, chosen, mine, Slice(whose.unit, one), other, names) for one in order),
        tuple(other.value(code) for code in chosen.formula.names),
        mark(),
    )


def _spot(
    asked: Question, funnel: Funnel, mine: Crew, whose: Slice, other: Side, names: Names
) -> WeakSpot:
    """One person's steps; none where the benchmark is withheld."""
    of = asked.ground.seen(whose, names)
    his = replace(asked, whose=whose)
    results = worked_out(his, mine.columns[whose.person or 0])
    own = Side(Column(of, asked.grain, asked.period), results, asked.catalogue, whose)
    steps = () if other.column.withheld else steps_of(his, funnel, own, other)
    return WeakSpot(of, steps, next((step for step in steps if step.weakest), None))
