"""From facts to measure inputs by scope and period, each outlet by its own definitions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cheji.engine.definitions import Definitions, Measure
from cheji.engine.kpis import Inputs, Value, measure_values, needed_measures, values_over
from cheji.engine.periods import MONTHS, Grain, from_key, period_of, series
from cheji.engine.tallies import UNPRICED, Tally
from cheji.facts import Narrow, before, tallies
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.ground import Ground, parts_of

Scope = tuple[int | str | None, ...]
ZERO = Fraction(0)
Columns = dict[Scope, dict[int, dict[str, Value]]]


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


def span_of(grain: Grain, first: int, last: int) -> Span:
    """The grouping periods from the start of one period to the end of another."""
    fine: Grain = "month" if grain in MONTHS else grain
    start, end = parts_of(grain, first)[0], parts_of(grain, last)[-1]
    return Span(fine, tuple(period.key for period in series(fine, start, end)))


def back(grain: Grain, key: int, count: int) -> int:
    """The key so many periods earlier."""
    period = from_key(grain, key)
    for _ in range(count):
        period = period_of(period.start.fromordinal(period.start.toordinal() - 1), grain)
    return period.key


def measure_codes(definitions: Definitions, kpis: Iterable[str]) -> list[str]:
    return [measure.code for measure in needed_measures(definitions, kpis)]


@dataclass(frozen=True)
class Gathering:
    """What to group: whose facts, by which columns, over which periods, which measures.

    `present` are scopes that get inputs even where nothing happened.
    """

    narrow: Narrow
    by: tuple[str, ...]
    span: Span
    measures: tuple[str, ...]
    present: tuple[Scope, ...] = ()


def gather(ground: Ground, asked: Gathering) -> Columns:
    """Measure inputs by scope and period; where nothing happened they are 0.

    Outlets with definitions of their own are counted by those, then added to the others.
    """
    special = ground.shelf.special & set(asked.narrow.outlets or ground.outlets)
    split = bool(special) and "outlet" not in asked.by
    columns = ("outlet", *asked.by) if split else asked.by
    rulings = _rulings(ground, asked.span, special)
    narrow = replace(asked.narrow, kinds=_kinds(rulings, asked.measures))
    by_model = any(f.dimension == "model" for m in _all(rulings, asked.measures) for f in m.where)
    span = asked.span
    within = tallies(
        narrow, first=span.first, last=span.last, scope=columns, grain=span.grain, model=by_model
    )
    stocks = any(measure.is_stock for measure in _all(rulings, asked.measures))
    past = before(narrow, first=span.first, scope=columns, grain=span.grain) if stocks else []
    place = columns.index("outlet") if "outlet" in columns else None
    found: Columns = {}
    for outlet, ruling in rulings.items():
        rows, earlier = (_of_outlet(side, place, outlet, special) for side in (within, past))
        counted = _count(ruling, span, rows, earlier, asked.measures)
        _merge(found, counted, drop_first=split)
    for scope in asked.present if asked.by else ((),):
        found.setdefault(scope, {key: dict.fromkeys(asked.measures, ZERO) for key in span.keys})
    _blank(found, _all(rulings, asked.measures), _parts(asked))
    return found


def gather_days(
    ground: Ground, asked: Gathering, full: Mapping[Scope, Mapping[int, Inputs]]
) -> Columns:
    """The first days of periods of which `full` holds the whole.

    What opens a period is in `full`: only flows and closing stocks are read again.
    """
    opened = _opened(ground, asked)
    rest = tuple(code for code in asked.measures if code not in opened)
    found = gather(ground, replace(asked, measures=rest, present=tuple(full)))
    for scope, periods in found.items():
        for key, inputs in periods.items():
            whole = full.get(scope, {}).get(key, {})
            inputs.update({code: whole[code] for code in opened if code in whole})
    return found


def _opened(ground: Ground, asked: Gathering) -> set[str]:
    """Stocks that every definition of these periods reads where a period begins."""
    special = ground.shelf.special & set(asked.narrow.outlets or ground.outlets)
    measures = _all(_rulings(ground, asked.span, special), asked.measures)
    others = {measure.code for measure in measures if measure.over_time != "opening"}
    return {measure.code for measure in measures} - others


def _parts(asked: Gathering) -> set[str]:
    """The dimensions into which the figures are cut, by column or by narrowing."""
    narrowed = {"team": asked.narrow.teams, "person": asked.narrow.people}
    return {*asked.by, *(part for part, chosen in narrowed.items() if chosen is not None)}


def _blank(found: Columns, measures: Iterable[Measure], parts: set[str]) -> None:
    """A measure that has no meaning by one of these parts has no value there."""
    codes = {measure.code for measure in measures if parts.intersection(measure.not_by)}
    for inputs in (inputs for periods in found.values() for inputs in periods.values()):
        inputs.update(dict.fromkeys(codes.intersection(inputs)))


Rulings = dict[int | None, dict[int, Catalogue]]


def _rulings(ground: Ground, span: Span, special: Iterable[int]) -> Rulings:
    """By outlet with own definitions (None: all others) and period."""
    return {
        outlet: {key: ground.ruling(span.grain, key, outlet) for key in span.keys}
        for outlet in (None, *sorted(special))
    }


def _all(rulings: Rulings, codes: Iterable[str]) -> list[Measure]:
    distinct = {id(c): c for ruling in rulings.values() for c in ruling.values()}
    wanted = set(codes)
    return [m for c in distinct.values() for m in c.ruling.measures if m.code in wanted]


def _kinds(rulings: Rulings, codes: Iterable[str]) -> frozenset[str]:
    found = _all(rulings, codes)
    counted = {kind for measure in found for kind, _ in measure.kinds}
    return frozenset(counted | {k for m in found for k in m.looked_at if k == UNPRICED})


def _of_outlet(
    rows: Sequence[Tally], place: int | None, outlet: int | None, special: set[int]
) -> Sequence[Tally]:
    if place is None or not special:
        return rows
    if outlet is None:
        return [row for row in rows if row.scope[place] not in special]
    return [row for row in rows if row.scope[place] == outlet]


def _count(
    ruling: Mapping[int, Catalogue],
    span: Span,
    rows: Sequence[Tally],
    earlier: Sequence[Tally],
    codes: Sequence[str],
) -> Columns:
    """Values of each period by the definitions that rule it."""
    found: Columns = {}
    for catalogue in {id(c): c for c in ruling.values()}.values():
        measures = [m for m in catalogue.ruling.measures if m.code in codes]
        values = measure_values(measures, rows, earlier, span.keys)
        for (scope, period, code), value in values.items():
            if ruling[period] is catalogue:
                found.setdefault(scope, {}).setdefault(period, {})[code] = value
    return found


def _merge(found: Columns, counted: Columns, *, drop_first: bool) -> None:
    for scope, periods in counted.items():
        kept = found.setdefault(scope[1:] if drop_first else scope, {})
        for period, inputs in periods.items():
            _add(kept.setdefault(period, {}), inputs)


def _add(kept: dict[str, Value], inputs: Inputs) -> None:
    for code, value in inputs.items():
        old = kept.get(code)
        kept[code] = value if old is None else old + (value or ZERO)


def added(columns: Iterable[Mapping[int, Inputs]]) -> dict[int, dict[str, Value]]:
    """Several scopes as one."""
    found: dict[int, dict[str, Value]] = {}
    for column in columns:
        for period, inputs in column.items():
            _add(found.setdefault(period, {}), inputs)
    return found


def filled(
    column: Mapping[int, Inputs] | None, keys: Iterable[int], codes: Iterable[str]
) -> list[dict[str, Value]]:
    """The inputs of these periods in order; 0 where nothing happened.

    None where the measure was not defined then.
    """
    listed = list(codes)
    if not column:
        return [dict.fromkeys(listed, ZERO) for _ in keys]
    return [{code: column.get(key, {}).get(code) for code in listed} for key in keys]


def kpi_values(
    catalogue: Catalogue,
    kpis: Sequence[str],
    column: Mapping[int, Inputs] | None,
    keys: Sequence[int],
) -> dict[str, Value]:
    """The KPIs of one scope over grouping periods; None for what the catalogue does not know."""
    known = [code for code in kpis if code in catalogue.ruling.kpi]
    codes = measure_codes(catalogue.ruling, known)
    return {
        **dict.fromkeys(kpis),
        **values_over(catalogue.ruling, known, filled(column, keys, codes)),
    }
