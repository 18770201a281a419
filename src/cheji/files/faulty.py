"""The rows that could not be imported, as a workbook to mend and to import again."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import xlsxwriter

from cheji.files.cells import BOOL, DATE, MARK, Cell, shown
from cheji.files.guards import LIVE, guarded_xlsx, unguarded
from cheji.files.names import ADDED, is_added
from cheji.files.reading import Reading
from cheji.files.rows import Row

_KEPT_DIGITS = 15
_SHEET_NAME = 31


def faulty_rows(reading: Reading, language: str = "zh") -> bytes:
    """Return an xlsx of the rows with errors: row number, problems, then the cells as they were.

    The headers stand as in the source, so that the mended file can be imported with the same map.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    styles = {
        "text": book.add_format({"num_format": "@"}),
        "quoted": book.add_format({"num_format": "@", "quote_prefix": True}),
        "head": book.add_format({"bold": True}),
        "wrong": book.add_format({"bg_color": "#FCE4D6", "text_wrap": True}),
    }
    by_sheet = dict(reading.headers)
    for number, (name, headers) in enumerate(by_sheet.items(), start=1):
        rows = [row for row in reading.faulty if row.place.sheet == name]
        if rows or number == len(by_sheet) == 1:
            sheet = book.add_worksheet(name[:_SHEET_NAME] or None)
            _sheet(sheet, headers, rows, styles, language)
    if not book.worksheets():
        book.add_worksheet()
    book.close()
    return target.getvalue()


def _sheet(
    sheet: Any, headers: tuple[str, ...], rows: list[Row], styles: dict[str, Any], language: str
) -> None:
    theirs = [place for place, header in enumerate(headers) if not is_added(header)]
    width = len(theirs)
    titles = ADDED["zh" if language.startswith("zh") else "en"]
    for place, header in enumerate([*(headers[place] for place in theirs), *titles]):
        sheet.write_string(0, place, guarded_xlsx(header), styles["head"])
    for at, row in enumerate(rows, start=1):
        for place, source in enumerate(theirs):
            if source < len(row.cells):
                _write(sheet, at, place, row.cells[source], styles)
        sheet.write_number(at, width, row.place.row)
        said = "\n".join(one.say(language) for one in row.problems)
        sheet.write_string(at, width + 1, said, styles["wrong"])
    sheet.set_column(width + 1, width + 1, 80)
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, row: int, place: int, cell: Cell, styles: dict[str, Any]) -> None:
    """Write a cell so that it is read again as it was: numbers as numbers, never a formula."""
    if cell is None:
        return
    if isinstance(cell, int | Decimal):
        if len(Decimal(cell).as_tuple().digits) <= _KEPT_DIGITS:
            sheet.write_number(row, place, cell)
        else:
            sheet.write_string(row, place, shown(cell), styles["text"])
    elif cell.startswith(BOOL):
        sheet.write_boolean(row, place, cell[2:] == "1")
    elif cell.startswith(MARK):
        text = shown(cell).removesuffix(" 00:00:00") if cell.startswith(DATE) else shown(cell)
        sheet.write_string(row, place, text, styles["quoted"])
    else:
        text = unguarded(cell)
        style = styles["quoted"] if text.startswith(LIVE) else styles["text"]
        sheet.write_string(row, place, guarded_xlsx(text), style)
