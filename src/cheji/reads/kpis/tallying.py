"""How the facts of many measures are read: in a grid, by tallies, and with values kept apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from cheji.engine.definitions import Measure
from cheji.engine.kpis import Apart, Input, Inputs, columns_of, measure_values
from cheji.engine.periods import Grain, Period, from_key, month_shifted
from cheji.engine.tallies import UNKNOWN
from cheji.facts import Narrow, before, grids, tallies
from cheji.facts.spreads import spreads
from cheji.reads.kpis.stored import exact
from cheji.records.models import Target, Unit

Scope = tuple[int | str | None, ...]
Columns = dict[Scope, dict[int, dict[str, Input]]]
Keep = Callable[[Scope], bool]
Read = Callable[[Sequence[Measure], Keep], Columns]


@dataclass(frozen=True)
class Span:
    """Contiguous periods of a grain that facts are grouped by: day, week or month."""

    grain: Grain
    keys: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.keys[0]

    @property
    def last(self) -> int:
        return self.keys[-1]


@dataclass(frozen=True)
class Gathering:
    """What to group: whose facts, by which columns, over which periods, which measures.

    `present` are scopes that get inputs even where nothing happened; `ahead` are periods that will
    be asked for next, one by one.
    """

    narrow: Narrow
    by: tuple[str, ...]
    span: Span
    measures: tuple[str, ...]
    present: tuple[Scope, ...] = ()
    ahead: tuple[int, ...] = ()


def reading(asked: Gathering, measures: Sequence[Measure]) -> Read:
    """The facts read for all measures at once; the values of some of them are asked of it."""
    plain = [measure for measure in measures if _is_plain(measure)]
    apart = [measure for measure in measures if measure.is_apart]
    aims = [measure for measure in measures if measure.target]
    added_up = _in_a_grid if asked.narrow.is_wide else _by_tallies
    reads = [
        one(replace(asked, narrow=replace(asked.narrow, kinds=_kinds(chosen))), chosen)
        for one, chosen in ((added_up, plain), (_apart, apart), (_targets, aims))
        if chosen
    ]

    def read(measures: Sequence[Measure], keep: Keep) -> Columns:
        found: Columns = {}
        for one in reads:
            fill(found, one(measures, keep))
        return found

    return read


def _is_plain(measure: Measure) -> bool:
    return not measure.is_apart and not measure.target


def _targets(asked: Gathering, measures: Sequence[Measure]) -> Read:
    """The months' goals of outlets, added up where not grouped by them; of nothing finer.

    Whoever sees an outlet's figures sees what they are measured by.
    """
    if asked.span.grain != "month" or set(asked.by) - {"outlet"}:
        return lambda _measures, _keep: {}
    by_kpi: dict[str, list[Measure]] = {}
    for measure in measures:
        by_kpi.setdefault(measure.target, []).append(measure)
    rows = Target.objects.filter(
        unit__in=_outlets(asked.narrow), reserve=False, model="", grain="month",
        period__in=asked.span.keys, kpi__in=by_kpi,
    ).values_list("unit", "period", "kpi", "value")  # fmt: skip

    def read(measures: Sequence[Measure], keep: Keep) -> Columns:
        found: Columns = {}
        for outlet, period, kpi, value in rows:
            scope: Scope = (outlet,) if asked.by else ()
            inputs = found.setdefault(scope, {}).setdefault(period, {})
            for measure in by_kpi[kpi] if keep(scope) else ():
                if measure in measures:
                    goal = exact(value, measure.unit)
                    inputs[measure.code] = (inputs.get(measure.code) or Fraction(0)) + goal
        return found

    return read


def _outlets(narrow: Narrow) -> QuerySet[Unit]:
    """The outlets that are asked for and in reach."""
    found = Unit.objects.filter(kind=Unit.Kind.OUTLET)
    if not narrow.reach.everything:
        found = found.filter(pk__in=narrow.reach.outlets)
    return found if narrow.outlets is None else found.filter(pk__in=narrow.outlets)


def without_goal(
    narrow: Narrow, span: Span, measures: Iterable[Measure]
) -> dict[tuple[str, int], set[int]]:
    """For measures of targets and months, the outlets asked for that were open and have no goal."""
    aims = [measure for measure in measures if measure.target]
    if not aims or span.grain != "month":
        return {}
    outlets = list(_outlets(narrow).values_list("pk", "opened_on", "closed_on"))
    months = {(m, key): month_shifted(key, -m.ago) for m in aims for key in span.keys}
    has = set(
        Target.objects.filter(
            unit__in=[pk for pk, *_ in outlets], reserve=False, model="", grain="month",
            period__in=set(months.values()), kpi__in={m.target for m in aims},
        ).values_list("unit", "period", "kpi")
    )  # fmt: skip
    return {
        (measure.code, key): {
            pk
            for pk, opened, closed in outlets
            if (pk, month, measure.target) not in has
            and _is_open(from_key("month", month), opened, closed)
        }
        for (measure, key), month in months.items()
    }


def _is_open(period: Period, opened: date | None, closed: date | None) -> bool:
    return (opened is None or opened < period.until) and (closed is None or closed > period.start)


def _apart(asked: Gathering, measures: Sequence[Measure]) -> Read:
    """Values kept apart: by their day, and by the day on which they began."""
    span = asked.span
    seen, begun = (
        spreads(
            replace(asked.narrow, kinds=_kinds(chosen)),
            first=span.first,
            last=span.last,
            scope=asked.by,
            grain=span.grain,
            begun=is_begun,
        )
        if (chosen := [m for m in measures if m.begun is is_begun])
        else []
        for is_begun in (False, True)
    )

    def read(measures: Sequence[Measure], keep: Keep) -> Columns:
        chosen = [measure for measure in measures if measure.is_apart]
        rows = Apart(*([row for row in side if keep(row.scope)] for side in (seen, begun)))
        return columns_of(measure_values(chosen, [], [], span.keys, apart=rows))

    return read


def fill(found: Columns, more: Mapping[Scope, Mapping[int, Inputs]]) -> None:
    """Add the measures of one reading to those of another."""
    for scope, periods in more.items():
        kept = found.setdefault(scope, {})
        for period, inputs in periods.items():
            kept.setdefault(period, {}).update(inputs)


def _kinds(measures: Sequence[Measure]) -> frozenset[str]:
    counted = {kind for measure in measures for kind, _ in measure.kinds}
    return frozenset(counted | {k for m in measures for k in m.looked_at if k in UNKNOWN})


def _by_tallies(asked: Gathering, measures: Sequence[Measure]) -> Read:
    """Values added up here: the quick way for few outlets."""
    span, stocks = asked.span, _stock_kinds(measures)
    by_model = any(item.dimension == "model" for m in measures for item in m.where)
    within = tallies(
        asked.narrow,
        first=span.first,
        last=span.last,
        scope=asked.by,
        grain=span.grain,
        model=by_model,
        ahead=asked.ahead,
    )
    narrow = replace(asked.narrow, kinds=stocks)
    past = (
        before(narrow, first=span.first, scope=asked.by, grain=span.grain, model=by_model)
        if stocks
        else []
    )

    def read(measures: Sequence[Measure], keep: Keep) -> Columns:
        rows, earlier = ([row for row in side if keep(row.scope)] for side in (within, past))
        chosen = [measure for measure in measures if _is_plain(measure)]
        return columns_of(measure_values(chosen, rows, earlier, span.keys))

    return read


def _in_a_grid(asked: Gathering, measures: Sequence[Measure]) -> Read:
    """Values added up by the engine of the facts: the quick way for many outlets."""
    span = asked.span
    grid = grids.read(
        asked.narrow,
        measures,
        first=span.first,
        last=span.last,
        scope=asked.by,
        grain=span.grain,
    )

    def read(measures: Sequence[Measure], keep: Keep) -> Columns:
        chosen = [measure for measure in measures if _is_plain(measure)]
        found: Columns = {}
        fill(found, grid.values(chosen, span.keys, keep))
        return found

    return read


def _stock_kinds(measures: Iterable[Measure]) -> frozenset[str]:
    return frozenset(kind for m in measures if m.is_stock for kind, _ in m.kinds)
