"""The rows that an import did not take, kept with their cells so that they can be mended later.

They are kept as one JSON text, sealed with the installation's key: the cells hold phones.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from cheji.actions.imports import Report
from cheji.files.cells import Cell
from cheji.files.problems import Problem, problem
from cheji.files.reading import Reading
from cheji.files.rows import Place, Row
from cheji.files.uploads import Prepared, Upload, as_typed, cells_of, with_troubles
from cheji.records import encryption

FIELD = "import.left"


def left_by(report: Report, prepared: Prepared, upload: Upload) -> Reading:
    """What was not taken, each row with its reason: faulty, refused, left by hand or by mode."""
    reading = with_troubles(prepared, report.troubles, upload)
    by_mode = [prepared.good[place - 1] for place in report.left]
    rows = [
        *reading.faulty,
        *(_left(row, "hand") for row in prepared.left_out),
        *(_left(row, upload.mode) for row in by_mode),
    ]
    cells = cells_of(upload) if any(not row.cells for row in rows) else {}
    whole = (
        row if row.cells else replace(row, cells=cells.get((row.place.sheet, row.place.row), ()))
        for row in rows
    )
    found = replace(reading, rows=tuple(sorted(whole, key=lambda row: row.place)))
    return as_typed(found, upload)


def sealed(left: Reading, key: str) -> bytes | None:
    """The rows to keep with the batch `key`; None when there are none."""
    if not left.rows:
        return None
    body = {
        "kind": left.kind,
        "file": left.file,
        "headers": left.headers,
        "rows": [
            [row.place.sheet, row.place.row, _told(row.cells), [_parts(p) for p in row.problems]]
            for row in left.rows
        ],
    }
    text = json.dumps(body, ensure_ascii=False)
    return encryption.seal(text, field=FIELD, row=key)


def unsealed(raw: bytes, key: str) -> Reading:
    """The rows that were kept with the batch `key`."""
    body = json.loads(encryption.unseal(raw, field=FIELD, row=key))
    rows = tuple(
        Row(Place(body["file"], sheet, number), {}, tuple(map(_problem, found)), _cells(cells))
        for sheet, number, cells, found in body["rows"]
    )
    headers = tuple((sheet, tuple(names)) for sheet, names in body["headers"])
    return Reading(body["kind"], body["file"], rows, headers=headers)


def _left(row: Row, by: str) -> Row:
    """The row with who left it out: the person, or the mode of the import."""
    said = {
        "hand": problem("left_out_by_hand"),
        "create": problem("left_out_by_create"),
        "update": problem("left_out_by_update"),
    }[by]
    here = replace(said, sheet=row.place.sheet, cell=f"A{row.place.row}")
    return replace(row, problems=(*row.problems, here))


def _told(cells: Iterable[Cell]) -> list[Any]:
    """Numbers with a point stand as {"n": text}: JSON would make them binary."""
    return [{"n": str(cell)} if isinstance(cell, Decimal) else cell for cell in cells]


def _cells(told: Iterable[Any]) -> tuple[Cell, ...]:
    return tuple(Decimal(cell["n"]) if isinstance(cell, dict) else cell for cell in told)


def _parts(one: Problem) -> list[Any]:
    return [one.code, one.sheet, one.cell, one.column, one.params]


def _problem(parts: list[Any]) -> Problem:
    code, sheet, cell, column, params = parts
    return Problem(code, sheet, cell, column, tuple((name, text) for name, text in params))
