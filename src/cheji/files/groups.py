"""Several source rows that are one row of ours: order lines summed, repeated names taken once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cheji.files.kinds import Kind
from cheji.files.layout import Table
from cheji.files.maps import Mapping, Source
from cheji.files.problems import Problem, problem, refuse
from cheji.files.rows import Row, Values, shown_value
from cheji.files.tables import key_text

_COUNT_SCALE = {"int": 1, "quantity": 10_000}


def grouped(rows: list[Row], table: Table, mapping: Mapping, kind: Kind) -> list[Row]:
    """Return one row per group, at the place of its first row, with the problems of all.

    Args:
        rows: typed rows, one per row of the table.
        table: the table they come from, for the columns that make the groups.
        mapping: its `group_by`, and how each column is taken.
        kind: for the names of columns in messages.
    """
    places = []
    for header in mapping.group_headers:
        place = table.place_of(header)
        if place < 0:
            raise refuse("source_missing", header=header, file=table.file)
        places.append(place)
    groups: dict[tuple[str, ...], list[Row]] = {}
    for (_, cells), row in zip(table.rows, rows, strict=True):
        key = tuple(key_text(cells[place]) for place in places)
        groups.setdefault(key, []).append(row)
    return [_one(group, mapping, kind) for group in groups.values()]


def _one(group: list[Row], mapping: Mapping, kind: Kind) -> Row:
    first = group[0]
    values: Values = {}
    found = [one for row in group for one in row.problems]
    for code, source in mapping.columns:
        given = [row.values[code] for row in group]
        if source.take == "same":
            trouble = _differing(first, given, code, kind)
            found += [trouble] if trouble else []
        values[code] = taken(source, given, kind.column(code).type)
    if not found:
        return Row(first.place, values)
    cells = next((row.cells for row in group if row.cells), first.cells)
    return Row(first.place, values, tuple(found), cells)


def taken(source: Source, given: Sequence[Any], type_: str) -> Any:
    """Return the one value of a group; blanks do not count, a group of blanks is blank."""
    there = [value for value in given if value is not None]
    if source.take == "count":
        return len(given) * _COUNT_SCALE.get(type_, 1)
    if not there:
        return None
    if source.take == "sum":
        return sum(there[1:], there[0])
    if source.take in ("min", "max"):
        return min(there) if source.take == "min" else max(there)
    if source.take == "list":
        return "、".join(dict.fromkeys(str(value) for value in there))
    return there[-1] if source.take == "last" else there[0]


def _differing(first: Row, given: list[Any], code: str, kind: Kind) -> Problem | None:
    there = [value for value in given if value is not None]
    other = next((value for value in there if value != there[0]), None)
    if other is None:
        return None
    column = kind.column(code)
    words = {"zh_name": column.zh, "name": column.en}
    words |= {"one": shown_value(there[0]), "other": shown_value(other)}
    where = {"sheet": first.place.sheet, "cell": f"A{first.place.row}", "column": code}
    return problem("group_differs", **where, **words)
