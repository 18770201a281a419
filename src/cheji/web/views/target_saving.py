"""Saving the target grid, and filling it in by a split."""

import json
from collections.abc import Sequence
from fractions import Fraction

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cheji.actions import target_locks as locking
from cheji.actions import targets as actions
from cheji.reads.targets import TargetGrid
from cheji.reads.targets.splits import How, Share, Shares, key_of, rebalanced, shares
from cheji.records.refusals import BadValue, ChangedMeanwhile, Refused
from cheji.web.labels import sentence
from cheji.web.scopes import Tree
from cheji.web.target_cells import (
    Change,
    cell_at,
    cells_for,
    cells_of,
    changes_of,
    column_of,
    column_text,
    refused,
    values_of,
    versions_of,
    writing,
)
from cheji.web.target_question import Question, asked
from cheji.web.viewers import now, viewer

MOST_WEIGHTS = 1_000


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Set the changed cells, all or none; what stands in the way is said at its cell."""
    who = viewer(request)
    question = asked(request, who, Tree(who))
    found = question.grid(who)
    changes, reason = changes_of(request.body)
    cells, faults = cells_of(found, question.rows(found), changes)
    if faults:
        return refused(_("Not saved: mend the cells in red."), faults)
    siblings = _siblings(question, found, cells)
    try:
        done = actions.set_cells(
            by=who, at=now(), cells=[*cells, *cells_for(found, siblings)], reason=reason
        )
    except ChangedMeanwhile as refusal:
        return _conflict(refusal, question, question.grid(who), changes)
    except (locking.TargetIsLocked, actions.TargetIsAgreed) as refusal:
        return refused(sentence(refusal), _fixed(question, found, changes, sentence(refusal)))
    except (actions.GoalFirst, actions.GoalNotBetween) as refusal:
        return refused(sentence(refusal), _of_period(refusal, cells, changes))
    fresh = question.grid(who)
    message = _("{count} targets saved").format(count=done.changed)
    answer = {
        "ok": True,
        "message": " ".join([message, *_left(question, fresh)]),
        "version": versions_of(question.rows(fresh)),
        "values": values_of(found, siblings),
        "errors": [],
    }
    return JsonResponse(answer)


def _siblings(question: Question, found: TargetGrid, cells: Sequence[actions.Cell]) -> list[Share]:
    """What the siblings of the changed cells get, where the page says that they share."""
    if question.own or not question.balance:
        return []
    by_scope = {
        (row.of.id, row.of.kind == "person", row.reserve): key_of(row) for row in found.all_rows
    }
    changed = {
        (by_scope[cell.person or cell.unit, cell.person is not None, cell.reserve], cell.period):
        cell.value or 0
        for cell in cells
    }  # fmt: skip
    return rebalanced(found, changed)


def _left(question: Question, found: TargetGrid) -> list[str]:
    """What is unassigned after saving, by period."""
    if question.own:
        return []
    how = writing(found.kpi.unit)
    gaps = [
        f"{column_text(found, key)} {how.text(gap)}"
        for key, gap in zip(found.columns.keys, found.gaps, strict=True)
        if gap
    ]
    return [_("Unassigned: {gaps}").format(gaps=", ".join(gaps))] if gaps else []


def _of_period(
    refusal: Refused, cells: Sequence[actions.Cell], changes: Sequence[Change]
) -> list[dict[str, str]]:
    """The fault at the cells of the period that the refusal names."""
    named = {column_of(one.period) for one in cells if one.when == refusal.place["period"]}
    return [one.fault(sentence(refusal)) for one in changes if one.column in named]


@require_POST
def split(request: HttpRequest) -> HttpResponse:
    """What a split would put into the grid; nothing is saved by it."""
    who = viewer(request)
    who.must("targets.write")
    question = asked(request, who, Tree(who))
    found = shares(who, question.wanted, _how(request.body, own=question.own))
    how = writing(found.grid.kpi.unit)
    left = [f"{_period(found, key)} {how.text(rest)}" for key, rest in found.unassigned if rest]
    message = (
        _("Filled in, not saved yet. Unassigned: {gaps}").format(gaps=", ".join(left))
        if left
        else _("Filled in, not saved yet.")
    )
    values = values_of(found.grid, found.shares)
    return JsonResponse({"ok": True, "message": message, "values": values})


def _period(found: Shares, key: int) -> str:
    inside = key in found.grid.columns.keys
    return column_text(found.grid, key) if inside else str(key)


def _how(body: bytes, *, own: bool) -> How:
    """How to split, as the form sent it.

    Raises:
        BadValue: it is not of the agreed form.
    """
    try:
        sent = json.loads(body)
        words = str(sent.get("weights") or "").replace("，", " ").replace(",", " ").split()
        weights = tuple(Fraction(word.rstrip("%")) for word in words[:MOST_WEIGHTS])
        reserve = Fraction(str(sent.get("reserve") or "0").rstrip("%") or "0") / 100
        way = str(sent["way"])
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError):
        raise BadValue(field="weights", value="…", why="45, 35, 20") from None
    return How(way, "time" if own else "scopes", weights, reserve)  # type: ignore[arg-type]


def _conflict(
    refusal: Refused, question: Question, now_there: TargetGrid, changes: Sequence[Change]
) -> JsonResponse:
    """Which cells somebody else changed, and to what; saving again puts one's own in place."""
    how, faults, versions = writing(now_there.kpi.unit), [], {}
    for change in changes:
        cell = cell_at(question.rows(now_there), change)
        versions[f"{change.row}/{change.column}"] = cell.version if cell else 0
        if cell is None or cell.version == change.version:
            continue
        other = how.text(cell.value) or "—"
        text = _("Meanwhile somebody set {value} here. Save again to put yours in its place.")
        faults.append(change.fault(text.format(value=other)))
    return refused(
        _("Somebody changed these targets after you opened them: look at the cells in red.")
        if faults
        else sentence(refusal),
        faults,
        status=409,
        version={**versions_of(question.rows(now_there)), **versions},
    )


def _fixed(
    question: Question, found: TargetGrid, changes: Sequence[Change], message: str
) -> list[dict[str, str]]:
    cells = [(change, cell_at(question.rows(found), change)) for change in changes]
    return [change.fault(message) for change, cell in cells if cell and cell.fixed]


urlpatterns = [
    path("targets/save", save, name="targets-save"),
    path("targets/split", split, name="targets-split"),
]
