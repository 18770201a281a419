"""The sides of a comparison: the values of KPIs for whom, when, and computed or published how."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from cheji.reads.kpis.ground import Ground, Key, Place, Slice, parts_of
from cheji.reads.kpis.likeness import earlier
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


def past_side(asked: Question, period: int) -> Side:
    """The own figures of an earlier period; beside one that runs after as many days.

    What is cut short opens no rows: they would be those of the whole period.
    """
    ground, whose, months = asked.ground, asked.whose, asked.months
    first = parts_of(asked.grain, period)[0]
    then, inside = earlier(ground, whose, months, _apart(first, months[0]), asked.measures)
    inputs = filled(inside, then, asked.measures)
    past = replace(asked, period=period)
    results = {code: over(past.catalogue.ruling, code, inputs) for code in asked.kpis}
    cut = ground.running(whose, months[-1]) or len(months) < len(parts_of(asked.grain, period))
    column = Column(ground.seen(whose), asked.grain, period, cut_short=cut)
    return Side(column, results, past.catalogue, None if cut else whose)


def _apart(first: int, last: int) -> int:
    """How many months lie between two."""
    return (last // 100 - first // 100) * 12 + last % 100 - first % 100


def own_side(asked: Question) -> Side:
    """The figures of a unit or person within reach."""
    ground = asked.ground
    span = span_of("month", asked.months[0], asked.months[-1])
    gathering = Gathering(ground.narrow(asked.whose), (), span, asked.measures)
    inside = gather(ground, gathering).get((), {})
    column = Column(ground.seen(asked.whose), asked.grain, asked.period)
    return Side(column, worked_out(asked, inside), asked.catalogue, asked.whose)
