"""An upload on its way into the records: read by its map, mended by hand, given as entries."""

from __future__ import annotations

from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cheji.actions.imports import BY_ITSELF, Entry, Mode, Report, Trouble, check, column_at_fault
from cheji.files.keeping import digest_of, kept
from cheji.files.kinds import kind_of
from cheji.files.maps import MapBook, Mapping, as_json, from_json
from cheji.files.problems import Problem, Unreadable
from cheji.files.reader import Sheet
from cheji.files.reading import Look, Reading, look, mended, read, with_rows
from cheji.files.rows import Row
from cheji.files.tables import Given as File
from cheji.files.tables import open_sheets
from cheji.reads import audit
from cheji.records.visibility import Viewer

LEFT_OUT = ""
"""The column code under which a mended row is marked to be left out."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what a person decided about it."""

    kind: str
    name: str
    content: bytes
    mapping: Given[str, Any]
    mended: Given[str, Given[str, str]]
    mode: Mode = "both"

    @property
    def partial(self) -> bool:
        """Whether it only changes records, so that the columns of the natural key are enough."""
        return self.mode == "update"


@dataclass(frozen=True)
class Prepared:
    """The rows of an upload after mending; those left out by hand stand apart."""

    reading: Reading
    left_out: tuple[Row, ...] = ()

    @cached_property
    def good(self) -> list[Row]:
        return self.reading.good

    def entries(self) -> list[Entry]:
        """The good rows for `actions.imports`; their place is the position in `good`, from 1."""
        return [Entry(at, row.values, row.place.row) for at, row in enumerate(self.good, start=1)]

    @cached_property
    def doubtful(self) -> list[Row]:
        """The rows with faults of reading that still say whom or what they are about."""
        key = kind_of(self.reading.kind).needed(partial=True)
        return [row for row in self.reading.faulty if all(row.values.get(one.code) for one in key)]

    def row_of(self, trouble: Trouble) -> Row:
        return self.good[trouble.place - 1]


def spot(row: Row) -> str:
    """The name of a row within its file, stable while the file is the same: `sheet!row`."""
    return f"{row.place.sheet}!{row.place.row}"


def prepare(upload: Upload) -> Prepared:
    """Read an upload and apply what was typed in place of its cells."""
    return _mend(_reading(upload), upload)


def mapping_in(body: Given[str, Any]) -> Mapping | None:
    """The map of a batch as kept in JSON; None while there is none."""
    book, _ = from_json(dict(body)) if body else (None, [])
    return book.maps[0] if book else None


def mapping_out(mapping: Mapping) -> dict[str, Any]:
    return as_json(MapBook((mapping,)))


def _mend(reading: Reading, upload: Upload) -> Prepared:
    if not upload.mended:
        return Prepared(reading)
    rows, out = [], []
    for row in reading.rows:
        changes = dict(upload.mended.get(spot(row), {}))
        if changes.pop(LEFT_OUT, ""):
            out.append(row)
        elif changes:
            rows.append(mended(reading, row, changes, partial=upload.partial))
        else:
            rows.append(row)
    return Prepared(with_rows(reading, rows), tuple(out))


def told(report: Report, prepared: Prepared) -> dict[str, Any]:
    """The report of a commit with every trouble at its row in the file, those of reading first.

    It is kept for ever, so it says what is wrong without what stood in the cells.
    """
    body = report.as_json()
    faulty = prepared.reading.faulty
    told_first = [
        {"place": spot(row), "column": one.column, "code": one.code, "zh": one.zh, "en": one.en}
        for row in faulty
        for one in map(Problem.outline, row.problems)
        if one.level == "error"
    ]
    later = [
        {
            "place": spot(prepared.row_of(trouble)),
            "column": column_of(prepared.row_of(trouble), trouble),
            **{name: said[name] for name in ("code", "zh", "en")},
        }
        for said, trouble in zip(body["troubles"], report.troubles, strict=True)
    ]
    refused = {trouble.place for trouble in report.troubles}
    left = len(faulty) + len(prepared.left_out) + len(refused)
    return {**body, "skipped": body["skipped"] + left, "troubles": told_first + later}


def with_troubles(
    prepared: Prepared,
    troubles: Sequence[Trouble],
    upload: Upload,
    further: Sequence[Trouble] = (),
) -> Reading:
    """The reading with the records' refusals as problems of its rows, and their cells as read.

    `further` are those of `prepared.doubtful`, which have other faults already.
    """
    refused: dict[int, list[Trouble]] = {}
    for trouble in troubles:
        refused.setdefault(id(prepared.row_of(trouble)), []).append(trouble)
    for trouble in further:
        refused.setdefault(id(prepared.doubtful[trouble.place - 1]), []).append(trouble)
    cells = cells_of(upload) if refused else {}
    rows = []
    for row in prepared.reading.rows:
        found = refused.get(id(row), [])
        more = tuple(_problem(trouble, row) for trouble in found)
        raw = row.cells or (cells.get((row.place.sheet, row.place.row), ()) if found else ())
        rows.append(replace(row, problems=(*row.problems, *more), cells=raw) if found else row)
    return replace(prepared.reading, rows=tuple(rows))


def as_typed(reading: Reading, upload: Upload) -> Reading:
    """The reading with what was typed standing in the cells, as if the file had held it."""
    sources = dict(reading.mapping.columns) if reading.mapping else {}
    headers = {sheet: list(names) for sheet, names in reading.headers}
    rows = []
    for row in reading.rows:
        cells = list(row.cells)
        for code, text in upload.mended.get(spot(row), {}).items() if cells else ():
            source, names = sources.get(code), headers[row.place.sheet]
            plain = source is not None and source.direct and source.multiply == 1
            if plain and source and source.headers[0] in names[: len(cells)]:
                cells[names.index(source.headers[0])] = text or None
        rows.append(replace(row, cells=tuple(cells)))
    return replace(reading, rows=tuple(rows))


def _problem(trouble: Trouble, row: Row) -> Problem:
    """The refusal as a problem of its row, in full: it is one sentence, not a value of the file."""
    said = (("what_zh", trouble.refusal.say("zh-hans")), ("what", trouble.refusal.say("en")))
    cell = f"A{row.place.row}"
    return Problem("records_refuse", row.place.sheet, cell, column_of(row, trouble), said)


def column_of(row: Row, trouble: Trouble) -> str:
    """The column that a refusal is about: the one it names, else the one that holds its word."""
    return trouble.column or column_at_fault(row.values, trouble.refusal)


def cells_of(upload: Upload) -> dict[tuple[str, int], Any]:
    """The cells of every row as they stand in the file, by sheet and row."""
    sheets = _sheets(upload.content, upload.name)
    return {(sheet.name, number): tuple(cells) for sheet in sheets for number, cells in sheet.rows}


# -- kept for the next step ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """What the records say of an upload: its rows, those refused with the reason, the counts."""

    prepared: Prepared
    reading: Reading
    report: Report


def looks(content: bytes, name: str, kind: str) -> list[Look]:
    """What each sheet of an upload offers for a kind; raises Unreadable."""
    asked = ("look", name, kind, kind_of(kind).columns)
    return kept(digest_of(content), asked, lambda: look(_sheets(content, name), name, kind))


def checked(upload: Upload, by: Viewer) -> Checked:
    """Read an upload, mend it as was typed, and ask the records what they would say.

    The answer is kept for as long as nobody writes anything: an audit entry ends it.
    """
    asked = ("check", *_told(upload), upload.mode, upload.mended, by.user, by.on, audit.length())
    return kept(digest_of(upload.content), asked, lambda: _check(upload, by))


def _check(upload: Upload, by: Viewer) -> Checked:
    prepared = prepare(upload)
    entries = [] if prepared.reading.blocked else prepared.entries()
    report = check(by=by, kind=upload.kind, entries=entries, mode=upload.mode)
    further = [] if prepared.reading.blocked else _further(prepared, upload, by)
    return Checked(prepared, with_troubles(prepared, report.troubles, upload, further), report)


def _further(prepared: Prepared, upload: Upload, by: Viewer) -> list[Trouble]:
    """What the records refuse of rows that have faults already, so that all is told at once."""
    entries = [
        Entry(at, row.values, row.place.row) for at, row in enumerate(prepared.doubtful, start=1)
    ]
    if not entries:
        return []
    found = check(by=by, kind=upload.kind, entries=entries, mode=upload.mode).troubles
    return [one for one in found if isinstance(one.refusal, BY_ITSELF)]


def _reading(upload: Upload) -> Reading:
    """The reading without mends."""
    asked = ("read", *_told(upload))
    return kept(digest_of(upload.content), asked, lambda: _read(upload))


def _read(upload: Upload) -> Reading:
    try:
        source: File = _sheets(upload.content, upload.name)
    except Unreadable:
        source = upload.content  # the reading says what is wrong with it
    mapping = mapping_in(upload.mapping)
    return read(source, upload.name, upload.kind, mapping, partial=upload.partial)


def _sheets(content: bytes, name: str) -> list[Sheet]:
    return kept(digest_of(content), ("sheets", name), lambda: open_sheets(content, name))


def _told(upload: Upload) -> tuple[Any, ...]:
    columns = kind_of(upload.kind).columns
    return upload.kind, upload.name, upload.mapping, upload.partial, columns
