"""The frozen shapes of definitions: measures, KPIs, sheets and switches."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

from cheji.engine.definitions.filters import Filter
from cheji.engine.definitions.pay_plans import PayPlan
from cheji.engine.definitions.schemes import Scheme
from cheji.engine.formulas import Formula

Column = Literal["quantity", "fen", "value", "count"]
Cohort = Literal["any", "new", "carried", "classified", "unclassified"]
OverTime = Literal["sum", "opening", "closing", "none"]
Direction = Literal["up", "down", "band", "none"]
SpreadOf = Literal["", "median", "p90", "mean"]
KpiKind = Literal["", "count", "sum", "ratio", "duration", "score", "stock", "index"]

RATES: Final = frozenset({"ratio", "duration", "score", "index"})
MAX_STEPS: Final = 8
"""Of a funnel: its split takes the steps in every order."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice of reading that an outlet group makes once, such as "phone calls count"."""

    code: str
    zh: str
    en: str
    default: bool
    note_zh: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """What a switch that is on changes in a measure; None leaves a field as it is."""

    switch: str
    kinds: tuple[tuple[str, int], ...] | None = None
    column: Column | None = None
    where: tuple[Filter, ...] | None = None
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cohort: Cohort | None = None
    looked_at: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A count, sum or stock over tallies.

    Attributes:
        unit: a unit text such as `vehicle`, `yuan`; see `formulas.UNITS`.
        kinds: fact kinds with sign +1 or −1.
        column: what is added: quantity (in units), fen (as yuan), value or count of facts.
        where: filters, all of which must hold.
        cohort: by `since` against the month; `unclassified` keeps facts without a since,
            `classified` those with one.
        spread: of how often each value was seen the `median`, the `p90` or the `mean`.
        window: leaves out facts whose `value` is more: what took longer, in minutes or days.
        begun: counts in the period in which it began (`since`), not in that of its own day; with
            a window of 30 days, what followed within 30 days of its beginning.
        ago: reads so many months earlier, of a negative number later; by day and week no value.
        target: the KPI whose monthly targets of outlets it reads, instead of facts.
        over_time: `sum` for a flow; `opening` or `closing` for a stock (a running sum).
        looked_at: kinds that a reader may expect here, shown as "looked at, not counted".
        not_by: parts by which it has no meaning, such as advertising spend by person.
        when: changes by switch.
    """

    code: str
    zh: str
    en: str
    unit: str
    kinds: tuple[tuple[str, int], ...] = ()
    column: Column = "quantity"
    where: tuple[Filter, ...] = ()
    cohort: Cohort = "any"
    over_time: OverTime = "sum"
    looked_at: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    when: tuple[Override, ...] = ()
    spread: SpreadOf = ""
    window: int = 0
    begun: bool = False
    ago: int = 0
    target: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def is_stock(self) -> bool:
        return self.over_time in {"opening", "closing"} and not self.target

    @property
    def is_apart(self) -> bool:
        """Whether it reads tallies that keep values apart."""
        return bool(self.spread or self.window or self.begun)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Where a KPI usually lies: a suggestion that a house edits, never a truth.

    `low` ≤ `good` ≤ `high`, each where given. Of a KPI that should rise, `good` and more is good
    and less than `low` is bad; of one that should fall, `good` and less is good and more than
    `high` is bad; of a band, `low` to `high` is good. `source` says who published the figures.
    """

    source: str
    low: Fraction | None = None
    good: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """A formula over measures and KPIs.

    Attributes:
        kind: what sort of figure it is; empty in definitions that do not say.
        dated: the day that decides the period, of the numerator and of the denominator.
        whose: to whom it belongs: `words.WHOSE`.
        cohort: which customers it follows: `words.COHORTS`.
        not_by: parts by which it may not be cut, besides those of its measures.
        least: below this many in the denominator it is not ranked.
        empty: its value when the denominator is zero; None shows "—".
        benchmark: suggested bands with their source.
        decimals: as shown; of a ratio, the decimals of its percentage.
        aliases: other names by which import maps and people call it.
        over_time: how single inputs are brought together over months, where that differs from
            the measure's own way: (measure, way) pairs; `sum` of a KPI adds its monthly values.
        source: tag of the document that asks for it; `note` says the chosen reading.
    """

    code: str
    zh: str
    en: str
    unit: str
    formula: Formula
    decimals: int = 0
    direction: Direction = "none"
    aliases: tuple[str, ...] = ()
    over_time: tuple[tuple[str, OverTime], ...] = ()
    kind: KpiKind = ""
    dated: tuple[str, ...] = ()
    whose: str = ""
    cohort: str = ""
    not_by: tuple[str, ...] = ()
    least: int = 0
    empty: Fraction | None = None
    benchmark: Benchmark | None = None
    source: str = ""
    note_zh: str = ""
    note_en: str = ""

    @property
    def is_rate(self) -> bool:
        """Whether a figure of it grows neither with its period nor with the number of outlets."""
        return self.unit == "ratio" or "/" in self.unit or self.kind in RATES


@dataclass(frozen=True, slots=True)
class Identity:
    """Two formulas that must agree; `next_left` reads the left side one month later."""

    code: str
    zh: str
    en: str
    left: Formula
    right: Formula
    relation: Literal["=", "<="] = "="
    next_left: bool = False


@dataclass(frozen=True, slots=True)
class Funnel:
    """How a result comes about: a formula of sums and products whose names are its steps.

    The steps are KPIs, at most eight; with every one known the formula is the KPI `result`.
    """

    code: str
    zh: str
    en: str
    result: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines in the order of a printed sheet, the identities that hold between them, its funnels."""

    code: str
    zh: str
    en: str
    lines: tuple[str, ...]
    annual: bool = False
    identities: tuple[Identity, ...] = ()
    funnels: tuple[Funnel, ...] = ()


Definition = Switch | Measure | Kpi | Sheet | Scheme | PayPlan


@dataclass(frozen=True)
class Definitions:
    """Everything defined in one pack or one installation, in order."""

    switches: tuple[Switch, ...] = ()
    measures: tuple[Measure, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    pay_plans: tuple[PayPlan, ...] = ()

    @cached_property
    def measure(self) -> Mapping[str, Measure]:
        """Measures by code."""
        return {item.code: item for item in self.measures}

    @cached_property
    def kpi(self) -> Mapping[str, Kpi]:
        """KPIs by code."""
        return {item.code: item for item in self.kpis}

    @cached_property
    def sheet(self) -> Mapping[str, Sheet]:
        """Sheets by code."""
        return {item.code: item for item in self.sheets}

    @cached_property
    def scheme(self) -> Mapping[str, Scheme]:
        """Schemes by code."""
        return {item.code: item for item in self.schemes}

    @cached_property
    def pay_plan(self) -> Mapping[str, PayPlan]:
        """Pay plans by code."""
        return {item.code: item for item in self.pay_plans}
