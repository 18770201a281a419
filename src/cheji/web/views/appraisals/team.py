"""My team: the board of a lead or manager, and the terms that he sets for each of his people."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import appraisals as act
from cheji.engine.scores.cycles import MARKED
from cheji.reads.appraisals import teams as reads
from cheji.reads.appraisals.heads import AppraisalSeen
from cheji.reads.appraisals.standing import Total
from cheji.reads.appraisals.teams import Aim, TermsForm
from cheji.records.refusals import ChangedMeanwhile, NotFound, Refused
from cheji.web import appraisal_words as words
from cheji.web.asked import number, pager_of, question, version_seen
from cheji.web.forms import one_end
from cheji.web.labels import sentence
from cheji.web.navigation import address
from cheji.web.target_proposing import AIMS as SAID
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Tab, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import chinese, named, unit_text

# -- the board -------------------------------------------------------------------------------------


@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """The viewer's people in a cycle: state, score, weakest item, what is due."""
    who = viewer(request)
    found = reads.board(
        who,
        number(request, "cycle", 0),
        outlet=request.GET.get("outlet", ""),
        asked=question(request, ()),
    )
    context: dict[str, Any] = {"name": _("My team")}
    if found is None:
        context["empty"] = Empty(
            _("Nobody of yours is appraised yet"),
            _("It begins when HR or your manager opens a cycle for your outlet."),
            icon="users-group",
        )
        return render(request, "appraisals/none.html", context)
    context |= {
        "cycle": words.cycle_text(found.cycle),
        "cycle_url": address("cycle", found.cycle.id),
        "state": words.step_text(found.cycle.state),
        "stages": words.stages(found.cycle),
        "due": found.cycle.due.get(found.cycle.state),
        "mine": found.mine,
        "mine_text": ngettext(
            "One thing here is yours to do.", "{count} things here are yours to do.", found.mine
        ).format(count=found.mine),
        "marks_url": _marks_url(found),
        "cycles": _cycles(request, found),
        "table": _table(found),
    }
    return render(request, "appraisals/team.html", context)


def _marks_url(found: reads.Board) -> str:
    """The form by item, where several of one's tasks are evaluations."""
    several = found.mine > 1 and found.cycle.state in MARKED
    return reverse("marks-by-item", args=[found.cycle.id]) if several else ""


def _cycles(request: HttpRequest, found: reads.Board) -> list[Tab]:
    known = reads.cycles_led(viewer(request))
    here = reverse("my-team")
    return [
        Tab(name, f"{here}?cycle={cycle}", cycle == found.cycle.id) for cycle, name in known[:6]
    ]


def _table(found: reads.Board) -> Table:
    page = found.page
    places = {head.outlet.id for head, _total in page.rows}
    columns = [
        Column("person", _("Person")),
        Column("score", _("Score"), kind="number", decimals=2),
        Column("grade", _("Grade"), kind="badge"),
        Column("weakest", _("Weakest item")),
        Column("state", _("State"), kind="badge"),
        Column("due", _("To do")),
        *([Column("outlet", _("Outlet"), phone=False)] if len(places) > 1 else []),
        Column("manager", _("Manager"), phone=False),
    ]
    rows = []
    for head, total in page.rows:
        cells = [
            Cell(
                head.person.name,
                note=words.days_text(head) or head.person.number,
                href=reverse("appraisal", args=[head.id]),
            ),
            Cell(total.total, reason=reverse("appraisal-item", args=[head.id, "total"])),
            Cell(total.grade),
            _weakest(head, total),
            _state(head),
            _due(head),
            *([Cell(head.outlet.name)] if len(places) > 1 else []),
            Cell(head.manager.name if head.manager else None),
        ]
        rows.append(Row(cells, href=reverse("appraisal", args=[head.id])))
    return Table(columns, rows, caption=_("My team"), phone="cards", free=True, page=pager_of(page))


def _weakest(head: AppraisalSeen, total: Total) -> Cell:
    if total.weakest is None or total.weakest.lost <= 0:
        return Cell(None)
    lost = figures.signed(-total.weakest.lost, 2)
    url = reverse("appraisal-item", args=[head.id, total.weakest.code])
    return Cell(named(total.weakest), note=lost, reason=url)


def _state(head: AppraisalSeen) -> Cell:
    """How far the person and his manager are in the step."""
    if head.left_out:
        return Cell(_("Left out"))
    open_ = [task for task in head.tasks if task.step == head.cycle.state and not task.way]
    if any(task.late for task in open_):
        return Cell(pgettext("task", "Late"), state="bad")
    if open_:
        waits = "、".join(words.part_text(task.part) for task in open_)
        return Cell(_("Waits for: {who}").format(who=waits), state="warn")
    return Cell(pgettext("task", "Done"), state="good") if head.tasks else Cell(None)


def _due(head: AppraisalSeen) -> Cell:
    """What the viewer himself has to do here."""
    if head.mine is None:
        return Cell(None)
    name = "appraisal-marks" if "save_mark" in head.duties else "appraisal"
    until = f"{head.mine.due_on:%m-%d}" if head.mine.due_on else ""
    return Cell(_("Yours"), href=reverse(name, args=[head.id]), note=until)


# -- terms -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, record_id: int) -> HttpResponse:
    """Set or revise the terms of one appraisal; both sides agree to them anew."""
    who = viewer(request)
    found = reads.terms_form(who, record_id)
    form = Terms(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.fits():
        try:
            act.propose(
                by=who, at=now(), appraisal=record_id, terms=form.terms, why=form.why,
                version=version_seen(request.POST, "version", found.head.version),
            )  # fmt: skip
        except NotFound:
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The terms are set. Both sides are asked to agree."))
            return redirect("appraisal", record_id)
    context = {
        "name": _("Terms of {name}").format(name=found.head.person.name),
        "head": found.head,
        "cycle": words.cycle_text(found.head.cycle),
        "revising": found.head.cycle.state == "reviewing",
        "form": form,
        "locked": "propose" not in found.head.duties,
        "state": words.step_text(found.head.cycle.state),
    }
    return render(request, "appraisals/terms.html", context, status=form.status)


NEW_GOALS = 3
AIMS = ("base", "target", "stretch")


def aims_said() -> dict[str, str]:
    """Base, target and stretch as the reader calls them."""
    return {"base": str(SAID["base"]), "target": _("Target"), "stretch": str(SAID["stretch"])}


class Terms:
    """The typed terms: a line for each item and goal, a few for new goals, and what is wrong."""

    def __init__(self, found: TermsForm, given: Mapping[str, str] | None) -> None:
        self.found = found
        self.given = given
        self.findings: list[str] = []
        self.conflict = False
        self.terms: list[act.Term] = []
        self.why = one_end((given or {}).get("why", ""))
        self.version = found.head.version
        self.goal_items = [(code, named(heading)) for code, heading in found.goal_items]
        self.lines = [self._line(aim) for aim in found.aims]
        self.new = [self._new(*one) for one in self._offered()]

    @property
    def status(self) -> int:
        if not self.findings:
            return 200
        return 409 if self.conflict else 422

    def _text(self, name: str, usual: str) -> str:
        return usual if self.given is None else self.given.get(name, usual).strip()

    def _line(self, aim: Aim) -> dict[str, Any]:
        key = f"{aim.item}.{aim.goal}" if aim.goal else aim.item
        unit = aim.heading.unit
        suggested = aim.suggested if aim.target is None and not aim.goal else None
        usual = {
            name: words.typed(unit, getattr(aim, name) if name != "target" or suggested is None
                              else suggested)
            for name in AIMS
        }  # fmt: skip
        return {
            "key": key,
            "aim": aim,
            "name": aim.text if aim.goal else named(aim.heading),
            "unit": unit_text(unit),
            "weight": figures.digits(aim.share, 2, trim=True),
            "standard": " · ".join(one[0 if chinese() else 1] for one in aim.standard),
            "usual": words.typed(unit, aim.usual),
            "suggested": suggested is not None,
            "days": _("for {days} of {of} days").format(days=aim.days[0], of=aim.days[1])
            if aim.days
            else "",
            "cells": [
                (name, said, f"{name}-{key}", self._text(f"{name}-{key}", usual[name]))
                for name, said in aims_said().items()
            ],
            "text": self._text(f"text-{key}", aim.text),
            "share": self._text(f"weight-{key}", words.typed("number", aim.weight)),
            "drop": bool(self.given and self.given.get(f"drop-{key}")),
        }

    def _offered(self) -> list[tuple[str, str, str, str]]:
        """New goals: open improvement items first, then blank lines."""
        if not self.found.goal_items:
            return []
        item = self.found.goal_items[0][0]
        carried = [(item, one.goal, one.text, one.cycle_name) for one in self.found.open]
        there = {aim.goal for aim in self.found.aims}
        free = [code for n in range(1, 100) if (code := f"g{n}") not in there]
        return carried + [(item, code, "", "") for code in free[:NEW_GOALS]]

    def _new(self, item: str, code: str, text: str, origin: str) -> dict[str, Any]:
        key = f"{item}.{code}"
        return {
            "key": key,
            "item": self._text(f"item-{key}", item),
            "code": code,
            "text": self._text(f"text-{key}", text),
            "share": self._text(f"weight-{key}", ""),
            "origin": origin,
        }

    # -- reading ---------------------------------------------------------------

    def fits(self) -> bool:
        """Read everything that was typed; all findings at once."""
        self.terms = [
            *(self._agreed(line) for line in self.lines if _is_set(line["aim"])),
            *(self._begun(line) for line in self.new if line["share"]),
        ]
        self.findings += [
            _("“{goal}” has no weight.").format(goal=line["text"])
            for line in self.new
            if line["text"] and not line["share"] and not line["origin"]
        ]
        self._weigh()
        if self.found.head.cycle.state == "reviewing" and not self.why.strip():
            self.findings.append(_("A revision at mid-term needs a reason."))
        return not self.findings

    def _agreed(self, line: dict[str, Any]) -> act.Term:
        aim: Aim = line["aim"]
        base, target, stretch = (
            self._figure(aim, name, text) for name, _said, _key, text in line["cells"]
        )
        if not aim.goal:
            return act.Term(aim.item, target=target, base=base, stretch=stretch)
        return act.Term(
            aim.item, aim.goal, target, base, stretch, self._weight(line), line["text"],
            drop=line["drop"],
        )  # fmt: skip

    def _begun(self, line: dict[str, Any]) -> act.Term:
        return act.Term(line["item"], line["code"], weight=self._weight(line), text=line["text"])

    def _figure(self, aim: Aim, name: str, text: str) -> int | None:
        try:
            return words.kept(aim.heading.unit, text, name)
        except Refused as refusal:
            self.findings.append(f"{named(aim.heading)}: {sentence(refusal)}")
            return None

    def _weight(self, line: dict[str, Any]) -> int | None:
        try:
            return words.kept("number", line["share"], "weight")
        except Refused as refusal:
            self.findings.append(f"{line['text']}: {sentence(refusal)}")
            return None

    def _weigh(self) -> None:
        """The goals below one item weigh 100 together."""
        sums: dict[str, int] = {}
        for term in self.terms:
            if term.goal and not term.drop:
                sums[term.item] = sums.get(term.item, 0) + (term.weight or 0)
        names = dict(self.goal_items)
        for item, total in sums.items():
            if total != 100 * words.SCALE:
                shown = figures.digits(Fraction(total, words.SCALE), 2, trim=True)
                self.findings.append(
                    _("The weights of “{item}” add up to {sum}; they must be 100.").format(
                        item=names.get(item, item), sum=shown
                    )
                )

    def refuse(self, refusal: Refused) -> None:
        """What the verb says no to; the page then shows the version that is there now."""
        self.conflict = isinstance(refusal, ChangedMeanwhile)
        self.findings.append(sentence(refusal))


def _is_set(aim: Aim) -> bool:
    """KPIs have aims, and work goals a text and a weight; marks and deductions have neither."""
    return aim.source == "kpi" or bool(aim.goal)


urlpatterns = [
    path("appraisals/team", team, name="my-team"),
    path("appraisals/<int:record_id>/terms", terms, name="appraisal-terms"),
]
