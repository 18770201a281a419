"""The sides of a comparison: the values of KPIs for whom, when, and computed or published how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from cheji.engine.benchmarks import sample
from cheji.engine.kpis import Inputs, Result, over
from cheji.engine.periods import Grain
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import (
    Gathering,
    filled,
    gather,
    measure_codes,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Key, Place, Slice
from cheji.reads.kpis.shapes import Cell, Column

Value = Fraction | None


@dataclass(frozen=True)
class Question:
    """Whose figures, of which period, and which KPIs are needed of them."""

    ground: Ground
    whose: Slice
    grain: Grain
    period: int
    kpis: tuple[str, ...]

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.ruling_for(self.whose, self.grain, self.period)

    @property
    def months(self) -> tuple[int, ...]:
        return tuple(self.ground.elapsed(self.whose, self.grain, self.period))

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(measure_codes(self.catalogue.ruling, self.kpis))

    @property
    def place(self) -> Place:
        return self.ground.places[self.whose.unit]


@dataclass(frozen=True)
class Side:
    """A column with the values of the KPIs asked for; without any where it is withheld."""

    column: Column
    results: Mapping[str, Result] = field(default_factory=dict)
    catalogue: Catalogue | None = None
    slice: Slice | None = None

    def value(self, kpi: str) -> Value:
        found = self.results.get(kpi)
        return found.value if found else None

    def sample(self, kpi: str) -> Value:
        found = self.results.get(kpi)
        if found is None or self.catalogue is None:
            return None
        return sample(self.catalogue.ruling.kpi[kpi], found)

    def cell(self, kpi: str) -> Cell:
        """The value, and the key that opens its reason where it has one."""
        if self.slice is None or kpi not in self.results:
            return Cell(self.value(kpi), "")
        return Cell(
            self.value(kpi), Key(self.slice, self.column.grain, self.column.period, kpi).text
        )


def worked_out(asked: Question, inside: Mapping[int, Inputs] | None) -> dict[str, Result]:
    """The KPIs over the months of the question."""
    months = filled(inside, asked.months, asked.measures)
    return {code: over(asked.catalogue.ruling, code, months) for code in asked.kpis}


def own_side(asked: Question) -> Side:
    """The figures of a unit or person within reach."""
    ground = asked.ground
    span = span_of("month", asked.months[0], asked.months[-1])
    gathering = Gathering(ground.narrow(asked.whose), (), span, asked.measures)
    inside = gather(ground, gathering).get((), {})
    column = Column(ground.seen(asked.whose), asked.grain, asked.period)
    return Side(column, worked_out(asked, inside), asked.catalogue, asked.whose)
