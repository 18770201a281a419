"""The target grid: outlets or people × the months of a year, with sums and the parent's row."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from cheji.reads.kpis.shapes import KpiSeen, Of
from cheji.records.visibility import Viewer

Rows = Literal["regions", "outlets", "people"]


@dataclass(frozen=True, slots=True)
class TargetCell:
    """A target of one period; id and version None and 0 where none is set yet."""

    period: int
    value: Fraction | None
    locked: bool
    id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One scope's twelve months; `total` is the KPI's sum over the year, None for rates."""

    of: Of
    cells: tuple[TargetCell, ...]
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class TargetGrid:
    """`parent` is the unit above; `sums` add the rows by month; `gaps` are parent − sum."""

    kpi: KpiSeen
    year: int
    rows_are: Rows
    parent: TargetRow
    rows: tuple[TargetRow, ...]
    sums: tuple[Fraction | None, ...]
    gaps: tuple[Fraction | None, ...]
    additive: bool
    may_write: bool


def grid(viewer: Viewer, *, kpi: str, unit: str, year: int) -> TargetGrid:
    """The grid below a unit: a group's regions, a region's outlets, an outlet's consultants."""
    raise NotImplementedError
