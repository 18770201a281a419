"""Vehicles in stock (库存) with their age, and those that left."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.reads import vehicles as reads
from cheji.reads.asking import Asked, Page
from cheji.reads.vehicles import VehicleRow
from cheji.records.visibility import Viewer
from cheji.web.lists import Filter, Listed, Shown, outlet_filter, page_of
from cheji.web.records import about, page_frame
from cheji.web.templatetags.parts import Card, Cell, Column, Empty
from cheji.web.viewers import viewer

OLD, VERY_OLD = 90, 180


@require_GET
def vehicles(request: HttpRequest) -> HttpResponse:
    """The oldest first, with how many are in stock, how many too long, and what they cost."""
    if not request.GET:
        return redirect(f"{request.path}?stock=in")
    who = viewer(request)
    keeps = who.can("stock.write")
    kept: dict[str, object] = {}

    def find(asker: Viewer, asked: Asked) -> Page[VehicleRow]:
        found = reads.vehicles(asker, asked)
        kept["cards"] = _cards(found)
        return found

    listed = Listed(
        title=_("Stock"),
        find=find,
        shown=_columns(),
        filters=[outlet_filter(who), *_filters(who)],
        sort="stocked_on",
        href=lambda row: reverse("vehicle", args=[row.id]),
        presets=[
            (_("In stock"), {"stock": "in"}),
            (_("Over 90 days"), {"stock": "in", "older": str(OLD)}),
            (_("Over 180 days"), {"stock": "in", "older": str(VERY_OLD)}),
            (_("Gone"), {"stock": "out"}),
        ],
        empty=Empty(
            _("No vehicles here"),
            _("Nothing fits the filters, or nothing is taken into stock yet."),
            reverse("enter-vehicle") if keeps else "",
            _("Take a vehicle into stock") if keeps else "",
            "car",
        ),
        more={
            "kept_cards": kept,
            "buttons": [(reverse("enter-vehicle"), "plus", _("Take a vehicle into stock"))]
            if keeps
            else [],
        },
    )
    return page_of(request, listed, "lists/vehicles.html")


def _filters(who: Viewer) -> list[Filter]:
    return [
        Filter("model", _("Model"), [(name, name) for name in reads.models(who)]),
        Filter("since", _("Stocked from")),
        Filter("until", _("Stocked until")),
        Filter("stock", _("Stock"), [("in", _("in stock")), ("out", _("gone"))], hidden=True),
        Filter("older", _("Older than (days)"), hidden=True),
        Filter("colour", _("Colour"), hidden=True),
    ]


def _cards(found: Page[VehicleRow]) -> list[Card]:
    aged, held = found.total("aged") or 0, found.total("in_stock") or 0
    cards = [
        Card(_("In stock"), held, unit=_("vehicles")),
        Card(_("Over 90 days"), aged, unit=_("vehicles"), state="bad" if aged else ""),
    ]
    if found.total("cost") is not None:
        cards.append(Card(_("Capital bound"), found.total("cost"), kind="wan"))
    return cards


def _columns() -> list[Shown[VehicleRow]]:
    return [
        Shown(Column("vin", _("Frame number"), sortable=True), lambda row: row.vin),
        Shown(Column("model", _("Model"), sortable=True), lambda row: row.model),
        Shown(Column("colour", _("Colour")), lambda row: row.colour or None),
        Shown(Column("age", _("Age"), kind="number", unit=_("days")), age_cell),
        Shown(
            Column("stocked_on", _("Stocked"), kind="date", sortable=True),
            lambda row: Cell(row.stocked_on),
        ),
        Shown(
            Column("left_on", pgettext("vehicle", "Left"), kind="date"),
            lambda row: Cell(row.left_on),
        ),
        Shown(Column("cost", _("Cost"), kind="money"), lambda row: Cell(row.cost)),
        Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
    ]


def age_cell(row: VehicleRow) -> Cell:
    """Days in stock, red and marked when too long."""
    if row.left_on is not None:
        return Cell(row.age)
    return Cell(row.age, state="bad" if row.age > VERY_OLD else "warn" if row.aged else "")


@require_GET
def vehicle(request: HttpRequest, record_id: int) -> HttpResponse:
    """One vehicle."""
    row = reads.vehicle(viewer(request), record_id)
    context = {
        **page_frame("vehicles", _("Stock"), "", _("The vehicle")),
        "row": row,
        "title": row.vin,
        "state": Cell(_("In stock"), state="note") if row.left_on is None else Cell(_("Gone")),
        "facts": about(
            (_("Model"), row.model, ""),
            (_("Colour"), row.colour, ""),
            (_("Stocked"), row.stocked_on, ""),
            (pgettext("vehicle", "Left"), row.left_on, ""),
            (_("Days in stock"), row.age, "bad" if row.aged else ""),
            (_("Outlet"), row.outlet.name, ""),
        ),
        "cost": row.cost,
        "timeline": None,
    }
    return render(request, "records/vehicle.html", context)


urlpatterns = [
    path("vehicles", vehicles, name="vehicles"),
    path("vehicles/<int:record_id>", vehicle, name="vehicle"),
]
