"""From the sheets of a file to the one table per sheet that a mapping or a kind asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from cheji.files import preflight, reader
from cheji.files.cells import MARK, Cell, shown
from cheji.files.guards import unguarded
from cheji.files.guesses import SURE, guess, mapping_from, sure_count
from cheji.files.kinds import Kind
from cheji.files.layout import (
    SEARCHED_ROWS,
    Header,
    Table,
    find_header,
    header_place,
    table_of,
)
from cheji.files.limits import DEFAULT, Limits
from cheji.files.maps import Join, Mapping
from cheji.files.problems import Problem, problem, refuse
from cheji.files.reader import Sheet

Given = Path | bytes | list[Sheet]
"""A file by its path or content, or its sheets where they were opened before."""


def open_sheets(
    source: Given, name: str, *, limits: Limits = DEFAULT, wanted: tuple[str, ...] = ()
) -> list[Sheet]:
    """Check and read a file; raises Unreadable."""
    if isinstance(source, list):
        return source
    content = preflight.load(source, limits)
    checked = preflight.check(content, name, limits)
    return reader.sheets(content, checked, limits=limits, wanted=wanted)


def tables_by_mapping(sheets: list[Sheet], mapping: Mapping, file: str) -> list[Table]:
    """Return the table of each sheet that has all columns of the map; raises Unreadable."""
    wanted = mapping.own_headers()

    def score(headers: Sequence[str]) -> int:
        return sum(header_place(headers, header) >= 0 for header in wanted)

    chosen = _named(sheets, mapping.sheet)
    row = mapping.header_row or (0 if wanted else chosen[0].rows[0][0])
    found = [(sheet, find_header(sheet, score, row=row)) for sheet in chosen]
    best = max((header.score for _, header in found if header), default=-1)
    fitting = [(sheet, header) for sheet, header in found if header and header.score == best]
    if not fitting:
        raise refuse("header_missing", rows=SEARCHED_ROWS, kind=mapping.kind)
    if best < len(wanted):
        _refuse_missing(wanted, fitting[0][1], file)
    tables = _with_notes(sheets, fitting, file)
    _note_units(tables[0], mapping)
    return tables


def tables_by_guess(sheets: list[Sheet], kind: Kind, file: str) -> tuple[list[Table], Mapping]:
    """Return the tables whose headers fit a kind and the mapping guessed from the first of them.

    Sheets with the same headers are read together (one sheet per month).
    """
    found = [
        (sheet, header)
        for sheet in _named(sheets, "")
        if (header := find_header(sheet, lambda headers: sure_count(kind, headers)))
    ]
    found = [
        (sheet, header) for sheet, header in found if header.score >= min(2, len(kind.columns))
    ]
    if not found:
        raise refuse("header_missing", rows=SEARCHED_ROWS, kind=kind.code)
    best = max(found, key=lambda one: one[1].score)
    mapping = mapping_from(kind, guess(kind, best[1].texts))
    served = mapping.headers()
    alike = [
        (sheet, header)
        for sheet, header in found
        if all(header_place(header.texts, one) >= 0 for one in served)
    ]
    tables = _with_notes(sheets, alike, file, kind)
    _note_columns(tables[0], mapping)
    return tables, mapping


def join_tables(table: Table, mapping: Mapping, files: Callable[[str], list[Sheet]]) -> None:
    """Put the columns of the joined files beside those of the table; raises Unreadable.

    Args:
        table: changed in place; a row without partner gets a problem or blanks.
        mapping: its joins, in order; a later one may use the columns of an earlier one.
        files: returns the sheets of a file by its name.
    """
    for join in mapping.joins:
        _join(table, join, mapping, _other(join, mapping, files))


def _join(table: Table, join: Join, mapping: Mapping, other: Table) -> None:
    used = [header for header in mapping.headers() if header.startswith(f"{join.name}.")]
    places = [_needed(other, header.removeprefix(f"{join.name}.")) for header in used]
    theirs = [_needed(other, header) for _, header in join.on]
    ours = [_needed(table, header) for header, _ in join.on]
    partners: dict[tuple[str, ...], list[list[Cell]]] = {}
    for _, cells in other.rows:
        partners.setdefault(tuple(key_text(cells[place]) for place in theirs), []).append(cells)
    blanks: list[Cell] = [None] * len(places)
    rows = []
    for number, cells in table.rows:
        key = tuple(key_text(cells[place]) for place in ours)
        found = partners.get(key, []) if any(key) else []
        if len(found) == 1:
            rows.append((number, cells + [found[0][place] for place in places]))
            continue
        rows.append((number, cells + blanks))
        trouble = _trouble(join, key, len(found))
        if trouble:
            table.faults.setdefault(number, []).append(trouble)
    table.rows = rows
    table.headers = table.headers + used


def key_text(cell: Cell) -> str:
    """Return a cell as the text by which keys are compared."""
    return unguarded(shown(cell).strip())


def _trouble(join: Join, key: tuple[str, ...], count: int) -> Problem | None:
    text = " / ".join(part or "—" for part in key)
    if count > 1:
        return problem("join_key_twice", file=join.file, key=text)
    return problem("join_missing", file=join.file, key=text) if join.missing == "problem" else None


def _other(join: Join, mapping: Mapping, files: Callable[[str], list[Sheet]]) -> Table:
    wanted = [header for _, header in join.on]
    wanted += [
        header.removeprefix(f"{join.name}.")
        for header in mapping.headers()
        if header.startswith(f"{join.name}.")
    ]
    plain = Mapping(mapping.kind, (), sheet=join.sheet, group_by=tuple(dict.fromkeys(wanted)))
    return tables_by_mapping(files(join.file), plain, join.file)[0]


def _needed(table: Table, header: str) -> int:
    place = table.place_of(header)
    if place < 0:
        raise refuse("source_missing", header=header, file=table.file)
    return place


def _named(sheets: list[Sheet], name: str) -> list[Sheet]:
    """Return the sheets to look at: the named one, or all that are visible and not empty."""
    if name:
        found = [sheet for sheet in sheets if sheet.name == name]
        if not found:
            have = ", ".join(sheet.name for sheet in sheets)
            raise refuse("sheet_missing", sheet_name=name, have=have)
        return found
    found = [sheet for sheet in sheets if not sheet.hidden and sheet.rows]
    if not found:
        raise refuse("file_empty")
    return found


def _refuse_missing(wanted: Sequence[str], header: Header, file: str) -> None:
    for one in wanted:
        if header_place(header.texts, one) < 0:
            raise refuse("source_missing", header=one, file=PurePath(file).name)


def _with_notes(
    sheets: list[Sheet], chosen: list[tuple[Sheet, Header]], file: str, kind: Kind | None = None
) -> list[Table]:
    tables = [table_of(sheet, header, PurePath(file).name) for sheet, header in chosen]
    names = {sheet.name for sheet, _ in chosen}
    for sheet in sheets:
        if sheet.name in names:
            continue
        if sheet.hidden:
            tables[0].notes.append(problem("sheet_hidden", name=sheet.name))
        elif sheet.rows and kind is not None:
            words = {"kind_zh": kind.zh, "kind": kind.en}
            tables[0].notes.append(problem("sheet_skipped", name=sheet.name, **words))
    for table in tables:
        _note_doubles(table)
    return tables


def _note_doubles(table: Table) -> None:
    seen: set[str] = set()
    for header in table.headers:
        if header and header in seen:
            table.notes.append(problem("header_twice", sheet=table.sheet, header=header))
        seen.add(header)


def _note_columns(table: Table, mapping: Mapping) -> None:
    used = set(mapping.headers())
    idle = [
        header for header in table.headers if header and header not in used and MARK not in header
    ]
    if idle:
        text = "、".join(dict.fromkeys(idle))
        table.notes.append(problem("columns_ignored", sheet=table.sheet, headers=text))
    _note_units(table, mapping)


def _note_units(table: Table, mapping: Mapping) -> None:
    for _, source in mapping.columns:
        if source.multiply != 1 and source.headers:
            header, scale = source.headers[0], source.multiply
            note = problem("unit_applied", sheet=table.sheet, header=header, scale=scale)
            table.notes.append(note)


__all__ = [
    "SURE",
    "Given",
    "join_tables",
    "key_text",
    "open_sheets",
    "tables_by_guess",
    "tables_by_mapping",
]
