"""Scores worked out from the facts of a month, and those that pay goes by."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cheji.engine.definitions import Scheme
from cheji.engine.kpis import Inputs, Value
from cheji.engine.periods import from_key
from cheji.engine.scores import Given, ScoreCard, prepared
from cheji.facts import Narrow
from cheji.reads.appraisals.whom import Month, measured
from cheji.reads.kept import applied_cards, closed_cards, lasting_cards
from cheji.reads.kpis.gathering import Gathering, gather, kpi_values, measure_codes
from cheji.reads.kpis.ground import Slice
from cheji.reads.kpis.headings import headings
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.targets import targets_for
from cheji.reads.targets.kept import in_unit, key_of, targets_of, where

FROM_CYCLE = "；取自已应用的考核周期", "; from the appraisal cycle that was applied"
FROM_RUN = "；取自已关账的得分计算 {run}", "; from the closed score run {run}"
NOT_IN_RUN = (
    "；已关账的得分计算 {run} 中没有此人，按当前数据计算",
    "; calculated now: the closed score run {run} does not hold this person",
)
NO_RUN = "；得分尚未关账，按当前数据计算", "; calculated now: the scores are not closed yet"


def final(asked: Month, slices: Sequence[Slice], scheme: Scheme) -> dict[Slice, ScoreCard]:
    """The scores that pay goes by: an applied cycle's, else the closed run's, else live.

    A cycle's of the month itself; of a scheme that is not for months the last longer cycle's that
    ended before it. The reason says which.
    """
    place = asked.outlet.id, asked.month, scheme.code
    run, kept = closed_cards(*place)
    if "month" in scheme.grains:
        applied = applied_cards(*place)
    else:
        begins = from_key("month", asked.month, asked.outlet.closing_day).start
        applied = lasting_cards(scheme, begins, [whose.person or 0 for whose in slices])
    known = {
        **{person: _noted(card, FROM_RUN, run) for person, card in kept.items()},
        **{person: _noted(card, FROM_CYCLE, run) for person, card in applied.items()},
    }
    rest = [whose for whose in slices if whose.person not in known]
    fresh = live(asked, rest, scheme) if rest else {}
    without = NOT_IN_RUN if run else NO_RUN
    return {
        whose: _noted(fresh[whose], without, run) if whose in fresh else known[whose.person or 0]
        for whose in slices
    }


def _noted(card: ScoreCard, notes: tuple[str, str], run: int) -> ScoreCard:
    """The card with a further clause in the words of its reason."""
    clauses = dict(zip(("zh", "en"), notes, strict=True))
    told = tuple(
        (name, f"{text}{clauses[name].format(run=run)}" if name in clauses else text)
        for name, text in card.reason.detail
    )
    return replace(card, reason=replace(card.reason, detail=told))


def live(asked: Month, slices: Sequence[Slice], scheme: Scheme) -> dict[Slice, ScoreCard]:
    """Score cards from the facts of the month."""
    kpis = list(dict.fromkeys(item.kpi for item in scheme.items if item.kpi))
    scope_of = {whose: measured(asked, whose, scheme) for whose in slices}
    scopes = list(dict.fromkeys(scope_of.values()))
    columns = inputs(asked, scopes, measure_codes(asked.catalogue.ruling, kpis))
    seen = headings(asked.catalogue, kpis)
    aims = targets_for(asked.ground, scopes, seen, "month", asked.month)
    marks = _marks(asked, scopes, scheme, seen)
    scorer, found = prepared(scheme), {}
    for whose, scope in scope_of.items():
        parts = asked.ground.parts(scope)
        values = kpi_values(asked.catalogue, kpis, columns.get(scope), asked.span.keys, parts)
        targets: dict[str, Value] = {k: aims[scope, k] for k in kpis if (scope, k) in aims}
        found[whose] = scorer.score(Given(values, targets, *marks.get(scope, ({}, {}))))
    return found


Marks = dict[str, Value]


def _marks(
    asked: Month, scopes: Sequence[Slice], scheme: Scheme, seen: Sequence[KpiSeen]
) -> dict[Slice, tuple[Marks, Marks]]:
    """Base and stretch of the month's targets, where the scheme scores by them."""
    wanted = {item.kpi for item in scheme.items if item.method == "points"}
    if not wanted:
        return {}
    rows = targets_of(asked.ground, scopes).filter(
        grain="month", period=asked.month, kpi__in=wanted
    )
    units = {kpi.code: kpi.unit for kpi in seen}
    found: dict[Any, tuple[Marks, Marks]] = {}
    for row in rows:
        bases, stretches = found.setdefault(key_of(row), ({}, {}))
        bases[row.kpi] = in_unit(row.base, units[row.kpi])
        stretches[row.kpi] = in_unit(row.stretch, units[row.kpi])
    places = {scope: where(asked.ground, scope) for scope in scopes}
    return {scope: found[place] for scope, place in places.items() if place in found}


def inputs(
    asked: Month, slices: Sequence[Slice], codes: Iterable[str]
) -> dict[Slice, dict[int, Inputs]]:
    """Measure inputs of many people: one grouping for each unit through which they are seen."""
    found: dict[Slice, dict[int, Inputs]] = {}
    for whose in slices:
        if whose.person is None:
            narrow = asked.ground.narrow(whose)
            columns = gather(asked.ground, _gathering(asked, narrow, (), codes))
            found[whose] = dict(columns.get((), {}))
    for unit in dict.fromkeys(whose.unit for whose in slices if whose.person is not None):
        own = [whose for whose in slices if whose.unit == unit and whose.person is not None]
        narrow = asked.ground.narrow(own[0] if len(own) == 1 else Slice(unit))
        columns = gather(asked.ground, _gathering(asked, narrow, ("person",), codes))
        found |= {whose: dict(columns.get((whose.person,), {})) for whose in own}
    return found


def _gathering(
    asked: Month, narrow: Narrow, by: tuple[str, ...], codes: Iterable[str]
) -> Gathering:
    return Gathering(narrow, by, asked.span, tuple(codes), ahead=asked.ahead)
