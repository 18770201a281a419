"""Targets as a grid types them: amounts with so many digits, cells with versions, changes."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cheji.actions.targets import Cell
from cheji.engine.periods import DAY, from_key
from cheji.reads.targets import TargetCell, TargetGrid, TargetRow
from cheji.reads.targets.splits import Share, key_of
from cheji.records.refusals import BadValue
from cheji.web.templatetags.figures import digits
from cheji.web.wording import period_text, short_month

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

    def shared(self, kept: int) -> str:
        """What is typed for an amount as it is kept."""
        return self.text(Fraction(kept, self.shown * self.stored)) or ""


def writing(unit: str) -> Writing:
    if unit == "ratio":
        return Writing(2, 100, 100)
    if unit == "yuan":
        return Writing(2, 1, 100)
    return Writing(2 if unit.startswith("yuan") else 1, 1, 10_000)


def column_of(period: int) -> str:
    return f"m{period}"


def place_of(row: TargetRow, period: int) -> str:
    """The place of a cell as the browser names it."""
    return f"{key_of(row)}/{column_of(period)}"


def versions_of(rows: Iterable[TargetRow]) -> dict[str, int]:
    """Versions of the cells that have one, by the places that the browser names."""
    return {
        place_of(row, cell.period): cell.version
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


def changes_of(body: bytes) -> tuple[list[Change], str]:
    """What the browser sent: the changes, and why they are made.

    Raises:
        BadValue: it is not of the agreed form.
    """
    try:
        sent = json.loads(body)
        versions = dict(sent["version"] or {})
        reason = str(sent.get("reason") or "")
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
    return found, reason


def cells_of(
    found: TargetGrid, rows: Sequence[TargetRow], changes: Sequence[Change]
) -> tuple[list[Cell], list[dict[str, str]]]:
    """The cells to set, and what is wrong with those that cannot be."""
    how = writing(found.kpi.unit)
    known = {key_of(row): row for row in rows}
    periods = {column_of(key): key for key in found.columns.keys}
    cells, faults = [], []
    for change in changes:
        row, period = known.get(change.row), periods.get(change.column)
        value = None if change.value is None else how.kept(change.value)
        if row is None or period is None:
            faults.append(change.fault(_("This cell is no longer there. Load the page again.")))
        elif change.value is not None and (value is None or value < 0):
            text = _("“{value}” does not fit: type a number from 0, at most {digits} decimals.")
            faults.append(change.fault(text.format(value=change.value, digits=how.decimals)))
        else:
            cells.append(cell_for(found, row, period, value, change.version))
    return cells, faults


def cell_for(
    found: TargetGrid, row: TargetRow, period: int, value: int | None, version: int
) -> Cell:
    """The target that a cell of the grid stands for."""
    person = row.of.kind == "person"
    return Cell(
        found.kpi.code,
        found.columns.grain,
        period,
        value,
        unit=None if person else row.of.id,
        person=row.of.id if person else None,
        outlet=row.of.outlet if person else None,
        version=version,
        model=found.model,
        reserve=row.reserve,
        within=found.columns.within,
        aim=found.aim,
    )


def cells_for(found: TargetGrid, shares: Iterable[Share]) -> list[Cell]:
    """The cells that a split or a re-balancing sets."""
    return [
        cell_for(found, share.row, share.cell.period, share.kept, share.cell.version)
        for share in shares
    ]


def values_of(found: TargetGrid, shares: Iterable[Share]) -> dict[str, str]:
    """What a split or a re-balancing puts into the grid, by the places that the browser names."""
    how = writing(found.kpi.unit)
    return {place_of(share.row, share.cell.period): how.shared(share.kept) for share in shares}


def cell_at(rows: Iterable[TargetRow], change: Change) -> TargetCell | None:
    for row in rows:
        for cell in row.cells:
            if (key_of(row), column_of(cell.period)) == (change.row, change.column):
                return cell
    return None


def column_text(found: TargetGrid, key: int) -> str:
    """A period as the head of a column, without what all columns share."""
    grain = found.columns.grain
    if grain == "month":
        return short_month(key % 100)
    if grain == "week":
        return pgettext("column", "W{week}").format(week=key % 100) + _days_inside(found, key)
    return period_text(grain, key)


def _days_inside(found: TargetGrid, key: int) -> str:
    """The days of a week that lie inside the month whose weeks stand across."""
    week, month = from_key("week", key), from_key("month", found.columns.within)
    first, until = max(week.start, month.start), min(week.until, month.until)
    return f" ({first.day}–{(until - DAY).day})"


def refused(
    message: str, faults: Sequence[Mapping[str, str]], *, status: int = 422, **more: object
) -> JsonResponse:
    """Nothing was done: why, and at which cells."""
    return JsonResponse(
        {"ok": False, "message": message, "errors": list(faults), **more}, status=status
    )
