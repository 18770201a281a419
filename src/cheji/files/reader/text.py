"""Text files: find the delimiter, then rows of cells as they stand."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

from cheji.files.cells import MARK
from cheji.files.problems import letters, refuse

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 50


def lines(content: bytes, encoding: str, order: dict[str, Any]) -> Iterator[Any]:
    """Yield a head and the rows of a text file; raises Unreadable."""
    text = content.decode(encoding).removeprefix("\ufeff").rstrip("\x1a")
    delimiter, skipped = _stated(text) or (delimiter_of(text), 0)
    yield {"sheet": "", "hidden": False, "date1904": False}
    csv.field_size_limit(1 << 20)
    given = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    number, cells = 0, 0
    try:
        for row in given:
            number += 1
            values = [_cell(value) for value in row]
            while values and values[-1] is None:
                values.pop()
            cells += len(values)
            _check_size(number, len(values), cells, order)
            if values and number > skipped:
                yield [*values, number]
    except csv.Error:
        raise refuse("text_quotes", line=number + 1) from None
    _check_quotes(text, delimiter, number)


def delimiter_of(text: str) -> str:
    """Return the delimiter that cuts the first rows into the most columns of one width."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_ROWS])
    return max(_DELIMITERS, key=lambda one: _width(sample, one))


def _width(sample: str, delimiter: str) -> tuple[int, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
    except csv.Error:
        return (0, 0)
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return (0, 0)
    width, times = counted.most_common(1)[0]
    return (times * 2 >= len(widths)) * width, times


def _stated(text: str) -> tuple[str, int] | None:
    """Return the delimiter of a first line such as `sep=;` and how many lines to skip."""
    first = text[:8].splitlines()[0] if text else ""
    return (first[4], 1) if first.lower().startswith("sep=") and len(first) == 5 else None


def _cell(value: str) -> str | None:
    return value.replace(MARK, "").strip(" \t\u3000\xa0") or None


def _check_size(number: int, width: int, cells: int, order: dict[str, Any]) -> None:
    if number > order["rows"] or width > order["columns"]:
        where = f"{letters(max(width - 1, 0))}{number}"
        raise refuse("far_cell", where=where, rows=order["rows"], cols=order["columns"])
    if cells > order["cells"]:
        raise refuse("too_many_cells", cells=cells, limit=order["cells"])


def _check_quotes(text: str, delimiter: str, rows: int) -> None:
    """Refuse a quote that is never closed, which would swallow the rest of the file."""
    if text.count('"') % 2 == 0:
        return
    try:
        for _row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "end of data" in str(error):
            raise refuse("text_quotes", line=rows) from None
