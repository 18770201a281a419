"""An upload on its way into the records: read by its map, mended by hand, given as entries."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping as Given
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any

from cheji.actions.imports import Entry, Report, Trouble
from cheji.files.maps import MapBook, Mapping, as_json, from_json
from cheji.files.problems import Problem
from cheji.files.reading import Reading, mended, read, with_rows
from cheji.files.rows import Row
from cheji.files.tables import open_sheets

LEFT_OUT = ""
"""The column code under which a mended row is marked to be left out."""

_KEPT_READINGS = 8
_KEPT_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file with what a person decided about it; `partial` when it only changes records."""

    kind: str
    name: str
    content: bytes
    mapping: Given[str, Any]
    mended: Given[str, Given[str, str]]
    partial: bool = False


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
        return [Entry(at, row.values) for at, row in enumerate(self.good, start=1)]

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
    """The report of a commit with every trouble at its row in the file, those of reading first."""
    body = report.as_json()
    faulty = prepared.reading.faulty
    told_first = [
        {"place": spot(row), "column": one.column, "code": one.code, "zh": one.zh, "en": one.en}
        for row in faulty
        for one in row.problems
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


def with_troubles(prepared: Prepared, troubles: Sequence[Trouble], upload: Upload) -> Reading:
    """The reading with the records' refusals as problems of its rows, and their cells as read."""
    refused: dict[int, list[Trouble]] = {}
    for trouble in troubles:
        refused.setdefault(id(prepared.row_of(trouble)), []).append(trouble)
    cells = _cells(upload) if refused else {}
    rows = []
    for row in prepared.reading.rows:
        found = refused.get(id(row), [])
        more = tuple(_problem(trouble, row) for trouble in found)
        raw = row.cells or (cells.get((row.place.sheet, row.place.row), ()) if found else ())
        rows.append(replace(row, problems=(*row.problems, *more), cells=raw) if found else row)
    return replace(prepared.reading, rows=tuple(rows))


def _problem(trouble: Trouble, row: Row) -> Problem:
    """The refusal as a problem of its row, in full: it is one sentence, not a value of the file."""
    said = (("what_zh", trouble.refusal.say("zh-hans")), ("what", trouble.refusal.say("en")))
    cell = f"A{row.place.row}"
    return Problem("records_refuse", row.place.sheet, cell, column_of(row, trouble), said)


def column_of(row: Row, trouble: Trouble) -> str:
    """The column that a refusal is about: the one it names, else the one that holds its word."""
    if trouble.column:
        return trouble.column
    named = [value for value in trouble.refusal.place.values() if value not in (None, "")]
    for code, value in row.values.items():
        held = [who for who, _part in value] if _are_shares(value) else [value]
        if any(word in named for word in held if word is not None):
            return code
    return ""


def _are_shares(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, tuple) for part in value)


def _cells(upload: Upload) -> dict[tuple[str, int], Any]:
    sheets = open_sheets(upload.content, upload.name)
    return {(sheet.name, number): tuple(cells) for sheet in sheets for number, cells in sheet.rows}


# -- readings kept for a while -----------------------------------------------------------------

_kept: OrderedDict[str, Reading] = OrderedDict()
_lock = Lock()


def _reading(upload: Upload) -> Reading:
    """The reading without mends; small ones are kept, since a wizard asks for them again."""
    mapping = mapping_in(upload.mapping)
    key = _key(upload)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = read(upload.content, upload.name, upload.kind, mapping, partial=upload.partial)
    if len(found.rows) <= _KEPT_ROWS:
        with _lock:
            _kept[key] = found
            while len(_kept) > _KEPT_READINGS:
                _kept.popitem(last=False)
    return found


def _key(upload: Upload) -> str:
    told = json.dumps([upload.kind, upload.name, upload.mapping, upload.partial], sort_keys=True)
    return hashlib.sha256(told.encode() + b"\0" + upload.content).hexdigest()
