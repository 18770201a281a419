"""The audit log for those who may read it: who did what, when, to which record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.reads import audit as reads
from cheji.reads.audit import AuditRow
from cheji.records.refusals import NotFound
from cheji.web.lists import Filter, Listed, Shown, outlet_filter, page_of
from cheji.web.navigation import record_url
from cheji.web.templatetags.parts import Cell, Column, Empty
from cheji.web.verbs import NOUNS_OF_VERBS, RECORDS, verb_text
from cheji.web.viewers import viewer


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """All entries in scope, newest first."""
    who = viewer(request)
    if not who.sees("audit"):
        raise NotFound(noun="audit", key="")
    return page_of(
        request,
        Listed(
            title=_("Audit"),
            find=reads.audit,
            shown=_columns(),
            filters=[
                outlet_filter(who),
                Filter("noun", _("Noun"), [(c, str(t)) for c, t in NOUNS_OF_VERBS.items()]),
                Filter("since", _("From")),
                Filter("until", _("Until")),
                Filter("refused", _("Refused"), [("1", _("only refused"))]),
                Filter("verb", _("Verb"), hidden=True),
                Filter("actor", _("Who"), hidden=True),
                Filter("subject", _("Record"), hidden=True),
            ],
            sort="-at",
            href=lambda row: reverse("audit-entry", args=[row.id]),
            empty=Empty(_("Nothing in the log fits"), _("Change the filters.")),
        ),
    )


def _columns() -> list[Shown[AuditRow]]:
    return [
        Shown(Column("at", _("When"), kind="date", sortable=True), lambda row: row.at),
        Shown(Column("actor", _("Who")), lambda row: row.actor),
        Shown(Column("verb", _("What")), lambda row: verb_text(row.verb)),
        Shown(Column("subject", _("Record")), _subject),
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name if row.outlet else None),
        Shown(Column("refused", _("Refused"), kind="badge"), _refused),
        Shown(
            Column("position", _("Seal"), kind="number", phone=False),
            lambda row: row.position,
            extra=True,
        ),
    ]


def _subject(row: AuditRow) -> Cell:
    return Cell(f"#{row.subject}" if row.subject else None, href=_url(row))


def _url(row: AuditRow) -> str:
    noun = RECORDS.get(row.noun, "")
    return record_url(noun, row.subject) if noun else ""


def _refused(row: AuditRow) -> Cell:
    return Cell(_("Refused") if row.refused else "", state="bad")


@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry with everything it says."""
    who = viewer(request)
    if not who.sees("audit"):
        raise NotFound(noun="audit", key=entry_id)
    row = reads.audit_entry(who, entry_id)
    context = {
        "row": row,
        "what": verb_text(row.verb),
        "record": _url(row),
        "said": [(name, _plain(value)) for name, value in sorted(row.body.items())],
    }
    return render(request, "audit/entry.html", context)


def _plain(value: Any) -> str:
    """A value of the body in one line; what was and what is now with an arrow between them."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(inner)}" for name, inner in sorted(value.items()))
    if isinstance(value, list):
        sign = " → " if len(value) == 2 else ", "
        return sign.join(_plain(inner) for inner in value)
    return "—" if value is None else str(value)


urlpatterns = [
    path("audit", audit, name="audit"),
    path("audit/<int:entry_id>", entry, name="audit-entry"),
]
