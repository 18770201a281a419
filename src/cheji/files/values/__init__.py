"""From cells to typed values: one converter per column, told how that column is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cheji.files.cells import Cell
from cheji.files.guards import unguarded
from cheji.files.kinds import Column
from cheji.files.values import dates, numbers, periods, texts
from cheji.files.values.faults import Fault, Spelling

Converter = Callable[[Cell], Any]

_BY_TYPE: dict[str, Callable[[Cell, Column, Spelling], Any]] = {
    "text": texts.text,
    "code": texts.code,
    "int": numbers.whole,
    "quantity": numbers.quantity,
    "money": numbers.money,
    "number": numbers.number,
    "percent": numbers.percent,
    "date": dates.day,
    "datetime": dates.moment,
    "bool": texts.yes_no,
    "choice": texts.choice,
    "phone": texts.phone,
    "period": periods.period,
    "shares": texts.shares,
}


def converter(column: Column, spelling: Spelling) -> Converter:
    """Return the function that turns a cell of a column into its value, None for blank.

    It raises Fault with the reason; it remembers what it has seen, so that the many equal cells
    of a column cost one look-up.
    """
    read = _BY_TYPE[column.type]
    seen: dict[Cell, Any] = {}

    def convert(cell: Cell) -> Any:
        try:
            found = seen[cell]
        except KeyError:
            found = seen[cell] = _attempt(read, cell, column, spelling)
        if type(found) is Fault:
            raise found
        return found

    return convert


def _attempt(
    read: Callable[[Cell, Column, Spelling], Any], cell: Cell, column: Column, spelling: Spelling
) -> Any:
    try:
        texts.refuse_marked(cell)
        cell = unguarded(cell) if isinstance(cell, str) else cell
        return None if cell is None else read(cell, column, spelling)
    except Fault as fault:
        return fault


__all__ = ["Converter", "Fault", "Spelling", "converter"]
