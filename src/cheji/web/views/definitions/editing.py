"""KPIs without code: a new one, a copy, a change, a draft again; each in a form, checked live."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cheji.actions import definitions as actions
from cheji.engine.definitions import Kpi, Measure, as_json, body_of
from cheji.engine.findings import Finding, Refused
from cheji.engine.formulas import parse, parse_unit, unit_of
from cheji.engine.formulas.units import unit_text
from cheji.reads import versions
from cheji.reads.definitions import Catalogue
from cheji.reads.versions import VersionSeen
from cheji.web.viewers import now
from cheji.web.wording import named
from cheji.web.wording import unit_text as unit_words

from .changes import RIGHT, saved
from .frame import ONE, Ground, back, ground, told
from .kpi_forms import KpiForm, units

EMPTY: Mapping[str, Any] = {"decimals": 0, "direction": "none"}


@dataclass(frozen=True)
class Editing:
    """What a form stands on: the body it begins with, and the draft that it edits, if one."""

    title: str
    subject: str
    cancel: str
    body: Mapping[str, Any]
    new: bool = False
    draft: VersionSeen | None = None
    yaml: str = ""


@require_http_methods(["GET", "POST"])
def new_kpi(request: HttpRequest) -> HttpResponse:
    """A KPI of one's own, empty or as a copy of another (`from`)."""
    place = _writer(request)
    copied = request.GET.get("from", "")
    body: Mapping[str, Any] = EMPTY
    if copied:
        body = {**as_json(body_of(place.one("kpi", copied))), "code": f"{copied}_2"[:64]}
    title = _("Copy under a new code") if copied else _("New KPI")
    cancel, subject = back(place, "kpi")
    yaml = reverse("definition-new", args=["kpi"])
    return _edit(request, place, Editing(title, subject, cancel, body, new=True, yaml=yaml))


@require_http_methods(["GET", "POST"])
def change_kpi(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a KPI in force."""
    place = _writer(request)
    item = place.one("kpi", code)
    yaml = place.keep(reverse("definition-draft", args=["kpi", code]))
    body = as_json(body_of(item))
    editing = Editing(_("New version"), named(item), place.url("kpi", code), body, yaml=yaml)
    return _edit(request, place, editing)


@require_http_methods(["GET", "POST"])
def edit_kpi(request: HttpRequest, number: int) -> HttpResponse:
    """One's own draft of a KPI again."""
    place = _writer(request)
    found = versions.version(place.who, number)
    if found.state == "published" or not found.mine or found.kind != "kpi":
        return redirect("definition-version", number)
    page = reverse("definition-version", args=[number])
    yaml = reverse("definition-edit", args=[number])
    subject = f"{ONE['kpi']} {found.code}"
    editing = Editing(_("Edit the draft"), subject, page, found.body, draft=found, yaml=yaml)
    return _edit(request, place, editing)


def _writer(request: HttpRequest) -> Ground:
    place = ground(request)
    place.who.must(RIGHT)
    return place


def _edit(request: HttpRequest, place: Ground, editing: Editing) -> HttpResponse:
    form = KpiForm(
        request.POST or None,
        who=place.who,
        initial=_first(place, editing.draft),
        body=editing.body,
        found=place.found,
        new=editing.new,
    )
    left: list[Finding] = []
    if request.method == "POST":
        valid = form.is_valid()
        found = _faults(form, form.said(), form.cleaned_data.get("valid_from") or place.who.on)
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
        "names": _names(place.found),
        "seen": request.POST.get("seen", editing.draft.digest if editing.draft else ""),
        "status_faults": bool(left),
    }
    status = 422 if left and form.status == 200 else form.status
    return render(request, "definitions/kpi_form.html", context, status=status)


def _first(place: Ground, draft: VersionSeen | None) -> dict[str, Any]:
    if draft is None:
        return {"outlet": place.outlet.code if place.outlet else ""}
    outlet = draft.outlet.code if draft.outlet else ""
    return {"outlet": outlet, "valid_from": draft.valid_from, "note": draft.note}


def _faults(form: KpiForm, body: Mapping[str, Any], on: date) -> list[Finding]:
    """Everything wrong with the body; a field left empty is said by the form itself."""
    found = versions.faults("kpi", str(body.get("code", "")), body, on=on, outlet=form.outlet_id)
    return [one for one in found if not (one.code == "missing_key" and form.errors)]


def _save(
    request: HttpRequest, place: Ground, editing: Editing, form: KpiForm, given: dict[str, Any]
) -> actions.Done:
    body = form.said()
    terms: dict[str, Any] = {
        "by": place.who,
        "at": now(),
        "valid_from": given["valid_from"],
        "body": body,
        "outlet": form.outlet_id,
        "note": given["note"],
    }
    if editing.draft is None:
        return actions.draft(kind="kpi", code=body["code"], **terms)
    seen = request.POST.get("seen", "")
    return actions.redraft(version=editing.draft.id, seen=seen, **terms)


def _names(found: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a formula may name, in words beside the codes."""
    measures = [(item.code, named(item)) for item in found.all.measures]
    taken = found.all.measure
    kpis = [(item.code, named(item)) for item in found.all.kpis if item.code not in taken]
    return [(_("Measures"), measures), (_("KPIs"), kpis)]


# -- as one types ------------------------------------------------------------------------------


@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """What the formula in the form says in words, its unit, and everything wrong with it."""
    place = _writer(request)
    text = request.POST.get("formula", "")
    context = {"text": text, **(_read(place, text) if text.strip() else {})}
    return render(request, "definitions/formula_said.html", context)


def _read(place: Ground, text: str) -> dict[str, Any]:
    found = place.found.all
    try:
        formula = parse(text)
    except Refused as refused:
        return {"findings": told(list(refused.findings))}
    body = {"code": "formula", "zh": "?", "en": "?", "unit": "ratio", "formula": text}
    wrong = versions.faults("kpi", "formula", body, on=place.who.on)
    mine = [one for one in wrong if one.place.startswith("kpis.formula.formula")]
    known: dict[str, Kpi | Measure] = {**found.kpi, **found.measure}
    inputs = [(name, named(known[name])) for name in formula.names if name in known]
    measured = {name: parse_unit(known[name].unit) or () for name, _named in inputs}
    unit, _unlike = unit_of(formula, measured, "formula")
    return {
        "findings": told([one for one in mine if one.code != "wrong_unit"]),
        "words": formula.rewrite(dict(inputs)),
        "inputs": [(name, label, unit_words(known[name].unit) or "%") for name, label in inputs],
        "unit": "" if unit is None else unit_text(unit),
    }
