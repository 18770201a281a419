"""A gap in deliveries, orders or gross, split exactly over the steps of a funnel."""

from dataclasses import replace
from fractions import Fraction

from cheji.engine.benchmarks import GapStep, Rate, split_gap, weakest
from cheji.engine.definitions import Funnel
from cheji.engine.periods import Grain, from_key
from cheji.facts import mark
from cheji.reads.comparisons.against import default_against, fitting, other_side
from cheji.reads.comparisons.shapes import FunnelSeen, GapSeen, StepSeen
from cheji.reads.comparisons.sides import Question, Side, own_side
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.lights import LEAST
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer


def gap(
    viewer: Viewer,
    *,
    funnel: str = "",
    outlet: str = "",
    person: str = "",
    against: str = "",
    grain: Grain = "month",
    period: int | None = None,
) -> GapSeen:
    """Own result against a benchmark's, as exact parts of the funnel's steps.

    `against` is `nation`, `region` (averages), `nation_best`, `region_best`, `similar`, `previous`,
    `last_year`, the code of an outlet, `published:SERIES`; of a person `people` (the average of the
    outlet's) or `people_best` (of its best quarter). By default `default_against`.

    Raises:
        NotFound: whose figures, or the benchmark, are not within the viewer's reach.
    """
    ground = Ground(viewer)
    ground.must_see()
    whose = ground.whose(outlet, person)
    key = period or viewer.on.year * 100 + viewer.on.month
    _check(grain, key)
    asked = Question(ground, whose, grain, key, ())
    chosen = funnel_of(asked.catalogue, funnel)
    asked = Question(ground, whose, grain, key, (*chosen.formula.names, chosen.result))
    way = against or default_against(asked)
    found = _gap(asked, chosen, own_side(asked), other_side(asked, way, chosen.result))
    return replace(found, ways=fitting(asked), against=way)


def _check(grain: Grain, period: int) -> None:
    try:
        fits = grain in ("month", "year") and bool(from_key(grain, period))
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise BadValue(field="period", value=str(period), why="2026-11 / 2026")


def funnels(catalogue: Catalogue) -> list[Funnel]:
    """The funnels of all sheets in force."""
    return [funnel for sheet in catalogue.ruling.sheets for funnel in sheet.funnels]


def funnel_of(catalogue: Catalogue, code: str) -> Funnel:
    """The funnel of that code, or the first one.

    Raises:
        NotFound: there is none.
    """
    found = [one for one in funnels(catalogue) if code in ("", one.code)]
    if not found:
        raise NotFound(noun="funnel", key=code)
    return found[0]


def _gap(asked: Question, funnel: Funnel, own: Side, other: Side) -> GapSeen:
    definitions = asked.catalogue.ruling
    ours, theirs = own.value(funnel.result), other.value(funnel.result)
    difference = None if ours is None or theirs is None else ours - theirs
    steps = steps_of(asked, funnel, own, other) if difference is not None else ()
    told = sum((step.part for step in steps), Fraction(0))
    return GapSeen(
        tuple(FunnelSeen(one.code, one.zh, one.en) for one in funnels(asked.catalogue)),
        FunnelSeen(funnel.code, funnel.zh, funnel.en),
        heading(definitions, funnel.result),
        own.column,
        other.column,
        own.cell(funnel.result),
        other.cell(funnel.result),
        difference,
        steps,
        Fraction(0) if difference is None else difference - told,
        mark(),
        asked.ground.viewer.on,
    )


def steps_of(
    asked: Question, funnel: Funnel, own: Side, other: Side, least: int = LEAST
) -> tuple[StepSeen, ...]:
    """Each step of the funnel on both sides, the weakest rate marked."""
    names = funnel.formula.names
    found = split_gap(
        funnel.formula, {n: own.value(n) for n in names}, {n: other.value(n) for n in names}
    )
    kpis = asked.catalogue.ruling.kpi
    rates = [
        Rate(step.code, step.worth, own.sample(step.code))
        for step in found.steps
        if kpis[step.code].unit == "ratio" and step.known
    ]
    weak = weakest(rates, least)
    return tuple(
        _step(asked, step, own, other, weak=bool(weak and weak.code == step.code), least=least)
        for step in found.steps
    )


def _step(
    asked: Question, step: GapStep, own: Side, other: Side, *, weak: bool, least: int
) -> StepSeen:
    n = own.sample(step.code)
    return StepSeen(
        heading(asked.catalogue.ruling, step.code),
        own.cell(step.code),
        other.cell(step.code),
        step.part,
        step.worth,
        n,
        step.known,
        n is not None and n >= least,
        weak,
    )
