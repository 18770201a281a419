"""Values and targets of the KPIs that a pay plan looks at, of people, teams and the outlet."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from cheji.engine.definitions import PayPlan
from cheji.engine.kpis import Inputs
from cheji.engine.pay import Figures
from cheji.engine.periods import Grain, from_key, months_of, period_of
from cheji.reads.appraisals import Month, inputs
from cheji.reads.kpis.gathering import Span, gather, kpi_values, measure_codes
from cheji.reads.kpis.ground import Slice
from cheji.reads.kpis.headings import headings
from cheji.reads.kpis.tallying import Gathering
from cheji.reads.targets import targets_for
from cheji.reads.targets.kept import in_unit, key_of, targets_of, where

Values = dict[str, Fraction | None]


def figures_of(
    asked: Month, scopes: Sequence[Slice], codes: Sequence[str], grain: Grain = "month"
) -> dict[Slice, Figures]:
    """Values, targets, base and stretch by KPI, of the month or of the longer period it ends."""
    ruling = asked.catalogue.ruling
    kpis = [code for code in codes if code in ruling.kpi]
    if not kpis or not scopes:
        return {}
    period = from_key("month", asked.month)
    key = asked.month if grain == "month" else period_of(period.start, grain).key
    keys = [asked.month] if grain == "month" else months_of(from_key(grain, key))
    columns = _columns(asked, scopes, measure_codes(ruling, kpis), tuple(keys))
    seen = headings(asked.catalogue, kpis)
    aims = targets_for(asked.ground, scopes, seen, grain, key)
    bases, stretches = _marks(asked, scopes, {kpi.code: kpi.unit for kpi in seen}, grain, key)
    found = {}
    for scope in scopes:
        parts = asked.ground.parts(scope)
        values = kpi_values(asked.catalogue, kpis, columns.get(scope), keys, parts)
        targets: Values = {code: aims[scope, code] for code in kpis if (scope, code) in aims}
        found[scope] = Figures(
            dict(values), targets, bases.get(scope, {}), stretches.get(scope, {})
        )
    return found


def _columns(
    asked: Month, scopes: Sequence[Slice], codes: Sequence[str], keys: tuple[int, ...]
) -> dict[Slice, Mapping[int, Inputs]]:
    """Measure inputs of the months; one month goes the way that scores go."""
    if keys == (asked.month,):
        return dict(inputs(asked, scopes, codes))
    found: dict[Slice, Mapping[int, Inputs]] = {}
    for scope in scopes:
        narrow = asked.ground.narrow(scope)
        columns = gather(asked.ground, Gathering(narrow, (), Span("month", keys), tuple(codes)))
        found[scope] = columns.get((), {})
    return found


def _marks(
    asked: Month, scopes: Sequence[Slice], units: Mapping[str, str], grain: Grain, key: int
) -> tuple[dict[Slice, Values], dict[Slice, Values]]:
    rows = targets_of(asked.ground, scopes).filter(grain=grain, period=key, kpi__in=list(units))
    places = {where(asked.ground, scope): scope for scope in scopes}
    bases: dict[Slice, Values] = {}
    stretches: dict[Slice, Values] = {}
    for row in rows:
        scope = places.get(key_of(row))
        if scope is not None:
            bases.setdefault(scope, {})[row.kpi] = in_unit(row.base, units[row.kpi])
            stretches.setdefault(scope, {})[row.kpi] = in_unit(row.stretch, units[row.kpi])
    return bases, stretches


def spans_of(
    asked: Month, teams: Mapping[Slice, int | None], plan: PayPlan
) -> dict[Slice, dict[str, Figures]]:
    """Figures of the quarter, half or year that ends with the month, where a plan catches up.

    `teams` are the persons with their teams; who is in none goes by the outlet's figures.
    """
    found: dict[Slice, dict[str, Figures]] = {}
    for caught in plan.catch_ups:
        whole = period_of(from_key("month", asked.month).start, caught.grain)
        if months_of(whole)[-1] != asked.month or caught.grain in _grains(found):
            continue
        alike = [one for one in plan.catch_ups if one.grain == caught.grain]
        codes = [one.look.of for one in alike]
        whose = {one.span: one.look.whose for one in alike}
        seen = {span: _seen(asked, teams, one) for span, one in whose.items()}
        scopes = dict.fromkeys([*teams, *(one for own in seen.values() for one in own.values())])
        figures = figures_of(asked, list(scopes), codes, caught.grain)
        for scope in teams if figures else ():
            spans = found.setdefault(scope, {})
            spans[caught.grain] = figures[scope]
            spans |= {span: figures[own[scope]] for span, own in seen.items()}
    return found


def _grains(found: Mapping[Slice, Mapping[str, Figures]]) -> set[str]:
    return {grain for spans in found.values() for grain in spans}


def _seen(asked: Month, teams: Mapping[Slice, int | None], whose: str) -> dict[Slice, Slice]:
    """Of whom the figures are that each person's catch-up looks at."""
    if whose == "person":
        return {scope: scope for scope in teams}
    outlet = asked.outlet.id
    return {
        scope: Slice((team if whose == "team" else None) or outlet) for scope, team in teams.items()
    }
