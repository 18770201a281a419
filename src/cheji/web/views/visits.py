"""Visits (来店批次): the list, one party, when it left, and taking one out of the counts."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import visits as actions
from cheji.reads import people
from cheji.reads import visits as reads
from cheji.reads.fields import readable
from cheji.reads.visits import VisitRow
from cheji.records.visibility import Viewer
from cheji.web import custom, labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import words
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, customer_cell, customer_url, name_of, page_frame
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import now, viewer
from cheji.web.wording import CHANNELS

WAYS = {code: CHANNELS[code] for code in ("walk_in", "phone", "off_site", "online", "other")}
BY_DEFINITION = {
    "phone": gettext_lazy("The definition of the sheet says whether first calls count."),
    "off_site": gettext_lazy("The definition of the sheet says whether off-site visits count."),
}


@require_GET
def visits(request: HttpRequest) -> HttpResponse:
    """All parties in scope; the totals count first visits that are batches, and people."""
    who = viewer(request)
    own = readable(who, "visit")
    mine = who.can("visits.write")
    return page_of(
        request,
        Listed(
            title=_("Visits"),
            find=reads.visits,
            shown=[*_columns(), *custom.columns(own)],
            filters=[*place_filters(request, "person"), *_filters(), *custom.filters(own)],
            sort="-on",
            href=lambda row: reverse("visit", args=[row.id]),
            totals={"people": "people", "kind": "first"},
            presets=[
                (_("All"), {}),
                (_("First visits"), {"first": "1"}),
                (_("Return visits"), {"first": "0"}),
                (_("Not counted"), {"excluded": "holds_card,has_ordered,not_buying,void"}),
            ],
            empty=Empty(
                _("No visits here"),
                _("Nothing fits the filters, or nobody has entered a visit yet."),
                reverse("enter-visit") if mine else "",
                _("Enter a visit") if mine else "",
                "building-store",
            ),
            more={
                "buttons": [(reverse("enter-visit"), "plus", _("Enter a visit"))] if mine else []
            },
        ),
    )


def _filters() -> list[Filter]:
    return [
        Filter("channel", _("Channel"), choices(WAYS)),
        Filter("purpose", _("Purpose"), choices(labels.PURPOSES)),
        Filter("since", _("From")),
        Filter("until", _("Until")),
        Filter("first", _("Visit"), [("1", _("first")), ("0", _("return"))], hidden=True),
        Filter("excluded", _("Not counted"), choices(labels.EXCLUDED), hidden=True),
        Filter("model", _("Model"), hidden=True),
    ]


def _columns() -> list[Shown[VisitRow]]:
    return [
        Shown(Column("customer", _("Customer")), _customer_cell),
        Shown(
            Column("phone", _("Phone")), lambda row: row.customer.phone if row.customer else None
        ),
        Shown(Column("on", _("Date"), kind="date", sortable=True), lambda row: Cell(row.on)),
        Shown(Column("kind", _("First or return"), kind="text"), _kind_cell),
        Shown(
            Column("channel", _("Channel")),
            lambda row: str(CHANNELS.get(row.channel, row.channel)),
        ),
        Shown(Column("person", _("Consultant")), lambda row: name_of(row.person)),
        Shown(Column("model", _("Model")), lambda row: row.model or None),
        Shown(
            Column("people", pgettext("visit", "People"), kind="number"),
            lambda row: Cell(row.people),
        ),
        Shown(
            Column("excluded", _("Counts as a batch"), kind="badge"),
            _counts,
        ),
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name, extra=True),
        Shown(Column("number", _("Number"), sortable=True), lambda row: row.number, extra=True),
        Shown(
            Column("purpose", _("Purpose")),
            lambda row: str(labels.PURPOSES.get(row.purpose, row.purpose)),
            extra=True,
        ),
    ]


def _customer_cell(row: VisitRow) -> Cell:
    """The name alone: the phone has a column of its own."""
    return replace(customer_cell(row.customer), note="")


def _kind_cell(row: VisitRow) -> Cell:
    return Cell(_("First visit") if row.first else _("Return visit"))


def _counts(row: VisitRow) -> Cell:
    """Whether it is a batch of the KPI sheet, and why not; for some the definition decides."""
    if row.excluded:
        return labels.badge(labels.EXCLUDED, row.excluded)
    if not row.first:
        return Cell(_("Return: counted apart"), kind="badge")
    if row.channel in BY_DEFINITION:
        return Cell(_("By the sheet's rule"), kind="badge", title=str(BY_DEFINITION[row.channel]))
    return Cell(pgettext("visit", "Counts"), kind="badge", state="good")


@require_GET
def visit(request: HttpRequest, record_id: int) -> HttpResponse:
    """One party."""
    who = viewer(request)
    row = reads.visit(who, record_id)
    context = {
        **page_frame("visits", _("Visits"), "visit-deed", _("The visit")),
        "found": {"row": row},
        "row": row,
        "title": _title(row),
        "state": _counts(row),
        "facts": [*_facts(row), *custom.shown(who, "visit", record_id)],
        "deeds": BOOK.buttons(who, row),
        "customer_url": customer_url(row.customer),
        "can_card": who.can("prospects.write") and not row.excluded,
        "timeline": None,
    }
    return render(request, "records/visit.html", context)


def _title(row: VisitRow) -> str:
    return row.customer.name if row.customer else row.number


def _facts(row: VisitRow) -> list[tuple[str, object, str]]:
    return about(
        (_("Number"), row.number, ""),
        (_("Date"), row.on, ""),
        (_("Arrived"), row.arrived_at, ""),
        (pgettext("visit", "Left"), row.left_at, ""),
        (_("Visit"), _("First visit") if row.first else _("Return visit"), ""),
        (_("Purpose"), labels.PURPOSES.get(row.purpose, row.purpose), ""),
        (_("Channel"), CHANNELS.get(row.channel, row.channel), ""),
        (pgettext("visit", "People"), row.people, ""),
        (_("Phone"), row.customer.phone if row.customer else "", ""),
        (_("Model"), row.model, ""),
        (_("Consultant"), name_of(row.person), ""),
        (_("Outlet"), row.outlet.name, ""),
        (_("Note"), row.note, ""),
    )


def _clock(label: Any) -> forms.TimeField:
    """A time of day, picked or typed."""
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}))


class LeaveForm(DeedForm):
    """From when until when a party was here."""

    came = _clock(gettext_lazy("Arrived"))
    left = _clock(pgettext_lazy("visit", "Left"))

    def set_up(self) -> None:
        row = self.record
        zone = ZoneInfo(people.zone_at(row.outlet.id))
        today = now().astimezone(zone)
        left = row.left_at or (today if row.on == today.date() else None)
        for name, at in (("came", row.arrived_at), ("left", left)):
            self.fields[name].initial = at and at.astimezone(zone).strftime("%H:%M")


def _leave(by: Viewer, at: datetime, row: VisitRow, given: dict[str, Any], _f: Any) -> object:
    return actions.leave(by=by, at=at, visit=row.id, **given)


class VoidForm(DeedForm):
    """Why a record is taken out of the counts."""

    reason = words(pgettext_lazy("why", "Reason"), required=True)
    wide = ("reason",)


def _void(by: Viewer, at: datetime, row: VisitRow, given: dict[str, Any], _f: Any) -> object:
    return actions.void(by=by, at=at, visit=row.id, **given)


BOOK = Book(
    noun="visit",
    read=reads.visit,
    title=_title,
    version=lambda row: row.version,
    deeds={
        "leave": Deed(
            gettext_lazy("Left the outlet"), "clock", "visits.write", LeaveForm, _leave,
            gettext_lazy("The stay is kept."),
            lambda row: row.excluded != "void",
        ),
        "void": Deed(
            gettext_lazy("Take out of the counts"), "trash", "visits.write", VoidForm, _void,
            gettext_lazy("The visit is void; the record stays with the reason."),
            lambda row: row.excluded != "void", tone="danger",
            intro=gettext_lazy("The record stays and says why; the numbers of its month change."),
        ),
        "fields": custom.deed("visit", lambda row: row.id),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def visit_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one visit."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("visits", visits, name="visits"),
    path("visits/<int:record_id>", visit, name="visit"),
    path("visits/<int:record_id>/<slug:slug>", visit_deed, name="visit-deed"),
]
