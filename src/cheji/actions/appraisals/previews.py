"""Verbs on trial: who a cycle would appraise, what a decision would change; nothing is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Q

from cheji.actions.appraisals.appealing import Correction, decide
from cheji.actions.appraisals.opening import open_cycle, part_key, post_key
from cheji.actions.appraisals.planning import Plan
from cheji.records.models import Appeal, Appraisal, Cycle, Post
from cheji.records.scored import points_of
from cheji.records.standing import text_before
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class Trial:
    """One part of a person's period: `why` is empty where he takes part.

    `manager` is empty where nobody stands above him, `scheme` where none is for his post and level.
    """

    person: str
    number: str
    role: str
    outlet: str
    since: date
    until: date
    scheme: str
    manager: str
    why: str


def try_open(*, by: Viewer, at: datetime, plan: Plan) -> tuple[Trial, ...]:
    """What `open_cycle` would make of a plan, and the posts for which it names no scheme.

    Raises:
        Refused: whatever `open_cycle` refuses.
    """
    with transaction.atomic():
        done = open_cycle(by=by, at=at, plan=plan)
        cycle = Cycle.objects.select_related("unit").get(pk=done.id)
        found = (*_in(cycle), *_without(cycle))
        transaction.set_rollback(True)
    return found


def _in(cycle: Cycle) -> list[Trial]:
    rows = cycle.appraisals.select_related("person", "outlet", "manager", "scheme")
    return [_trial(row) for row in rows.order_by("outlet__path", "person__number", "since")]


def _trial(row: Appraisal) -> Trial:
    return Trial(
        row.person.name,
        row.person.number,
        row.role,
        row.outlet.name,
        row.since,
        row.until,
        row.scheme.code,
        row.manager.name if row.manager else "",
        row.left_out,
    )


def _without(cycle: Cycle) -> list[Trial]:
    """Posts of the period at the unit and below that no chosen scheme is for."""
    there = {part_key(row) for row in cycle.appraisals.all()}
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=cycle.since),
        unit__path__startswith=cycle.unit.path,
        since__lt=cycle.until,
    )
    return [
        Trial(
            post.person.name,
            post.person.number,
            post.role,
            post.unit.name,
            max(post.since, cycle.since),
            min(post.until or cycle.until, cycle.until),
            "",
            "",
            "no_scheme",
        )
        for post in posts.select_related("person", "unit").order_by("unit__path", "person__number")
        if post_key(post, cycle) not in there
    ]


@dataclass(frozen=True, slots=True)
class Righted:
    """What a correction would make of a result: the item's exact points, and both reasons."""

    points_before: Fraction
    points_after: Fraction
    reason_before: dict[str, Any]
    reason_after: dict[str, Any]


def try_decide(*, by: Viewer, at: datetime, appeal: int, correction: Correction) -> Righted:
    """The result with one item put right, as `decide` would keep it; nothing is kept.

    Raises:
        Refused: whatever `decide` refuses.
    """
    with transaction.atomic():
        decide(
            by=by, at=at, appeal=appeal, how="upheld", decision="试算 · on trial",
            correction=correction,
        )  # fmt: skip
        found = _righted(Appeal.objects.select_related("appraisal", "adjustment").get(pk=appeal))
        transaction.set_rollback(True)
    return found


def _righted(row: Appeal) -> Righted:
    made, texts = row.adjustment, (text_before(row.adjustment), row.adjustment.text)
    before, after = (points_of(row.appraisal, text, row.item) for text in texts)
    return Righted(before, after, made.reason_before, made.reason_after)
