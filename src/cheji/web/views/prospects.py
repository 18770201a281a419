"""Prospects (意向客户): the list, one card with its timeline, and what may be done with it."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import prospects as actions
from cheji.reads import prospects as reads
from cheji.reads.fields import readable
from cheji.reads.prospects import ProspectDetail, ProspectRow
from cheji.records.visibility import Viewer
from cheji.web import custom, labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import choice, day_field, limit_to_today, lines, person_choice, sellers, words
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.records import about, customer_cell, entries, name_of, page_frame
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import viewer
from cheji.web.wording import CHANNELS

LEVELS = {code: code for code in labels.LEVELS}


# -- the list ----------------------------------------------------------------------------------


@require_GET
def prospects(request: HttpRequest) -> HttpResponse:
    """All cards in scope; ready filters for open ones, those due and those overdue."""
    who = viewer(request)
    own = readable(who, "prospect")
    mine = who.can("prospects.write")
    return page_of(
        request,
        Listed(
            title=_("Prospects"),
            find=reads.prospects,
            shown=[*_columns(), *custom.columns(own)],
            filters=[*place_filters(request, "owner"), *_filters(), *custom.filters(own)],
            sort="-opened_on",
            href=lambda row: reverse("prospect", args=[row.id]),
            presets=[
                (_("All"), {}),
                (_("Open"), {"state": "open"}),
                (_("Due today"), {"due": "1"}),
                (_("Overdue"), {"overdue": "1"}),
                (_("Ordered"), {"state": "ordered"}),
                (_("Lost"), {"state": "lost"}),
                (_("Dormant"), {"state": "dormant"}),
            ],
            empty=Empty(
                _("No prospects here"),
                _("Nothing fits the filters, or nobody has opened a card yet."),
                reverse("enter-prospect") if mine else "",
                _("Open a card") if mine else "",
                "user-plus",
            ),
            more={
                "buttons": [(reverse("enter-prospect"), "plus", _("Open a card"))] if mine else []
            },
        ),
    )


def _filters() -> list[Filter]:
    return [
        Filter("level", _("Level"), choices(LEVELS)),
        Filter("channel", _("Channel"), choices(CHANNELS)),
        Filter("since", _("Opened from")),
        Filter("until", _("Opened until")),
        Filter("state", _("State"), choices(labels.PROSPECT_STATES), hidden=True),
        Filter("due", _("Due"), [("1", _("today or before"))], hidden=True),
        Filter("overdue", _("Follow-up"), [("1", _("overdue"))], hidden=True),
        Filter("model", _("Model"), hidden=True),
    ]


def _columns() -> list[Shown[ProspectRow]]:
    return [
        Shown(Column("customer", _("Customer")), lambda row: customer_cell(row.customer)),
        Shown(Column("level", _("Level"), sortable=True), lambda row: row.level),
        Shown(Column("state", _("State"), kind="badge"), _state_cell),
        Shown(Column("model", _("Model")), lambda row: row.model or None),
        Shown(Column("owner", _("Consultant")), lambda row: name_of(row.owner)),
        Shown(
            Column("next_follow_up_on", _("Next follow-up"), kind="date", sortable=True),
            lambda row: Cell(row.next_follow_up_on, state="bad" if row.overdue else ""),
        ),
        Shown(
            Column("opened_on", _("Opened"), kind="date", sortable=True),
            lambda row: Cell(row.opened_on),
        ),
        Shown(Column("age", _("Age"), kind="number", unit=_("days")), lambda row: Cell(row.age)),
        Shown(
            Column("channel", _("Channel"), phone=False),
            lambda row: str(CHANNELS.get(row.channel, row.channel)),
        ),
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name, extra=True),
        Shown(
            Column("number", _("Card number"), sortable=True), lambda row: row.number, extra=True
        ),
        Shown(
            Column("reason", pgettext("why", "Reason")), lambda row: row.reason or None, extra=True
        ),
        Shown(Column("rival", _("Bought instead")), lambda row: row.rival or None, extra=True),
    ]


def _state_cell(row: ProspectRow) -> Cell:
    return labels.badge(labels.PROSPECT_STATES, row.state)


# -- one card ----------------------------------------------------------------------------------


@require_GET
def prospect(request: HttpRequest, record_id: int) -> HttpResponse:
    """One card: who, where it stands, what happened, what can be done."""
    who = viewer(request)
    found = reads.prospect(who, record_id)
    context = {
        **page_frame("prospects", _("Prospects"), "prospect-deed", _("The prospect")),
        "found": found,
        "row": found.row,
        "title": _title(found),
        "state": _state_cell(found.row),
        "facts": [*_facts(found), *custom.shown(who, "prospect", record_id)],
        "deeds": BOOK.buttons(who, found),
        "timeline": entries(found.timeline),
        "orders": found.orders,
        "can_order": who.can("orders.write") and found.row.state == "open",
    }
    return render(request, "records/prospect.html", context)


def _title(found: ProspectDetail) -> str:
    customer = found.row.customer
    return customer.name if customer else found.row.number


def _facts(found: ProspectDetail) -> list[tuple[str, object, str]]:
    row = found.row
    return about(
        (_("Card number"), row.number, ""),
        (_("Phone"), row.customer.phone if row.customer else "", ""),
        (_("Model"), row.model, ""),
        (_("Channel"), CHANNELS.get(row.channel, row.channel), ""),
        (_("Consultant"), name_of(row.owner), ""),
        (_("Outlet"), row.outlet.name, ""),
        (_("Opened"), row.opened_on, ""),
        (_("Next follow-up"), row.next_follow_up_on, "bad" if row.overdue else ""),
        (_("Closed"), row.closed_on, ""),
        (pgettext("why", "Reason"), row.reason, ""),
        (_("Bought instead"), row.rival, ""),
        (_("Note"), found.note, ""),
    )


# -- what may be done --------------------------------------------------------------------------


class FollowUpForm(DeedForm):
    """What was said, and when to call again."""

    note = lines(gettext_lazy("What was said"), required=True)
    next_on = day_field(gettext_lazy("Next follow-up"), required=False)
    wide = ("note",)

    def set_up(self) -> None:
        self.fields["next_on"].widget.attrs["min"] = self.who.on.isoformat()


class DatedForm(DeedForm):
    """A step on a day."""

    on = day_field()

    def set_up(self) -> None:
        limit_to_today(self.fields["on"], self.who.on)


class LevelForm(DatedForm):
    """Another level."""

    level = choice(gettext_lazy("Level"), labels.LEVELS)
    note = words(gettext_lazy("Note"))
    segments = ("level",)
    wide = ("note",)
    field_order = ("level", "on", "note")

    def set_up(self) -> None:
        super().set_up()
        self.fields["level"].initial = self.record.row.level


class AssignForm(DatedForm):
    """Another consultant."""

    owner = person_choice(gettext_lazy("New consultant"), required=True)
    reason = words(pgettext_lazy("why", "Reason"))
    field_order = ("owner", "on", "reason")
    wide = ("reason",)

    def set_up(self) -> None:
        super().set_up()
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        now = self.record.row.owner
        found = sellers(self.who, self.record.row.outlet)
        field.choices = [pair for pair in found if not now or pair[0] != str(now.id)]


class LoseForm(DatedForm):
    """Why the customer did not buy."""

    dormant = choice(
        gettext_lazy("What became of it"),
        {
            "": gettext_lazy("Lost: bought elsewhere or gave up"),
            "1": gettext_lazy("Dormant: may come back"),
        },
        required=False,
        initial="",
    )
    reason = words(pgettext_lazy("why", "Reason"), required=True)
    rival = words(gettext_lazy("What he bought instead"), 80)
    segments = ("dormant",)
    field_order = ("dormant", "reason", "rival", "on")


class ReactivateForm(DatedForm):
    """A new spell of intent."""

    level = choice(gettext_lazy("Level"), labels.LEVELS, initial="A")
    note = words(gettext_lazy("Note"))
    segments = ("level",)
    wide = ("note",)
    field_order = ("level", "on", "note")


def _is_open(found: ProspectDetail) -> bool:
    return found.row.state == "open"


def _follow_up(
    by: Viewer, at: datetime, found: ProspectDetail, given: dict[str, Any], _f: Any
) -> object:
    return actions.follow_up(by=by, at=at, prospect=found.row.id, **given)


def _level(
    by: Viewer, at: datetime, found: ProspectDetail, given: dict[str, Any], _f: Any
) -> object:
    return actions.change_level(by=by, at=at, prospect=found.row.id, **given)


def _assign(
    by: Viewer, at: datetime, found: ProspectDetail, given: dict[str, Any], _f: Any
) -> object:
    owner = int(given.pop("owner"))
    return actions.assign(by=by, at=at, prospect=found.row.id, owner=owner, **given)


def _lose(
    by: Viewer, at: datetime, found: ProspectDetail, given: dict[str, Any], _f: Any
) -> object:
    dormant = bool(given.pop("dormant"))
    return actions.lose(by=by, at=at, prospect=found.row.id, dormant=dormant, **given)


def _reactivate(
    by: Viewer, at: datetime, found: ProspectDetail, given: dict[str, Any], _f: Any
) -> object:
    return actions.reactivate(by=by, at=at, prospect=found.row.id, **given)


BOOK = Book(
    noun="prospect",
    read=reads.prospect,
    title=_title,
    deeds={
        "follow-up": Deed(
            gettext_lazy("Follow up"), "phone-call", "prospects.write", FollowUpForm, _follow_up,
            gettext_lazy("The follow-up is noted."), _is_open,
        ),
        "level": Deed(
            gettext_lazy("Change level"), "adjustments", "prospects.write", LevelForm, _level,
            gettext_lazy("The level is changed."), _is_open,
        ),
        "assign": Deed(
            gettext_lazy("Hand over"), "arrows-exchange", "prospects.assign", AssignForm, _assign,
            gettext_lazy("The prospect is handed over."), _is_open,
        ),
        "lose": Deed(
            gettext_lazy("Close as lost"), "circle-x", "prospects.write", LoseForm, _lose,
            gettext_lazy("The card is closed."), _is_open, tone="danger",
        ),
        "reactivate": Deed(
            gettext_lazy("Reactivate"), "refresh", "prospects.write", ReactivateForm, _reactivate,
            gettext_lazy("The card is open again."),
            lambda found: found.row.state in ("lost", "dormant"),
        ),
        "fields": custom.deed("prospect", lambda found: found.row.id),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def prospect_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one card."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("prospects", prospects, name="prospects"),
    path("prospects/<int:record_id>", prospect, name="prospect"),
    path("prospects/<int:record_id>/<slug:slug>", prospect_deed, name="prospect-deed"),
]
