"""KPI values by any scope and grain, the printed sheets, their reasons, the rows behind them."""

from .reasons import reason, reasons
from .rows import fact_rows
from .shapes import (
    By,
    Cell,
    Column,
    FactRows,
    FactSeen,
    IdentitySeen,
    IdentitySide,
    KpiSeen,
    Line,
    MeasureSeen,
    Of,
    ReasonSeen,
    Sheet,
    SheetBy,
    Table,
    TableRow,
)
from .sheets import sheet
from .tables import values

__all__ = [
    "By",
    "Cell",
    "Column",
    "FactRows",
    "FactSeen",
    "IdentitySeen",
    "IdentitySide",
    "KpiSeen",
    "Line",
    "MeasureSeen",
    "Of",
    "ReasonSeen",
    "Sheet",
    "SheetBy",
    "Table",
    "TableRow",
    "fact_rows",
    "reason",
    "reasons",
    "sheet",
    "values",
]
