"""Pay plans without code: begun with a preset, changed, tried on a person, saved as a draft."""

from collections.abc import Collection, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cheji.engine.definitions import as_json, body_of
from cheji.engine.definitions.pay_plan_meeting import AMONG_OTHERS
from cheji.engine.pay import bands_from, in_percent
from cheji.reads import versions
from cheji.web import editors, pay_plans
from cheji.web.editors import Typed
from cheji.web.editors.typing import rows_at
from cheji.web.pay_plans import chosen, naming, starts, telling
from cheji.web.pay_plans.components import TIER
from cheji.web.views.definitions import desks
from cheji.web.views.definitions.desks import Desk, Editing
from cheji.web.views.definitions.frame import Ground, told
from cheji.web.wording import named

MOST_TEXT = 4000


def _drawn(place: Ground, given: Typed, code: str) -> dict[str, Any]:
    pay_plans.coded(given)
    lists = telling.offers(place.found, given, code) | chosen.offers(place.who)
    shown = editors.shown(pay_plans.EDITOR, given, desks.ratios(place), naming.called(given), lists)
    return {
        "shown": shown,
        "components": shown.cards["components"],
        "later": telling.later_shown(shown.cards),
        "lists": {"events": lists["events"]},
    }


def _deed(place: Ground, given: Typed, code: str, post: QueryDict) -> dict[str, Any] | None:
    """Bands read from the text of a document: they take the place of those that were there.

    They do so only where every line could be read: a band left out would pay what nobody wrote.
    A component whose kind was chosen anew has a code of that kind, unless it was ever published.
    """
    verb, _colon, at = post.get("do", "").partition(":")
    rows = rows_at(given, at.split("."))
    if verb == "show" and at.endswith(".kind") and not _published(place, code):
        pay_plans.recoded(given, at.split("."))
    if verb != "paste" or rows is None or not at.startswith("components."):
        return None
    text = post.get(f"paste.{at}", "")[:MOST_TEXT]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    part = given["components"][int(at.split(".")[1])]
    bands, bound, found = bands_from(lines, at, pieces=pay_plans.by_pieces(part))
    unread = [one for one in found if one.code == "unread_band"]
    if bands and not unread:
        part["bound"] = bound
        ratios, signed = desks.ratios(place), in_percent(lines)
        rows[:] = [_row(as_json(_body(band)), part, ratios, signed) for band in bands]
    pasted = {"at": at, "text": text, "count": len(bands), "findings": told(unread or found)}
    return {"pasted": pasted | {"kept": bool(unread)}}


def _published(place: Ground, code: str) -> bool:
    known = versions.history(place.who, "pay_plan", code) if code else ()
    return any(one.state == "published" for one in known)


def _body(band: Any) -> dict[str, Any]:
    return {"from": band.start, "rate": band.rate}


def _row(
    body: Mapping[str, Any], part: Typed, ratios: editors.Ratios, signs: Collection[str]
) -> Typed:
    """A band in its fields; 70% keeps its sign where a bare 70 would not yet be read as percent."""
    found: Typed = {}
    for entry in TIER.entries:
        asked = pay_plans.EDITOR.percent(entry, part, ratios)
        signed = entry.name in signs and not asked
        text = editors.text_of(entry, body.get(entry.name), in_percent=asked or signed)
        found[entry.name] = f"{text}%" if signed else text
    return found


DESK = Desk(
    "pay_plan",
    pay_plans.EDITOR,
    "pay/plans/editor.html",
    "pay-plan-live",
    pay_plans.typed,
    versions.pay_plan_findings,
    _drawn,
    _deed,
    pay_plans.coded,
)


@require_http_methods(["GET", "POST"])
def new_plan(request: HttpRequest) -> HttpResponse:
    """A pay plan of one's own: blank, from a preset or example, or a copy (`from`)."""
    place = desks.writer(request)
    copied, preset = request.GET.get("from", ""), request.GET.get("preset", "")
    body: Mapping[str, Any] | None = starts.BLANK
    if copied:
        body = as_json(body_of(place.one("pay_plan", copied)))
    elif preset:
        body = starts.begun(preset)
    if body is None:
        raise Http404
    editing = Editing(
        _("Copy under a new code") if copied else _("New pay plan"),
        _("Pay plans"),
        reverse("pay-plans"),
        body,
        yaml=reverse("definition-new", args=["pay_plan"]),
        proposed=str(body.get("code", "")) if preset else "",
    )
    return desks.edit(request, place, DESK, editing)


@require_http_methods(["GET", "POST"])
def change_plan(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a pay plan in force."""
    place = desks.writer(request)
    item = place.one("pay_plan", code)
    yaml = place.keep(reverse("definition-draft", args=["pay_plan", code]))
    body, page = as_json(body_of(item)), place.url("pay_plan", code)
    editing = Editing(_("New version"), named(item), page, body, code, yaml=yaml)
    return desks.edit(request, place, DESK, editing)


@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest, number: int) -> HttpResponse:
    """One's own draft of a pay plan again."""
    return desks.reopened(request, DESK, number)


@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """Findings at their places, the plan in words, and a real person's month by the draft."""
    place = desks.writer(request)
    code, given, body = desks.typed_body(request, DESK, place)
    found = desks.typed_findings(request, DESK, place, code, body)
    context = telling.told(place.found, given, body, found)
    if any(one.code not in AMONG_OTHERS for one in found[0]):
        context["asked"] = {name: request.POST.get(name, "") for name in telling.ASKED}
    else:
        context |= telling.example(place.who, body, request.POST)
    return render(request, "pay/plans/live.html", context)


urlpatterns = [
    path("pay/plans/form", new_plan, name="pay-plan-new"),
    path("pay/plans/live", live, name="pay-plan-live"),
    path("pay/plans/at/<slug:code>/change", change_plan, name="pay-plan-change"),
    path("pay/plans/versions/<int:number>/form", edit_plan, name="pay-plan-edit"),
]
