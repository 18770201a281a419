"""How cells travel from the reading child process to its parent, as JSON values.

A line is a head {"sheet", "hidden", "date1904"}, a batch of rows, each a list of cells with the
row number last, a refusal {"refused", "params"}, or {"end": true}.

null: blank · string: text · number: a number (parsed to int or Decimal, never float) · a string
that starts with MARK: anything else, told by the letter after it.
"""

from __future__ import annotations

from decimal import Decimal

MARK = "\x01"
DATE = MARK + "d"
"""MARK d 2026-11-21 or 2026-11-21T10:00:00: a cell that the workbook itself holds as a date."""
TIME = MARK + "t"
"""MARK t 10:00:00: a time of day or a duration without a date."""
BOOL = MARK + "b"
"""MARK b 1 or 0."""
ERROR = MARK + "e"
"""MARK e #DIV/0!: an error cell."""
STALE = MARK + "f"
"""MARK f: a formula without a kept result."""
ENDLESS = MARK + "n"
"""MARK n 1e999: a number that is not finite."""

Cell = str | int | Decimal | None
"""A cell in the parent process."""


def shown(cell: Cell) -> str:
    """Return a cell as a person would read it in the file."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return plain(cell)
    if not cell.startswith(MARK):
        return cell
    if cell.startswith(BOOL):
        return "TRUE" if cell[2:] == "1" else "FALSE"
    if cell.startswith(STALE):
        return "=?"
    return cell[2:].replace("T", " ") if cell.startswith(DATE) else cell[2:]


def plain(number: int | Decimal) -> str:
    """Return a number without exponent and without trailing zeros: 1.380E+10 → 13800000000."""
    if isinstance(number, int):
        return str(number)
    if not number.is_finite() or abs(number.adjusted()) > 400:
        return str(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
