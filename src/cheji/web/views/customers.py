"""Customers: the list, one with every prospect, order and visit, and the full phone number."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import customers as actions
from cheji.reads import prospects as reads
from cheji.reads.fields import readable
from cheji.reads.prospects import CustomerDetail, CustomerRow
from cheji.records.visibility import Viewer
from cheji.web import custom, labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import PhoneField, choice, lines, words
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, customer_cell, entries, name_of, page_frame
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import now, viewer
from cheji.web.wording import CHANNELS

LEVELS = {code: code for code in labels.LEVELS}


@require_GET
def customers(request: HttpRequest) -> HttpResponse:
    """All customers in scope; the search knows phone and ID numbers, and a phone's last digits."""
    who = viewer(request)
    own = readable(who, "customer")
    return page_of(
        request,
        Listed(
            title=_("Customers"),
            find=reads.customers,
            shown=[*_columns(), *custom.columns(own)],
            filters=[
                *place_filters(request, "owner"),
                Filter("level", _("Level"), choices(LEVELS)),
                Filter("state", _("State"), choices(labels.PROSPECT_STATES)),
                Filter("channel", _("Channel"), choices(CHANNELS)),
                Filter("since", _("Since")),
                Filter("until", _("Until")),
                *custom.filters(own),
            ],
            sort="-created_on",
            href=lambda row: reverse("customer", args=[row.id]),
            empty=Empty(
                _("No customers here"),
                _("Search by name, initials, phone number or its last four digits."),
                icon="users",
            ),
        ),
    )


def _columns() -> list[Shown[CustomerRow]]:
    return [
        Shown(Column("customer", _("Customer")), lambda row: customer_cell(row.customer)),
        Shown(Column("level", _("Level")), lambda row: row.level or None),
        Shown(
            Column("state", _("State"), kind="badge"),
            lambda row: labels.badge(labels.PROSPECT_STATES, row.state),
        ),
        Shown(Column("owner", _("Consultant")), lambda row: name_of(row.owner)),
        Shown(
            Column("channel", _("Channel")),
            lambda row: str(CHANNELS.get(row.channel, row.channel)),
        ),
        Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
        Shown(
            Column("created_on", _("Known since"), kind="date", sortable=True),
            lambda row: Cell(row.created_on),
        ),
        Shown(
            Column("number", _("Customer number"), sortable=True),
            lambda row: row.number or None,
            extra=True,
        ),
    ]


@require_GET
def customer(request: HttpRequest, record_id: int) -> HttpResponse:
    """One customer with everything that the viewer may know of him."""
    who = viewer(request)
    found = reads.customer(who, record_id)
    context = {
        **page_frame("customers", _("Customers"), "customer-deed", _("The customer")),
        "found": {"row": found.row},
        "row": found.row,
        "title": found.row.customer.name,
        "state": labels.badge(labels.PROSPECT_STATES, found.row.state),
        "facts": [*_facts(found), *custom.shown(who, "customer", record_id)],
        "deeds": BOOK.buttons(who, found),
        "timeline": entries(found.timeline),
        "prospects": [
            (card, labels.badge(labels.PROSPECT_STATES, card.state)) for card in found.prospects
        ],
        "orders": found.orders,
        "can_reveal": who.can("reveal.phone") and found.has_phone,
        "can_enter": who.can("visits.write"),
    }
    return render(request, "records/customer.html", context)


def _facts(found: CustomerDetail) -> list[tuple[str, object, str]]:
    row = found.row
    return about(
        (_("Customer number"), row.number, ""),
        (_("Phone"), row.customer.phone, ""),
        (_("ID number"), found.identity, ""),
        (_("Channel"), CHANNELS.get(row.channel, row.channel), ""),
        (_("Consultant"), name_of(row.owner), ""),
        (_("Outlet"), row.outlet.name, ""),
        (_("Known since"), row.created_on, ""),
        (_("Consent given"), found.consent_on, ""),
        (_("Note"), found.note, ""),
    )


class AmendForm(DeedForm):
    """Name, phone and note; the phone is typed anew, since only its mask is shown."""

    name = words(gettext_lazy("Name"), 120)
    phone = PhoneField(label=gettext_lazy("New phone number"), required=False)
    note = lines(gettext_lazy("Note"))
    wide = ("note",)

    def set_up(self) -> None:
        self.fields["name"].initial = self.record.row.customer.name
        self.fields["note"].initial = self.record.note
        self.fields["phone"].help_text = _("Leave empty to keep {phone}.").format(
            phone=self.record.row.customer.phone or "—"
        )
        custom.ask_again(self, "customer", self.record.row.id)


class RevealForm(DeedForm):
    """The reason, which goes into the log."""

    REASONS = {
        "call": gettext_lazy("To call the customer"),
        "paperwork": gettext_lazy("For the paperwork of an order"),
        "complaint": gettext_lazy("To settle a complaint"),
        "other": gettext_lazy("Another reason"),
    }
    why = choice(gettext_lazy("Why do you need the full number?"), REASONS)
    more = words(gettext_lazy("In your own words"), help_text="")
    segments = ("why",)
    wide = ("more",)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("why") == "other" and not given.get("more", "").strip():
            self.add_error("more", _("Say the reason in your own words."))
        return given

    def reason(self) -> str:
        """One text for the log, in the language of the product's records."""
        given = self.cleaned_data
        return ": ".join(filter(None, (given["why"], given["more"].strip())))


def _amend(
    by: Viewer, at: datetime, found: CustomerDetail, given: dict[str, Any], form: Any
) -> object:
    named = {name: given[name] for name in ("version", "name", "note")}
    phone, own = given["phone"] or None, custom.given(form)
    return actions.amend(by=by, at=at, customer=found.row.id, phone=phone, own=own, **named)


BOOK = Book(
    noun="customer",
    read=reads.customer,
    title=lambda found: found.row.customer.name,
    deeds={
        "amend": Deed(
            gettext_lazy("Change"), "edit", "prospects.write", AmendForm, _amend,
            gettext_lazy("The customer is changed."),
        ),
        "fields": custom.deed("customer", lambda found: found.row.id),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def customer_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one customer."""
    return BOOK.view(request, record_id, slug)


@require_http_methods(["GET", "POST"])
@sensitive_variables("number")
def reveal(request: HttpRequest, record_id: int) -> HttpResponse:
    """Ask why, then show the full number once; the page is not kept by the browser."""
    who = viewer(request)
    who.must("reveal.phone")
    found = reads.customer(who, record_id)
    form = RevealForm(request.POST or None, who=who, record=found)
    number = None
    if request.method == "POST":
        number = form.submit(
            lambda _given: actions.reveal_phone(
                by=who, at=now(), customer=record_id, reason=form.reason()
            )
        )
    context = {"form": form, "found": found, "row": found.row, "number": number}
    page = render(request, "records/reveal.html", context, status=200 if number else form.status)
    page["Cache-Control"] = "no-store"
    return page


urlpatterns = [
    path("customers", customers, name="customers"),
    path("customers/<int:record_id>", customer, name="customer"),
    path("customers/<int:record_id>/phone", reveal, name="customer-phone"),
    path("customers/<int:record_id>/<slug:slug>", customer_deed, name="customer-deed"),
]
