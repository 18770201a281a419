"""Workbooks through calamine, with the cells that calamine would hide put back in their places."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from cheji.files.cells import BOOL, DATE, ENDLESS, MARK, TIME
from cheji.files.problems import letters, refuse, shortened
from cheji.files.reader import traps as xml_traps
from cheji.files.reader.traps import Traps

_WHOLE = 10**15


def lines(content: bytes, order: dict[str, Any], old: dict[str, Traps] | None) -> Iterator[Any]:
    """Yield a head and the rows of each worksheet; raises Unreadable.

    Args:
        content: an xlsx or xls file that passed the check.
        order: `wanted` hidden sheets and the limits on rows, columns and cells.
        old: traps by sheet name of an xls; None for an xlsx, whose XML is searched here.
    """
    book = _open(content)
    archive = xml_traps.Archive(content) if old is None else None
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        hidden = meta.visible != SheetVisibleEnum.Visible
        date1904 = archive.date1904 if archive else False
        yield {"sheet": meta.name, "hidden": hidden, "date1904": date1904}
        if hidden and meta.name not in order["wanted"]:
            continue
        traps = archive.traps(meta.name) if archive else (old or {}).get(meta.name, {})
        yield from _rows(_sheet(book, meta.name), traps, order)


def _open(content: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError:
        raise refuse("file_password") from None
    except (CalamineError, OSError, ValueError) as error:
        raise refuse("file_damaged", what=shortened(error)) from None


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError) as error:
        raise refuse("file_damaged", what=f"{name}: {shortened(error)}") from None


def _rows(sheet: CalamineSheet, traps: Traps, order: dict[str, Any]) -> Iterator[list[Any]]:
    _check_size(sheet, order)
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), token in traps.items():
        by_row.setdefault(row, {})[column] = token
    number, indent = -1, [None] * (sheet.start[1] if sheet.start else 0)
    for number, values in enumerate(sheet.iter_rows() if sheet.end else ()):
        cells = indent + [_cell(value) for value in values]
        if number in by_row:
            _put(cells, by_row.pop(number))
        if any(cell is not None for cell in cells):
            yield [*_trimmed(cells), number + 1]
    for row in sorted(row for row in by_row if row > number):
        cells = []
        _put(cells, by_row[row])
        yield [*cells, row + 1]


def _check_size(sheet: CalamineSheet, order: dict[str, Any]) -> None:
    if sheet.end is None:
        return
    row, column = sheet.end
    if row >= order["rows"] or column >= order["columns"]:
        where = f"{letters(column)}{row + 1}"
        raise refuse("far_cell", where=where, rows=order["rows"], cols=order["columns"])


def _put(cells: list[Any], tokens: dict[int, str]) -> None:
    for column, token in tokens.items():
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = token


def _trimmed(cells: list[Any]) -> Iterable[Any]:
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _cell(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return (value.replace(MARK, "") if MARK in value else value) or None
    if kind is float:
        return int(value) if -_WHOLE < value < _WHOLE and value.is_integer() else _large(value)
    if kind is bool:
        return f"{BOOL}{int(value)}"
    if kind is int:
        return value
    return _moment(value)


def _large(value: float) -> Any:
    return value if math.isfinite(value) else f"{ENDLESS}{value}"


def _moment(value: Any) -> str | None:
    if isinstance(value, datetime):
        return DATE + (value.replace(microsecond=0).isoformat())
    if isinstance(value, date):
        return DATE + value.isoformat()
    if isinstance(value, time | timedelta):
        return f"{TIME}{value}"
    return None if value is None else str(value)
