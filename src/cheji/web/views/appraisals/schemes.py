"""Schemes without code: a new one, a copy, a change, a draft again, checked as one types."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cheji.engine.definitions import as_json, body_of
from cheji.reads import versions
from cheji.web import editors, schemes
from cheji.web.editors import Typed
from cheji.web.schemes import telling
from cheji.web.views.definitions import desks
from cheji.web.views.definitions.desks import Desk, Editing
from cheji.web.views.definitions.frame import Ground, back
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


def _drawn(place: Ground, given: Typed, _code: str) -> dict[str, Any]:
    shown = editors.shown(
        schemes.EDITOR, given, desks.ratios(place), telling.kpi_names(place.found)
    )
    return {
        "shown": shown,
        "items": shown.cards["items"],
        "lists": {"kpis": telling.kpi_choices(place.found)},
    }


DESK = Desk(
    "scheme",
    schemes.EDITOR,
    "appraisals/schemes/editor.html",
    "scheme-live",
    schemes.typed,
    versions.scheme_findings,
    _drawn,
)


@require_http_methods(["GET", "POST"])
def new_scheme(request: HttpRequest) -> HttpResponse:
    """A scheme of one's own, empty or as a copy of another (`from`)."""
    place = desks.writer(request)
    copied = request.GET.get("from", "")
    body = as_json(body_of(place.one("scheme", copied))) if copied else EMPTY
    title = _("Copy under a new code") if copied else _("New scheme")
    cancel, subject = back(place, "scheme")
    yaml = reverse("definition-new", args=["scheme"])
    return desks.edit(request, place, DESK, Editing(title, subject, cancel, body, yaml=yaml))


@require_http_methods(["GET", "POST"])
def change_scheme(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a scheme in force."""
    place = desks.writer(request)
    item = place.one("scheme", code)
    yaml = place.keep(reverse("definition-draft", args=["scheme", code]))
    body, page = as_json(body_of(item)), place.url("scheme", code)
    editing = Editing(_("New version"), named(item), page, body, code, yaml=yaml)
    return desks.edit(request, place, DESK, editing)


@require_http_methods(["GET", "POST"])
def edit_scheme(request: HttpRequest, number: int) -> HttpResponse:
    """One's own draft of a scheme again."""
    return desks.reopened(request, DESK, number)


@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """Weights, findings, every standard in words, and a real person's month by the draft."""
    place = desks.writer(request)
    code, given, body = desks.typed_body(request, DESK, place)
    found = desks.typed_findings(request, DESK, place, code, body)
    context = telling.told(place.found, given, body, found)
    context |= telling.example(place.who, place.found, body, request.POST, broken=bool(found[0]))
    return render(request, "appraisals/schemes/live.html", context)


urlpatterns = [
    path("definitions/scheme/form", new_scheme, name="scheme-new"),
    path("definitions/scheme/live", live, name="scheme-live"),
    path("definitions/scheme/at/<slug:code>/change", change_scheme, name="scheme-change"),
    path("definitions/scheme/versions/<int:number>/form", edit_scheme, name="scheme-edit"),
]
