"""A sheet's question with everything looked up, and the columns that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass

from cheji.engine.definitions import Sheet as SheetDefinition
from cheji.engine.kpis import Inputs
from cheji.engine.periods import Grain
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.benchmarks import EACH
from cheji.reads.kpis.gathering import measure_codes
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.shapes import Cell, Column
from cheji.records.refusals import NotFound

Inside = Mapping[int, Inputs]


@dataclass(frozen=True)
class Asking:
    """A sheet's question; `best_by` is a KPI or `each`."""

    ground: Ground
    code: str
    year: int
    month: int | None
    whose: Slice
    mark: int
    against: tuple[str, ...]
    best_by: str

    @property
    def grain(self) -> Grain:
        return "month" if self.month else "year"

    @property
    def period(self) -> int:
        return self.month or self.year

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.ruling_for(self.whose, self.grain, self.period)

    @property
    def definition(self) -> SheetDefinition:
        found = self.catalogue.ruling.sheet.get(self.code)
        if found is None:
            raise NotFound(noun="sheet", key=self.code)
        return found

    @property
    def kpis(self) -> tuple[str, ...]:
        return self.definition.lines

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures behind the lines and the identities."""
        ruling = self.catalogue.ruling
        names = [*self.kpis, *({self.best_by} & set(ruling.kpi))]
        for identity in self.definition.identities:
            names += [*identity.left.names, *identity.right.names]
        return tuple(measure_codes(ruling, names))

    @property
    def is_each(self) -> bool:
        """Whether the best is asked for line by line."""
        return self.best_by == EACH


@dataclass(frozen=True)
class Stretch:
    """Months of a column's past with their inputs: nothing to compare with where there are none."""

    inside: Inside | None = None
    keys: tuple[int, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A column with its inputs by month, and the stretches with which it is compared."""

    column: Column
    whose: Slice
    inside: Inside | None
    earlier: Stretch = Stretch()
    last_year: Stretch = Stretch()
    blank: bool = False
    given: Mapping[str, Cell] | None = None
