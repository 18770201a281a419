"""What stands beside a form as one types: the formula or the measure in words, and its faults."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cheji.engine.definitions import Kpi, Measure, body_of
from cheji.engine.findings import Refused
from cheji.engine.formulas import parse, parse_unit, unit_of
from cheji.engine.formulas.units import unit_text
from cheji.reads import versions
from cheji.web.wording import named
from cheji.web.wording import unit_text as unit_words

from . import measure_words
from .editing import EMPTY, Editing, bound, faults, writer
from .frame import Ground, told
from .measure_forms import MeasureForm


@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """What the formula in the form says in words, its unit, and everything wrong with it."""
    place = writer(request)
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
        "unit": "" if unit is None else unit_text(unit) if unit else "ratio",
    }


@require_POST
def live_measure(request: HttpRequest) -> HttpResponse:
    """What the measure in the form counts in words, and everything wrong with it."""
    place = writer(request)
    form = _measure(request, place)
    form.is_valid()
    found = faults("measure", form, place.who.on) if form.kinds or form.said().get("target") else []
    left = [one for one in found if one.code != "missing_key"]
    context = {"measure": measure_words.measure_said(place, form.said()), "findings": told(left)}
    return render(request, "definitions/measure_said.html", context)


@require_POST
def filters(request: HttpRequest) -> HttpResponse:
    """The filters that the kinds of events in the form know."""
    form = _measure(request, writer(request))
    return render(request, "definitions/measure_filters.html", {"form": form})


def _measure(request: HttpRequest, place: Ground) -> MeasureForm:
    """The form as it stands on the screen, of a new measure or of the version `editing`."""
    code = request.POST.get("editing", "")
    body = body_of(place.one("measure", code)) if code in place.found.all.measure else {}
    editing = Editing("measure", "", "", "", body or EMPTY["measure"], new=not code)
    return bound(request, place, editing)
