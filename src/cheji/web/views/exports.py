"""Downloads: a sheet as a workbook, and any list as CSV or xlsx."""

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from cheji.files import sheets
from cheji.reads import kpis, pay
from cheji.reads import people as people_reads
from cheji.records import audit
from cheji.records.refusals import NotFound
from cheji.web import runs
from cheji.web.asked import number
from cheji.web.list_files import TYPES, WANTED, attachment
from cheji.web.viewers import now, viewer
from cheji.web.views import (
    coaching,
    customers,
    deliveries,
    leads,
    orders,
    people,
    prospects,
    registers,
    spend,
    totals,
    vehicles,
    visits,
)

LISTS: Final[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
    "customers": customers.customers,
    "leads": leads.leads,
    "visits": visits.visits,
    "prospects": prospects.prospects,
    "orders": orders.orders,
    "deliveries": deliveries.deliveries,
    "people": people.people,
    "vehicles": vehicles.vehicles,
    "spend": spend.spends,
    "totals": totals.totals,
    "coaching": coaching.tasks,
    **registers.LISTS,
}


@require_GET
def sheet_file(request: HttpRequest, form: str) -> HttpResponse:
    """The sheet that the address asks for: code, outlet, person, year, by, month, against, best."""
    who = viewer(request)
    who.must("export")
    query = request.GET
    found = kpis.sheet(
        who,
        code=query.get("code", "kpi"),
        year=number(request, "year", who.on.year),
        outlet=query.get("outlet", ""),
        person=query.get("person", ""),
        by=_by(query.get("by", "month")),
        month=number(request, "month", 0) or None,
        against=query.getlist("against"),
        best_by=query.get("best", "") or kpis.BEST_BY,
    )
    with transaction.atomic():
        body = {"sheet": found.code, "by": found.by, "of": found.of.code, "form": form}
        audit.write(by=who, at=now(), verb="export.sheet", body=body)
    language = get_language() or "zh-hans"
    write = sheets.sheet_xlsx if form == "xlsx" else sheets.sheet_csv
    name = f"{found.code}-{_plain(found.of.code)}-{found.month or found.year}"
    return attachment(write(found, language), name, form)


def _by(text: str) -> kpis.SheetBy:
    ways: dict[str, kpis.SheetBy] = {
        "month": "month",
        "consultant": "consultant",
        "benchmark": "benchmark",
    }
    if text not in ways:
        raise NotFound(noun="sheet", key=text)
    return ways[text]


@require_GET
def pay_file(request: HttpRequest, form: str) -> HttpResponse:
    """The pay of a month with its lines: of the outlet asked for, else of all in reach."""
    who = viewer(request)
    who.must("export")
    if not who.sees("pay_runs"):
        raise NotFound(noun="pay statement", key="")
    month = runs.month_asked(request, who.on)
    outlet = request.GET.get("outlet", "")
    codes = [outlet] if outlet else [where.code for where in people_reads.outlets(who)]
    found = [one for code in codes for one in pay.statements(who, code, month)]
    with transaction.atomic():
        body = {"month": month, "outlet": outlet, "form": form, "rows": len(found)}
        audit.write(by=who, at=now(), verb="export.pay", body=body)
    write = sheets.statement_xlsx if form == "xlsx" else sheets.statement_csv
    name = f"pay-{_plain(outlet)}-{month}"
    return attachment(write(found, get_language() or "zh-hans"), name, form)


def _plain(code: str) -> str:
    """A code as part of a file's name."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in code) or "all"


@require_GET
def list_file(request: HttpRequest, noun: str, form: str) -> HttpResponse:
    """A list with the search, filters and order that the address has, all of its rows."""
    if noun not in LISTS or form not in TYPES:
        raise NotFound(noun="list", key=f"{noun}.{form}")
    setattr(request, WANTED, (noun, form))
    with transaction.atomic():
        return LISTS[noun](request)


urlpatterns = [
    path("export/sheet.xlsx", sheet_file, {"form": "xlsx"}, name="sheet_xlsx"),
    path("export/sheet.csv", sheet_file, {"form": "csv"}, name="sheet_csv"),
    path("export/pay.xlsx", pay_file, {"form": "xlsx"}, name="pay_xlsx"),
    path("export/pay.csv", pay_file, {"form": "csv"}, name="pay_csv"),
    path("export/<slug:noun>.<slug:form>", list_file, name="list_file"),
]
