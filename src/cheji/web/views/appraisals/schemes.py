"""Schemes without code: a new one, a copy, a change, a draft again, checked as one types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cheji.actions import definitions as actions
from cheji.engine.definitions import as_json, body_of
from cheji.engine.findings import Finding
from cheji.reads import versions
from cheji.reads.versions import VersionSeen
from cheji.web import schemes
from cheji.web.forms import words
from cheji.web.schemes import telling
from cheji.web.viewers import now
from cheji.web.views.definitions.changes import RIGHT, FromMonth, saved
from cheji.web.views.definitions.frame import ONE, Ground, back, ground, told
from cheji.web.wording import named

EMPTY: Mapping[str, Any] = {
    "items": [],
    "grades": [
        {"from": 0, "label": "D"},
        {"from": 60, "label": "C"},
        {"from": 80, "label": "B"},
        {"from": 100, "label": "A"},
    ],
    "coefficients": [{"from": 0, "rate": 0}, {"from": 60, "rate": "4/5"}, {"from": 80, "rate": 1}],
    "posts": ["consultant"],
}


class SchemeForm(FromMonth):
    """From when and for whom a scheme's version holds; its own fields are the editor's."""

    code = words(
        gettext_lazy("Code"),
        64,
        required=True,
        help_text=gettext_lazy("Small letters, digits and _. It never changes again."),
    )
    note = words(gettext_lazy("Why"), 400)
    field_order = ("code", "outlet", "valid_from", "note")

    def __init__(self, *args: Any, new: bool, **kwargs: Any) -> None:
        self.new = new
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        """A code is typed once only."""
        super().set_up()
        if not self.new:
            del self.fields["code"]


@dataclass(frozen=True)
class Editing:
    """What the editor stands on: the body it begins with, and the draft that it edits, if one."""

    title: str
    subject: str
    cancel: str
    body: Mapping[str, Any]
    code: str = ""
    draft: VersionSeen | None = None
    yaml: str = ""


@require_http_methods(["GET", "POST"])
def new_scheme(request: HttpRequest) -> HttpResponse:
    """A scheme of one's own, empty or as a copy of another (`from`)."""
    place = _writer(request)
    copied = request.GET.get("from", "")
    body = as_json(body_of(place.one("scheme", copied))) if copied else EMPTY
    title = _("Copy under a new code") if copied else _("New scheme")
    cancel, subject = back(place, "scheme")
    yaml = reverse("definition-new", args=["scheme"])
    return _edit(request, place, Editing(title, subject, cancel, body, yaml=yaml))


@require_http_methods(["GET", "POST"])
def change_scheme(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a scheme in force."""
    place = _writer(request)
    item = place.one("scheme", code)
    yaml = place.keep(reverse("definition-draft", args=["scheme", code]))
    body, page = as_json(body_of(item)), place.url("scheme", code)
    return _edit(
        request, place, Editing(_("New version"), named(item), page, body, code, yaml=yaml)
    )


@require_http_methods(["GET", "POST"])
def edit_scheme(request: HttpRequest, number: int) -> HttpResponse:
    """One's own draft of a scheme again."""
    place = _writer(request)
    found = versions.version(place.who, number)
    if found.state == "published" or not found.mine or found.kind != "scheme":
        return redirect("definition-version", number)
    editing = Editing(
        _("Edit the draft"),
        f"{ONE['scheme']} {found.code}",
        reverse("definition-version", args=[number]),
        found.body,
        found.code,
        found,
        reverse("definition-edit", args=[number]),
    )
    return _edit(request, place, editing)


def _writer(request: HttpRequest) -> Ground:
    place = ground(request)
    place.who.must(RIGHT)
    return place


def _edit(request: HttpRequest, place: Ground, editing: Editing) -> HttpResponse:
    ratios = telling.ratios(place.found)
    form = SchemeForm(
        request.POST or None, who=place.who, initial=_first(place, editing), new=not editing.code
    )
    given = schemes.read(request.POST) if request.POST else schemes.typed(editing.body, ratios)
    context: dict[str, Any] = {"editing": editing, "form": form}
    if "do" in request.POST:
        given = schemes.changed(given, request.POST["do"])
        form.errors.clear()
    elif request.method == "POST":
        code = editing.code or form.data.get("code", "")
        body = schemes.said(given, code, ratios)
        valid = form.is_valid()
        context |= _found(place, form, body)
        if valid and "check" not in request.POST:
            done = form.submit(lambda data: _save(request, editing, form, body, data))
            if done:
                return _saved(request, done.id, context["faults"])
    context |= {
        "shown": schemes.shown(given, ratios, telling.kpi_names(place.found)),
        "kpis": telling.kpi_choices(place.found),
        "seen": request.POST.get("seen", editing.draft.digest if editing.draft else ""),
        "live_url": place.keep(reverse("scheme-live")),
        "code": editing.code,
    }
    return render(request, "appraisals/schemes/editor.html", context, status=_status(request, form))


def _status(request: HttpRequest, form: SchemeForm) -> int:
    return 200 if {"do", "check"} & set(request.POST) else form.status


def _first(place: Ground, editing: Editing) -> dict[str, Any]:
    draft = editing.draft
    if draft is None:
        return {"outlet": place.outlet.code if place.outlet else ""}
    outlet = draft.outlet.code if draft.outlet else ""
    return {"outlet": outlet, "valid_from": draft.valid_from, "note": draft.note}


def _found(place: Ground, form: SchemeForm, body: Mapping[str, Any]) -> dict[str, Any]:
    on = form.cleaned_data.get("valid_from") or place.who.on
    faults, notes = versions.scheme_findings(
        str(body.get("code", "")), body, on=on, outlet=form.outlet_id
    )
    return {"faults": faults, "findings": told([*faults, *notes])}


def _save(
    request: HttpRequest,
    editing: Editing,
    form: SchemeForm,
    body: Mapping[str, Any],
    data: dict[str, Any],
) -> actions.Done:
    terms: dict[str, Any] = {
        "by": form.who,
        "at": now(),
        "valid_from": data["valid_from"],
        "body": body,
        "outlet": form.outlet_id,
        "note": data["note"],
    }
    if editing.draft is None:
        return actions.draft(kind="scheme", code=str(body["code"]), **terms)
    seen = request.POST.get("seen", "")
    return actions.redraft(version=editing.draft.id, seen=seen, **terms)


def _saved(request: HttpRequest, number: int, faults: list[Finding]) -> HttpResponse:
    """A draft is kept with its faults: a second person cannot publish it before they are mended."""
    if not faults:
        return saved(request, number)
    text = _("The draft is saved. It cannot be published before {count} things are mended.")
    messages.warning(request, text.format(count=len(faults)))
    return redirect("definition-version", number)


# -- as one types ------------------------------------------------------------------------------


@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """Weights, findings, every standard in words, and a real person's month by the draft."""
    place = _writer(request)
    ratios = telling.ratios(place.found)
    code = request.POST.get("code", "")[:64] or "new_scheme"
    given = schemes.read(request.POST)
    body = schemes.said(given, code, ratios)
    on = _day(request.POST.get("valid_from", "")) or place.who.on
    faults, notes = versions.scheme_findings(
        code, body, on=on, outlet=place.outlet.id if place.outlet else None
    )
    context = telling.told(place.found, given, body, (faults, notes))
    context |= telling.example(place.who, place.found, body, request.POST, broken=bool(faults))
    return render(request, "appraisals/schemes/live.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


urlpatterns = [
    path("definitions/scheme/form", new_scheme, name="scheme-new"),
    path("definitions/scheme/live", live, name="scheme-live"),
    path("definitions/scheme/at/<slug:code>/change", change_scheme, name="scheme-change"),
    path("definitions/scheme/versions/<int:number>/form", edit_scheme, name="scheme-edit"),
]
