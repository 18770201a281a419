"""One person of a simulation: his months under each plan, and the parts of one of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.reads.pay import tried_people as reads
from cheji.reads.pay.loading import Cell as PersonMonth
from cheji.reads.pay.tried_people import PersonTried
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.runs import address
from cheji.web.simulation_words import title, titles, visitor
from cheji.web.templatetags.parts import Cell, Column, Row, Table
from cheji.web.wording import month_text, named


@require_GET
def person(request: HttpRequest, number_: int, who: str) -> HttpResponse:
    """His months; `month` and `outlet` of the address choose the one whose parts are shown."""
    viewer = visitor(request)
    found = reads.person_tried(viewer, number_, who)
    chosen = _chosen(request, found)
    at = number(request, "plan", 1)
    back = f"{reverse('pay-simulation', args=[number_])}?plan={at}"
    context = {
        "who": found.who,
        "title": title(found.seen.row),
        "back": back,
        "months": _months(found, at),
        "statement": _statement(found, chosen) if chosen else "",
        "parts": _parts(viewer, found, chosen) if chosen else None,
    }
    return render(request, "pay/simulations/person.html", context)


def _chosen(request: HttpRequest, found: PersonTried) -> PersonMonth | None:
    """The month asked for, else the last one."""
    month, outlet = number(request, "month", 0), request.GET.get("outlet", "")
    asked = [cell for cell in found.cells if (cell.month, cell.outlet) == (month, outlet)]
    return next(iter(asked), None) or next(reversed(tuple(found.cells)), None)


def _statement(found: PersonTried, cell: PersonMonth) -> str:
    return address("pay-statement", found.who.number, cell.month, outlet=cell.outlet)


def _columns(found: PersonTried, head: str) -> list[Column]:
    names = titles(found.seen.row.plans)
    plans = [Column(f"p{at}", name, kind="money") for at, name in enumerate(names)]
    return [Column("of", head), *plans]


def _months(found: PersonTried, at: int) -> Table:
    rows = []
    outlets = found.seen.found.outlets if found.seen.found else {}
    for cell, fens in found.cells.items():
        url = address(
            "pay-simulation-person", found.seen.row.id, found.who.number,
            plan=at, month=cell.month, outlet=cell.outlet,
        )  # fmt: skip
        place = outlets.get(cell.outlet, cell.outlet) if len(outlets) > 1 else ""
        text = Cell(month_text(cell.month), href=url, note=place)
        rows.append(Row([text, *fens], href=url))
    sums = [sum(fen or 0 for fen in column) for column in zip(*found.cells.values(), strict=True)]
    totals = Row([Cell(_("Total")), *sums])
    caption = _("By month")
    return Table(_columns(found, _("Month")), rows, caption=caption, totals=totals, free=True)


def _parts(viewer: Viewer, found: PersonTried, cell: PersonMonth) -> Table:
    rest = _("Carried from earlier months, common budgets")
    rows = [
        Row([Cell(str(named(part)) if part.code else rest), *part.fens])
        for part in reads.parts_tried(viewer, found, cell)
    ]
    totals = Row([Cell(_("Total")), *found.cells[cell]])
    caption = _("Parts of {month}").format(month=month_text(cell.month))
    return Table(_columns(found, _("Component")), rows, caption=caption, totals=totals, free=True)


urlpatterns = [
    path("pay/simulations/<int:number_>/people/<str:who>", person, name="pay-simulation-person"),
]
