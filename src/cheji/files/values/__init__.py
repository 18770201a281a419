"""From cells to typed values: told how each column is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from cheji.actions.imports.given import CLEAR
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


CLEARS = ("清空", "(clear)")
"""What a cell says to clear what a record holds, in Chinese and English."""


def convert(cell: Cell, column: Column, spelling: Spelling) -> Any:
    """Return the value of one cell, None for blank; raises Fault with the reason.

    A cell of a column that is not required may say CLEAR.
    """
    found = _attempt(_BY_TYPE[column.type], cell, column, spelling)
    if isinstance(found, Fault):
        raise found
    return found


def convert_all(
    cells: Sequence[Cell | Fault], column: Column, spelling: Spelling
) -> tuple[list[Any], bool]:
    """Return the values of the cells of a column, and whether any of them is a Fault.

    Each different cell is read once, so that the many equal cells of a column cost a look-up.
    A Fault among the cells stays as it is.
    """
    read = _BY_TYPE[column.type]
    table = {
        cell: cell if isinstance(cell, Fault) else _attempt(read, cell, column, spelling)
        for cell in set(cells)
    }
    any_fault = any(isinstance(value, Fault) for value in table.values())
    return [table[cell] for cell in cells], any_fault


def _attempt(
    read: Callable[[Cell, Column, Spelling], Any], cell: Cell, column: Column, spelling: Spelling
) -> Any:
    try:
        texts.refuse_marked(cell)
        cell = unguarded(cell) if isinstance(cell, str) else cell
        if isinstance(cell, str) and not column.required and _clears(cell):
            return CLEAR
        return None if cell is None else read(cell, column, spelling)
    except Fault as fault:
        return fault


def _clears(cell: str) -> bool:
    return len(cell) < 12 and unicodedata.normalize("NFKC", cell).strip().casefold() in CLEARS


__all__ = ["CLEARS", "Fault", "Spelling", "convert", "convert_all"]
