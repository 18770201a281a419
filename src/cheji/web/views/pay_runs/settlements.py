"""离职结算单: drawn up, approved by another, paid; one prints as a paper to sign."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import pay as actions
from cheji.files import papers
from cheji.reads import pay as pay_reads
from cheji.reads.pay import settlements as reads
from cheji.reads.pay.settlements import HeldSeen, OwedSeen, SettlementSeen
from cheji.records import audit
from cheji.records.visibility import Viewer
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.entering import outlet_given, outlet_links
from cheji.web.forms import AtOutlet
from cheji.web.list_files import attachment
from cheji.web.lists import Filter, Listed, Shown, choices, outlet_filter, page_of
from cheji.web.navigation import record_url
from cheji.web.pay_run_words import overseer
from cheji.web.pay_tabs import settlements_open_to
from cheji.web.templatetags.parts import Card, Cell, Column, Empty, Row, Table
from cheji.web.viewers import now
from cheji.web.wording import chinese, month_text, named

SETTLE, APPROVE, PAY = "pay.settle", "pay.approve", "pay.pay"
STATES: dict[str, tuple[Any, str]] = {
    "drawn_up": (pgettext_lazy("settlement", "Waits for approval"), "warn"),
    "approved": (pgettext_lazy("settlement", "Approved"), "note"),
    "paid": (pgettext_lazy("settlement", "Paid"), "good"),
}
HELD: dict[str, Any] = {
    "held": pgettext_lazy("settlement", "Held until its event"),
    "carried": pgettext_lazy("settlement", "Carried beyond a cap"),
    "withheld": pgettext_lazy("settlement", "Withheld for a catch-up"),
}


def _state(code: str) -> Cell:
    label, tone = STATES[code]
    return Cell(str(label), kind="badge", state=tone)


def _reader(request: HttpRequest) -> Viewer:
    """Who draws sheets up or approves them, and who audits.

    Raises:
        NotYours: for everybody else who sees pay.
    """
    who = overseer(request)
    if not settlements_open_to(who):
        who.must(SETTLE)
    return who


@require_GET
def settlements(request: HttpRequest) -> HttpResponse:
    """Settlement sheets in reach."""
    who = _reader(request)
    states = {code: label for code, (label, _tone) in STATES.items()}
    buttons = [(reverse("pay-settlement-new"), "plus", _("Settle a leaver"))]
    listed: Listed[SettlementSeen] = Listed(
        title=_("Settlements of leavers"),
        find=reads.settlements,
        shown=[
            Shown(Column("person", _("Person")), lambda row: Cell(row.person.name)),
            Shown(Column("left_on", _("Last day"), kind="date", sortable=True),
                  lambda row: row.left_on),
            Shown(Column("earned", _("To be paid"), kind="money"), lambda row: row.earned),
            Shown(Column("held", _("Held"), kind="money"), lambda row: row.held),
            Shown(Column("due", _("Owes"), kind="money"), lambda row: row.due),
            Shown(Column("state", _("State"), kind="badge"), lambda row: _state(row.state)),
            Shown(Column("by", _("Drawn up by")), lambda row: row.by),
            Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
        ],
        filters=[outlet_filter(who), Filter("state", _("State"), choices(states))],
        sort="-made_at",
        href=lambda row: reverse("pay-settlement", args=[row.id]),
        empty=Empty(
            _("No settlements"),
            _("Who leaves gets a sheet of what is owed, what is held and which orders are open."),
        ),
        more={"buttons": buttons if who.can(SETTLE) else []},
    )  # fmt: skip
    return page_of(request, listed, "pay/runs/listed.html")


@require_GET
def settlement(request: HttpRequest, record_id: int) -> HttpResponse:
    """One sheet: what is paid, what stays held, what is still open."""
    who = _reader(request)
    found = reads.sheet(who, record_id)
    row = found.row
    context = {
        "name": _("Settlement of {name}").format(name=row.person.name),
        "found": row,
        "saves": _may_save(who, row),
        "state": _state(row.state),
        "deeds": BOOK.buttons(who, row),
        "cards": [
            Card(_("To be paid"), row.earned, "money"),
            Card(_("Held"), row.held, "money"),
            Card(_("Owes"), row.due, "money"),
        ],
        "tables": [
            _owed(_("To be paid: closed runs that were not paid"), found.earned),
            _owed(_("Still running: paid by its own run"), found.running),
            _held(found.held),
            _open(who, row),
        ],
    }
    return render(request, "pay/runs/settlement.html", context)


def _may_save(who: Viewer, row: SettlementSeen) -> bool:
    return who.person == row.person.id or who.can("export")


@require_GET
def file(request: HttpRequest, record_id: int) -> HttpResponse:
    """The sheet as PDF to sign; audited."""
    who = _reader(request)
    found = reads.sheet(who, record_id)
    if not _may_save(who, found.row):
        who.must("export")
    content = papers.settlement_pdf(found, get_language() or "zh-hans")
    body = {"settlement": record_id, "person": found.row.person.number}
    with transaction.atomic():
        audit.write(by=who, at=now(), verb="export.pay_settlement", body=body)
    day = found.row.left_on.isoformat()
    return attachment(content, f"settlement-{found.row.person.number}-{day}", "pdf")


def _owed(caption: str, rows: Iterable[OwedSeen]) -> Table:
    columns = [
        Column("month", _("Month")),
        Column("plan", _("Pay plan")),
        Column("run", _("Run")),
        Column("fen", _("Amount"), kind="money"),
    ]
    shown = [
        Row(
            [
                month_text(one.period),
                named(one),
                Cell(one.run, href=reverse("pay-run", args=[one.run])) if one.run else "",
                one.fen,
            ]
        )
        for one in rows
    ]
    return _listed(caption, columns, shown)


def _held(held: Iterable[HeldSeen]) -> Table:
    columns = [
        Column("kind", _("Why")),
        Column("name", _("Component")),
        Column("deal", _("Deal")),
        Column("fen", _("Amount"), kind="money"),
    ]
    rows = [
        Row(
            [
                Cell(named(one), note=str(HELD[one.kind])),
                one.of[not chinese()] or None,
                Cell(one.deal.full, href=record_url(one.deal.noun, one.deal.id or None))
                if one.deal
                else "",
                one.fen,
            ]
        )
        for one in held
    ]
    caption = _("Held, carried, withheld: nothing is forfeited by leaving")
    return _listed(caption, columns, rows)


def _open(who: Viewer, row: SettlementSeen) -> Table:
    columns = [Column("order", _("Order")), Column("on", _("Signed"))]
    rows = [
        Row([Cell(one["number"], href=_order(who, one["order"])), one["signed_on"]])
        for one in row.body.get("open", [])
    ]
    return _listed(_("Open orders"), columns, rows)


def _order(who: Viewer, order: int) -> str:
    """Its page, for whom orders open."""
    return record_url("order", order) if who.sees("orders") else ""


def _listed(caption: str, columns: list[Column], rows: list[Row]) -> Table:
    return Table(columns, rows, caption=caption, phone="cards", free=True)


# -- what is done with it ----------------------------------------------------------------------


class SureForm(DeedForm):
    """Nothing to fill in."""


def _approve(
    by: Viewer, at: datetime, row: SettlementSeen, given: Mapping[str, Any], _form: Any
) -> object:
    return actions.approve_settlement(by=by, at=at, settlement=row.id, version=given["version"])


def _pay(
    by: Viewer, at: datetime, row: SettlementSeen, given: Mapping[str, Any], _form: Any
) -> object:
    return actions.pay_settlement(by=by, at=at, settlement=row.id, version=given["version"])


BOOK = Book(
    noun="pay-settlement",
    read=reads.settlement,
    title=lambda row: f"{row.person.name} · {row.left_on.isoformat()}",
    version=lambda row: row.version,
    deeds={
        "approve": Deed(
            pgettext_lazy("verb", "Approve"), "check", APPROVE, SureForm, _approve,
            gettext_lazy("Approved. The runs that it names leave the person out when they pay."),
            lambda row: row.state == "drawn_up" and not row.barred,
            intro=gettext_lazy("It takes up what these closed runs owe; they do not pay it twice."),
        ),
        "pay": Deed(
            pgettext_lazy("settlement", "Mark as paid"), "cash", PAY, SureForm, _pay,
            gettext_lazy("Marked as paid."), lambda row: row.state == "approved",
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """Approve a sheet, or say that it was paid."""
    _reader(request)
    return BOOK.view(request, record_id, slug)


# -- drawing one up ----------------------------------------------------------------------------


class LeaverForm(AtOutlet):
    """Who leaves: whose posts have an end; the last day is the one that is entered there."""

    person = forms.ChoiceField(
        label=gettext_lazy("Person and last day"),
        help_text=gettext_lazy(
            "Whose posts here have an end. Of somebody still in post enter the departure first, on"
            " the person's page."
        ),
    )

    def set_up(self) -> None:
        gone = reads.leavers(self.who, self.outlet.id)
        self.days = {who.number: on for who, on in gone}
        pairs = [(who.number, f"{who.name} {who.number} · {on.isoformat()}") for who, on in gone]
        self.fields["person"].choices = pairs  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw a sheet up, or anew while it is not approved."""
    who = overseer(request)
    who.must(SETTLE)
    outlet = outlet_given(request, who)
    first = {"person": request.GET.get("person", "")}
    form = LeaverForm(request.POST or None, who=who, outlet=outlet, initial=first)

    def settle(given: dict[str, Any]) -> actions.Done:
        on = form.days[given["person"]]
        found = pay_reads.leaver_sheet(who, given["person"], outlet.code, on)
        return actions.settle_leaver(by=who, at=now(), sheet=actions.Sheet(**asdict(found)))

    done = form.submit(settle) if form.is_bound else None
    if done:
        messages.success(request, _("Drawn up. A second person approves it."))
        return redirect("pay-settlement", done.id)
    context = {
        "form": form, "title": _("Settle a leaver"), "subject": outlet.name,
        "intro": _("What closed runs owe and have not paid, what is held, and open orders."),
        "button": _("Draw up the sheet"), "icon": "file-text", "back": reverse("pay-settlements"),
        "outlets": outlet_links(who, outlet),
    }  # fmt: skip
    return render(request, "pay/runs/ask.html", context, status=form.status)


urlpatterns = [
    path("pay/settlements", settlements, name="pay-settlements"),
    path("pay/settlements/new", new, name="pay-settlement-new"),
    path("pay/settlements/<int:record_id>.pdf", file, name="pay-settlement-file"),
    path("pay/settlements/<int:record_id>", settlement, name="pay-settlement"),
    path("pay/settlements/<int:record_id>/<slug:slug>", deed, name="pay-settlement-deed"),
]
