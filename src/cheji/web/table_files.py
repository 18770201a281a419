"""Any table of a page as a file: what the screen shows, as CSV or a workbook, audited."""

from collections.abc import Sequence

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from cheji.files import sheets
from cheji.files.sheets.texts import Value
from cheji.records import audit
from cheji.records.refusals import NotFound
from cheji.web.list_files import TYPES, attachment, written
from cheji.web.templatetags.addresses import kept
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.viewers import now, viewer

PARAMETER = "file"


def downloads(request: HttpRequest) -> list[tuple[str, str]]:
    """This page's table by form of file, for whom a post allows files."""
    if not viewer(request).can("export"):
        return []
    return [(form, kept(request, **{PARAMETER: form})) for form in ("xlsx", "csv")]


def sent(request: HttpRequest, name: str, title: str, *tables: Table) -> HttpResponse:
    """The tables under each other, in the form that the address names.

    Raises:
        NotYours: no post of the viewer allows files.
        NotFound: there is no such form.
    """
    who, form = viewer(request), request.GET[PARAMETER]
    who.must("export")
    if form not in TYPES:
        raise NotFound(noun="list", key=f"{name}.{form}")
    heads, rows = _heads(tables[0]), [row for table in tables for row in _rows(table)]
    with transaction.atomic():
        body = {"noun": name, "form": form, "rows": len(rows), "query": request.GET.urlencode()}
        audit.write(by=who, at=now(), verb="export.table", body=body)
    if form == "csv":
        return attachment(sheets.csv_bytes([heads, *rows]), name, form)
    return attachment(sheets.rows_xlsx(title, heads, rows), name, form)


def _heads(table: Table) -> list[str]:
    return [str(column.label) for column in table.columns]


def _rows(table: Table) -> list[list[Value]]:
    rows = [*table.rows, *([table.totals] if table.totals else [])]
    return [_row(table.columns, row) for row in rows]


def _row(columns: Sequence[Column], row: Row) -> list[Value]:
    found = []
    for column, given in zip(columns, row.cells, strict=True):
        cell = given if isinstance(given, Cell) else Cell(given)
        found.append(written(cell.value, cell.kind or column.kind))
    return found
