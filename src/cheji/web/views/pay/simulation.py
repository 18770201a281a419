"""Screens of one simulation: its result, other numbers in it, kept and shared, drafted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import definitions
from cheji.actions import pay as actions
from cheji.engine.definitions import paid_twice, pay_plan_of
from cheji.engine.periods import period_of
from cheji.reads import pay as reads
from cheji.reads.pay import SimulationSeen, choosing, knobs
from cheji.reads.pay.choosing import PlanAsked
from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.records.visibility import Viewer
from cheji.web import simulation_tables as tables
from cheji.web.asked import number, posted
from cheji.web.labels import sentence
from cheji.web.runs import address
from cheji.web.simulation_aims import aimless, first_text, scoreless
from cheji.web.simulation_words import (
    RIGHT,
    STATES,
    ask,
    knob_short,
    knob_text,
    months,
    outlets,
    shown,
    title,
    titles,
    visitor,
)
from cheji.web.table_files import downloads, sent
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import AsOf, Cell, Tab, Table
from cheji.web.viewers import now
from cheji.web.wording import chinese, named


@require_GET
def simulation(request: HttpRequest, number_: int) -> HttpResponse:
    """How far it is, then what came of it."""
    return _page(request, number_)


def _page(
    request: HttpRequest, number_: int, fault: str = "", typed: Mapping[str, str] | None = None
) -> HttpResponse:
    who = visitor(request)
    seen = reads.simulation_kept(who, number_)
    at = min(number(request, "plan", 1), max(len(seen.row.plans) - 1, 0))
    label, tone = STATES[seen.row.state]
    context: dict[str, Any] = {
        "seen": seen,
        "row": seen.row,
        "title": title(seen.row),
        "months": months(seen.row),
        "outlets": outlets(seen.row),
        "plans": " · ".join(titles(seen.row.plans)),
        "state": Cell(str(label), state=tone),
        "waiting": seen.row.state in ("waiting", "running"),
        "again": seen.row.state == "failed" and seen.row.mine and who.can(RIGHT),
        "link": request.build_absolute_uri(reverse("pay-simulation", args=[number_])),
        "fault": fault or seen.fault.get("zh" if chinese() else "en", ""),
        **_progress(seen),
    }
    if request.headers.get("HX-Request"):
        answer = render(request, "pay/simulations/progress.html", context)
        if not context["waiting"]:
            answer["HX-Refresh"] = "true"
        answer["Vary"] = "HX-Request"
        return answer
    if seen.found is not None:
        if "file" in request.GET:
            return sent(request, "pay-simulation", context["title"], _everybody(seen, at))
        context |= _result(request, who, seen, at, typed or {})
    return render(request, "pay/simulations/result.html", context, status=422 if fault else 200)


def _progress(seen: SimulationSeen) -> dict[str, Any]:
    told = seen.progress
    if seen.stuck:
        return {"stage": _("No background worker is running."), "stuck": True}
    if told is None or not told.total:
        return {"stage": _("Waiting for a free worker…"), "done": None}
    stage = _("{done} of {total} outlets' months are read").format(
        done=figures.number(told.done), total=figures.number(told.total)
    )
    return {"stage": stage, "done": told.done, "total": told.total}


def _everybody(seen: SimulationSeen, at: int) -> Table:
    assert seen.found is not None
    return tables.movers(seen.found, at, _person(seen, at), everybody=True)


def _person(seen: SimulationSeen, at: int) -> Callable[[str], str]:
    return lambda number_: address("pay-simulation-person", seen.row.id, number_, plan=at)


def _result(
    request: HttpRequest, who: Viewer, seen: SimulationSeen, at: int, typed: Mapping[str, str]
) -> dict[str, Any]:
    found, plan = seen.found, seen.row.plans[at]
    assert found is not None
    names = titles(seen.row.plans)
    base = reverse("pay-simulation", args=[seen.row.id])
    note = _("Facts up to no. {mark}").format(mark=f"{found.mark:,}")
    return {
        "at": at,
        "plan": plan,
        "plan_name": names[at],
        "tabs": [Tab(name, f"{base}?plan={n}", n == at) for n, name in enumerate(names)],
        "summary": tables.summary(seen, found, lambda n: f"{base}?plan={n}"),
        "ceiling": tables.ceiling_text(seen) if seen.ceiling[0] else "",
        "over": len(tables.passed(seen, found, found.tried[at])) if seen.ceiling[0] else 0,
        "monthly": tables.monthly(seen, found),
        "by_outlet": tables.by_outlet(seen, found) if len(seen.row.outlets) > 1 else None,
        "by_month": tables.by_month(seen, found),
        "movers": tables.movers(found, at, _person(seen, at)) if at else None,
        "deciles": tables.deciles(seen, found),
        "volumes": tables.volumes(seen, found),
        "firsts": first_text(found),
        "aimless": aimless(who, found, found.tried[at]),
        "scoreless": scoreless(found.tried[at]),
        "nexts": tables.nexts(seen, found),
        "cliffs": tables.cliffs(seen, found),
        "changes": _changes(plan),
        "turns": _turns(plan, typed) if who.can(RIGHT) and not plan.foreign else [],
        "version": plan.version if choosing.is_open(who, plan) else None,
        "drafts": _drafts(who, plan),
        "downloads": downloads(request) if at else [],
        "may": who.can(RIGHT),
        "as_of": AsOf(seen.row.made_at, note),
    }


def _drafts(who: Viewer, plan: PlanAsked) -> bool:
    return who.can("definitions.write") and plan.version is None and not plan.foreign


def _changes(plan: PlanAsked) -> list[tuple[str, str, str]]:
    """What was changed: the number's name, as it was, as it is."""
    if plan.foreign:
        return []
    before = {knob.place: knob for knob in knobs.knobs(plan.before)}
    return [
        (
            knob_text(before[place]),
            shown(before[place].text, percent=before[place].percent),
            shown(text, percent=before[place].percent),
        )
        for place, text in plan.changes.items()
        if place in before
    ]


def _turns(plan: PlanAsked, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The numbers that may be changed, by component."""
    groups: dict[str, dict[str, Any]] = {}
    for knob in knobs.knobs(plan.body):
        group = groups.setdefault(str(named(knob)), {"name": str(named(knob)), "knobs": []})
        was = shown(knob.text, percent=knob.percent)
        group["knobs"].append(
            {
                "place": knob.place,
                "label": knob_short(knob),
                "name": knob_text(knob),
                "was": was,
                "text": typed.get(knob.place, was),
            }
        )
    return list(groups.values())


# -- going on from it --------------------------------------------------------------------------


@require_POST
def turn(request: HttpRequest, number_: int) -> HttpResponse:
    """Try a plan with other numbers beside those that are there."""
    who = visitor(request)
    seen = reads.simulation_kept(who, number_)
    plans = list(seen.row.plans)
    at = _place(request, seen)
    typed = {
        name.removeprefix("knob:"): str(text)
        for name, text in request.POST.items()
        if name.startswith("knob:")
    }
    differing = _differing(plans[at], typed)
    if not seen.row.whole and seen.found is not None and not seen.found.names:
        return _page(request, number_, _("Nobody of your outlets is in this simulation."), typed)
    if differing == dict(plans[at].changes):
        return _page(request, number_, _("No number was changed. Change one, then try it."), typed)
    try:
        changed = choosing.changed(who, plans[at], differing)
        question = actions.Question(
            [outlet.id for outlet in seen.row.outlets],
            seen.row.first,
            seen.row.last,
            [plan.as_json() for plan in _beside(plans, changed)],
            seen.people,
            seen.ceiling,
        )
        asked = ask(who, question)
    except (NotFound, NotYours):
        raise
    except Refused as refusal:
        return _page(request, number_, sentence(refusal), typed)
    place = len(question.plans) - 1
    return redirect(f"{reverse('pay-simulation', args=[asked])}?plan={place}")


def _place(request: HttpRequest, seen: SimulationSeen) -> int:
    """The plan that was posted; of a foreign one the numbers are not the viewer's to use."""
    at = min(posted(request.POST, "plan"), len(seen.row.plans) - 1)
    if seen.row.plans[at].foreign:
        raise NotFound(noun="pay plan", key=at)
    return at


def _differing(plan: PlanAsked, typed: Mapping[str, str]) -> dict[str, str]:
    """What differs from the plan as it came: what was changed before, and what is typed now."""
    found = dict(plan.changes)
    now_, before = _said(plan.body), _said(plan.before)
    for place, text in typed.items():
        if place in now_ and text.strip() and text.strip() != now_[place]:
            found[place] = text.strip()
    return {place: text for place, text in found.items() if text != before.get(place)}


def _said(body: Mapping[str, Any]) -> dict[str, str]:
    """Each number of a plan, as it is shown, by its place."""
    return {knob.place: shown(knob.text, percent=knob.percent) for knob in knobs.knobs(body)}


def _beside(plans: Sequence[PlanAsked], changed: PlanAsked) -> list[PlanAsked]:
    """The changed plan last; an earlier change of the same one makes room for it."""
    others = [plan for plan in plans if not (plan.changes and plan.key == changed.key)]
    return [*others, changed]


@require_POST
def keep(request: HttpRequest, number_: int) -> HttpResponse:
    """Keep it under a name; from now on others in scope see it."""
    who = visitor(request)
    name, version = request.POST.get("name", ""), posted(request.POST, "version", 1)
    try:
        actions.keep_simulation(by=who, at=now(), simulation=number_, name=name, version=version)
    except (NotFound, NotYours):
        raise
    except Refused as refusal:
        return _page(request, number_, sentence(refusal))
    text = _("Kept. Whoever sees the pay of its outlets can open it by its address, each his part.")
    messages.success(request, text)
    return redirect("pay-simulation", number_)


@require_POST
def again(request: HttpRequest, number_: int) -> HttpResponse:
    """Try one that failed once more, with the same plans, months and outlets."""
    actions.simulate_again(by=visitor(request), at=now(), simulation=number_)
    return redirect("pay-simulation", number_)


@require_POST
def drop(request: HttpRequest, number_: int) -> HttpResponse:
    """Let it go."""
    actions.drop_simulation(by=visitor(request), at=now(), simulation=number_)
    messages.success(request, _("The simulation is deleted."))
    return redirect("pay_simulations")


@require_POST
def draft(request: HttpRequest, number_: int) -> HttpResponse:
    """Draft the plan that was tried, from the next month on: a second person publishes it."""
    who = visitor(request)
    seen = reads.simulation_kept(who, number_)
    plan = seen.row.plans[_place(request, seen)]
    body, before = _in_place_of(plan, seen.row.plans[0])
    try:
        made = definitions.draft(
            by=who,
            at=now(),
            kind="pay_plan",
            code=plan.code,
            valid_from=period_of(who.on, "month").until,
            body=body,
            outlet=plan.outlet,
            note=_("From the simulation “{name}”").format(name=title(seen.row)),
        )
    except (NotFound, NotYours):
        raise
    except Refused as refusal:
        return _page(request, number_, sentence(refusal))
    told = _("The plan is drafted. A second person publishes it.")
    if before:
        told = _("The plan is drafted; it replaces “{plan}”. A second person publishes it.")
    messages.success(request, told.format(plan=before))
    return redirect("definition-version", made.id)


def _in_place_of(plan: PlanAsked, first: PlanAsked) -> tuple[Mapping[str, Any], str]:
    """The body, and the name of the plan held against where both would pay the same people.

    The body then says that it replaces it.
    """
    tried, other = pay_plan_of(plan.body), pay_plan_of(first.body)
    if first.version is None or not paid_twice(tried, [other]):
        return plan.body, ""
    return {**plan.body, "replaces": [*tried.replaces, other.code]}, str(named(other))


urlpatterns = [
    path("pay/simulations/<int:number_>", simulation, name="pay-simulation"),
    path("pay/simulations/<int:number_>/turn", turn, name="pay-simulation-turn"),
    path("pay/simulations/<int:number_>/again", again, name="pay-simulation-again"),
    path("pay/simulations/<int:number_>/keep", keep, name="pay-simulation-keep"),
    path("pay/simulations/<int:number_>/drop", drop, name="pay-simulation-drop"),
    path("pay/simulations/<int:number_>/draft", draft, name="pay-simulation-draft"),
]
