"""Drafts and versions: what one changes, and a second person who publishes or declines it."""

import re
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import definitions as actions
from cheji.actions.deeds import SayWhy
from cheji.actions.definition_starts import (
    BeginsAlready,
    InClosedPeriod,
    MonthsAreRun,
    PaidAlready,
    name_of,
)
from cheji.engine.definitions import scheme_of
from cheji.engine.findings import Finding
from cheji.engine.findings import Refused as Unreadable
from cheji.reads import versions
from cheji.reads.versions import VersionSeen
from cheji.records.refusals import Refused
from cheji.web.labels import sentence
from cheji.web.pay_plans import telling
from cheji.web.pay_plans.starts import simulate_url
from cheji.web.pay_plans.succession import told_of
from cheji.web.records import about
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, listed, month_text

from .changes import RIGHT
from .comparing import compared, line_changes, word_changes
from .frame import ONE, Ground, back, ground, tabs, told, yaml_text
from .measure_words import measure_said
from .pages import scheme_shown
from .previewing import preview_url

SECOND = (actions.NeedsSecondPerson, actions.AlreadyPublished, actions.IsDeclined)
UNFIT = (actions.HasFindings, BeginsAlready, InClosedPeriod, MonthsAreRun, PaidAlready)
EDITED = {
    "kpi": "version-form",
    "measure": "version-form",
    "scheme": "scheme-edit",
    "pay_plan": "pay-plan-edit",
}
STATES = {
    "draft": gettext_lazy("Draft"),
    "declined": gettext_lazy("Declined"),
    "published": gettext_lazy("Published"),
}


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """Drafts that wait for a second person."""
    place = ground(request)
    if not versions.drafts_seen(place.who):
        place.who.must(RIGHT)
    rows = [_draft_row(draft) for draft in versions.drafts(place.who)]
    columns = [
        Column("name", _("Definition")),
        Column("kind", _("Kind")),
        Column("for", _("Holds for")),
        Column("since", _("Valid from"), kind="date"),
        Column("state", _("State")),
        Column("author", _("Author")),
        Column("note", _("Why")),
    ]
    empty = Empty(_("No drafts"), _("Open a definition and draft a new version of it."))
    table = Table(columns, rows, caption=_("Drafts"), free=True, phone="cards", empty=empty)
    context = {"tabs": tabs(place, "drafts"), "title": _("Drafts"), "table": table}
    return render(request, "definitions/list.html", context)


def _draft_row(draft: VersionSeen) -> Row:
    url = reverse("definition-version", args=[draft.id])
    return Row(
        [
            Cell(draft.name[0 if chinese() else 1], href=url, note=draft.code),
            str(ONE[draft.kind]),
            draft.outlet.name if draft.outlet else _("The whole group"),
            draft.valid_from,
            str(STATES[draft.state]),
            draft.author or None,
            draft.note or None,
        ],
        href=url,
    )


@require_GET
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: what it changes, its text, and the button of the second person."""
    return _version_page(request, number)


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take one's own draft back."""
    try:
        actions.withdraw(by=viewer(request), at=now(), version=number)
    except (actions.NotTheAuthor, actions.AlreadyPublished) as refusal:
        return _version_page(request, number, refusal=refusal)
    messages.success(request, _("The draft is withdrawn."))
    return redirect("definition-drafts")


@require_POST
def decline(request: HttpRequest, number: int) -> HttpResponse:
    """Give somebody else's draft back to him with the reason."""
    reason = request.POST.get("reason", "")
    try:
        actions.decline(by=viewer(request), at=now(), version=number, reason=reason)
    except (SayWhy, *SECOND) as refusal:
        return _version_page(request, number, refusal=refusal)
    messages.success(request, _("The draft is declined; its author is told why."))
    return redirect("definition-drafts")


@require_POST
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a draft of somebody else's."""
    found = versions.version(viewer(request), number)
    try:
        actions.publish(
            by=viewer(request), at=now(), version=number, knowing="knowing" in request.POST
        )
    except (*UNFIT, *SECOND) as refusal:
        return _version_page(request, number, refusal=refusal)
    day = found.valid_from.isoformat()
    messages.success(request, _("Published; it holds from {day} on.").format(day=day))
    return redirect("definition-version", number)


def _version_page(
    request: HttpRequest, number: int, refusal: Refused | None = None
) -> HttpResponse:
    place = ground(request)
    found = versions.version(place.who, number)
    waits = found.state != "published"
    findings = _faults(found) if waits else []
    awaited = _awaited(place, found) if findings else []
    text = yaml_text(found.kind, found.body)
    older = versions.before(place.who, found)
    context = {
        "version": found,
        "name": found.name[0 if chinese() else 1],
        "back": _way_back(place, found),
        "facts": _version_facts(found),
        "findings": _told(place, found, [] if awaited else findings),
        "sound": not findings,
        "refusal": sentence(refusal) if refusal else "",
        "yaml": text,
        "changes": line_changes(yaml_text(older.kind, older.body), text) if older else [],
        "waits": waits,
        "edit_url": reverse(EDITED.get(found.kind, "definition-edit"), args=[number]),
        "preview_url": preview_url(place.who, found) if waits else "",
        "fields": compared(older, found) if older else None,
        "said": _in_words(place, found),
        "text": _plan_text(place, found),
        "words": word_changes(place, older, found) if older else [],
        "simulate_url": simulate_url(found) if waits else "",
        "measure": measure_said(place, found.body) if found.kind == "measure" else None,
        "awaited": awaited,
        "succession": told_of(place.who, found),
        "ran": _ran(found) if waits else None,
        **(_in_the_way(place, found) if waits else {}),
        "publishes": found.state == "draft" and place.who.can("definitions.publish"),
    }
    return render(request, "definitions/version.html", context, status=422 if refusal else 200)


def _in_the_way(place: Ground, found: VersionSeen) -> dict[str, Any]:
    """Why it could not be published, and the drafts of which one alone can be."""
    way = versions.in_the_way(place.who, found)
    why: list[Refused] = []
    if way.published is not None:
        why.append(BeginsAlready(name=name_of(found.body), on=found.valid_from))
    elif way.closed is not None:
        why.append(InClosedPeriod(**asdict(way.closed)))
    at = 0 if chinese() else 1
    return {
        "hindered": [sentence(one) for one in why],
        "there": reverse("definition-version", args=[way.published]) if way.published else "",
        "rivals": [
            (one.name[at], one.author, reverse("definition-version", args=[one.id]))
            for one in way.rivals
        ],
    }


def _ran(found: VersionSeen) -> dict[str, Any] | None:
    """Months of which a pay plan's people have runs, in words, and how many people."""
    ran = versions.runs_before(found)
    if ran is None:
        return None
    closed, open_ = (listed(map(month_text, keys)) for keys in (ran.closed, ran.open))
    months = listed(map(month_text, sorted({*ran.closed, *ran.open})))
    twice = bool(closed and found.body.get("replaces"))
    return {
        "people": ran.people, "months": months, "closed": closed, "open": open_, "twice": twice,
    }  # fmt: skip


def _in_words(place: Ground, found: VersionSeen) -> dict[str, Any]:
    """A scheme's standard in words, where its body can be read."""
    if found.kind != "scheme":
        return {}
    try:
        return scheme_shown(place, scheme_of(found.body))
    except Unreadable:
        return {}


def _plan_text(place: Ground, found: VersionSeen) -> tuple[telling.Paragraph, ...]:
    """A pay plan in words, where its body can be read."""
    plan = telling.readable(found.body) if found.kind == "pay_plan" else None
    return telling.plan_text(plan, place.found) if plan else ()


def _awaited(place: Ground, found: VersionSeen) -> list[tuple[str, str]]:
    """Drafts of measures that a draft of a KPI stands on: name and page."""
    text = str(found.body.get("formula", "")) if found.kind == "kpi" else ""
    names = set(re.findall(r"[a-z][a-z0-9_]*", text))
    at = 0 if chinese() else 1
    return [
        (draft.name[at], reverse("definition-version", args=[draft.id]))
        for draft in (versions.drafts(place.who) if names else ())
        if draft.kind == "measure" and draft.code in names and draft.state == "draft"
    ]


def _told(place: Ground, found: VersionSeen, findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Findings at their places: those of a pay plan as its editor calls them."""
    if found.kind == "pay_plan":
        return telling.at_their_places(place.found, found.body, findings)
    return told(findings)


def _faults(found: VersionSeen) -> list[Finding]:
    outlet = found.outlet.id if found.outlet else None
    return versions.faults(found.kind, found.code, found.body, on=found.valid_from, outlet=outlet)


def _way_back(place: Ground, found: VersionSeen) -> tuple[str, str]:
    if found.state != "published":
        return reverse("definition-drafts"), _("Drafts")
    if (found.kind, found.code) in place.heads:
        return place.url(found.kind, found.code), found.name[0 if chinese() else 1]
    return back(place, found.kind)


def _version_facts(found: VersionSeen) -> Any:
    return about(
        (_("Kind"), ONE[found.kind], ""),
        (_("Code"), found.code, ""),
        (_("Holds for"), found.outlet.name if found.outlet else _("The whole group"), ""),
        (_("Valid from"), found.valid_from, ""),
        (_("State"), STATES[found.state], "bad" if found.state == "declined" else ""),
        (_("Author"), found.author, ""),
        (_("Published by"), found.approver, ""),
        (_("Why"), found.note, ""),
        (_("Pack"), found.pack, ""),
        (_("Digest"), found.digest[:16], ""),
    )
