"""From cells to typed values: told how each column is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cheji.files.cells import Cell
from cheji.files.guards import unguarded
from cheji.files.kinds import Column
from cheji.files.values import dates, numbers, periods, texts
from cheji.files.values.faults import Fault, Spelling

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


def convert(cell: Cell, column: Column, spelling: Spelling) -> Any:
    """Return the value of one cell, None for blank; raises Fault with the reason."""
    found = _attempt(_BY_TYPE[column.type], cell, column, spelling)
    if isinstance(found, Fault):
        raise found
    return found


def convert_all(cells: Sequence[Cell], column: Column, spelling: Spelling) -> list[Any]:
    """Return the values of the cells of a column, a Fault where one cannot be read.

    Each different cell is read once, so that the many equal cells of a column cost a look-up.
    """
    read = _BY_TYPE[column.type]
    table = {cell: _attempt(read, cell, column, spelling) for cell in set(cells)}
    return [table[cell] for cell in cells]


def _attempt(
    read: Callable[[Cell, Column, Spelling], Any], cell: Cell, column: Column, spelling: Spelling
) -> Any:
    try:
        texts.refuse_marked(cell)
        cell = unguarded(cell) if isinstance(cell, str) else cell
        return None if cell is None else read(cell, column, spelling)
    except Fault as fault:
        return fault


__all__ = ["Fault", "Spelling", "convert", "convert_all"]
