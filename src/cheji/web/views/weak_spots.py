"""The weak step of each consultant of an outlet, with what closing it would be worth."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.engine.money import round_half_up
from cheji.reads import comparisons, kpis
from cheji.reads.comparisons import StepSeen, WeakSpot, WeakSpots
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.periods import keys_back
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags.parts import AsOf, Cell, Column, Empty, PeriodChoice, Row, Tab, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import formula, kpi_cell, month_text, named, of_text, unit_text, whose_text

MONTHS_BACK = 12


@require_GET
def weak_spots(request: HttpRequest) -> HttpResponse:
    """Each consultant's rates against the others', the weakest marked."""
    who = viewer(request)
    if not who.sees("coaching"):
        raise NotFound(noun="figure", key="")
    month = number(request, "period", who.on.year * 100 + who.on.month)
    outlet, best = request.GET.get("outlet", ""), request.GET.get("against") == "best"
    found = comparisons.weak_spots(who, outlet=outlet, period=month, best=best)
    table, name = _spots_table(who, found), _("Weak steps of the consultants")
    if "file" in request.GET:
        return sent(request, "weak-spots", name, table)

    def to(unit: str, _person: str) -> str:
        return f"{reverse('weak-spots')}?{urlencode({'outlet': unit, 'period': month})}"

    address = f"{reverse('weak-spots')}?{urlencode({'outlet': outlet, 'period': month})}"
    context = {
        "found": found,
        "name": name,
        "steps": Tree(who).path(found.of, to),
        "choice": months_choice(who, month),
        "tabs": [
            Tab(_("Against the average"), address, not best),
            Tab(_("Against the best quarter"), f"{address}&against=best", best),
        ],
        "table": table,
        "downloads": downloads(request),
        "as_of": AsOf(now(), _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")),
    }
    return render(request, "comparisons/weak_spots.html", context)


def months_choice(who: Viewer, month: int) -> PeriodChoice:
    earliest = kpis.earliest_month(who)
    keys = sorted({*keys_back(who.on, "month", MONTHS_BACK, earliest), month}, reverse=True)
    at = keys.index(month)
    return PeriodChoice(
        str(month),
        [(str(key), month_text(key)) for key in keys],
        previous=str(keys[at + 1]) if at + 1 < len(keys) else None,
        next=str(keys[at - 1]) if at else None,
    )


def _spots_table(who: Viewer, found: WeakSpots) -> Table:
    rates = [kpi for kpi in found.kpis if kpi.unit == "ratio"]
    worth = _("Worth ({unit})").format(unit=unit_text(found.result.unit))
    columns = [
        Column("person", _("Consultant")),
        *(Column(kpi.code, named(kpi), kind="percent", decimals=kpi.decimals) for kpi in rates),
        Column("weak", _("Weakest step")),
        Column("worth", worth, kind="signed", decimals=2),
        Column("coach", ""),
    ]
    codes = [kpi.code for kpi in rates]
    rows = [_spot_row(who, found, spot, codes) for spot in found.people]
    return Table(
        columns=columns, rows=rows, totals=_benchmark_row(found), compact=True, free=True,
        caption=_("Weak steps of the consultants"),
        empty=Empty(_("Nobody sold here in this month"), _("Choose another month or outlet.")),
    )  # fmt: skip


def _benchmark_row(found: WeakSpots) -> Row | None:
    """With what everybody is compared: the average, or the best quarter."""
    if found.against.withheld or not found.people:
        return None
    values = zip(found.kpis, found.benchmark, strict=True)
    rates = [kpi_cell(kpi, value) for kpi, value in values if kpi.unit == "ratio"]
    name = Cell(of_text(found.against.of), title=whose_text(found.against))
    return Row([name, *rates, *[Cell("")] * 3])


def _spot_row(who: Viewer, found: WeakSpots, spot: WeakSpot, rates: list[str]) -> Row:
    by_code = {step.kpi.code: step for step in spot.steps}
    weak = spot.weakest
    query = {"person": spot.of.code, "period": found.period, "funnel": found.funnel.code}
    cells: list[Cell | object] = [
        Cell(of_text(spot.of), href=f"{reverse('gap')}?{urlencode(query)}"),
        *(_rate_cell(by_code.get(code)) for code in rates),
        Cell(named(weak.kpi)) if weak else Cell(None),
        Cell(weak.worth if weak else None),
        _coach_cell(who, query) if weak else Cell(""),
    ]
    return Row(cells)


def _coach_cell(who: Viewer, query: dict[str, Any]) -> Cell:
    if not who.can("coaching.write"):
        return Cell("")
    return Cell(_("Coach"), href=f"{reverse('coaching-new')}?{urlencode(query)}")


def _rate_cell(step: StepSeen | None) -> Cell:
    """A rate that opens its rows, with n; grey where n is too small to judge."""
    if step is None:
        return Cell(None)
    reason = reverse("reason", args=[step.own.key]) if step.own.key else ""
    state = "bad" if step.weakest else "" if step.enough else "few"
    cell = kpi_cell(step.kpi, step.own.value, reason=reason, state=state)
    count = 0 if step.sample is None else round_half_up(step.sample)
    note = f"n={count}" if step.enough else _("n={count}, too few").format(count=count)
    return Cell(
        cell.value, kind=cell.kind, decimals=cell.decimals, reason=cell.reason, state=cell.state,
        note=note, title=formula(step.kpi),
    )  # fmt: skip


urlpatterns = [path("weak-spots", weak_spots, name="weak-spots")]
