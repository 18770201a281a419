"""Typed lines, splits of an order's pay and events of releases: lists, and each with its deed."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import pay as actions
from cheji.reads.pay import by_hand as reads
from cheji.reads.pay.by_hand import EventSeen, SplitSeen, TypedSeen
from cheji.records.visibility import Viewer
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import lines
from cheji.web.lists import Filter, Listed, Shown, choices, outlet_filter, page_of
from cheji.web.pay_run_words import overseer, typed_names
from cheji.web.records import about, page_frame
from cheji.web.templatetags.figures import money, percent
from cheji.web.templatetags.parts import Cell, Column, Empty, Tab
from cheji.web.wording import chinese, month_text

ASK, APPROVE, RELEASE = "pay.ask", "pay.approve", "pay.release"
STATES: dict[str, tuple[Any, str]] = {
    "asked": (pgettext_lazy("pay line", "Waits for approval"), "warn"),
    "approved": (pgettext_lazy("pay line", "Approved"), "good"),
    "declined": (pgettext_lazy("pay line", "Declined"), "bad"),
    "void": (pgettext_lazy("pay line", "Taken back"), "bad"),
    "": (pgettext_lazy("pay line", "Counts"), "good"),
}
LIST = "pay/runs/listed.html"


def _state(code: str) -> Cell:
    label, tone = STATES[code]
    return Cell(str(label), kind="badge", state=tone)


def _approved(row: SplitSeen) -> str:
    return {None: "asked", True: "approved", False: "declined"}[row.approved]


def _tabs(here: str) -> list[Tab]:
    return [
        Tab(_("Typed lines"), reverse("pay-typed"), here == "pay-typed"),
        Tab(_("Splits"), reverse("pay-splits"), here == "pay-splits"),
        Tab(_("Release events"), reverse("pay-typed-events"), here == "pay-typed-events"),
    ]


# -- lists -------------------------------------------------------------------------------------


@require_GET
def typed(request: HttpRequest) -> HttpResponse:
    """Amounts that were asked for by hand."""
    who = overseer(request)
    states = {code: STATES[code][0] for code in ("asked", "approved", "declined")}
    listed: Listed[TypedSeen] = Listed(
        title=_("Typed lines"),
        find=reads.typed_lines,
        shown=[
            Shown(Column("person", _("Person")), lambda row: Cell(row.person.name)),
            Shown(Column("period", _("Month")), lambda row: month_text(row.period)),
            Shown(Column("fen", _("Amount"), kind="money", sortable=True), lambda row: row.fen),
            Shown(Column("reason", pgettext("why", "Reason")), lambda row: row.reason[:80]),
            Shown(Column("state", _("State"), kind="badge"), lambda row: _state(row.state)),
            Shown(Column("by", _("Asked by")), lambda row: row.by),
            Shown(Column("asked_at", _("Asked"), kind="date", sortable=True), lambda row: row.at),
            Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
        ],
        filters=[outlet_filter(who), Filter("state", _("State"), choices(states))],
        sort="-asked_at",
        href=lambda row: reverse("pay-typed-line", args=[row.id]),
        empty=Empty(_("No typed lines"), _("An amount that no plan works out is asked for here.")),
        more=_more("pay-typed", _new(who, ASK, "pay-typed-new", _("Ask for an amount"))),
    )
    return page_of(request, listed, LIST)


@require_GET
def splits(request: HttpRequest) -> HttpResponse:
    """Splits of orders' pay."""
    who = overseer(request)
    listed: Listed[SplitSeen] = Listed(
        title=_("Splits"),
        find=reads.splits,
        shown=[
            Shown(Column("order", _("Order")), lambda row: Cell(row.order.text)),
            Shown(Column("parts", _("Shares")), _parts),
            Shown(Column("reason", pgettext("why", "Reason")), lambda row: row.reason[:80]),
            Shown(Column("state", _("State"), kind="badge"), lambda row: _state(_approved(row))),
            Shown(Column("by", _("Asked by")), lambda row: row.by),
            Shown(Column("asked_at", _("Asked"), kind="date", sortable=True), lambda row: row.at),
            Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
        ],
        filters=[outlet_filter(who)],
        sort="-asked_at",
        href=lambda row: reverse("pay-split", args=[row.id]),
        empty=Empty(_("No splits"), _("Who shares the pay of a deal is asked for here.")),
        more=_more("pay-splits", _new(who, ASK, "pay-split-new", _("Share a deal"))),
    )
    return page_of(request, listed, LIST)


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """Events that set held money free."""
    who = overseer(request)
    listed: Listed[EventSeen] = Listed(
        title=_("Release events"),
        find=reads.events,
        shown=[
            Shown(Column("kind", pgettext("pay", "Event")), lambda row: event_text(row.kind)),
            Shown(Column("source", _("Deal")), lambda row: row.source.full or "—"),
            Shown(Column("on", _("Date"), kind="date", sortable=True), lambda row: row.on),
            Shown(
                Column("state", _("State"), kind="badge"),
                lambda row: _state("void" if row.void else ""),
            ),
            Shown(Column("by", _("By")), lambda row: row.by),
            Shown(Column("outlet", _("Outlet"), phone=False), lambda row: row.outlet.name),
        ],
        filters=[outlet_filter(who)],
        sort="-on",
        href=lambda row: reverse("pay-typed-event", args=[row.id]),
        empty=Empty(
            _("No events"),
            _("What is held of a deal is set free by an event that its pay plan names."),
        ),
        more=_more(
            "pay-typed-events",
            [
                *_new(who, RELEASE, "pay-typed-events-many", _("Enter events of many deals")),
                *_new(who, RELEASE, "pay-typed-event-new", _("Enter an event")),
            ],
        ),
    )
    return page_of(request, listed, LIST)


def _more(here: str, buttons: list[tuple[str, str, str]]) -> dict[str, Any]:
    return {"buttons": buttons, "tabs": _tabs(here)}


def _new(who: Viewer, right: str, name: str, label: str) -> list[tuple[str, str, str]]:
    return [(reverse(name), "plus", label)] if who.can(right) else []


def _parts(row: SplitSeen) -> str:
    shares = (f"{who.name} {percent_of(share)}" for who, share in row.parts)
    return ("、" if chinese() else ", ").join(shares)


def percent_of(share: int) -> str:
    """1/10,000 as percent."""
    return percent(Fraction(share, reads.WHOLE), 2).replace(".00%", "%")


def event_text(kind: str) -> str:
    """An event by its usual name; one of a house's own by its code."""
    return str(EVENTS.get(kind, kind))


EVENTS: dict[str, Any] = {
    "plates": gettext_lazy("Plates issued"),
    "full_payment": gettext_lazy("Paid in full"),
    "loan_paid": gettext_lazy("Loan paid out"),
    "oem_settled": gettext_lazy("Settled by the OEM"),
    "delivery": gettext_lazy("Delivered"),
    "signing": gettext_lazy("Signed"),
}


# -- one of them -------------------------------------------------------------------------------


@require_GET
def typed_line(request: HttpRequest, record_id: int) -> HttpResponse:
    """One typed line with its approval."""
    who = overseer(request)
    row = reads.typed_line(who, record_id)
    names = typed_names(reads.choices(row.outlet.id))
    plan = names.get(row.plan, row.plan) or _("That of the post")
    facts = about(
        (_("Person"), f"{row.person.name} {row.person.number}", ""),
        (_("Month"), month_text(row.period), ""),
        (_("Amount"), money(row.fen), ""),
        (_("Component"), names.get(row.component, row.component), ""),
        (_("Pay plan"), plan, ""),
        (pgettext("why", "Reason"), row.reason, ""),
        (_("Evidence"), row.evidence, ""),
        (_("Asked by"), row.by, ""),
        (_("Decided by"), row.decided_by, ""),
        (_("Decision"), row.decision, ""),
        (_("Paid by run"), row.run, ""),
        (_("Outlet"), row.outlet.name, ""),
    )
    title = f"{row.person.name} · {money(row.fen)}"
    frame = page_frame("pay-typed", _("Typed lines"), "pay-typed-line-deed", _("Typed line"))
    return _record(request, frame, row, title, _state(row.state), facts, TYPED.buttons(who, row))


@require_GET
def split(request: HttpRequest, record_id: int) -> HttpResponse:
    """One split with its approval."""
    who = overseer(request)
    row = reads.split(who, record_id)
    facts = about(
        (_("Order"), row.order.text, ""),
        (_("Shares"), _parts(row), ""),
        (pgettext("why", "Reason"), row.reason, ""),
        (_("Disputes and appeals"), _dispute(row), ""),
        (_("Asked by"), row.by, ""),
        (_("Decided by"), row.decided_by, ""),
        (_("Outlet"), row.outlet.name, ""),
    )
    frame = page_frame("pay-splits", _("Splits"), "pay-split-deed", pgettext("pay", "Split"))
    state = _state(_approved(row))
    return _record(request, frame, row, row.order.text, state, facts, SPLIT.buttons(who, row))


def _dispute(row: SplitSeen) -> str:
    """The dispute whose decision asked for a split."""
    return _("Dispute {number}").format(number=row.dispute) if row.dispute else ""


@require_GET
def event(request: HttpRequest, record_id: int) -> HttpResponse:
    """One event, and taking it back."""
    who = overseer(request)
    row = reads.event(who, record_id)
    facts = about(
        (pgettext("pay", "Event"), event_text(row.kind), ""),
        (_("Deal"), row.source.full, ""),
        (_("Date"), row.on, ""),
        (_("Evidence"), row.evidence, ""),
        (_("By"), row.by, ""),
        (_("Outlet"), row.outlet.name, ""),
    )
    label = _("Release events")
    frame = page_frame("pay-typed-events", label, "pay-typed-event-deed", pgettext("pay", "Event"))
    state = _state("void" if row.void else "")
    title = f"{event_text(row.kind)} · {row.source.full}"
    return _record(request, frame, row, title, state, facts, EVENT.buttons(who, row))


def _record(
    request: HttpRequest, frame: dict[str, str], row: Any, title: str, state: Cell, *more: Any
) -> HttpResponse:
    facts, deeds = more
    context = {
        **frame, "found": {"row": row}, "row": row, "title": title, "state": state,
        "facts": facts, "deeds": deeds, "timeline": None, "tabs_from": "pay/tabs.html",
    }  # fmt: skip
    return render(request, "records/record.html", context)


# -- what is done with them --------------------------------------------------------------------


class ShareForm(DeedForm):
    """Whether it is approved."""

    approve = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("1", pgettext_lazy("verb", "Approve")),
            ("0", pgettext_lazy("verb", "Decline")),
        ],
        widget=forms.RadioSelect,
    )
    segments = ("approve",)


class ApproveForm(ShareForm):
    """Whether it is approved, and why not."""

    decision = lines(gettext_lazy("Reason of the decision"))
    wide = ("decision",)


class VoidForm(DeedForm):
    """Why it did not happen."""

    reason = lines(pgettext_lazy("why", "Reason"), required=True)
    wide = ("reason",)


Given = Mapping[str, Any]


def _approve_line(by: Viewer, at: datetime, row: TypedSeen, given: Given, _form: Any) -> object:
    return actions.approve_manual(
        by=by, at=at, line=row.id, approve=given["approve"] == "1", decision=given["decision"],
        version=given["version"],
    )  # fmt: skip


def _approve_split(by: Viewer, at: datetime, row: SplitSeen, given: Given, _form: Any) -> object:
    approve = given["approve"] == "1"
    return actions.decide_split(
        by=by, at=at, split=row.id, approve=approve, version=given["version"]
    )


def _void(by: Viewer, at: datetime, row: EventSeen, given: Given, _form: Any) -> object:
    return actions.void_event(by=by, at=at, event=row.id, **given)


def _book(noun: str, read: Any, title: Any, slug: str, deed_: Deed) -> Book:
    return Book(
        noun=noun, read=read, title=title, version=lambda row: row.version, deeds={slug: deed_}
    )


TYPED = _book(
    "pay-typed-line", reads.typed_line, lambda row: f"{row.person.name} · {row.reason}", "decide",
    Deed(
        gettext_lazy("Approve or decline"), "check", APPROVE, ApproveForm, _approve_line,
        gettext_lazy("The decision is written down."),
        lambda row: row.state == "asked" and not row.barred,
        intro=gettext_lazy("It is paid by the next run of its plan that is calculated."),
    ),
)  # fmt: skip
SPLIT = _book(
    "pay-split", reads.split, lambda row: f"{row.order.text} · {row.reason}", "decide",
    Deed(
        gettext_lazy("Approve or decline"), "check", APPROVE, ShareForm, _approve_split,
        gettext_lazy("The decision is written down."),
        lambda row: row.approved is None and not row.barred,
    ),
)  # fmt: skip
EVENT = _book(
    "pay-typed-event", reads.event, lambda row: f"{event_text(row.kind)} · {row.source.full}",
    "void",
    Deed(
        gettext_lazy("Take back"), "x", RELEASE, VoidForm, _void,
        gettext_lazy("The event is taken back."), lambda row: not row.void, tone="danger",
        intro=gettext_lazy(
            "What closed runs released by it is asked back as typed lines, which another approves."
        ),
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, record_id: int, slug: str, noun: str) -> HttpResponse:
    """Decide a line or a split, take an event back."""
    overseer(request)
    book = {"typed": TYPED, "split": SPLIT, "event": EVENT}[noun]
    return book.view(request, record_id, slug)


urlpatterns = [
    path("pay/typed", typed, name="pay-typed"),
    path("pay/typed/<int:record_id>", typed_line, name="pay-typed-line"),
    path(
        "pay/typed/<int:record_id>/<slug:slug>", deed, {"noun": "typed"}, name="pay-typed-line-deed"
    ),
    path("pay/splits", splits, name="pay-splits"),
    path("pay/splits/<int:record_id>", split, name="pay-split"),
    path("pay/splits/<int:record_id>/<slug:slug>", deed, {"noun": "split"}, name="pay-split-deed"),
    path("pay/events", events, name="pay-typed-events"),
    path("pay/events/<int:record_id>", event, name="pay-typed-event"),
    path(
        "pay/events/<int:record_id>/<slug:slug>", deed, {"noun": "event"},
        name="pay-typed-event-deed",
    ),
]  # fmt: skip
