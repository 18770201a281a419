"""One appraisal as a page: where it stands, its terms, tasks, talks, violations and appeals."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import appraisals as act
from cheji.engine.periods import DAY
from cheji.files.papers import TITLES, papers_of
from cheji.reads.appraisals.heads import AppraisalSeen, TaskSeen, own_now
from cheji.reads.appraisals.pages import PageSeen, SideSeen, page_of
from cheji.reads.appraisals.papers import TermSeen
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web import appraisal_words as words
from cheji.web.entering import with_query
from cheji.web.labels import sentence
from cheji.web.navigation import address
from cheji.web.target_proposing import AIMS
from cheji.web.templatetags import figures
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.views.appraisals.doing import BOOK
from cheji.web.views.appraisals.points import score_of_page
from cheji.web.wording import chinese, listed, named, unit_text

# -- the page --------------------------------------------------------------------------------------


@require_GET
def my_appraisal(request: HttpRequest) -> HttpResponse:
    """The viewer's appraisal that waits for him, else the latest, else when there will be one."""
    if found := own_now(viewer(request)):
        return redirect("appraisal", found)
    empty = Empty(
        _("You have no appraisal yet"),
        _("It begins when HR or your manager opens a cycle for your outlet."),
        icon="clipboard-check",
    )
    return render(request, "appraisals/none.html", {"name": _("My appraisal"), "empty": empty})


@require_GET
def appraisal(request: HttpRequest, record_id: int) -> HttpResponse:
    """One appraisal; who only marks it comes to his form."""
    return page(request, record_id)


def page(request: HttpRequest, record_id: int, fault: str = "") -> HttpResponse:
    """The page of an appraisal, with the reason when something was refused."""
    who = viewer(request)
    found = page_of(who, record_id)
    if isinstance(found, AppraisalSeen):
        return redirect("appraisal-marks", found.id)
    context = {
        **_heading(who, found),
        **_agreed(found),
        **_happened(found),
        **score_of_page(found),
        "found": found,
        "fault": fault,
    }
    status = 422 if fault else 200
    return render(request, "appraisals/appraisal.html", context, status=status)


def _heading(who: Viewer, found: PageSeen) -> dict[str, Any]:
    """Whose appraisal it is, where it stands, and what the viewer may do and open."""
    head = found.head
    return {
        "name": _("My appraisal") if head.own else head.person.name,
        "head": head,
        "cycle": words.cycle_text(head.cycle),
        "cycle_url": address("cycle", head.cycle.id),
        "step": words.step_text(head.cycle.state),
        "days": words.days_text(head),
        "stages": words.stages(head.cycle),
        "todo": words.task_text(head.mine) if head.mine else "",
        "deeds": BOOK.buttons(who, head),
        "siblings": [
            (one.id, words.cycle_text(one.cycle), words.days_text(one)) for one in found.siblings
        ],
        "clock": appeal_clock(who, head),
        "papers": _papers(found),
        "result_url": _result_url(head),
        **_links(who, head),
    }


def _agreed(found: PageSeen) -> dict[str, Any]:
    """What is agreed, what was revised, and the standards by which it is scored."""
    return {
        "terms": _terms(found),
        "aimless": listed(named(term) for term in found.paper.terms if term.aimless),
        "standards": [
            (words.term_text(term), figures.digits(term.weight, 2, trim=True), _spoken(term))
            for term in found.paper.terms
            if term.standard
        ],
        "revisions": _revisions(found),
    }


def _happened(found: PageSeen) -> dict[str, Any]:
    """Tasks, marks, talks, violations, improvements and appeals."""
    return {
        "tasks": [_task(found.head, task) for task in found.head.tasks],
        "marks": _marks(found),
        "talks": [(talk, words.TALKS[talk.kind]) for talk in found.talks],
        "violations": [(one, named(one), *words.VIOLATIONS[one.state]) for one in found.violations],
        "developments": [(one, *words.improvement_state(one)) for one in found.developments],
        "appeals": [
            (
                one,
                words.term_name(found.paper, one.item),
                *words.APPEALS[one.state],
                words.changed(one.points, one.before, one.after),
            )
            for one in found.appeals
        ],
    }


def _papers(found: PageSeen) -> list[tuple[str, str]]:
    """The papers of this appraisal as PDF."""
    return [
        (
            reverse("appraisal-paper", args=[found.head.id, code]),
            TITLES[code][0 if chinese() else 1],
        )
        for code in papers_of(found.paper)
    ]


def _result_url(head: AppraisalSeen) -> str:
    """The page of the result and what follows from it, once it is published."""
    if not head.cycle.final or head.left_out:
        return ""
    return address("result", head.cycle.id, head.person.number)


def _links(who: Viewer, head: AppraisalSeen) -> dict[str, str]:
    """Where talks, violations and improvements of this person are written down."""
    if head.own or head.left_out:
        return {}
    about: dict[str, str | int] = {
        "outlet": head.outlet.code, "person": head.person.number, "appraisal": head.id,
    }  # fmt: skip
    found = {}
    if who.can("talks.write"):
        found["talk_url"] = with_query(reverse("talk-new"), **about)
        found["plan_url"] = reverse("development-new", args=[head.id])
    if who.can("violations.report"):
        found["report_url"] = with_query(reverse("violation-new"), **about)
    return found


def appeal_clock(who: Viewer, head: AppraisalSeen) -> str:
    """How long one may still appeal."""
    until = head.cycle.appeal_until
    if "appeal" not in head.duties or until is None or who.on >= until:
        return ""
    left = (until - who.on).days
    return _("Appeals are open for {days} more days, until the end of {last}.").format(
        days=left, last=day_text(until - DAY)
    )


def _spoken(term: TermSeen) -> list[str]:
    return [one[0 if chinese() else 1] for one in term.standard]


# -- terms, tasks, marks ---------------------------------------------------------------------------


def _terms(found: PageSeen) -> Table:
    """Items and work goals with what is agreed; columns that hold nothing are left out."""
    terms = found.paper.terms
    aims = {"base": str(AIMS["base"]), "target": _("Target"), "stretch": str(AIMS["stretch"])}
    shown = [aim for aim in aims if aim == "target" or any(getattr(t, aim) for t in terms)]
    columns = [
        Column("item", _("Item")),
        Column("weight", _("Weight"), kind="number", decimals=0),
        *(Column(aim, aims[aim], kind="told") for aim in shown),
    ]
    return Table(
        columns,
        [
            Row(
                [
                    Cell(words.term_text(term), note=unit_text(term.unit) if not term.goal else ""),
                    Cell(term.weight, decimals=0 if term.weight.denominator == 1 else 2),
                    *(_aim(term, aim) for aim in shown),
                ],
                level=1 if term.goal else 0,
            )
            for term in terms
        ],
        caption=_("Terms"),
        phone="cards",
        free=True,
    )


def _aim(term: TermSeen, aim: str) -> Cell:
    if aim == "target" and term.aimless:
        return Cell(_("Not set"), state="bad")
    return Cell(words.aim_text(term, aim) or None)


def _revisions(found: PageSeen) -> list[tuple[str, str, str, Any]]:
    """What mid-term revisions changed: item, before → after, why, when."""
    units = {(term.item, term.goal): term.unit for term in found.paper.terms}
    told = []
    for one in found.revisions:
        unit = units.get((one.item, one.goal), "")
        change = f"{_side(unit, one.before)} → {_side(unit, one.after)}"
        told.append((words.term_name(found.paper, one.item), change, one.why, one.at))
    return told


def _side(unit: str, side: SideSeen | None) -> str:
    """What was asked for: base, target and stretch, or a goal with its weight."""
    if side is None:
        return "—"
    if side.text:
        return f"{side.text} ({figures.digits(side.weight, 2, trim=True)})"
    return " / ".join(words.typed(unit, aim) or "—" for aim in side.aims)


def _task(head: AppraisalSeen, task: TaskSeen) -> dict[str, Any]:
    """A task as the list shows it, with what this viewer may do about it."""
    state, tone = words.task_state(task)
    current = task.step == head.cycle.state
    may = {
        "delegate": "delegate" in head.duties and not task.way and task.part == "manager",
        "skip": "skip" in head.duties and not task.way and current,
        "reopen": "reopen" in head.duties and bool(task.way) and current,
    }
    return {
        "task": task,
        "text": words.task_text(task),
        "state": state,
        "tone": tone,
        "deeds": [(slug, words.TASK_DEEDS[slug]) for slug, allowed in may.items() if allowed],
    }


def _marks(found: PageSeen) -> Table | None:
    """Marks that were handed in and are this viewer's to see."""
    marks = found.paper.marks
    if not marks:
        return None
    sources = {term.item: term.source for term in found.paper.terms}
    columns = [
        Column("item", _("Item")),
        Column("part", pgettext("mark", "By")),
        Column("mark", _("Mark"), kind="told"),
        Column("comment", _("Comment")),
        Column("evidence", _("Evidence")),
    ]
    rows = [
        Row(
            [
                words.term_name(found.paper, mark.item, mark.goal),
                words.part_text(mark.part),
                words.mark_shown(sources.get(mark.item, ""), mark.mark) or None,
                mark.comment or None,
                mark.evidence or None,
            ]
        )
        for mark in marks
    ]
    return Table(columns, rows, caption=_("Marks"), phone="cards", free=True)


# -- agreeing, appealing ---------------------------------------------------------------------------


def attempt(
    request: HttpRequest, record_id: int, do: Callable[[Viewer], object], told: str
) -> HttpResponse:
    """Do it and come back to the appraisal; a refusal stands on top of its page."""
    try:
        do(viewer(request))
    except NotFound:
        raise
    except Refused as refusal:
        return page(request, record_id, sentence(refusal))
    messages.success(request, told)
    return redirect("appraisal", record_id)


@require_POST
def agree(request: HttpRequest, record_id: int) -> HttpResponse:
    """Agree to the terms that the page showed."""
    digest, aimless = request.POST.get("digest", ""), "aimless" in request.POST
    return attempt(
        request,
        record_id,
        lambda who: act.agree(
            by=who, at=now(), appraisal=record_id, digest=digest, aimless=aimless
        ),
        _("Agreed. Both sides see the terms with this digest."),
    )


@require_POST
def withdraw(request: HttpRequest, record_id: int, appeal: int) -> HttpResponse:
    """Take one's own appeal back."""
    return attempt(
        request,
        record_id,
        lambda who: act.withdraw(by=who, at=now(), appeal=appeal),
        _("The appeal is taken back."),
    )


urlpatterns = [
    path("appraisals/mine", my_appraisal, name="my-appraisal"),
    path("appraisals/<int:record_id>", appraisal, name="appraisal"),
    path("appraisals/<int:record_id>/agree", agree, name="appraisal-agree"),
    path(
        "appraisals/<int:record_id>/appeals/<int:appeal>/withdraw", withdraw, name="appeal-withdraw"
    ),
]
