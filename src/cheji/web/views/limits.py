"""The limits of the traffic lights: the list, and changing those of a KPI."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import limits as actions
from cheji.engine.money import FEN_PER_YUAN, round_half_up
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.files.values.faults import Fault
from cheji.reads import comparisons
from cheji.reads.comparisons import LimitRow
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer
from cheji.web.asked import version_seen
from cheji.web.bands import plain, share
from cheji.web.forms import ActionForm, words
from cheji.web.stored import stored
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Tab, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import kpi_cell, named, term_url, unit_text

DIRECTIONS: dict[str, Any] = {
    "up": pgettext_lazy("limit", "Higher is better"),
    "down": pgettext_lazy("limit", "Lower is better"),
    "band": pgettext_lazy("limit", "Inside the band"),
}
LABELS: dict[str, tuple[tuple[str, Any], ...]] = {
    "up": (
        ("low", gettext_lazy("Red below")),
        ("good", gettext_lazy("Green from")),
    ),
    "down": (
        ("good", gettext_lazy("Green up to")),
        ("high", gettext_lazy("Red above")),
    ),
    "band": (
        ("low", gettext_lazy("Green from")),
        ("high", gettext_lazy("Green up to")),
    ),
}


@require_GET
def limits(request: HttpRequest) -> HttpResponse:
    """From where every KPI is green or red, and who said so."""
    who = viewer(request)
    if not who.sees("facts"):
        raise NotFound(noun="limit", key="")
    whole = request.GET.get("show") == "all"
    rows = [row for row in comparisons.limits(who) if whole or row.limits is not None]
    table, title = _table(who, rows), _("Limits of the lights")
    if "file" in request.GET:
        return sent(request, "limits", title, table)
    address = reverse("limits")
    context = {
        "title": title,
        "table": table,
        "tabs": [
            Tab(_("With limits"), address, not whole),
            Tab(_("All KPIs"), f"{address}?show=all", whole),
        ],
        "downloads": downloads(request),
    }
    return render(request, "comparisons/limits.html", context)


def _table(who: Viewer, rows: list[LimitRow]) -> Table:
    columns = [
        Column("kpi", _("KPI")),
        Column("direction", _("Direction")),
        Column("low", _("Lower limit"), kind="number"),
        Column("good", _("Good"), kind="number"),
        Column("high", _("Upper limit"), kind="number"),
        Column("source", _("Source")),
        *([Column("change", "")] if who.can("limits.write") else []),
    ]
    return Table(
        columns=columns,
        rows=[_row(who, row) for row in rows],
        caption=_("Limits of the lights"),
        free=True,
        phone="cards",
        empty=Empty(_("No KPI has limits yet"), _("Show all KPIs and set the limits of one.")),
    )


def _row(who: Viewer, row: LimitRow) -> Row:
    found = row.limits
    given = (found.low, found.good, found.high) if found else (None, None, None)
    cells: list[Cell | object] = [
        Cell(
            named(row.kpi), kind="term", href=term_url(row.kpi.code), note=unit_text(row.kpi.unit)
        ),
        str(DIRECTIONS[row.kpi.direction]),
        *(kpi_cell(row.kpi, value) for value in given),
        Cell(_("The house")) if row.own else Cell(found.source if found else None),
    ]
    if who.can("limits.write"):
        cells.append(Cell(_("Change"), href=reverse("limit", args=[row.kpi.code])))
    return Row(cells)


class LimitForm(ActionForm):
    """The limits that the direction of the KPI has; all of them empty: those of its definition."""

    def __init__(self, *args: Any, row: LimitRow, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        unit = unit_text(self.row.kpi.unit) or "%"
        for name, label in LABELS[self.row.kpi.direction]:
            field = words(f"{label} ({unit})", 40)
            value = getattr(self.row.limits, name, None)
            told = share if self.row.kpi.unit == "ratio" else plain
            field.initial = "" if value is None else told(value).replace(",", "")
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in list(given):
            try:
                given[name] = stored(self.row.kpi.unit, given[name]) if given[name] else None
            except Fault:
                self.add_error(name, _("Not a number that fits here"))
        return {"limits": {**self._rest(), **given}}

    def _rest(self) -> dict[str, int | None]:
        """What the house has said and this form does not show stays."""
        shown, scale = dict(LABELS[self.row.kpi.direction]), QUANTITY_SCALE
        if self.row.kpi.unit.split("/", maxsplit=1)[0] == "yuan":
            scale = FEN_PER_YUAN
        kept = self.row.limits if self.row.own else None
        values = {name: getattr(kept, name, None) for name in ("low", "good", "high")}
        return {
            name: None if value is None else round_half_up(value * scale)
            for name, value in values.items()
            if name not in shown
        }


@require_http_methods(["GET", "POST"])
def limit(request: HttpRequest, kpi: str) -> HttpResponse:
    """Set the limits of a KPI, or take them back to what its definition suggests."""
    who = viewer(request)
    who.must("limits.write")
    row = comparisons.limit(who, kpi)
    form = LimitForm(request.POST or None, who=who, row=row)

    def act(given: dict[str, Any]) -> bool:
        actions.set_limits(
            by=who, at=now(), kpi=kpi, limits=actions.Limits(**given["limits"]),
            version=version_seen(request.POST, "version", 0),
        )  # fmt: skip
        return True

    if request.method == "POST" and form.submit(act):
        messages.success(request, _("The lights follow these limits now."))
        return redirect("limits")
    context = {
        "form": form,
        "title": _("Limits of {kpi}").format(kpi=named(row.kpi)),
        "subject": _("Empty: as the definition suggests."),
        "version": row.version,
        "back": reverse("limits"),
    }
    return render(request, "comparisons/form.html", context, status=form.status)


urlpatterns = [
    path("limits", limits, name="limits"),
    path("limits/<slug:kpi>", limit, name="limit"),
]
