"""Cycles as HR and heads see them: the list, and one cycle's progress."""

from collections.abc import Collection
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from cheji.engine.periods import DAY
from cheji.engine.scores.cycles import FINAL
from cheji.reads.appraisals import cycles as reads
from cheji.reads.appraisals.cycles import CycleDetail, CycleSeen, MemberSeen, OutletSeen
from cheji.reads.appraisals.heads import own_now
from cheji.reads.asking import Page
from cheji.records.visibility import Viewer
from cheji.web.asked import pager_of, question
from cheji.web.cycle_words import (
    PARTS,
    cycle_tabs,
    house_tabs,
    overseer,
    step_text,
    step_tone,
)
from cheji.web.navigation import ROLES, address
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Stage, Table
from cheji.web.viewers import viewer
from cheji.web.wording import chinese, period_text

RUN = "appraisals.run"
STAGES = {"done": "done", "current": "current", "todo": "todo"}


# -- the list ----------------------------------------------------------------------------------


@require_GET
def cycles(request: HttpRequest) -> HttpResponse:
    """Every cycle that the viewer oversees, with how far it is."""
    who = overseer(request)
    found = reads.cycles(who, question(request, ()))
    context = {
        "name": _("Appraisal cycles"),
        "tabs": house_tabs(who, "cycles"),
        "table": _list(who, found),
        "new_url": reverse("cycle-new") if who.can(RUN) else "",
    }
    return render(request, "appraisals/cycles/list.html", context)


def _list(who: Viewer, found: Page[CycleSeen]) -> Table:
    columns = [
        Column("name", _("Cycle")),
        Column("period", _("Period")),
        Column("step", _("Step"), kind="badge"),
        Column("due", pgettext("cycle", "Due"), kind="date"),
        Column("people", _("People"), kind="number", decimals=0),
        Column("done", _("Done in this step"), kind="meter", decimals=0),
        Column("open", _("Still open"), kind="number", decimals=0),
        Column("appeals", _("Appeals waiting"), kind="number", decimals=0),
    ]
    empty = Empty(
        _("No cycle yet"),
        _("A cycle appraises the people of an outlet, a region or the group for one period."),
        reverse("cycle-new") if who.can(RUN) else "",
        _("Open a cycle") if who.can(RUN) else "",
        icon="clipboard-check",
    )
    rows = [_cycle_row(who, one) for one in found.rows]
    return Table(
        columns, rows, caption=_("Appraisal cycles"), free=True, phone="cards", empty=empty,
        page=pager_of(found),
    )  # fmt: skip


def _cycle_row(who: Viewer, one: CycleSeen) -> Row:
    url = reverse("cycle", args=[one.id])
    late = one.late(who.on)
    return Row(
        [
            Cell(one.name, href=url, note=one.unit.name),
            period_text(one.grain, one.period),
            Cell(step_text(one.state), state=step_tone(one.state)),
            Cell(one.due_on, kind="date", state="bad" if late else ""),
            one.people,
            Cell(_share(one.tasks - one.open, one.tasks)),
            Cell(one.open, state="bad" if late else ""),
            Cell(one.appeals, state="warn" if one.appeals else ""),
        ],
        href=url,
    )


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


# -- one cycle ---------------------------------------------------------------------------------


@require_GET
def cycle(request: HttpRequest, number: int) -> HttpResponse:
    """One cycle; who has only his own part in it comes to his appraisal."""
    who = viewer(request)
    if not reads.oversees(who):
        if own := own_now(who, number):
            return redirect("appraisal", own)
        reads.cycle(who, number)
        return redirect(address("my-team") or reverse("my-appraisal"))
    return page(request, number)


def page(request: HttpRequest, number: int, fault: str = "") -> HttpResponse:
    """The page of a cycle, with the reason when something was refused, and what was typed."""
    who, typed = overseer(request), request.POST
    found = reads.cycle(who, number)
    outlet, only = request.GET.get("outlet", ""), request.GET.get("only", "")
    seen = reads.members(who, number, question(request, ()), outlet=outlet, only=only)
    context = {
        "cycle": found,
        "fault": fault,
        "name": found.seen.name,
        "period": period_text(found.seen.grain, found.seen.period),
        "step": step_text(found.seen.state),
        "tone": step_tone(found.seen.state),
        "tabs": cycle_tabs(number, "cycle"),
        "stages": _stages(found),
        "final": found.seen.state in FINAL,
        "share": _share(found.seen.tasks - found.seen.open, found.seen.tasks),
        "late": found.seen.late(who.on),
        "outlets": _outlets(found),
        "aimless": sum(one.no_target for one in found.outlets),
        "owners": _owners(found),
        "moves": _moves(found, who.on),
        "schemes": _schemes(found),
        "members": _members(found, seen, typed.getlist("select")),
        "pages": pager_of(seen),
        "typed": typed,
        "bulk": BULK,
        "managers": [(str(one.id), one.name) for one in reads.managers_in(who, number)],
        "outlet": outlet,
        "only": only,
        "filters": ONLY,
        "files": who.can("export"),
    }
    return render(request, "appraisals/cycles/cycle.html", context, status=422 if fault else 200)


BULK = (
    ("skip", gettext_lazy("Skip what is open")),
    ("leave_out", gettext_lazy("Leave out of the cycle")),
    ("take_in", gettext_lazy("Take in again")),
    ("set_manager", gettext_lazy("Name the manager")),
)
ONLY = (
    ("", pgettext_lazy("people", "All")),
    ("open", gettext_lazy("Still open")),
    ("no_manager", gettext_lazy("Without a manager")),
    ("no_target", gettext_lazy("Without a target")),
    ("left_out", pgettext_lazy("cycle", "Left out")),
)


def _stages(found: CycleDetail) -> list[Stage]:
    return [
        Stage(step_text(step.code), STAGES[step.state])
        for step in found.steps
        if step.state != "left_out"
    ]


def _outlets(found: CycleDetail) -> Table:
    columns = [
        Column("outlet", _("Outlet")),
        Column("people", _("People"), kind="number", decimals=0),
        Column("done", _("Done in this step"), kind="meter", decimals=0),
        Column("open", _("Still open"), kind="number", decimals=0),
        Column("skipped", pgettext("cycle", "Skipped"), kind="number", decimals=0),
        Column("left_out", pgettext("cycle", "Left out"), kind="number", decimals=0),
        Column("alone", _("Without a manager"), kind="number", decimals=0),
        Column("aimless", _("Without a target"), kind="number", decimals=0),
    ]
    rows = [_outlet_row(found, one) for one in found.outlets]
    return Table(columns, rows, caption=_("Progress by outlet"), free=True, phone="cards")


def _outlet_row(found: CycleDetail, one: OutletSeen) -> Row:
    url = f"{reverse('cycle', args=[found.seen.id])}?outlet={one.outlet.code}#people"
    return Row(
        [
            Cell(one.outlet.name, href=url),
            one.people,
            Cell(_share(one.done + one.skipped, one.tasks)),
            one.open,
            one.skipped,
            one.left_out,
            Cell(one.no_manager, state="bad" if one.no_manager else ""),
            Cell(one.no_target, state="warn" if one.no_target else ""),
        ],
        href=url,
    )


def _owners(found: CycleDetail) -> list[dict[str, Any]]:
    return [
        {
            "person": one.person,
            "open": one.open,
            "url": reverse("appraisal", args=[one.appraisals[0]]),
        }
        for one in found.owners[:12]
    ]


def _moves(found: CycleDetail, on: date) -> dict[str, Any]:
    """What the viewer may do to the whole cycle now; `waits` while people may still appeal."""
    duties, state = found.duties, found.seen.state
    waits = found.appeal_last if found.appeal_last and on <= found.appeal_last else None
    onward = [code for code in found.next if code not in ("published", "applied")]
    if found.waiting:
        onward = [code for code in onward if code != "archived"]
    if waits or "advance" not in duties:
        onward = []
    return {
        "advance": [(code, step_text(code)) for code in onward],
        "waits": waits + DAY if waits and "advance" in duties else None,
        "back": "step_back" in duties,
        "renew": "renew" in duties,
        "remind": "advance" in duties and found.seen.open > 0 and found.seen.due_on is not None,
        "publish": "published" in found.next,
        "may_publish": "publish" in duties,
        "apply": "apply" in duties and state == "archived" and not found.waiting,
        "any": bool(duties),
    }


def _schemes(found: CycleDetail) -> list[tuple[str, str, str]]:
    """Post, scheme's name, and where its standard is read."""
    return [
        (
            str(ROLES.get(role, role)),
            zh if chinese() else en,
            reverse("definition", args=["scheme", code]),
        )
        for role, code, zh, en in found.schemes
    ]


def _members(found: CycleDetail, seen: Page[MemberSeen], ticked: Collection[str]) -> Table:
    columns = [
        Column("person", _("Person")),
        Column("post", _("Post")),
        Column("outlet", _("Outlet")),
        Column("days", _("Days"), kind="number", decimals=0),
        Column("manager", _("Manager")),
        Column("state", _("State"), kind="badge"),
        Column("waits", _("Waits for")),
    ]
    rows = [_member_row(found, one, ticked) for one in seen.rows]
    empty = Empty(_("Nobody here"), _("Choose another filter."))
    return Table(
        columns,
        rows,
        caption=_("People"),
        free=True,
        phone="cards",
        select=bool(found.duties) and found.seen.state not in FINAL,
        empty=empty,
    )


def _member_row(found: CycleDetail, one: MemberSeen, ticked: Collection[str]) -> Row:
    url = reverse("appraisal", args=[one.id])
    cycle_ = found.seen
    part = one.since != cycle_.since or one.until != cycle_.until
    dates = f"{one.since.isoformat()} – {(one.until - DAY).isoformat()}" if part else ""
    return Row(
        [
            Cell(one.person.name, href=url, note=one.person.number),
            str(ROLES.get(one.role, one.role)),
            Cell(one.outlet.name, note=one.team.name if one.team else ""),
            Cell(one.days, note=dates),
            one.manager.name if one.manager else None,
            _member_state(one),
            _(", ").join(f"{who.name} ({PARTS[part_]})" for _id, part_, who in one.open) or None,
        ],
        href=url,
        key=str(one.id),
        ticked=str(one.id) in ticked,
    )


def _member_state(one: MemberSeen) -> Cell:
    if one.left_out:
        return Cell(pgettext("cycle", "Left out"), state="warn", title=one.left_out)
    if one.manager is None:
        return Cell(_("Without a manager"), state="bad")
    if one.open:
        return Cell(_("Still open"), state="note")
    return Cell(pgettext("task", "Done"), state="good") if one.done else Cell(_("Nothing to do"))


urlpatterns = [
    path("appraisals/cycles", cycles, name="cycles"),
    path("appraisals/cycles/<int:number>", cycle, name="cycle"),
]
