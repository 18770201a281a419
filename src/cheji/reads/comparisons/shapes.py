"""What comparisons return: gaps split into steps, and people's weak steps."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cheji.engine.periods import Grain
from cheji.reads.kpis.shapes import Cell, Column, KpiSeen, Of

Value = Fraction | None


@dataclass(frozen=True, slots=True)
class FunnelSeen:
    """A funnel that may be chosen."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A step on both sides, in the unit of its KPI; `part` and `worth` in that of the result.

    Attributes:
        part: what of the gap is due to it.
        worth: what the own result would gain with this step alone at the benchmark's.
        sample: n, on which the own value rests.
        known: whether both sides have a value.
        enough: whether n reaches the least that a judgement needs.
        weakest: whether this is the rate with the most to win.
    """

    kpi: KpiSeen
    own: Cell
    benchmark: Cell
    part: Fraction
    worth: Fraction
    sample: Value
    known: bool
    enough: bool
    weakest: bool


@dataclass(frozen=True, slots=True)
class GapSeen:
    """Own result less the benchmark's: the parts of the steps and `rest` add up to `gap`.

    `rest` is what the funnel does not tell, where a rate of nothing has no value. A benchmark that
    is `withheld`, or a side without a result, has no gap and no steps. `ways` are the words of
    what the figures may be held against, `against` the one that they are.
    """

    funnels: tuple[FunnelSeen, ...]
    funnel: FunnelSeen
    result: KpiSeen
    own_column: Column
    benchmark_column: Column
    own: Cell
    benchmark: Cell
    gap: Value
    steps: tuple[StepSeen, ...]
    rest: Fraction
    mark: int
    on: date
    ways: tuple[str, ...] = ()
    against: str = ""

    @property
    def grain(self) -> Grain:
        return self.own_column.grain

    @property
    def period(self) -> int:
        return self.own_column.period

    @property
    def adds_up(self) -> bool:
        """Whether the parts and the rest are the gap, exactly."""
        return self.gap is None or sum((s.part for s in self.steps), self.rest) == self.gap


@dataclass(frozen=True, slots=True)
class WeakSpot:
    """A person's rates against a benchmark; `weakest` None where nobody's rate is to be judged."""

    of: Of
    steps: tuple[StepSeen, ...]
    weakest: StepSeen | None


@dataclass(frozen=True, slots=True)
class WeakSpots:
    """The people of an outlet, each with what his weakest step is worth.

    `benchmark` are the values of `kpis` with which they are compared; none where withheld.
    """

    of: Of
    against: Column
    funnel: FunnelSeen
    result: KpiSeen
    kpis: tuple[KpiSeen, ...]
    period: int
    least: int
    people: tuple[WeakSpot, ...]
    benchmark: tuple[Value, ...]
    mark: int
