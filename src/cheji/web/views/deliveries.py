"""Deliveries (交车): the list, one of them, and taking a wrong one back."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import deliveries as actions
from cheji.reads import orders as reads
from cheji.reads.orders import DeliveryRow
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import closed_notice, day_field, limit_to_today, lines, why, words
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, customer_cell, customer_url, page_frame
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import viewer
from cheji.web.wording import CHANNELS

VOID = {"void": gettext_lazy("Taken back")}


@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    """All deliveries in scope; the total counts units of those that stand."""
    who = viewer(request)
    mine = who.can("deliveries.write")
    return page_of(
        request,
        Listed(
            title=_("Deliveries"),
            find=reads.deliveries,
            shown=_columns(),
            filters=[
                *place_filters(request, "person"),
                Filter("channel", _("Channel"), choices(CHANNELS)),
                Filter("since", _("From")),
                Filter("until", _("Until")),
                Filter("trade_in", _("Trade-in"), [("1", _("yes")), ("0", _("no"))], hidden=True),
                Filter("void", _("Taken back"), [("1", _("yes")), ("0", _("no"))], hidden=True),
                Filter("model", _("Model"), hidden=True),
            ],
            sort="-on",
            href=lambda row: reverse("delivery", args=[row.id]),
            totals={"units": "units"},
            presets=[
                (_("All"), {}),
                (_("With trade-in"), {"trade_in": "1"}),
                (_("Taken back"), {"void": "1"}),
            ],
            empty=Empty(
                _("No deliveries here"),
                _("Nothing fits the filters, or nothing is handed over yet."),
                reverse("enter-delivery") if mine else "",
                _("Deliver") if mine else "",
                "steering-wheel",
            ),
            more={
                "buttons": [(reverse("enter-delivery"), "plus", _("Deliver"))] if mine else [],
                "totals_label": _("Total"),
            },
        ),
    )


def _columns() -> list[Shown[DeliveryRow]]:
    return [
        Shown(
            Column("customer", _("Customer")),
            lambda row: customer_cell(row.customer) if row.customer else Cell(row.order_number),
        ),
        Shown(Column("on", _("Delivered"), kind="date", sortable=True), lambda row: Cell(row.on)),
        Shown(Column("model", _("Model")), lambda row: row.model or None),
        Shown(Column("vin", _("Frame number")), lambda row: row.vin or None),
        Shown(Column("units", _("Units"), kind="number"), lambda row: row.units),
        Shown(Column("days", _("Days after the order"), kind="number"), lambda row: Cell(row.days)),
        Shown(Column("trade_in", _("Trade-in")), lambda row: _("yes") if row.trade_in else None),
        Shown(
            Column("void", _("State"), kind="badge", phone=False),
            lambda row: labels.badge(VOID, "void" if row.void else ""),
        ),
        Shown(Column("order_number", _("Order number")), lambda row: row.order_number),
        Shown(
            Column("channel", _("Channel"), phone=False),
            lambda row: str(CHANNELS.get(row.channel, row.channel)),
        ),
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name, extra=True),
        Shown(
            Column("number", pgettext("delivery", "Number"), sortable=True),
            lambda row: row.number,
            extra=True,
        ),
    ]


@require_GET
def delivery(request: HttpRequest, record_id: int) -> HttpResponse:
    """One delivery."""
    who = viewer(request)
    row = reads.delivery(who, record_id)
    context = {
        **page_frame("deliveries", _("Deliveries"), "delivery-deed", _("The delivery")),
        "found": {"row": row},
        "row": row,
        "title": _title(row),
        "state": labels.badge(VOID, "void" if row.void else ""),
        "facts": _facts(row),
        "deeds": BOOK.buttons(who, row),
        "customer_url": customer_url(row.customer),
        "timeline": None,
    }
    return render(request, "records/delivery.html", context)


def _title(row: DeliveryRow) -> str:
    return row.vin or row.number


def _facts(row: DeliveryRow) -> list[tuple[str, object, str]]:
    return about(
        (pgettext("delivery", "Number"), row.number, ""),
        (_("Customer"), row.customer.name if row.customer else "", ""),
        (_("Delivered"), row.on, ""),
        (_("Days after the order"), row.days, ""),
        (_("Model"), row.model, ""),
        (_("Frame number"), row.vin, ""),
        (_("Units"), row.units, ""),
        (_("Trade-in"), _("yes") if row.trade_in else _("no"), ""),
        (_("Channel"), CHANNELS.get(row.channel, row.channel), ""),
        (_("Outlet"), row.outlet.name, ""),
        (_("Note"), row.note, ""),
    )


class VoidForm(DeedForm):
    """Why an entry that was wrong, or a car that came back, is taken back."""

    reason = words(pgettext_lazy("why", "Reason"), required=True)
    wide = ("reason",)

    def notice(self) -> str:
        return closed_notice(self.who, self.record.outlet, self.record.on)


class AmendForm(DeedForm):
    """What stands in the delivery, to be corrected."""

    reason = why()
    vin = words(gettext_lazy("Frame number (VIN)"), 40)
    on = day_field(gettext_lazy("Delivered on"))
    units = forms.IntegerField(label=gettext_lazy("Units"), min_value=1)
    trade_in = forms.BooleanField(
        label=gettext_lazy("The customer traded in a used vehicle"), required=False
    )
    note = lines(gettext_lazy("Note"))
    wide = ("reason", "trade_in", "note")

    def set_up(self) -> None:
        for name in ("vin", "on", "units", "trade_in", "note"):
            self.fields[name].initial = getattr(self.record, name)
        limit_to_today(self.fields["on"], self.who.on)

    def notice(self) -> str:
        return closed_notice(self.who, self.record.outlet, self.record.on)


def _amend(by: Viewer, at: datetime, row: DeliveryRow, given: dict[str, Any], _f: Any) -> object:
    vin = given["vin"].strip().upper()
    return actions.amend(by=by, at=at, delivery=row.id, **{**given, "vin": vin})


def _void(by: Viewer, at: datetime, row: DeliveryRow, given: dict[str, Any], _f: Any) -> object:
    return actions.void(by=by, at=at, delivery=row.id, **given)


BOOK = Book(
    noun="delivery",
    read=reads.delivery,
    title=_title,
    version=lambda row: row.version,
    deeds={
        "amend": Deed(
            gettext_lazy("Correct"), "edit", "deliveries.amend", AmendForm, _amend,
            gettext_lazy("The delivery is corrected; the figures follow."),
            lambda row: not row.void,
            intro=gettext_lazy("For wrong entries: the numbers of its month change."),
        ),
        "void": Deed(
            gettext_lazy("Take back"), "arrow-back-up", "orders.cancel", VoidForm, _void,
            gettext_lazy("The delivery is taken back; the order is open again."),
            lambda row: not row.void, tone="danger",
            intro=gettext_lazy(
                "For wrong entries, and for a car that was brought back: then also cancel the"
                " order, with the day of the return."
            ),
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def delivery_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one delivery."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("deliveries", deliveries, name="deliveries"),
    path("deliveries/<int:record_id>", delivery, name="delivery"),
    path("deliveries/<int:record_id>/<slug:slug>", delivery_deed, name="delivery-deed"),
]
