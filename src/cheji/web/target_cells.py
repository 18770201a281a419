"""Targets as a grid types them: amounts with so many digits, cells with versions, changes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from cheji.actions.targets import Cell
from cheji.reads.targets import TargetCell, TargetRow
from cheji.records.refusals import BadValue
from cheji.web.templatetags.figures import digits

MOST_CELLS = 6_000
AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Writing:
    """How targets of a unit are typed: percent for shares, yuan with cents, counts with tenths.

    `shown` turns a value into what is typed, `stored` what is typed into what is kept.
    """

    decimals: int
    shown: int
    stored: int

    def text(self, value: Fraction | None) -> str | None:
        if value is None:
            return None
        return digits(value * self.shown, self.decimals, trim=True).replace(",", "")

    def kept(self, text: str) -> int | None:
        """What is kept for a text, or None when it is no amount that fits."""
        if not AMOUNT.fullmatch(text):
            return None
        exact = Fraction(text)
        fits = (exact * 10**self.decimals).denominator == 1
        return int(exact * self.stored) if fits else None


def writing(unit: str) -> Writing:
    if unit == "ratio":
        return Writing(2, 100, 100)
    if unit == "yuan":
        return Writing(2, 1, 100)
    return Writing(2 if unit.startswith("yuan") else 1, 1, 10_000)


def key_of(row: TargetRow) -> str:
    return f"p{row.of.id}" if row.of.kind == "person" else f"u{row.of.id}"


def column_of(period: int) -> str:
    return f"m{period}"


def versions_of(rows: Sequence[TargetRow]) -> dict[str, int]:
    """Versions of the cells that have one, by the places that the browser names."""
    return {
        f"{key_of(row)}/{column_of(cell.period)}": cell.version
        for row in rows
        for cell in row.cells
        if cell.version
    }


@dataclass(frozen=True)
class Change:
    """A cell that the browser wants to change, with the version that it showed."""

    row: str
    column: str
    value: str | None
    version: int

    def fault(self, message: str) -> dict[str, str]:
        return {"row": self.row, "column": self.column, "message": message}


def changes_of(body: bytes) -> list[Change]:
    """What the browser sent.

    Raises:
        BadValue: it is not of the agreed form.
    """
    try:
        sent = json.loads(body)
        versions = dict(sent["version"] or {})
        found = [
            Change(
                str(one["row"]),
                str(one["column"]),
                None if one["value"] in (None, "") else str(one["value"]),
                int(versions.get(f"{one['row']}/{one['column']}", 0)),
            )
            for one in sent["changes"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadValue(field="changes", value="…", why="JSON") from None
    if len(found) > MOST_CELLS:
        raise BadValue(field="changes", value=len(found), why=f"≤ {MOST_CELLS}")
    return found


def cells_of(
    rows: Sequence[TargetRow], kpi: str, how: Writing, changes: Sequence[Change]
) -> tuple[list[Cell], list[dict[str, str]]]:
    """The cells to set, and what is wrong with those that cannot be."""
    known = {key_of(row): row for row in rows}
    months = {column_of(cell.period): cell.period for row in rows for cell in row.cells}
    cells, faults = [], []
    for change in changes:
        row, month = known.get(change.row), months.get(change.column)
        value = None if change.value is None else how.kept(change.value)
        if row is None or month is None:
            faults.append(change.fault(_("This cell is no longer there. Load the page again.")))
        elif change.value is not None and (value is None or value < 0):
            text = _("“{value}” does not fit: type a number from 0, at most {digits} decimals.")
            faults.append(change.fault(text.format(value=change.value, digits=how.decimals)))
        else:
            cells.append(_cell(kpi, row, month, value, change.version))
    return cells, faults


def _cell(kpi: str, row: TargetRow, month: int, value: int | None, version: int) -> Cell:
    person = row.of.kind == "person"
    return Cell(
        kpi,
        "month",
        month,
        value,
        unit=None if person else row.of.id,
        person=row.of.id if person else None,
        outlet=row.of.outlet if person else None,
        version=version,
    )


def cell_at(rows: Sequence[TargetRow], change: Change) -> TargetCell | None:
    for row in rows:
        for cell in row.cells:
            if (key_of(row), column_of(cell.period)) == (change.row, change.column):
                return cell
    return None
