"""The way in: a file and a kind become typed rows with problems, whole or by a map book."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Given
from dataclasses import dataclass, replace
from pathlib import PurePath

from cheji.files.cells import Cell
from cheji.files.guesses import Guess, guess, sure_count
from cheji.files.kinds import Kind, kind_of
from cheji.files.layout import Table, find_header, likely_header, table_of
from cheji.files.limits import DEFAULT, Limits
from cheji.files.maps import MapBook, Mapping
from cheji.files.problems import Problem, Unreadable, letters, problem, refuse
from cheji.files.reader import Sheet
from cheji.files.rows import Row, mark_twins, row_problems
from cheji.files.tables import Given as File
from cheji.files.tables import join_tables, open_sheets, tables_by_guess, tables_by_mapping
from cheji.files.typing_rows import typed_rows
from cheji.files.values import Fault, Spelling, convert


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file gave: rows with their own problems, and the problems of the file and columns.

    `headers` are the source headers by sheet; `mapping` is the map that was used, None when the
    file could not be read at all.
    """

    kind: str
    file: str
    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    mapping: Mapping | None = None
    notes: tuple[Problem, ...] = ()
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def good(self) -> list[Row]:
        """Return the rows that may be imported."""
        return [row for row in self.rows if row.ok]

    @property
    def faulty(self) -> list[Row]:
        """Return the rows that have an error."""
        return [row for row in self.rows if any(one.level == "error" for one in row.problems)]

    @property
    def blocked(self) -> bool:
        """Return whether the file as a whole cannot be used until something is mended."""
        return any(one.level == "error" for one in self.problems)

    def all_problems(self) -> list[Problem]:
        """Return the problems of the file, then those of its rows in order."""
        return [*self.problems, *(one for row in self.rows for one in row.problems)]


@dataclass(frozen=True, slots=True)
class Look:
    """One sheet as the mapping step of a wizard shows it."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    samples: tuple[tuple[Cell, ...], ...]
    guesses: tuple[Guess, ...]
    missing: tuple[str, ...]
    """Codes of required columns for which not even a weak guess was found."""


class _Files:
    """The files at hand, each opened once."""

    def __init__(self, given: Given[str, File], mapping: Sequence[Mapping], limits: Limits) -> None:
        self._given = {PurePath(name).name.casefold(): (name, one) for name, one in given.items()}
        self._wanted = tuple(one.sheet for one in mapping if one.sheet)
        self._limits = limits
        self._open: dict[str, list[Sheet]] = {}

    def name(self, wanted: str) -> str:
        """Return the name of a file as given; the only file when none is named."""
        if not wanted and self._given:
            return next(iter(self._given.values()))[0]
        key = PurePath(wanted).name.casefold()
        if key not in self._given:
            raise refuse("join_file_missing", file=wanted)
        return self._given[key][0]

    def sheets(self, wanted: str) -> list[Sheet]:
        name = self.name(wanted)
        if name not in self._open:
            source = self._given[PurePath(name).name.casefold()][1]
            opened = open_sheets(source, name, limits=self._limits, wanted=self._wanted)
            self._open[name] = opened
        return self._open[name]


def read(
    source: File,
    name: str,
    kind: str,
    mapping: Mapping | None = None,
    *,
    files: Given[str, File] | None = None,
    limits: Limits = DEFAULT,
    partial: bool = False,
) -> Reading:
    """Read one file as one kind; never raises for what is in the file.

    Args:
        source: the file, as a path, as bytes, or as its opened sheets.
        name: its name; the ending says what it claims to be.
        kind: a code of `kinds.KINDS`.
        mapping: how its columns become ours; None: guess from the headers.
        files: further files by name, which the map joins.
        limits: how large it may be.
        partial: only key columns are required, for files that change existing records.
    """
    given = {name: source, **(files or {})}
    opened = _Files(given, [mapping] if mapping else [], limits)
    return _reading(kind_of(kind), name, mapping, opened, partial=partial)


def read_book(
    book: MapBook,
    files: Given[str, File],
    *,
    limits: Limits = DEFAULT,
    partial: bool = False,
) -> list[Reading]:
    """Read the files of a map book: one reading per map, in the order of the book.

    A file that only one map needs and that is the only one given need not carry the map's name.
    """
    opened = _Files(files, book.maps, limits)
    found = []
    for mapping in book.maps:
        try:
            name = opened.name(mapping.file)
        except Unreadable as refused:
            found.append(_refused(kind_of(mapping.kind), mapping.file, mapping, refused))
            continue
        found.append(_reading(kind_of(mapping.kind), name, mapping, opened, partial=partial))
    return found


def look(source: File, name: str, kind: str, *, limits: Limits = DEFAULT) -> list[Look]:
    """Return what each visible sheet of a file offers for a kind; raises Unreadable.

    Unlike `read` it also answers where no header is known, so that a person can do the mapping.
    """
    wanted = kind_of(kind)
    found = []
    for sheet in open_sheets(source, name, limits=limits):
        if sheet.hidden or not sheet.rows:
            continue
        header = find_header(sheet, lambda headers: sure_count(wanted, headers))
        table = table_of(sheet, header or likely_header(sheet), name)
        found.append(_look(table, wanted))
    if not found:
        raise refuse("file_empty")
    return sorted(found, key=lambda one: -sum(guess.confidence for guess in one.guesses))


def mended(reading: Reading, row: Row, changes: Given[str, str], *, partial: bool = False) -> Row:
    """Return a row with some columns typed again from what a person wrote.

    Args:
        reading: the reading that the row belongs to.
        row: the row to mend; its other values and problems stay.
        changes: text by column code; an empty text is blank.
        partial: see `read`.
    """
    kind = kind_of(reading.kind)
    values = dict(row.values)
    gone = {"required", "dates_crossed", "key_twice", "row_twice"}
    kept = [one for one in row.problems if one.column not in changes and one.code not in gone]
    letters_of = _letters_of(reading, row)
    for code, text in changes.items():
        place = f"{letters_of.get(code, '')}{row.place.row}"
        try:
            values[code] = convert(text.strip() or None, kind.column(code), Spelling())
        except Fault as fault:
            values[code] = None
            where = {"sheet": row.place.sheet, "cell": place, "column": code}
            kept.append(problem(fault.code, **where, **fault.params))
    told = {one.column for one in kept}
    again = row_problems(kind, values, place=row.place, letters_of=letters_of, partial=partial)
    kept += [one for one in again if one.column not in told]
    return Row(row.place, values, tuple(kept), row.cells)


def with_rows(reading: Reading, rows: Sequence[Row]) -> Reading:
    """Return a reading with other rows (mended, some left out), its doubles looked for again."""
    bare = [
        replace(row, problems=tuple(one for one in row.problems if one.code not in _TWINS))
        for row in rows
    ]
    return replace(reading, rows=tuple(mark_twins(kind_of(reading.kind), bare)))


_TWINS = ("key_twice", "row_twice")


def _reading(
    kind: Kind, name: str, mapping: Mapping | None, files: _Files, *, partial: bool
) -> Reading:
    try:
        sheets = files.sheets(name)
        if mapping is None:
            tables, mapping = tables_by_guess(sheets, kind, name)
        else:
            tables = tables_by_mapping(sheets, mapping, name)
        lacking = _lacking(kind, mapping, partial=partial)
        rows, found = _all_rows(tables, kind, mapping, files.sheets, lacking, partial=partial)
    except Unreadable as refused:
        return _refused(kind, name, mapping, refused)
    return Reading(
        kind=kind.code,
        file=PurePath(name).name,
        rows=tuple(_with_cells(mark_twins(kind, rows), tables)),
        problems=(*lacking, *found),
        mapping=mapping,
        notes=tuple(note for table in tables for note in table.notes),
        headers=tuple((table.sheet, tuple(table.headers)) for table in tables),
    )


def _with_cells(rows: Sequence[Row], tables: Sequence[Table]) -> Iterator[Row]:
    """Give the cells as read to each row with problems that has none yet, such as a double."""
    wanted = {row.place[1:] for row in rows if row.problems and not row.cells}
    cells = {
        (table.sheet, number): tuple(cells)
        for table in tables
        for number, cells in table.rows
        if (table.sheet, number) in wanted
    }
    for row in rows:
        found = () if row.cells or not row.problems else cells.get(row.place[1:], ())
        yield replace(row, cells=found) if found else row


def _all_rows(
    tables: list[Table],
    kind: Kind,
    mapping: Mapping,
    files: Callable[[str], list[Sheet]],
    lacking: list[Problem],
    *,
    partial: bool,
) -> tuple[list[Row], list[Problem]]:
    """Return rows and column problems of all tables; no rows while required columns lack."""
    rows: list[Row] = []
    found: list[Problem] = []
    for table in tables if not lacking else []:
        join_tables(table, mapping, files)
        more, troubles = typed_rows(table, kind, mapping, partial=partial)
        rows += more
        found += troubles
    if not rows and not lacking:
        found.append(problem("no_rows"))
    return rows, found


def _lacking(kind: Kind, mapping: Mapping, *, partial: bool) -> list[Problem]:
    mapped = {code for code, _ in mapping.columns}
    return [
        problem("column_missing", column=column.code, zh_name=column.zh, name=column.en)
        for column in kind.needed(partial=partial)
        if column.code not in mapped
    ]


def _refused(kind: Kind, name: str, mapping: Mapping | None, refused: Unreadable) -> Reading:
    file = PurePath(name).name
    return Reading(kind.code, file, problems=(refused.problem,), mapping=mapping)


def _look(table: Table, kind: Kind) -> Look:
    guesses = guess(kind, table.headers)
    found = {one.column for one in guesses}
    missing = tuple(one.code for one in kind.columns if one.required and one.code not in found)
    samples = tuple(tuple(cells) for _, cells in table.rows[:5])
    return Look(
        table.sheet, table.header_row, tuple(table.headers), samples, tuple(guesses), missing
    )


def _letters_of(reading: Reading, row: Row) -> dict[str, str]:
    headers = dict(reading.headers).get(row.place.sheet, ())
    found = {}
    for code, source in reading.mapping.columns if reading.mapping else ():
        if source.headers and source.headers[0] in headers:
            found[code] = letters(headers.index(source.headers[0]))
    return found
