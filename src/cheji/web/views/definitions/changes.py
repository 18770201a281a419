"""Changing definitions: a draft as YAML or of a switch, its check, and editing it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from cheji.actions import definitions as actions
from cheji.actions.definition_starts import NotAPeriodStart
from cheji.engine.findings import Finding
from cheji.engine.findings import Refused as Unreadable
from cheji.engine.periods import period_of
from cheji.packs import MAX_BODY, dump, read_yaml
from cheji.reads import people, versions
from cheji.reads.versions import VersionSeen
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.web.forms import ActionForm, DayField, choice, words
from cheji.web.labels import sentence
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, named

from .frame import ONE, back, ground, known, told, yaml_text

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
        if isinstance(refusal, NotAPeriodStart):
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
    copied = "" if code else request.GET.get("from", "")
    text = dump(place.one(kind, code or copied)) if code or copied else ""
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
            return saved(request, done.id)
    title = _("New version") if code else _("New definition")
    title = _("Copy under a new code") if copied else title
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
        body = read_yaml(form.cleaned_data["body"], limit=MAX_BODY)
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


@require_http_methods(["GET", "POST"])
def edit_draft(request: HttpRequest, number: int) -> HttpResponse:
    """Edit one's own draft; a declined one waits for a second person again afterwards."""
    place = ground(request)
    place.who.must(RIGHT)
    found = versions.version(place.who, number)
    if found.state == "published" or not found.mine:
        return redirect("definition-version", number)
    form = DraftForm(request.POST or None, who=place.who, initial=_as_typed(found))
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        body, findings = examined(found.kind, found.code, form)
        if findings:
            form.add_error("body", _count_words(len(findings)))
        elif "check" in request.POST:
            messages.success(request, _("Nothing is wrong with it. Save it as a draft now."))
        elif done := form.submit(lambda given: _redraft(request, found, body, form, given)):
            return saved(request, done.id)
    context = {
        "form": form,
        "findings": told(findings),
        "title": _("Edit the draft"),
        "subject": f"{ONE[found.kind]} {found.code}",
        "cancel": reverse("definition-version", args=[number]),
        "checks": True,
        "seen": request.POST.get("seen", found.digest),
    }
    return render(request, "definitions/draft.html", context, status=form.status)


def _as_typed(found: VersionSeen) -> dict[str, Any]:
    return {
        "body": yaml_text(found.kind, found.body),
        "outlet": found.outlet.code if found.outlet else "",
        "valid_from": found.valid_from,
        "note": found.note,
    }


def _redraft(
    request: HttpRequest, found: VersionSeen, body: Any, form: DraftForm, given: dict[str, Any]
) -> actions.Done:
    return actions.redraft(
        by=viewer(request),
        at=now(),
        version=found.id,
        seen=request.POST.get("seen", ""),
        valid_from=given["valid_from"],
        body=body,
        outlet=form.outlet_id,
        note=given["note"],
    )


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


def saved(request: HttpRequest, number: int) -> HttpResponse:
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
        return saved(request, done.id)
    context = {
        "form": form,
        "title": _("Change the setting"),
        "subject": named(item),
        "intro": item.note_zh if chinese() else item.note_en,
        "cancel": place.url("switch", code),
    }
    return render(request, "definitions/draft.html", context, status=form.status)
