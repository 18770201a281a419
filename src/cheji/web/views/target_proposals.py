"""Proposed targets: made by a form or in the grid, and decided on by a second person."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import target_locks as locking
from cheji.actions import target_proposals as actions
from cheji.actions.deeds import SayWhy
from cheji.actions.targets import GoalFirst, GoalNotBetween
from cheji.reads.targets import AimProposed, ProposalSeen, TargetGrid, papers
from cheji.records.refusals import NotFound, Refused
from cheji.web.labels import sentence
from cheji.web.scopes import Tree
from cheji.web.table_files import downloads, sent
from cheji.web.target_cells import Change, cell_at, cells_of, changes_of, refused, writing
from cheji.web.target_proposing import AIMS, cell_of
from cheji.web.target_question import Question, asked, tried, ways
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import now, viewer
from cheji.web.wording import aimed_text, chinese, kpi_cell, named, of_text

STATES: dict[str, Any] = {
    "open": pgettext_lazy("proposal", "Open"),
    "accepted": pgettext_lazy("proposal", "Accepted"),
    "declined": pgettext_lazy("proposal", "Declined"),
    "withdrawn": pgettext_lazy("proposal", "Withdrawn"),
}


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals of the viewer's scope: the open ones with what may be done."""
    who = viewer(request)
    if not who.sees("targets"):
        raise NotFound(noun="target", key="")
    found = papers.proposals(who, state="")
    if "file" in request.GET:
        return sent(request, "target-proposals", _("Proposed targets"), _decided(list(found)))
    context = {
        "downloads": downloads(request),
        "name": _("Proposed targets"),
        "ways": ways("target-proposals", "", who),
        "open": [_open(one) for one in found if one.state == "open"],
        "done": _decided([one for one in found if one.state != "open"]),
    }
    return render(request, "targets/proposals.html", context)


def _open(one: ProposalSeen) -> dict[str, Any]:
    return {
        "row": one,
        "why": one.rule[0 if chinese() else 1] if one.rule else one.reason,
        "whose": of_text(one.of),
        "what": f"{_kpi(one)} · {aimed_text(one.grain, one.period, one.within)}",
        "changes": [_change(one, change) for change in one.changes],
        "above": kpi_cell(one.kpi, one.above),
        "gap": kpi_cell(one.kpi, one.gap),
        "tone": "bad" if one.gap is not None and one.gap < 0 else "",
    }


def _change(one: ProposalSeen, change: AimProposed) -> dict[str, Any]:
    return {
        "aim": AIMS[change.aim],
        "before": kpi_cell(one.kpi, change.before),
        "after": kpi_cell(one.kpi, change.after),
    }


def _kpi(one: ProposalSeen) -> str:
    return f"{named(one.kpi)} {one.model}".strip()


def _decided(found: list[ProposalSeen]) -> Table:
    return Table(
        columns=[
            Column("of", _("Whose")),
            Column("kpi", _("KPI")),
            Column("period", _("Period")),
            *(Column(aim, str(label), kind="number") for aim, label in AIMS.items()),
            Column("by", _("Proposed by")),
            Column("state", _("State")),
            Column("answer", _("Answer")),
        ],
        rows=[_decided_row(one) for one in found],
        caption=_("Decided proposals"),
        free=True,
        empty=Empty(_("Nothing was decided yet"), _("What is accepted or declined stands here.")),
    )


def _decided_row(one: ProposalSeen) -> Row:
    after: dict[str, Any] = {change.aim: change.after for change in one.changes}
    return Row([
        Cell(of_text(one.of)),
        _kpi(one),
        aimed_text(one.grain, one.period, one.within),
        *(kpi_cell(one.kpi, after.get(aim)) for aim in AIMS),
        one.by or None,
        str(STATES[one.state]),
        one.answer or None,
    ])  # fmt: skip


@require_POST
def decide(request: HttpRequest, proposal: int, verb: str) -> HttpResponse:
    """Accept, decline or withdraw a proposal."""
    reason = request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[..., None], dict[str, str], str]] = {
        "accept": (actions.accept, {}, _("Accepted: it is the target now.")),
        "decline": (actions.decline, {"reason": reason}, _("Declined.")),
        "withdraw": (actions.withdraw, {}, _("Withdrawn.")),
    }
    if verb not in acts:
        raise NotFound(noun="target proposal", key=verb)
    act, more, told = acts[verb]
    tried(request, lambda who: act(by=who, at=now(), proposal=proposal, **more), told)
    return redirect("target-proposals")


# -- making them -------------------------------------------------------------------------------


@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose one target, of a unit or a person, as the form names it."""
    given = request.POST
    try:
        who = viewer(request)
        cell, reason = cell_of(who, given), given.get("reason", "")
        actions.propose(by=who, at=now(), cells=[cell], reason=reason)
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, sentence(refusal))
        return redirect(_back(given))
    messages.success(request, _("Proposed. A second person decides on it."))
    return redirect("target-proposals")


def _back(given: QueryDict) -> str:
    """The progress of whom the form was for; there the form stands as well."""
    parts = {name: given.get(name, "")[:80] for name in ("unit", "person")}
    kept = {name: value for name, value in parts.items() if value}
    return f"{reverse('target-progress')}?{urlencode(kept)}"


@require_POST
def propose_cells(request: HttpRequest) -> HttpResponse:
    """Propose the changed cells of the grid; they stay as they are until they are accepted."""
    who = viewer(request)
    question = asked(request, who, Tree(who))
    found = question.grid(who)
    changes, reason = changes_of(request.body)
    cells, faults = cells_of(found, question.rows(found), changes)
    if faults:
        return refused(_("Not proposed: mend the cells in red."), faults)
    try:
        made = actions.propose(by=who, at=now(), cells=cells, reason=reason)
    except (locking.TargetIsLocked, SayWhy, GoalFirst, GoalNotBetween,
            actions.ProposedAlready, actions.ProposesNothing) as refusal:  # fmt: skip
        return refused(sentence(refusal), [])
    message = _("{count} targets proposed. A second person decides on them.")
    return JsonResponse({
        "ok": True,
        "message": message.format(count=len(made)),
        "values": _standing(question, found, changes),
        "errors": [],
    })  # fmt: skip


def _standing(question: Question, found: TargetGrid, changes: list[Change]) -> dict[str, str]:
    """What stands in the cells that were proposed: the grid shows it again."""
    how, rows = writing(found.kpi.unit), question.rows(found)
    cells = ((change, cell_at(rows, change)) for change in changes)
    return {
        f"{change.row}/{change.column}": how.text(cell.value if cell else None) or ""
        for change, cell in cells
    }


urlpatterns = [
    path("targets/proposals", proposals, name="target-proposals"),
    path("targets/proposals/<int:proposal>/<slug:verb>", decide, name="target-decide"),
    path("targets/propose", propose, name="target-propose"),
    path("targets/propose/cells", propose_cells, name="targets-propose-cells"),
]
