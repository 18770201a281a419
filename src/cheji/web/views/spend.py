"""Advertising spend (广宣投放): the list, one entry, and taking a wrong one back."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import spend as actions
from cheji.reads import spend as reads
from cheji.reads.spend import SpendRow
from cheji.records.visibility import Viewer
from cheji.web import labels
from cheji.web.deeds import Book, Deed, DeedForm
from cheji.web.forms import (
    MoneyField,
    closed_notice,
    day_field,
    limit_to_today,
    lines,
    why,
    words,
)
from cheji.web.lists import Filter, Listed, Shown, outlet_filter, page_of
from cheji.web.records import about, page_frame
from cheji.web.templatetags.figures import money
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.viewers import viewer

VOID = {"void": gettext_lazy("Taken back")}


@require_GET
def spends(request: HttpRequest) -> HttpResponse:
    """All entries in scope, with gross amount, subsidy and net of those that stand."""
    who = viewer(request)
    mine = who.can("spend.write")
    return page_of(
        request,
        Listed(
            title=_("Advertising spend"),
            find=reads.spend,
            shown=_columns(),
            filters=[
                outlet_filter(who),
                Filter("since", _("From")),
                Filter("until", _("Until")),
                Filter("channel", _("Medium"), hidden=True),
                Filter("void", _("Taken back"), [("1", _("yes")), ("0", _("no"))], hidden=True),
            ],
            sort="-on",
            href=lambda row: reverse("spend", args=[row.id]),
            totals={"amount": "amount", "subsidy": "subsidy", "net": "net"},
            empty=Empty(
                _("No spend here"),
                _("Nothing fits the filters, or nothing is entered yet."),
                reverse("enter-spend") if mine else "",
                _("Enter spend") if mine else "",
                "cash",
            ),
            more={
                "buttons": [(reverse("enter-spend"), "plus", _("Enter spend"))] if mine else [],
                "totals_label": _("Total"),
            },
        ),
    )


def _columns() -> list[Shown[SpendRow]]:
    return [
        Shown(Column("channel", _("Medium")), lambda row: row.channel or row.number),
        Shown(Column("on", _("Date"), kind="date", sortable=True), lambda row: Cell(row.on)),
        Shown(Column("amount", _("Amount"), kind="money", sortable=True), lambda row: row.amount),
        Shown(Column("subsidy", _("Subsidy"), kind="money"), lambda row: row.subsidy),
        Shown(Column("net", _("Net"), kind="money"), lambda row: row.net),
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name),
        Shown(Column("note", _("Note"), phone=False), lambda row: row.note or None),
        Shown(
            Column("void", _("State"), kind="badge"),
            lambda row: labels.badge(VOID, "void" if row.void else ""),
        ),
        Shown(Column("number", _("Number"), sortable=True), lambda row: row.number, extra=True),
    ]


@require_GET
def spend(request: HttpRequest, record_id: int) -> HttpResponse:
    """One entry."""
    who = viewer(request)
    row = reads.entry(who, record_id)
    context = {
        **page_frame("spend", _("Advertising spend"), "spend-deed", _("The entry")),
        "found": {"row": row},
        "row": row,
        "title": row.channel or row.number,
        "state": labels.badge(VOID, "void" if row.void else ""),
        "facts": about(
            (_("Number"), row.number, ""),
            (_("Date"), row.on, ""),
            (_("Amount"), money(row.amount), ""),
            (_("Subsidy"), money(row.subsidy), ""),
            (_("Net"), money(row.net), ""),
            (_("Outlet"), row.outlet.name, ""),
            (_("Note"), row.note, ""),
        ),
        "deeds": BOOK.buttons(who, row),
        "timeline": None,
    }
    return render(request, "records/record.html", context)


class VoidForm(DeedForm):
    """Why a wrong entry is taken back."""

    reason = words(pgettext_lazy("why", "Reason"), required=True)
    wide = ("reason",)


class AmendForm(DeedForm):
    """What stands in the entry, to be corrected."""

    reason = why()
    channel = words(gettext_lazy("Medium"), 40)
    amount = MoneyField(label=gettext_lazy("Amount before subsidy (yuan)"))
    subsidy = MoneyField(label=gettext_lazy("Maker's subsidy in it (yuan)"), required=False)
    on = day_field(gettext_lazy("Date of the spend"))
    note = lines(gettext_lazy("Note"))
    wide = ("reason", "note")

    def set_up(self) -> None:
        for name in ("channel", "amount", "subsidy", "on", "note"):
            self.fields[name].initial = getattr(self.record, name)
        limit_to_today(self.fields["on"], self.who.on)

    def notice(self) -> str:
        return closed_notice(self.who, self.record.outlet, self.record.on)


def _amend(by: Viewer, at: datetime, row: SpendRow, given: dict[str, Any], _f: Any) -> object:
    return actions.amend(by=by, at=at, spend=row.id, **given)


def _void(by: Viewer, at: datetime, row: SpendRow, given: dict[str, Any], _f: Any) -> object:
    return actions.void(by=by, at=at, spend=row.id, **given)


BOOK = Book(
    noun="spend",
    read=reads.entry,
    title=lambda row: row.channel or row.number,
    version=lambda row: row.version,
    deeds={
        "amend": Deed(
            gettext_lazy("Correct"), "edit", "spend.write", AmendForm, _amend,
            gettext_lazy("The entry is corrected; the figures follow."), lambda row: not row.void,
        ),
        "void": Deed(
            gettext_lazy("Take back"), "arrow-back-up", "spend.write", VoidForm, _void,
            gettext_lazy("The entry is taken back."), lambda row: not row.void, tone="danger",
        ),
    },
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def spend_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one entry."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("spend", spends, name="spend"),
    path("spend/<int:record_id>", spend, name="spend"),
    path("spend/<int:record_id>/<slug:slug>", spend_deed, name="spend-deed"),
]
