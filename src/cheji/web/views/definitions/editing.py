"""KPIs and measures without code: new, copied, changed, a draft again; each in a form, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cheji.actions import definitions as actions
from cheji.actions.definition_bundles import draft_all
from cheji.engine.definitions import as_json, body_of
from cheji.engine.findings import Finding
from cheji.reads import versions
from cheji.reads.definitions import Catalogue
from cheji.reads.versions import VersionSeen
from cheji.web.viewers import now
from cheji.web.wording import named

from .changes import RIGHT, saved
from .frame import ONE, Ground, back, ground, told
from .kpi_forms import KpiForm, units
from .measure_forms import MeasureForm
from .starting import kpi_of_measure, measure_of_field

Form = KpiForm | MeasureForm
FORMS: dict[str, tuple[type[KpiForm] | type[MeasureForm], str]] = {
    "kpi": (KpiForm, "definitions/kpi_form.html"),
    "measure": (MeasureForm, "definitions/measure_form.html"),
}
EMPTY: Mapping[str, Mapping[str, Any]] = {
    "kpi": {"decimals": 0, "direction": "none"},
    "measure": {},
}
NEW = {"kpi": gettext_lazy("New KPI"), "measure": gettext_lazy("New measure")}


@dataclass(frozen=True)
class Editing:
    """What a form stands on: the body it begins with, and the draft that it edits, if one."""

    kind: str
    title: str
    subject: str
    cancel: str
    body: Mapping[str, Any]
    new: bool = False
    draft: VersionSeen | None = None
    yaml: str = ""
    first: Mapping[str, Any] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """One of one's own: empty, a copy of another (`from`), or on a field or measure."""
    place = writer(request)
    title, body, first = _beginning(request, place, kind)
    cancel, subject = back(place, kind)
    yaml = reverse("definition-new", args=[kind])
    editing = Editing(kind, title, subject, cancel, body, new=True, yaml=yaml, first=first)
    return _edit(request, place, editing)


def _beginning(
    request: HttpRequest, place: Ground, kind: str
) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    """The title, the body and what else stands in the fields of a new one."""
    copied = request.GET.get("from", "")
    if copied:
        body = {**as_json(body_of(place.one(kind, copied))), "code": f"{copied}_2"[:64]}
        return _("Copy under a new code"), body, {}
    title = str(NEW[kind])
    if kind == "kpi" and (of := request.GET.get("measure", "")):
        return title, kpi_of_measure(place.one("measure", of)), {}
    if kind == "measure" and (of := request.GET.get("field", "")):
        return title, EMPTY[kind], measure_of_field(of)
    return title, EMPTY[kind], {}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """A new version of one in force."""
    place = writer(request)
    item = place.one(kind, code)
    yaml = place.keep(reverse("definition-draft", args=[kind, code]))
    body = as_json(body_of(item))
    editing = Editing(kind, _("New version"), named(item), place.url(kind, code), body, yaml=yaml)
    return _edit(request, place, editing)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """One's own draft again."""
    place = writer(request)
    found = versions.version(place.who, number)
    if found.state == "published" or not found.mine or found.kind not in FORMS:
        return redirect("definition-version", number)
    page = reverse("definition-version", args=[number])
    yaml = reverse("definition-edit", args=[number])
    subject = f"{ONE[found.kind]} {found.code}"
    editing = Editing(
        found.kind, _("Edit the draft"), subject, page, found.body, draft=found, yaml=yaml
    )
    return _edit(request, place, editing)


def writer(request: HttpRequest) -> Ground:
    """The ground of somebody who may write definitions."""
    place = ground(request)
    place.who.must(RIGHT)
    return place


def bound(request: HttpRequest, place: Ground, editing: Editing) -> Any:
    """The form of a KPI or measure, with what was typed when something was."""
    make, _template = FORMS[editing.kind]
    return make(
        request.POST or None,
        who=place.who,
        initial={**_first(place, editing.draft), **editing.first},
        body=editing.body,
        found=place.found,
        new=editing.new,
    )


def _edit(request: HttpRequest, place: Ground, editing: Editing) -> HttpResponse:
    form = bound(request, place, editing)
    left: list[Finding] = []
    if request.method == "POST":
        valid = form.is_valid()
        found = faults(editing.kind, form, place.who.on)
        left = form.place(found)
        if valid and not found:
            if "check" in request.POST:
                messages.success(request, _("Nothing is wrong with it. Save it as a draft now."))
            elif done := form.submit(lambda given: _save(request, place, editing, form, given)):
                return saved(request, done.id)
    context = {
        "form": form,
        "findings": told(left),
        "editing": editing,
        "units": units(),
        "names": _names(place.found) if editing.kind == "kpi" else [],
        "new_measure": reverse("measure-new"),
        "seen": request.POST.get("seen", editing.draft.digest if editing.draft else ""),
        "status_faults": bool(left),
    }
    status = 422 if left and form.status == 200 else form.status
    return render(request, FORMS[editing.kind][1], context, status=status)


def _first(place: Ground, draft: VersionSeen | None) -> dict[str, Any]:
    if draft is None:
        return {"outlet": place.outlet.code if place.outlet else ""}
    outlet = draft.outlet.code if draft.outlet else ""
    return {"outlet": outlet, "valid_from": draft.valid_from, "note": draft.note}


def faults(kind: str, form: Form, today: date) -> list[Finding]:
    """Everything wrong with the body; a field left empty is said by the form itself."""
    body, on = form.said(), form.cleaned_data.get("valid_from") or today
    bodies = [(kind, body), *_with_kpi(form, body)]
    if len(bodies) > 1:
        found = versions.faults_of_all(bodies, on=on, outlet=form.outlet_id)
    else:
        found = versions.faults(kind, str(body.get("code", "")), body, on=on, outlet=form.outlet_id)
    return [one for one in found if not (one.code == "missing_key" and form.errors)]


def _with_kpi(form: Form, body: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The KPI that is to be made of a measure as well."""
    if not form.cleaned_data.get("as_kpi"):
        return []
    direction = form.cleaned_data.get("direction") or "none"
    kpi = {name: body.get(name, "") for name in ("code", "zh", "en", "unit")}
    more = {} if direction == "none" else {"direction": direction}
    return [("kpi", {**kpi, "formula": body.get("code", ""), **more})]


def _save(
    request: HttpRequest, place: Ground, editing: Editing, form: Form, given: dict[str, Any]
) -> actions.Done:
    body = form.said()
    by, at = place.who, now()
    if also := _with_kpi(form, body):
        where = actions.Place(form.outlet_id, given["valid_from"], given["note"])
        done = draft_all(by=by, at=at, bodies=[(editing.kind, body), *also], place=where)
        return done.drafts[0][1]
    terms: dict[str, Any] = {
        "by": by,
        "at": at,
        "valid_from": given["valid_from"],
        "body": body,
        "outlet": form.outlet_id,
        "note": given["note"],
    }
    if editing.draft is None:
        return actions.draft(kind=editing.kind, code=body["code"], **terms)
    seen = request.POST.get("seen", "")
    return actions.redraft(version=editing.draft.id, seen=seen, **terms)


def _names(found: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a formula may name, in words beside the codes."""
    measures = [(item.code, named(item)) for item in found.all.measures]
    taken = found.all.measure
    kpis = [(item.code, named(item)) for item in found.all.kpis if item.code not in taken]
    return [(_("Measures"), measures), (_("KPIs"), kpis)]
