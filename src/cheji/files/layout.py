"""Where the table is in a sheet: its header row, its data rows, and what is neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cheji.files.cells import MARK, Cell, shown
from cheji.files.problems import Problem, problem
from cheji.files.reader import Sheet

SEARCHED_ROWS = 30
_TOTAL = re.compile(
    r"(?:.{0,12}?)(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)[:：]?"
    r"|(?:grand|sub|sum)?[\s-]?totals?:?|sum:?",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"(?:制表|审核|填表|打印|制单|复核|审批|导出|[备说]?[注明]\s*[:：]"
    r"|prepared by|printed|exported|notes?\s*:)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"(?:示例|样例|例|example)\s*[:：]", re.IGNORECASE)

Row = tuple[int, list[Cell]]
Score = Callable[[Sequence[str]], int]


@dataclass(slots=True)
class Table:
    """A header and the data rows below it, each as wide as the header; rows counted from 1."""

    file: str
    sheet: str
    header_row: int
    headers: list[str]
    rows: list[Row]
    date1904: bool = False
    notes: list[Problem] = field(default_factory=list)
    faults: dict[int, list[Problem]] = field(default_factory=dict)
    """Problems of a row found before its columns are typed, by row number."""

    def place_of(self, header: str) -> int:
        """Return the column of a header, counted from 0; -1 when there is none."""
        return header_place(self.headers, header)


@dataclass(frozen=True, slots=True)
class Header:
    """A row that may be the header: its number, its texts and how well it fits."""

    number: int
    texts: tuple[str, ...]
    score: int


def header_place(headers: Sequence[str], wanted: str) -> int:
    """Return where a header stands, by its exact text, else without regard to blanks and case."""
    if wanted in headers:
        return headers.index(wanted)
    folded = "".join(wanted.split()).casefold()
    for place, header in enumerate(headers):
        if "".join(header.split()).casefold() == folded:
            return place
    return -1


def find_header(sheet: Sheet, score: Score, *, row: int = 0) -> Header | None:
    """Return the header row of a sheet, or None when no row scores.

    A row is also tried together with the row above it, of which it takes the texts that it
    lacks: headers over two rows with merged cells.

    Args:
        sheet: the sheet with its rows.
        score: how many columns a list of headers can serve.
        row: the number of the header row where it is known; 0 to search.
    """
    best: Header | None = None
    above: list[str] = []
    for number, cells in sheet.rows[: SEARCHED_ROWS if not row else None]:
        texts = _texts(cells)
        for offered in (texts, _filled(texts, above)):
            found = Header(number, tuple(offered), score(offered))
            if row and number == row and (best is None or found.score > best.score):
                best = found
            if not row and found.score > (best.score if best else 0):
                best = found
        above = texts
        if row and number >= row:
            break
    return best


def likely_header(sheet: Sheet) -> Header:
    """Return the first of the rows with the most texts: the best guess where no header is known."""
    offered = [
        Header(number, tuple(_texts(cells)), sum(_is_word(cell) for cell in cells))
        for number, cells in sheet.rows[:SEARCHED_ROWS]
    ]
    return max(offered, key=lambda header: header.score)


def table_of(sheet: Sheet, header: Header, file: str) -> Table:
    """Return the table under a header with every row as wide as the header."""
    width = max([len(header.texts), *(len(cells) for _, cells in sheet.rows)], default=0)
    headers = list(header.texts) + [""] * (width - len(header.texts))
    rows = [
        (number, cells + [None] * (width - len(cells)) if len(cells) < width else cells)
        for number, cells in sheet.rows
        if number > header.number
    ]
    return Table(file, sheet.name, header.number, headers, rows, sheet.date1904)


def leave_out(table: Table, keys: Sequence[int]) -> None:
    """Take totals, footnotes, repeated headers and template examples out, with a note of each.

    Args:
        table: changed in place.
        keys: the places of the columns without which a row is no data row.
    """
    kept: list[Row] = []
    left: dict[str, list[int]] = {}
    for number, cells in table.rows:
        why = _why_left(cells, keys, table.headers)
        if why:
            left.setdefault(why, []).append(number)
        else:
            kept.append((number, cells))
    table.rows = kept
    for why, numbers in left.items():
        table.notes.append(problem(why, sheet=table.sheet, rows=_some(numbers)))


def _why_left(cells: list[Cell], keys: Sequence[int], headers: list[str]) -> str:
    first = next((cell for cell in cells if cell is not None), None)
    lead = _lead(first) if isinstance(first, str) else ""
    if not lead and cells[0] is not None and cells[0] == headers[0]:
        lead = "headers_repeated"
    if not lead and not any(cells[key] is None for key in keys):
        return ""
    if lead == "example_left_out":
        return lead
    if lead and [text for text in _texts(cells) if text] == [text for text in headers if text]:
        return "headers_repeated"
    blank = sum(cells[key] is None or _is_total(cells[key]) for key in keys)
    if blank and any(_is_total(cell) for cell in cells):
        return "totals_left_out"
    few = sum(cell is not None for cell in cells) <= max(len(cells) // 3, 2)
    return "footnotes_left_out" if lead == "footnotes_left_out" and blank and few else ""


@lru_cache(maxsize=65_536)
def _lead(text: str) -> str:
    """Return what the first cell of a row hints at; only a hint, the whole row decides."""
    if text.startswith(MARK):
        return ""
    if _EXAMPLE.match(text):
        return "example_left_out"
    if _TOTAL.fullmatch(text.strip()):
        return "totals_left_out"
    return "footnotes_left_out" if _FOOTNOTE.match(text.strip()) else ""


def _is_total(cell: Cell) -> bool:
    return isinstance(cell, str) and _TOTAL.fullmatch(cell.strip()) is not None


def _is_word(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.startswith(MARK) and not cell[:1].isdigit()


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [" ".join(shown(cell).split()) for cell in cells]


def _filled(texts: list[str], above: list[str]) -> list[str]:
    width = max(len(texts), len(above))
    low = texts + [""] * (width - len(texts))
    high = above + [""] * (width - len(above))
    return [one or other for one, other in zip(low, high, strict=True)]


def _some(numbers: list[int]) -> str:
    shown_rows = ", ".join(str(number) for number in numbers[:10])
    return shown_rows + (f" … ({len(numbers)})" if len(numbers) > 10 else "")
