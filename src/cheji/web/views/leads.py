"""Leads (线索): the list, one enquiry, and what became of it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import leads as actions
from cheji.reads import leads as reads
from cheji.reads.leads import LeadRow
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import choice, words
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, customer_cell, customer_url, name_of, page_frame
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import viewer
from cheji.web.wording import CHANNELS

BECAME = {code: labels.LEAD_STATES[code] for code in ("contacted", "valid", "invalid", "duplicate")}


@require_GET
def leads(request: HttpRequest) -> HttpResponse:
    """All enquiries in scope; the totals count the valid ones."""
    who = viewer(request)
    mine = who.can("leads.write")
    return page_of(
        request,
        Listed(
            title=_("Leads"),
            find=reads.leads,
            shown=_columns(),
            filters=[
                *place_filters(request, "person"),
                Filter("channel", _("Channel"), choices(CHANNELS), hidden=True),
                Filter("since", _("From")),
                Filter("until", _("Until")),
                Filter("state", _("State"), choices(labels.LEAD_STATES), hidden=True),
                Filter("provider", _("Provider"), hidden=True),
                Filter("model", _("Model"), hidden=True),
            ],
            sort="-received_on",
            href=lambda row: reverse("lead", args=[row.id]),
            presets=[
                (_("All"), {}),
                (_("New"), {"state": "new"}),
                (_("Valid"), {"state": "contacted,valid,carded"}),
                (_("Invalid"), {"state": "invalid,duplicate"}),
            ],
            empty=Empty(
                _("No leads here"),
                _("Nothing fits the filters, or no enquiry has come in yet."),
                reverse("enter-lead") if mine else "",
                _("Enter a lead") if mine else "",
                "message",
            ),
            more={"buttons": [(reverse("enter-lead"), "plus", _("Enter a lead"))] if mine else []},
        ),
    )


def _columns() -> list[Shown[LeadRow]]:
    return [
        Shown(Column("customer", _("Customer")), lambda row: customer_cell(row.customer)),
        Shown(
            Column("received_on", _("Received"), kind="date", sortable=True),
            lambda row: Cell(row.received_on),
        ),
        Shown(
            Column("state", _("State"), kind="badge", sortable=True),
            lambda row: labels.badge(labels.LEAD_STATES, row.state),
        ),
        Shown(Column("provider", _("Provider")), lambda row: row.provider or None),
        Shown(Column("model", _("Model")), lambda row: row.model or None),
        Shown(Column("person", _("Consultant")), lambda row: name_of(row.person)),
        Shown(
            Column("reason", pgettext("why", "Reason")), lambda row: row.reason or None, extra=True
        ),
        Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
        Shown(
            Column("channel", _("Channel")),
            lambda row: str(CHANNELS.get(row.channel, row.channel)),
            extra=True,
        ),
        Shown(Column("number", _("Number"), sortable=True), lambda row: row.number, extra=True),
    ]


@require_GET
def lead(request: HttpRequest, record_id: int) -> HttpResponse:
    """One enquiry."""
    who = viewer(request)
    row = reads.lead(who, record_id)
    context = {
        **page_frame("leads", _("Leads"), "lead-deed", _("The lead")),
        "found": {"row": row},
        "row": row,
        "title": _title(row),
        "state": labels.badge(labels.LEAD_STATES, row.state),
        "facts": _facts(row),
        "deeds": BOOK.buttons(who, row),
        "customer_url": customer_url(row.customer),
        "timeline": None,
    }
    return render(request, "records/lead.html", context)


def _title(row: LeadRow) -> str:
    return row.customer.name if row.customer else row.number


def _facts(row: LeadRow) -> list[tuple[str, object, str]]:
    return about(
        (_("Number"), row.number, ""),
        (_("Received"), row.received_at or row.received_on, ""),
        (_("Channel"), CHANNELS.get(row.channel, row.channel), ""),
        (_("Provider"), row.provider, ""),
        (_("Phone"), row.customer.phone if row.customer else "", ""),
        (_("Model"), row.model, ""),
        (_("Consultant"), name_of(row.person), ""),
        (_("Outlet"), row.outlet.name, ""),
        (pgettext("why", "Reason"), row.reason, ""),
    )


class SettleForm(DeedForm):
    """What became of the enquiry."""

    state = choice(gettext_lazy("What became of it"), BECAME)
    reason = words(pgettext_lazy("why", "Reason"))
    segments = ("state",)
    wide = ("reason",)

    def set_up(self) -> None:
        if self.record.state in BECAME:
            self.fields["state"].initial = self.record.state


def _settle(by: Viewer, at: datetime, row: LeadRow, given: dict[str, Any], _f: Any) -> object:
    return actions.settle(by=by, at=at, lead=row.id, **given)


BOOK = Book(
    noun="lead",
    read=reads.lead,
    title=_title,
    version=lambda row: row.version,
    deeds={
        "settle": Deed(
            gettext_lazy("Set the state"), "check", "leads.write", SettleForm, _settle,
            gettext_lazy("The lead is updated."),
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def lead_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one lead."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("leads", leads, name="leads"),
    path("leads/<int:record_id>", lead, name="lead"),
    path("leads/<int:record_id>/<slug:slug>", lead_deed, name="lead-deed"),
]
