"""KPI values by any scope and grain, the printed sheets, their reasons, the rows behind them."""

from .benchmarks import BEST_BY, EACH
from .earliest import earliest_month
from .everyone import every_kpi
from .reasons import home_key, reason, reasons
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
    "BEST_BY",
    "EACH",
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
    "earliest_month",
    "every_kpi",
    "fact_rows",
    "home_key",
    "reason",
    "reasons",
    "sheet",
    "values",
]
