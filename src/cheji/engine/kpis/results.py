"""From the values of measures to KPIs over months, with reasons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from cheji.engine.definitions import Definition, Definitions, Filter, Identity, Kpi, Measure, digest
from cheji.engine.formulas import Formula, evaluate
from cheji.engine.formulas.nodes import Operation
from cheji.engine.kpis.measures import Input, Inputs, Value, reduced, together
from cheji.engine.money import round_half_up
from cheji.engine.reasons import Detail, Reason
from cheji.engine.spreads import Spread
from cheji.engine.tallies import QUANTITY_SCALE

Ways = Mapping[str, str]


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


def uncut(definitions: Definitions, code: str) -> frozenset[str]:
    """The parts by which a KPI, or one that it rests on, may not be cut."""
    kpi = definitions.kpi[code]
    inner = [
        uncut(definitions, name)
        for name in kpi.formula.names
        if name in definitions.kpi and name not in definitions.measure
    ]
    return frozenset(kpi.not_by).union(*inner)


def values_over(
    definitions: Definitions, codes: Iterable[str], months: Sequence[Inputs]
) -> dict[str, Value]:
    """KPI values over months without reasons: the quick form for large tables."""
    calculation = _Calculation(definitions, months)
    return {code: calculation.kpi(code, {}) for code in codes}


def divisor_over(definitions: Definitions, code: str, months: Sequence[Inputs]) -> Value:
    """On how many cases a quotient rests over months; None of what is no quotient, or not known."""
    kpi = definitions.kpi[code]
    root = kpi.formula.root
    if not isinstance(root, Operation) or root.op != "/":
        return None
    calculation, ways = _Calculation(definitions, months), dict(kpi.over_time)
    inputs = {name: calculation.name(name, ways) for name in kpi.formula.names}
    return evaluate(Formula("", (), root.args[1]), inputs)


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
        if ways.get(code) == "sum":
            return self.months_added(code)
        return self.kpi(code, ways)

    def months_added(self, code: str) -> Value:
        """A KPI worked out month by month, and these added: the absolute error of each month."""
        monthly = [_Calculation(self.definitions, [month]).kpi(code, {}) for month in self.months]
        known = [value for value in monthly if value is not None]
        return sum(known, Fraction(0)) if known else None

    def measure(self, code: str, ways: Ways) -> Value:
        measure = self.definitions.measure[code]
        return reduced(measure, self.input(code, ways))

    def input(self, code: str, ways: Ways) -> Input:
        """The months of a measure brought together, a spread still a spread.

        Months without a target would set what was done in all of them against a part of the goal.
        """
        monthly = [month[code] for month in self.months]
        match self.way(code, ways):
            case "opening":
                return monthly[0]
            case "closing":
                return monthly[-1]
            case "none" if len(monthly) > 1:
                return None
            case "sum" if self.definitions.measure[code].target and None in monthly:
                return None
        return together(monthly)

    def way(self, code: str, ways: Ways) -> str:
        return ways.get(code, self.definitions.measure[code].over_time)

    def kpi(self, code: str, ways: Ways) -> Value:
        kpi = self.definitions.kpi[code]
        inner = {**ways, **dict(kpi.over_time)}
        key = code, tuple(sorted(inner.items()))
        if key not in self.known:
            inputs = {name: self.name(name, inner) for name in kpi.formula.names}
            value = evaluate(kpi.formula, inputs)
            unknown = value is None and None in inputs.values()
            self.known[key] = kpi.empty if value is None and not unknown else value
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
            reason = self.kpi_reason(code, ways)
            return replace(reason, value=self.name(code, ways))
        measure = self.definitions.measure[code]
        found = self.input(code, ways)
        return Reason(
            "measure",
            code,
            reduced(measure, found),
            (
                ("zh", measure.zh),
                ("en", measure.en),
                ("unit", measure.unit),
                ("over_time", self.way(code, ways)),
                ("monthly", tuple(reduced(measure, month[code]) for month in self.months)),
                ("kinds", dict(measure.kinds)),
                ("where", {item.dimension: _kept(item) for item in measure.where}),
                ("cohort", measure.cohort),
                ("looked_at", measure.looked_at),
                *_spread_details(measure, found),
                ("digest", known_digest(measure)),
            ),
        )


def _spread_details(measure: Measure, value: Input) -> Iterator[tuple[str, Detail]]:
    """What a spread rests on, and a window and a shift in time where there is one."""
    if measure.spread:
        seen = value.weight if isinstance(value, Spread) else 0
        yield "spread", measure.spread
        yield "n", Fraction(seen, QUANTITY_SCALE)
    if measure.window:
        yield "window", measure.window
    if measure.begun:
        yield "begun", measure.begun
    if measure.ago:
        yield "ago", measure.ago
    if measure.target:
        yield "target", measure.target


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
