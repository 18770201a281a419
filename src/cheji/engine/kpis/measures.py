"""From tallies to the values of measures by scope and period: numbers, or spreads of values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Measure
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.spreads import Spread, spread_of
from cheji.engine.tallies import (
    CARRIED,
    NEW,
    NO_COHORT,
    NO_EXCESS,
    QUANTITY_SCALE,
    UNKNOWN,
    UNPRICED,
    Fact,
    Key,
    Tally,
    cohort_of,
)

Value = Fraction | None
Input = Fraction | Spread | None
Inputs = Mapping[str, Input]
Scope = tuple[Key, ...]
_SCALE: Final = {"quantity": QUANTITY_SCALE, "fen": FEN_PER_YUAN, "count": 1}
_WHOLE: Final = {"second": 1, "minute": 1, "hour": 60, "day": 1, "month": 30}
"""How many of a value make one of the unit: hours are kept in minutes, months in days."""
_WHY_UNKNOWN: Final = {UNPRICED: "unpriced", NO_EXCESS: "no_excess"}
_COHORTS: Final = {
    "new": {NEW},
    "carried": {CARRIED},
    "classified": {NEW, CARRIED},
    "unclassified": {NO_COHORT},
}


@dataclass(frozen=True, slots=True)
class Apart:
    """Tallies that keep values apart: by their day (`seen`) and by the day they began (`begun`)."""

    seen: Sequence[Tally] = ()
    begun: Sequence[Tally] = ()


NOTHING_APART: Final = Apart()


def scale_of(measure: Measure) -> int:
    """By what a measure's integer sums are divided: values are in 1/10,000 unless a time."""
    if measure.column == "value":
        return _WHOLE.get(measure.unit, QUANTITY_SCALE)
    return _SCALE[measure.column]


def why_not(measure: Measure, row: Fact | Tally, closing_day: int = 0) -> str | None:
    """None when the row counts in the measure, otherwise what speaks against it.

    The answer is `unpriced`, `no_excess`, `kind`, `channel`, `level`, `tags`, `model`, `window` or
    `cohort`.
    """
    if row.kind not in dict(measure.kinds):
        return _WHY_UNKNOWN[row.kind] if row.kind in unknown_kinds(measure) else "kind"
    return _filtered_by(measure, row, closing_day)


def unknown_kinds(measure: Measure) -> tuple[str, ...]:
    """The kinds of what happened of which the measure cannot say how much it is.

    Orders of unknown cost leave an amount of money open; an excess profit that is not known also
    whether the car went below the floor price.
    """
    looked_at = set(measure.looked_at) - dict(measure.kinds).keys()
    return tuple(kind for kind in UNKNOWN if kind in looked_at)


def keeps_unknown(measure: Measure, row: Fact | Tally) -> bool:
    """Whether a row brought something of which the measure cannot say how much."""
    if row.kind not in unknown_kinds(measure):
        return False
    said = measure.column == "fen" or row.kind == NO_EXCESS
    return said and _filtered_by(measure, row) is None


def _filtered_by(measure: Measure, row: Fact | Tally, closing_day: int = 0) -> str | None:
    for item in measure.where:
        if (getattr(row, item.dimension) in item.values) is not item.inside:
            return item.dimension
    if 0 < measure.window < row.value:
        return "window"
    if measure.cohort == "any":
        return None
    cohort = row.cohort if isinstance(row, Tally) else cohort_of(row, "month", closing_day)
    return None if cohort in _COHORTS[measure.cohort] else "cohort"


def measure_values(
    measures: Sequence[Measure],
    tallies: Iterable[Tally],
    before: Iterable[Tally],
    periods: Sequence[int],
    *,
    scopes: Iterable[Scope] = (),
    apart: Apart = NOTHING_APART,
) -> dict[tuple[Scope, int, str], Input]:
    """Each measure for each scope and period; where nothing happened it is 0.

    It has no value where all that happened were orders of unknown cost.

    Args:
        measures: those asked for, switched.
        tallies: of the periods asked for.
        before: of everything earlier, whose period keys do not matter: only stocks read them.
        periods: ascending and contiguous keys.
        scopes: further scopes that get values even without a tally.
        apart: what measures with a spread or a window read; their value is a spread or a number.
    """
    earlier, within = list(before), list(tallies)
    plain = [measure for measure in measures if not measure.is_apart]
    sums = _sums(plain, [(0, row) for row in earlier] + [(row.period, row) for row in within])
    spreads: dict[tuple[Scope, int, str], Spread] = {}
    for begun, rows in ((False, apart.seen), (True, apart.begun)):
        chosen = [m for m in measures if m.is_apart and m.begun is begun]
        sums |= _sums([m for m in chosen if not m.spread], [(row.period, row) for row in rows])
        spreads |= _spreads([m for m in chosen if m.spread], rows)
    rows = [*earlier, *within, *apart.seen, *apart.begun]
    values: dict[tuple[Scope, int, str], Input] = {}
    for scope in dict.fromkeys([*scopes, *(row.scope for row in rows)]):
        for measure in measures:
            if measure.spread:
                keys = [(scope, period, measure.code) for period in periods]
                values |= {key: spreads.get(key, Spread()) for key in keys}
            else:
                values |= _series(measure, scope, sums, periods)
    return values | dict.fromkeys(_unknown(plain, within))


def _unknown(measures: Sequence[Measure], rows: Sequence[Tally]) -> set[tuple[Scope, int, str]]:
    """Where what is not known is all that a sum of money could count."""
    kept: dict[tuple[Scope, int, str], int] = {}
    money = [measure for measure in measures if measure.column == "fen"]
    for row in (row for row in rows if row.kind in UNKNOWN):
        for measure in money:
            if keeps_unknown(measure, row):
                key = row.scope, row.period, measure.code
                kept[key] = kept.get(key, 0) + row.count
    wanted = [m for m in measures if m.code in {code for _, _, code in kept}]
    counted = {
        (row.scope, row.period, m.code)
        for row in rows
        for m in wanted
        if row.count and why_not(m, row) is None
    }
    return {key for key, count in kept.items() if count and key not in counted}


Sums = Mapping[tuple[str, Scope], Mapping[int, int]]


def _sums(
    measures: Sequence[Measure], rows: Iterable[tuple[int, Tally]]
) -> dict[tuple[str, Scope], Mapping[int, int]]:
    """Signed integer sums by measure, scope and period."""
    by_kind = _by_kind(measures)
    sums: dict[tuple[str, Scope], dict[int, int]] = {}
    for period, row in rows:
        for measure, sign in by_kind.get(row.kind, ()):
            if _filtered_by(measure, row) is None:
                found = sums.setdefault((measure.code, row.scope), {})
                found[period] = found.get(period, 0) + sign * _amount(measure, row)
    return {**sums}


def _amount(measure: Measure, row: Tally) -> int:
    """What a tally adds; where values are kept apart its value is one of them, not their sum."""
    if measure.is_apart and measure.column == "value":
        return row.value * row.count
    amount: int = getattr(row, measure.column)
    return amount


def _by_kind(measures: Sequence[Measure]) -> dict[str, list[tuple[Measure, int]]]:
    found: dict[str, list[tuple[Measure, int]]] = {}
    for measure in measures:
        for kind, sign in measure.kinds:
            found.setdefault(kind, []).append((measure, sign))
    return found


def _spreads(
    measures: Sequence[Measure], rows: Iterable[Tally]
) -> dict[tuple[Scope, int, str], Spread]:
    """How often each value was seen, by scope, period and measure."""
    by_kind = _by_kind(measures)
    seen: dict[tuple[Scope, int, str], list[tuple[int, int]]] = {}
    for row in rows:
        for measure, sign in by_kind.get(row.kind, ()):
            if _filtered_by(measure, row) is None:
                key = row.scope, row.period, measure.code
                seen.setdefault(key, []).append((row.value, sign * row.quantity))
    return {key: spread_of(pairs) for key, pairs in seen.items()}


def _series(
    measure: Measure, scope: Scope, sums: Sums, periods: Sequence[int]
) -> dict[tuple[Scope, int, str], Input]:
    by_period = sums.get((measure.code, scope), {})
    scale = scale_of(measure)
    stock = sum(amount for period, amount in by_period.items() if period < periods[0])
    values: dict[tuple[Scope, int, str], Input] = {}
    for period in periods:
        flow = by_period.get(period, 0)
        amount = {"opening": stock, "closing": stock + flow}.get(measure.over_time, flow)
        values[scope, period, measure.code] = Fraction(amount, scale)
        stock += flow
    return values


def inputs_at(
    values: Mapping[tuple[Scope, int, str], Input], scope: Scope, period: int
) -> dict[str, Input]:
    """The measures of one scope and period, by code."""
    return {
        code: value
        for (at_scope, at_period, code), value in values.items()
        if at_scope == scope and at_period == period
    }


def columns_of(
    values: Mapping[tuple[Scope, int, str], Input],
) -> dict[Scope, dict[int, dict[str, Input]]]:
    """The same values by scope and period, for sheets of many columns."""
    columns: dict[Scope, dict[int, dict[str, Input]]] = {}
    for (scope, period, code), value in values.items():
        columns.setdefault(scope, {}).setdefault(period, {})[code] = value
    return columns


def mean_inputs(columns: Sequence[Inputs]) -> dict[str, Input]:
    """The average column: each input averaged, so that its ratios are ratios of averages.

    Spreads are merged: the median of an average column is that of all its outlets together.
    """
    codes = dict.fromkeys(code for column in columns for code in column)
    return {code: _mean([column.get(code) for column in columns]) for code in codes}


def _mean(values: Sequence[Input]) -> Input:
    total = together(values)
    if total is None or isinstance(total, Spread):
        return total
    return total / sum(value is not None for value in values)


def together(values: Iterable[Input]) -> Input:
    """Numbers or spreads added up, unknown ones left out; None when none is known."""
    known = [value for value in values if value is not None]
    spreads = [value for value in known if isinstance(value, Spread)]
    if spreads:
        return spread_of(pair for spread in spreads for pair in spread.weights)
    numbers = [value for value in known if not isinstance(value, Spread)]
    return sum(numbers, Fraction(0)) if numbers else None


def reduced(measure: Measure, value: Input) -> Value:
    """A measure's input as a number: of a spread its median, P90 or mean; None when empty."""
    if not measure.spread:
        return value if isinstance(value, Fraction) else None
    if not isinstance(value, Spread):
        return None
    found: Value = getattr(value, measure.spread)
    return None if found is None else found / scale_of(measure)
