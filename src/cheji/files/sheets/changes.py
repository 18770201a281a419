"""What changed, behind the columns of a sheet month by month: the year's and the latest month's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cheji.reads.kpis import Cell, Line, Sheet

TITLES = {
    "last_year": ("上年同期", "Same period last year"),
    "year_on_year": ("累计同比", "Year to date on year"),
    "mom": ("{month}月环比", "{year}-{month:02d} on month"),
    "yoy": ("{month}月同比", "{year}-{month:02d} on year"),
}


@dataclass(frozen=True)
class Change:
    """A column of changes: of which cell of a line, and which of its values.

    `until` is the last day that counts on both sides, of a month that runs.
    """

    code: str
    period: int
    at: int
    of: Callable[[Cell], Fraction | None]
    until: date | None = None

    def value(self, line: Line) -> Fraction | None:
        return self.of(line.cells[self.at])

    def unit(self, line: Line) -> str:
        """Changes are parts of 1: differences of rates, relative changes of the rest."""
        return line.kpi.unit if self.code == "last_year" else "ratio"

    def decimals(self, line: Line) -> int:
        return line.kpi.decimals if self.code == "last_year" else 2


def changes_of(sheet: Sheet) -> list[Change]:
    """Of the year's column and of the last month that has figures."""
    if sheet.by != "month":
        return []
    found, last = [], len(sheet.columns) - 1
    if sheet.columns[last].grain == "year":
        found.append(Change("last_year", sheet.year, last, lambda cell: cell.last_year))
        found.append(Change("year_on_year", sheet.year, last, lambda cell: cell.yoy))
    months = [at for at, column in enumerate(sheet.columns) if column.grain == "month"]
    known = [at for at in months if any(line.cells[at].value is not None for line in sheet.lines)]
    if known:
        at = known[-1]
        month, until = sheet.columns[at].period, sheet.on if sheet.columns[at].cut_short else None
        found.append(Change("mom", month, at, lambda cell: cell.mom, until))
        found.append(Change("yoy", month, at, lambda cell: cell.yoy, until))
    return found


def change_title(change: Change, language: str) -> str:
    text = TITLES[change.code][0 if language.startswith("zh") else 1]
    title = text.format(year=change.period // 100, month=change.period % 100)
    return title + _same_days(change, language)


def _same_days(change: Change, language: str) -> str:
    """Of a month that runs, up to which day it is compared with as many days."""
    if change.until is None:
        return ""
    zh, en = f"（截至 {change.until.day} 日同期）", f" (same days, to {change.until:%m-%d})"
    return zh if language.startswith("zh") else en
