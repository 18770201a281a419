"""Periods of targets: a week, a month, a quarter, a half or a year."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from cheji.engine.periods import from_key
from cheji.files.cells import DATE, Cell, shown
from cheji.files.kinds import Column
from cheji.files.values.faults import Fault, Spelling

_YEAR = re.compile(r"(\d{4})年?(?:度|全年)?")
_MONTH = re.compile(r"(\d{4})[-/.年m](\d{1,2})月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})")
_QUARTER = re.compile(r"(\d{4})[-年\s]?(?:q|第)?([1-4一二三四])(?:季度?|q)?")
_HALF = re.compile(r"(\d{4})[-年\s]?(?:h([12])|(上|下)半年)")
_WEEK = re.compile(r"(\d{4})[-年]?(?:w|第)(\d{1,2})周?")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}


def period(cell: Cell, column: Column, spelling: Spelling) -> tuple[str, int]:
    """Return the grain and the engine's key: 2026Q4 → ("quarter", 20264)."""
    del column, spelling
    found = _read(cell)
    if found is None or not 1950 <= int(str(found[1])[:4]) < 2100:
        raise Fault("not_period", text=shown(cell))
    return found


def _read(cell: Cell) -> tuple[str, int] | None:
    if isinstance(cell, str) and cell.startswith(DATE):
        on = date.fromisoformat(cell[2:12])
        return ("month", on.year * 100 + on.month) if on.day == 1 else None
    text = "".join(unicodedata.normalize("NFKC", shown(cell)).casefold().split())
    if isinstance(cell, Decimal):
        return _month(text) if len(text) == 7 else None  # 2026.10 as a number is 2026.1
    year = _YEAR.fullmatch(text)
    if year:
        return "year", int(year.group(1))
    return _week(text) or _half(text) or _quarter(text) or _month(text)


def _week(text: str) -> tuple[str, int] | None:
    """The ISO week; 53 only in years that have it."""
    found = _WEEK.fullmatch(text)
    if found is None:
        return None
    key = int(found.group(1)) * 100 + int(found.group(2))
    try:
        return "week", from_key("week", key).key
    except ValueError:
        return None


def _half(text: str) -> tuple[str, int] | None:
    found = _HALF.fullmatch(text)
    if found is None:
        return None
    half = int(found.group(2)) if found.group(2) else 1 + (found.group(3) == "下")
    return "half", int(found.group(1)) * 10 + half


def _quarter(text: str) -> tuple[str, int] | None:
    found = _QUARTER.fullmatch(text)
    if found is None or text.isdigit() or ("季" not in text and "q" not in text):
        return None
    quarter = _DIGITS.get(found.group(2)) or int(found.group(2))
    return "quarter", int(found.group(1)) * 10 + quarter


def _month(text: str) -> tuple[str, int] | None:
    found = _MONTH.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None or not 1 <= int(found.group(2)) <= 12:
        return None
    return "month", int(found.group(1)) * 100 + int(found.group(2))
