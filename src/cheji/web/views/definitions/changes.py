"""Changing definitions: a draft as YAML or of a switch, its check, and a second person."""

from difflib import unified_diff
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cheji.actions import definitions as actions
from cheji.engine.findings import Finding
from cheji.engine.findings import Refused as Unreadable
from cheji.engine.periods import period_of
from cheji.packs import dump, read_yaml
from cheji.reads import people, versions
from cheji.reads.versions import VersionSeen
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.web.forms import ActionForm, DayField, choice, words
from cheji.web.labels import sentence
from cheji.web.records import about
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, named

from .frame import ONE, Ground, back, ground, known, tabs, told, yaml_text

RIGHT = "definitions.write"


class FromMonth(ActionForm):
    """Something that holds from the start of a month, for the group or for one outlet."""

    outlet = forms.ChoiceField(label=gettext_lazy("Holds for"), required=False)
    valid_from = DayField(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy("The first day of a month: a version starts with a period."),
    )

    def set_up(self) -> None:
        self.places = {where.code: where.id for where in people.outlets(self.who.doing(RIGHT))}
        self.fields["outlet"].choices = _places(self.who)  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = period_of(self.who.on, "month").until

    @property
    def outlet_id(self) -> int | None:
        """The outlet chosen; None for the group."""
        return self.places.get(self.cleaned_data.get("outlet", ""))

    def refuse(self, refusal: Refused) -> None:
        """The start of a period is a matter of its field."""
        if isinstance(refusal, actions.NotAPeriodStart):
            self.add_error("valid_from", sentence(refusal))
        else:
            super().refuse(refusal)


def _places(who: Viewer) -> list[tuple[str, str]]:
    """The group, for whom stands over it, and the outlets in reach."""
    posts = who.doing(RIGHT).grants
    group = who.operator or any(post.kind == "group" for post in posts)
    found = [("", _("The whole group"))] if group else []
    return found + [(where.code, where.name) for where in people.outlets(who.doing(RIGHT))]


class DraftForm(FromMonth):
    """A new version as YAML text."""

    wide = ("body", "note")
    note = words(gettext_lazy("Why"), 400)
    body = forms.CharField(
        label=gettext_lazy("Definition as YAML"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22, "class": "codes", "spellcheck": "false"}),
    )


class SwitchForm(FromMonth):
    """Another setting of a switch."""

    segments = ("state",)
    state = choice(gettext_lazy("Setting"), {"on": gettext_lazy("On"), "off": gettext_lazy("Off")})
    field_order = ("state", "outlet", "valid_from")


# -- drafting ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new_version(request: HttpRequest, kind: str, code: str = "") -> HttpResponse:
    """A new version of a definition, or with no code a new definition."""
    place = ground(request)
    place.who.must(RIGHT)
    known(kind)
    text = dump(place.one(kind, code)) if code else ""
    first = {"body": text, "outlet": place.outlet.code if place.outlet else ""}
    form = DraftForm(request.POST or None, who=place.who, initial=first)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        body, findings = examined(kind, code, form)
        if findings:
            form.add_error("body", _count_words(len(findings)))
        elif "check" in request.POST:
            messages.success(request, _("Nothing is wrong with it. Save it as a draft now."))
        elif done := form.submit(lambda given: _draft(place.who, kind, code, body, form, given)):
            return _saved(request, done.id)
    title = _("New version") if code else _("New definition")
    context = {
        "form": form,
        "findings": told(findings),
        "title": title,
        "subject": f"{ONE[kind]} {code}".strip(),
        "cancel": place.url(kind, code) if code else back(place, kind)[0],
        "checks": True,
    }
    return render(request, "definitions/draft.html", context, status=form.status)


def examined(kind: str, code: str, form: DraftForm) -> tuple[Any, list[Finding]]:
    """The body as typed, and everything wrong with it on the first day."""
    try:
        body = read_yaml(form.cleaned_data["body"])
    except Unreadable as unreadable:
        return None, list(unreadable.findings)
    own = code or _code(body)
    on = form.cleaned_data["valid_from"]
    return body, versions.faults(kind, own, body, on=on, outlet=form.outlet_id)


def _code(body: Any) -> str:
    return str(body.get("code", "")) if isinstance(body, dict) else ""


def _count_words(count: int) -> str:
    return ngettext(
        "There is {count} thing to mend; it stands above.",
        "There are {count} things to mend; they stand above.",
        count,
    ).format(count=count)


def _draft(
    who: Viewer, kind: str, code: str, body: Any, form: DraftForm, given: dict[str, Any]
) -> actions.Done:
    return actions.draft(
        by=who,
        at=now(),
        kind=kind,
        code=code or _code(body),
        valid_from=given["valid_from"],
        body=body,
        outlet=form.outlet_id,
        note=given["note"],
    )


def _saved(request: HttpRequest, number: int) -> HttpResponse:
    messages.success(request, _("The draft is saved. A second person publishes it."))
    return redirect("definition-version", number)


@require_http_methods(["GET", "POST"])
def set_switch(request: HttpRequest, code: str) -> HttpResponse:
    """Draft another setting of a switch."""
    place = ground(request)
    place.who.must(RIGHT)
    item = place.one("switch", code)
    first = {
        "state": "off" if item.default else "on",
        "outlet": place.outlet.code if place.outlet else "",
    }
    form = SwitchForm(request.POST or None, who=place.who, initial=first)

    def act(given: dict[str, Any]) -> actions.Done:
        return actions.set_switch(
            by=place.who,
            at=now(),
            code=code,
            on=given["state"] == "on",
            valid_from=given["valid_from"],
            outlet=form.outlet_id,
        )

    done = form.submit(act) if request.method == "POST" else None
    if done:
        return _saved(request, done.id)
    context = {
        "form": form,
        "title": _("Change the setting"),
        "subject": named(item),
        "intro": item.note_zh if chinese() else item.note_en,
        "cancel": place.url("switch", code),
    }
    return render(request, "definitions/draft.html", context, status=form.status)


# -- drafts and versions -----------------------------------------------------------------------


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
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Publish a draft of somebody else's."""
    found = versions.version(viewer(request), number)
    try:
        actions.publish(by=viewer(request), at=now(), version=number)
    except actions.HasFindings as refusal:
        return _version_page(request, number, refusal=refusal)
    except (actions.NeedsSecondPerson, actions.AlreadyPublished) as refusal:
        return _version_page(request, number, refusal=refusal)
    day = found.valid_from.isoformat()
    messages.success(request, _("Published; it holds from {day} on.").format(day=day))
    return redirect("definition-version", number)


def _version_page(
    request: HttpRequest, number: int, refusal: Refused | None = None
) -> HttpResponse:
    place = ground(request)
    found = versions.version(place.who, number)
    waits = found.state == "draft"
    findings = _faults(found) if waits else []
    text = yaml_text(found.kind, found.body)
    older = _before(place.who, found)
    context = {
        "version": found,
        "name": found.name[0 if chinese() else 1],
        "back": _way_back(place, found),
        "facts": _version_facts(found),
        "findings": told(findings),
        "refusal": sentence(refusal) if refusal else "",
        "yaml": text,
        "changes": _changes(yaml_text(older.kind, older.body), text) if older else [],
        "waits": waits,
        "publishes": waits and place.who.can("definitions.publish"),
    }
    return render(request, "definitions/version.html", context, status=422 if refusal else 200)


def _faults(found: VersionSeen) -> list[Finding]:
    outlet = found.outlet.id if found.outlet else None
    return versions.faults(found.kind, found.code, found.body, on=found.valid_from, outlet=outlet)


def _way_back(place: Ground, found: VersionSeen) -> tuple[str, str]:
    if found.state == "draft":
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
        (_("State"), _("Draft") if found.state == "draft" else _("Published"), ""),
        (_("Author"), found.author, ""),
        (_("Published by"), found.approver, ""),
        (_("Why"), found.note, ""),
        (_("Pack"), found.pack, ""),
        (_("Digest"), found.digest[:16], ""),
    )


def _before(who: Viewer, found: VersionSeen) -> VersionSeen | None:
    """The published version that it follows: the outlet's own, else the group's."""
    older = [
        one
        for one in versions.history(who, found.kind, found.code)
        if one.state == "published"
        and one.outlet in (None, found.outlet)
        and (one.valid_from, one.id) < (found.valid_from, found.id)
    ]
    return max(older, key=lambda one: (one.outlet is not None, one.valid_from), default=None)


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    """Lines taken away and added, with a few around them: (sign, line)."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    kept = [line for line in lines if not line.startswith(("---", "+++"))]
    return [("…", "") if line.startswith("@@") else (line[0], line[1:]) for line in kept]
