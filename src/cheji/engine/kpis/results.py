"""From tallies to measure values, and from these to KPIs over months, with reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from cheji.engine.definitions import Definition, Definitions, Filter, Identity, Kpi, Measure, digest
from cheji.engine.formulas import evaluate
from cheji.engine.money import FEN_PER_YUAN, round_half_up
from cheji.engine.reasons import Reason
from cheji.engine.tallies import (
    CARRIED,
    NEW,
    NO_COHORT,
    QUANTITY_SCALE,
    UNPRICED,
    Fact,
    Key,
    Tally,
    cohort_of,
)

Value = Fraction | None
Inputs = Mapping[str, Value]
Scope = tuple[Key, ...]
Ways = Mapping[str, str]
_SCALE: Final = {"quantity": QUANTITY_SCALE, "fen": FEN_PER_YUAN, "value": 1, "count": 1}
_COHORTS: Final = {"new": NEW, "carried": CARRIED, "unclassified": NO_COHORT}


@dataclass(frozen=True, slots=True)
class Result:
    """A KPI's value (None shows as "—") and why."""

    code: str
    value: Value
    reason: Reason


@dataclass(frozen=True, slots=True)
class IdentityResult:
    """Both sides of an identity; `difference` is left − right, None when a side has no value."""

    identity: Identity
    left: Value
    right: Value
    difference: Value

    @property
    def holds(self) -> bool:
        if self.difference is None:
            return True
        return self.difference <= 0 if self.identity.relation == "<=" else not self.difference


def why_not(measure: Measure, row: Fact | Tally, closing_day: int = 0) -> str | None:
    """None when the row counts in the measure, otherwise what speaks against it.

    The answer is `unpriced`, `kind`, `channel`, `level`, `tags`, `model` or `cohort`.
    """
    if row.kind not in dict(measure.kinds):
        return "unpriced" if row.kind == UNPRICED and UNPRICED in measure.looked_at else "kind"
    return _filtered_by(measure, row, closing_day)


def keeps_unknown(measure: Measure, row: Fact | Tally) -> bool:
    """Whether a row brought money of which the measure cannot say how much: no cost is known."""
    money = measure.column == "fen" and why_not(measure, row) == "unpriced"
    return money and _filtered_by(measure, row) is None


def _filtered_by(measure: Measure, row: Fact | Tally, closing_day: int = 0) -> str | None:
    for item in measure.where:
        if (getattr(row, item.dimension) in item.values) is not item.inside:
            return item.dimension
    if measure.cohort == "any":
        return None
    cohort = row.cohort if isinstance(row, Tally) else cohort_of(row, "month", closing_day)
    return None if cohort == _COHORTS[measure.cohort] else "cohort"


def measure_values(
    measures: Sequence[Measure],
    tallies: Iterable[Tally],
    before: Iterable[Tally],
    periods: Sequence[int],
    *,
    scopes: Iterable[Scope] = (),
) -> dict[tuple[Scope, int, str], Value]:
    """Each measure for each scope and period; where nothing happened it is 0.

    It has no value where all that happened were orders of unknown cost.

    Args:
        measures: those asked for, switched.
        tallies: of the periods asked for.
        before: of everything earlier, whose period keys do not matter: only stocks read them.
        periods: ascending and contiguous keys.
        scopes: further scopes that get values even without a tally.
    """
    earlier, within = list(before), list(tallies)
    sums = _sums(measures, [(0, row) for row in earlier] + [(row.period, row) for row in within])
    all_scopes = dict.fromkeys([*scopes, *(row.scope for row in earlier + within)])
    values: dict[tuple[Scope, int, str], Value] = {}
    for measure in measures:
        for scope in all_scopes:
            values |= _series(measure, scope, sums, periods)
    return values | dict.fromkeys(_unknown(measures, within))


def _unknown(measures: Sequence[Measure], rows: Sequence[Tally]) -> set[tuple[Scope, int, str]]:
    """Where orders of unknown cost are all that a measure could count."""
    kept: dict[tuple[Scope, int, str], int] = {}
    unpriced = [row for row in rows if row.kind == UNPRICED]
    for row in unpriced:
        for measure in measures:
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


def _sums(measures: Sequence[Measure], rows: Iterable[tuple[int, Tally]]) -> Sums:
    """Signed integer sums by measure, scope and period."""
    by_kind: dict[str, list[tuple[Measure, int]]] = {}
    for measure in measures:
        for kind, sign in measure.kinds:
            by_kind.setdefault(kind, []).append((measure, sign))
    sums: dict[tuple[str, Scope], dict[int, int]] = {}
    for period, row in rows:
        for measure, sign in by_kind.get(row.kind, ()):
            if _filtered_by(measure, row) is None:
                found = sums.setdefault((measure.code, row.scope), {})
                found[period] = found.get(period, 0) + sign * getattr(row, measure.column)
    return sums


def _series(
    measure: Measure, scope: Scope, sums: Sums, periods: Sequence[int]
) -> dict[tuple[Scope, int, str], Value]:
    by_period = sums.get((measure.code, scope), {})
    scale = _SCALE[measure.column]
    stock = sum(amount for period, amount in by_period.items() if period < periods[0])
    values: dict[tuple[Scope, int, str], Value] = {}
    for period in periods:
        flow = by_period.get(period, 0)
        amount = {"opening": stock, "closing": stock + flow}.get(measure.over_time, flow)
        values[scope, period, measure.code] = Fraction(amount, scale)
        stock += flow
    return values


def inputs_at(
    values: Mapping[tuple[Scope, int, str], Value], scope: Scope, period: int
) -> dict[str, Value]:
    """The measures of one scope and period, by code."""
    return {
        code: value
        for (at_scope, at_period, code), value in values.items()
        if at_scope == scope and at_period == period
    }


def columns_of(
    values: Mapping[tuple[Scope, int, str], Value],
) -> dict[Scope, dict[int, dict[str, Value]]]:
    """The same values by scope and period, for sheets of many columns."""
    columns: dict[Scope, dict[int, dict[str, Value]]] = {}
    for (scope, period, code), value in values.items():
        columns.setdefault(scope, {}).setdefault(period, {})[code] = value
    return columns


def mean_inputs(columns: Sequence[Inputs]) -> dict[str, Value]:
    """The average column: each input averaged, so that its ratios are ratios of averages."""
    codes = dict.fromkeys(code for column in columns for code in column)
    return {code: _mean([column.get(code) for column in columns]) for code in codes}


def _mean(values: Sequence[Value]) -> Value:
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def needed_measures(definitions: Definitions, codes: Iterable[str]) -> tuple[Measure, ...]:
    """The measures on which these KPIs (or measures) rest, in order of definition."""
    needed: set[str] = set()
    ahead = list(codes)
    while ahead:
        code = ahead.pop()
        if code in needed:
            continue
        needed.add(code)
        if code not in definitions.measure:
            ahead += definitions.kpi[code].formula.names
    return tuple(measure for measure in definitions.measures if measure.code in needed)


def values_over(
    definitions: Definitions, codes: Iterable[str], months: Sequence[Inputs]
) -> dict[str, Value]:
    """KPI values over months without reasons: the quick form for large tables."""
    calculation = _Calculation(definitions, months)
    return {code: calculation.kpi(code, {}) for code in codes}


def kpi_value(definitions: Definitions, code: str, inputs: Inputs) -> Result:
    """A KPI of one month."""
    return over(definitions, code, [inputs])


def over(definitions: Definitions, code: str, months: Sequence[Inputs]) -> Result:
    """A KPI over consecutive months: flows sum, stocks take the first opening or last closing.

    A KPI's own `over_time` decides for single inputs. Cohorts stay monthly.
    """
    calculation = _Calculation(definitions, months)
    return Result(code, calculation.kpi(code, {}), calculation.kpi_reason(code, {}))


def check_identities(
    definitions: Definitions, sheet: str, month: Inputs, following: Inputs | None = None
) -> list[IdentityResult]:
    """Each identity of a sheet with both sides; those that look ahead need the next month."""
    results = []
    for identity in definitions.sheet[sheet].identities:
        if identity.next_left and following is None:
            continue
        left_inputs = following if identity.next_left and following is not None else month
        left = _formula_value(definitions, identity.left.names, left_inputs)
        right = _formula_value(definitions, identity.right.names, month)
        sides = evaluate(identity.left, left), evaluate(identity.right, right)
        results.append(IdentityResult(identity, *sides, _difference(*sides)))
    return results


def _formula_value(
    definitions: Definitions, names: Iterable[str], inputs: Inputs
) -> dict[str, Value]:
    calculation = _Calculation(definitions, [inputs])
    return {name: calculation.name(name, {}) for name in names}


def _difference(left: Value, right: Value) -> Value:
    return None if left is None or right is None else left - right


class _Calculation:
    """KPIs over the same months share what they have in common."""

    def __init__(self, definitions: Definitions, months: Sequence[Inputs]) -> None:
        self.definitions = definitions
        self.months = months
        self.known: dict[tuple[str, tuple[tuple[str, str], ...]], Value] = {}

    def name(self, code: str, ways: Ways) -> Value:
        if code in self.definitions.measure:
            return self.measure(code, ways)
        return self.kpi(code, ways)

    def measure(self, code: str, ways: Ways) -> Value:
        monthly = [month[code] for month in self.months]
        match self.way(code, ways):
            case "opening":
                return monthly[0]
            case "closing":
                return monthly[-1]
            case "none" if len(monthly) > 1:
                return None
        present = [value for value in monthly if value is not None]
        return sum(present, Fraction(0)) if present else None

    def way(self, code: str, ways: Ways) -> str:
        return ways.get(code, self.definitions.measure[code].over_time)

    def kpi(self, code: str, ways: Ways) -> Value:
        kpi = self.definitions.kpi[code]
        inner = {**ways, **dict(kpi.over_time)}
        key = code, tuple(sorted(inner.items()))
        if key not in self.known:
            inputs = {name: self.name(name, inner) for name in kpi.formula.names}
            self.known[key] = evaluate(kpi.formula, inputs)
        return self.known[key]

    def kpi_reason(self, code: str, ways: Ways) -> Reason:
        kpi = self.definitions.kpi[code]
        inner = {**ways, **dict(kpi.over_time)}
        parts = tuple(self.name_reason(name, inner) for name in kpi.formula.names)
        figures = {part.code: _figure(part.value) for part in parts}
        return Reason(
            "kpi",
            code,
            self.kpi(code, ways),
            (
                ("zh", kpi.zh),
                ("en", kpi.en),
                ("unit", kpi.unit),
                ("formula", kpi.formula.text),
                ("formula_zh", kpi.formula.rewrite(self.labels(kpi, "zh"))),
                ("formula_en", kpi.formula.rewrite(self.labels(kpi, "en"))),
                ("figures", kpi.formula.rewrite(figures)),
                ("months", len(self.months)),
                ("digest", known_digest(kpi)),
            ),
            parts,
        )

    def labels(self, kpi: Kpi, language: str) -> dict[str, str]:
        return {name: getattr(self.named(name), language) for name in kpi.formula.names}

    def named(self, code: str) -> Measure | Kpi:
        return self.definitions.measure.get(code) or self.definitions.kpi[code]

    def name_reason(self, code: str, ways: Ways) -> Reason:
        if code not in self.definitions.measure:
            return self.kpi_reason(code, ways)
        measure = self.definitions.measure[code]
        return Reason(
            "measure",
            code,
            self.measure(code, ways),
            (
                ("zh", measure.zh),
                ("en", measure.en),
                ("unit", measure.unit),
                ("over_time", self.way(code, ways)),
                ("monthly", tuple(month[code] for month in self.months)),
                ("kinds", dict(measure.kinds)),
                ("where", {item.dimension: _kept(item) for item in measure.where}),
                ("cohort", measure.cohort),
                ("looked_at", measure.looked_at),
                ("digest", known_digest(measure)),
            ),
        )


def _kept(item: Filter) -> dict[str, tuple[str, ...]]:
    return {"in" if item.inside else "not": item.values}


def _figure(value: Fraction | int | None) -> str:
    """A value for reading inside a formula."""
    if value is None:
        return "—"
    text = decimal_text(Fraction(value))
    return f"({text})" if value < 0 else text


def decimal_text(value: Fraction) -> str:
    """At most four decimals, half up, without passing through a binary float."""
    scaled = abs(round_half_up(value * 10_000))
    sign = "-" if value < 0 and scaled else ""
    return f"{sign}{scaled // 10_000}.{scaled % 10_000:04d}".rstrip("0").rstrip(".")


@lru_cache(maxsize=4096)
def known_digest(definition: Definition) -> str:
    """The digest of a definition, remembered because each reason carries it."""
    return digest(definition)
