"""Typed rows: each source row becomes values by column, with its problems at their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from cheji.files.cells import Cell
from cheji.files.kinds import Kind
from cheji.files.problems import Problem, problem

Values = dict[str, Any]


class Place(NamedTuple):
    """Where a row stands: file, sheet (empty for text files) and row number counted from 1."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a kind.

    `values` holds every mapped column; None is blank (or unreadable: see the problems). `cells`
    are the cells as read, kept only for rows with problems.
    """

    place: Place
    values: Values
    problems: tuple[Problem, ...] = ()
    cells: tuple[Cell, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether the row may be imported: no error, and not a repetition."""
        return not any(one.level == "error" or one.code == "row_twice" for one in self.problems)


def row_problems(
    kind: Kind, values: Values, *, place: Place, letters_of: dict[str, str], partial: bool
) -> list[Problem]:
    """Return what is wrong with the values of a row taken together.

    Args:
        kind: the kind whose rules hold.
        values: the typed values.
        place: where the row is, for the problems.
        letters_of: the spreadsheet column of each of our columns.
        partial: only key columns are required, for files that change existing records.
    """
    sheet, row = place.sheet, place.row
    found = []
    for column in kind.needed(partial=partial):
        if values.get(column.code) is None:
            cell = f"{letters_of.get(column.code, '')}{row}"
            words = {"zh_name": column.zh, "name": column.en}
            found.append(problem("required", sheet=sheet, cell=cell, column=column.code, **words))
    for since, until in kind.crossed:
        first, last = values.get(since), values.get(until)
        if isinstance(first, date) and isinstance(last, date) and last < first:
            cell = f"{letters_of.get(until, '')}{row}"
            found.append(
                problem(
                    "dates_crossed", sheet=sheet, cell=cell, column=until,
                    since=shown_value(first), until=shown_value(last),
                    **_crossed(kind, since, until),
                )
            )  # fmt: skip
    return found


def _crossed(kind: Kind, since: str, until: str) -> dict[str, str]:
    """What the two columns of crossed dates are called."""
    first, last = kind.column(since), kind.column(until)
    return {"zh_first": first.zh, "first": first.en, "zh_last": last.zh, "last": last.en}


def mark_twins(kind: Kind, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with a problem at each that repeats the natural key of an earlier one.

    A row that is equal in everything is only warned of and taken once.
    """
    first: dict[tuple[Any, ...], Row] = {}
    marked: list[Row] = []
    for row in rows:
        key = key_of(kind, row.values)
        earlier = first.setdefault(key, row) if key else row
        if earlier is row:
            marked.append(row)
            continue
        marked.append(replace(row, problems=(*row.problems, _twin(kind, earlier, row, key))))
    return marked


def _twin(kind: Kind, earlier: Row, row: Row, key: tuple[Any, ...]) -> Problem:
    """What is said of the later of two rows of one key: in which columns they differ."""
    other = [
        one for one in kind.columns if earlier.values.get(one.code) != row.values.get(one.code)
    ]
    place = {"sheet": row.place.sheet, "cell": f"A{row.place.row}"}
    words = {"row": str(earlier.place.row), "key": " / ".join(map(shown_value, key[1:]))}
    if earlier.values == row.values:
        return problem("row_twice", **place, **words)
    zh_names, names = "、".join(one.zh for one in other), ", ".join(one.en for one in other)
    column = other[0].code if other else ""
    return problem("key_twice", **place, column=column, **words, zh_names=zh_names, names=names)


def key_of(kind: Kind, values: Values) -> tuple[Any, ...]:
    """Return the natural key of a row with the number of the key used, or () when it has none.

    The first key whose columns are all given is used; the last one also with blanks in columns
    that are not required.
    """
    for place, columns in enumerate(kind.keys):
        parts = tuple(values.get(column) for column in columns)
        if None not in parts:
            return (place, *parts)
    last = kind.keys[-1]
    parts = tuple(values.get(column) for column in last)
    required = (kind.column(column).required for column in last)
    if any(part is None and need for part, need in zip(parts, required, strict=True)):
        return ()
    return (len(kind.keys) - 1, *parts)


def shown_value(value: Any) -> str:
    """Return a typed value as text for a message."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if value is None:
        return "—"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
