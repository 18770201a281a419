"""Benchmarks that others publish, such as a maker's bulletin: the list, and typing them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import benchmarks as actions
from cheji.engine.definitions import Kpi
from cheji.engine.periods import period_of, preceding
from cheji.files.values.faults import Fault
from cheji.reads import comparisons, people
from cheji.reads.comparisons import PublishedRow
from cheji.reads.definitions import catalogue
from cheji.reads.people import UnitSeen
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.asked import number
from cheji.web.bands import plain, share
from cheji.web.forms import ActionForm, words
from cheji.web.stored import stored
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import kpi_cell, month_text, named, unit_text

HOW: dict[str, Any] = {
    "typed": pgettext_lazy("benchmark", "Typed"),
    "imported": pgettext_lazy("benchmark", "Imported"),
}
SHEET = "kpi"


@require_GET
def benchmarks(request: HttpRequest) -> HttpResponse:
    """Everything published that the viewer may see, with who, when and where from."""
    who = viewer(request)
    if not who.sees("facts"):
        raise NotFound(noun="benchmark", key="")
    rows = comparisons.published(who)
    table, title = _table(who, rows), _("Published benchmarks")
    if "file" in request.GET:
        return sent(request, "benchmarks", title, table)
    context = {
        "title": title,
        "table": table,
        "writes": who.can("benchmarks.write"),
        "downloads": downloads(request),
    }
    return render(request, "comparisons/benchmarks.html", context)


def _table(who: Viewer, rows: list[PublishedRow]) -> Table:
    kpis = catalogue(who.on).ruling.kpi
    columns = [
        Column("series", _("Series")),
        Column("unit", _("Unit")),
        Column("period", _("Month")),
        Column("kpi", _("KPI")),
        Column("value", _("Value"), kind="number"),
        Column("how", _("How"), kind="badge"),
        Column("source", _("Source")),
        Column("by", _("By")),
        Column("at", _("When"), kind="date"),
        *([Column("change", "")] if who.can("benchmarks.write") else []),
    ]
    return Table(
        columns=columns,
        rows=[_row(who, row, kpis.get(row.kpi)) for row in rows],
        caption=_("Published benchmarks"),
        free=True,
        phone="cards",
        empty=Empty(
            _("Nothing published yet"),
            _("Type the figures of the maker's bulletin, or import them as a file."),
        ),
    )


def _row(who: Viewer, row: PublishedRow, kpi: Kpi | None) -> Row:
    cells: list[Cell | object] = [
        row.series,
        row.unit.name,
        month_text(row.period),
        named(kpi) if kpi else row.kpi,
        kpi_cell(kpi, row.value) if kpi else Cell(row.value),  # type: ignore[arg-type]
        Cell(str(HOW[row.how])),
        row.source,
        row.by or None,
        Cell(row.at),
    ]
    if who.can("benchmarks.write"):
        query = {"unit": row.unit.code, "series": row.series, "period": row.period}
        cells.append(Cell(_("Change"), href=f"{reverse('benchmark-new')}?{urlencode(query)}"))
    return Row(cells)


class SeriesForm(ActionForm):
    """A series of a month: where it holds, where it comes from, and the lines of the sheet."""

    unit = forms.ChoiceField(label=gettext_lazy("For"))
    series = words(gettext_lazy("Series, such as the name of the bulletin"), 60, required=True)
    period = forms.ChoiceField(label=gettext_lazy("Month"))
    source = words(gettext_lazy("Source: page, date, or who gave it"), 200, required=True)
    wide = ("source",)

    def __init__(self, *args: Any, given: dict[str, Any], **kwargs: Any) -> None:
        self.given = given
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        self.units = [u for u in people.organisation(self.who) if u.kind in ("group", "region")]
        self.kpis = lines_of(self.who)
        months = _months(self.who, self.given.get("period"))
        self.fields["unit"].choices = [(unit.code, unit.name) for unit in self.units]  # type: ignore[attr-defined]
        self.fields["period"].choices = [(str(key), month_text(key)) for key in months]  # type: ignore[attr-defined]
        for name in ("unit", "series", "period", "source"):
            self.fields[name].initial = self.given.get(name) or self.fields[name].initial
        for kpi in self.kpis:
            unit = unit_text(kpi.unit) or "%"
            field = words(f"{named(kpi)} ({unit})", 40)
            field.initial = self.given.get("values", {}).get(kpi.code, "")
            self.fields[f"k_{kpi.code}"] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        values: dict[str, int | None] = {}
        for kpi in self.kpis:
            text = str(given.pop(f"k_{kpi.code}", "") or "")
            try:
                values[kpi.code] = stored(kpi.unit, text) if text else None
            except Fault:
                self.add_error(f"k_{kpi.code}", _("Not a number that fits here"))
        return {**given, "values": values}


def lines_of(who: Viewer) -> list[Kpi]:
    """The lines of the KPI sheet, which a bulletin may give."""
    ruling = catalogue(who.on).ruling
    lines = ruling.sheet[SHEET].lines if SHEET in ruling.sheet else ()
    return [ruling.kpi[code] for code in lines]


def _months(who: Viewer, chosen: Any) -> list[int]:
    period, keys = period_of(who.on, "month"), []
    for _at in range(25):
        keys.append(period.key)
        period = preceding(period)
    return sorted({*keys, *([int(chosen)] if chosen else [])}, reverse=True)


@require_http_methods(["GET", "POST"])
def series(request: HttpRequest) -> HttpResponse:
    """Type the figures of a series and month, or change them."""
    who = viewer(request)
    who.must("benchmarks.write")
    form = SeriesForm(request.POST or None, who=who, given=_given(request, who))

    def act(given: dict[str, Any]) -> actions.Done:
        unit = _unit(form.units, given.pop("unit"))
        period = int(given.pop("period"))
        return actions.publish(by=who, at=now(), unit=unit.id, period=period, **given)

    if request.method == "POST":
        done = form.submit(act)
        if done:
            messages.success(request, _("{count} figures written.").format(count=done.changed))
            return redirect("benchmarks")
    context = {"form": form, "title": _("Type a benchmark"), "back": reverse("benchmarks")}
    return render(request, "comparisons/form.html", context, status=form.status)


def _unit(units: list[UnitSeen], code: str) -> UnitSeen:
    for unit in units:
        if unit.code == code:
            return unit
    raise NotFound(noun="unit", key=code)


def _given(request: HttpRequest, who: Viewer) -> dict[str, Any]:
    """What stands already of the series that the address names."""
    query = request.GET
    period = number(request, "period", 0)
    given: dict[str, Any] = {"unit": query.get("unit", ""), "series": query.get("series", "")}
    rows = [
        row
        for row in comparisons.published(who, unit=given["unit"], period=period or None)
        if row.series == given["series"]
    ]
    if not rows or not period:
        return given
    kpis = {kpi.code: kpi for kpi in lines_of(who)}
    texts = {row.kpi: _text(kpis[row.kpi], row) for row in rows if row.kpi in kpis}
    return {**given, "period": str(period), "source": rows[0].source, "values": texts}


def _text(kpi: Kpi, row: PublishedRow) -> str:
    return (share if kpi.unit == "ratio" else plain)(row.value).replace(",", "")


urlpatterns = [
    path("benchmarks", benchmarks, name="benchmarks"),
    path("benchmarks/series", series, name="benchmark-new"),
]
