"""A list as a file: the columns of the screen, every row that fits, nothing that runs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from cheji.engine.money import FEN_PER_YUAN
from cheji.files import sheets
from cheji.files.sheets.texts import Figure, Value, figure
from cheji.reads.asking import MAX_SIZE, Asked
from cheji.records import audit
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Cell
from cheji.web.viewers import now, viewer

if TYPE_CHECKING:
    from cheji.web.lists import Listed, Shown

R = TypeVar("R")
LARGEST: Final = 50_000  # rows; more are asked for from the command line
SCALES: Final = {
    "money": FEN_PER_YUAN,
    "gap": FEN_PER_YUAN,
    "wan": FEN_PER_YUAN,
    "quantity": 10_000,
}
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What is no list: papers and files for other programs.
OTHERS: Final = {
    "pdf": "application/pdf",
    "json": "application/json",
    "txt": "text/plain; charset=gbk",
}
WANTED: Final = "file_wanted"


def attachment(content: bytes, name: str, form: str) -> HttpResponse:
    """A download that no browser opens as a page and no cache keeps; a name in any script."""
    answer = HttpResponse(content, content_type=(TYPES | OTHERS)[form])
    told = content_disposition_header(True, f"{name}.{form}")
    answer["Content-Disposition"] = told or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def list_file(request: HttpRequest, listed: "Listed[R]", asked: Asked) -> HttpResponse:
    """The whole list that the address asks for, as the file that is wanted; it is audited.

    Raises:
        NotYours: no post of the viewer allows files.
    """
    who = viewer(request)
    who.must("export")
    noun, form = getattr(request, WANTED)
    heads = [str(one.column.label) for one in listed.shown]
    rows = [[_value(one, row) for one in listed.shown] for row in _rows(listed, asked, who)]
    body = {"noun": noun, "form": form, "rows": len(rows), "filters": dict(asked.filters)}
    audit.write(by=who, at=now(), verb="export.list", body=body)
    if form == "csv":
        return attachment(sheets.csv_bytes([heads, *rows]), noun, form)
    return attachment(sheets.rows_xlsx(str(listed.title), heads, rows), noun, form)


def _rows(listed: "Listed[R]", asked: Asked, who: Any) -> Iterator[R]:
    """Every row that fits, page by page."""
    page = 1
    while True:
        found = listed.find(who, replace(asked, page=page, size=MAX_SIZE))
        yield from found.rows
        if page >= found.pages or page * found.size >= LARGEST:
            return
        page += 1


def _value(shown: "Shown[R]", row: R) -> Value:
    found = shown.cell(row)
    cell = found if isinstance(found, Cell) else Cell(found)
    decimals = 2 if cell.decimals is None else cell.decimals
    return written(cell.value, cell.kind or shown.column.kind, decimals)


def written(value: object, kind: str, decimals: int = 2) -> Value:
    """A cell's value for a file: money in yuan, counts and dates as such, all else as text.

    A moment is text to the minute, of this place: a workbook knows no time zones.
    """
    if isinstance(value, datetime):
        return day_text(value)
    if kind == "tick":
        return "✓" if value else ""
    if value is None or isinstance(value, bool | date):
        return None if value is None else value if isinstance(value, date) else str(value)
    if isinstance(value, int | Fraction | Decimal):
        return figure(Fraction(value) / SCALES.get(kind, 1), "", decimals)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(str(one) for one in value)
    return str(value)


__all__ = ["WANTED", "Figure", "attachment", "list_file", "written"]
