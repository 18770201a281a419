"""申诉: against one item of a published result; what is upheld becomes an adjustment beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

from cheji.actions.appraisals.adjusting import adjust, follow
from cheji.actions.appraisals.evaluating import must_be_mark
from cheji.actions.appraisals.ground import (
    Done,
    OwnAppraisal,
    allow,
    appraisal_for,
    duty,
    hold,
    tell,
)
from cheji.actions.deeds import Deed, SayWhy
from cheji.actions.locking import changed, locked
from cheji.engine.definitions import SchemeItem, scheme_of
from cheji.engine.periods import DAY
from cheji.engine.scores import Given, frozen, given_from
from cheji.records.appraised import SCALE
from cheji.records.models import Appeal, Appraisal, RunLine
from cheji.records.models.cases import DECIDED
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.standing import definition_of
from cheji.records.visibility import Viewer
from cheji.records.words import DECISIONS, one_of

OPEN = (Appeal.State.OPEN, Appeal.State.HEARD)


class AppealsAreOver(Refused):
    """One could appeal until the end of {last}. Speak to HR, who may take it in late, with why."""

    zh = "申诉期已于 {last} 当日结束。请联系人事，由人事说明原因后受理逾期申诉。"


class NotLateYet(Refused):
    """The person can appeal himself until the end of {last}."""

    zh = "本人在 {last} 当日结束前可自行申诉。"


class AppealIsDecided(Refused):
    """This appeal is decided or withdrawn already."""

    zh = "该申诉已裁决或已撤回。"


@dataclass(frozen=True, slots=True)
class Correction:
    """What is put right of one item, in 1/10,000; None or empty leaves it as it was.

    Attributes:
        value, target: of the KPI.
        ratings: the marks by part.
        goals: the share that was reached, by goal.
        dismiss: sources of events that do not count, such as `violation:17`.
    """

    value: int | None = None
    target: int | None = None
    ratings: Mapping[str, Sequence[int]] = field(default_factory=dict)
    goals: Mapping[str, int] = field(default_factory=dict)
    dismiss: Sequence[str] = ()


def appeal(
    *, by: Viewer, at: datetime, appraisal: int, item: str, text: str, evidence: str = ""
) -> Done:
    """Appeal against one item of one's own result, within the window."""
    with duty("appeal", by=by, at=at) as doing:
        row = appraisal_for(doing, "appeal", appraisal)
        until = row.cycle.appeal_until
        if until and by.on >= until:
            raise AppealsAreOver(last=until - DAY)
        if not text.strip():
            raise SayWhy(field="text")
        made = _made(doing, row, item, text, evidence)
        tell(by, [row.manager_id], "appealed", row, at)
        return Done(made.pk, made.version)


def take_late(
    *, by: Viewer, at: datetime, appraisal: int, item: str, text: str, why: str, evidence: str = ""
) -> Done:
    """Take in somebody's appeal after the window, with why it is late; another decides it.

    Raises:
        NotLateYet: the person can still appeal himself.
    """
    with duty("take_late", by=by, at=at) as doing:
        row = appraisal_for(doing, "take_late", appraisal)
        until = row.cycle.appeal_until
        if until and by.on < until:
            raise NotLateYet(last=until - DAY)
        if not text.strip():
            raise SayWhy(field="text")
        if not why.strip():
            raise SayWhy(field="why")
        made = _made(doing, row, item, f"{text}\n（逾期受理 · taken in late: {why}）", evidence)
        doing.tell(why=why)
        tell(by, [row.person_id, row.manager_id], "appealed", row, at)
        return Done(made.pk, made.version)


def _made(doing: Deed, row: Appraisal, item: str, text: str, evidence: str) -> Appeal:
    """Write an appeal with the item's reason as it was published."""
    line = _line(row, item)
    due = doing.by.on + timedelta(days=row.cycle.settings["decide_days"])
    made = Appeal.objects.create(
        appraisal=row, item=item, line=line, text=text, evidence=evidence, frozen=line.reason,
        made_by_id=doing.by.user, made_at=doing.at, due_on=due,
    )  # fmt: skip
    doing.tell(appeal=made.pk, item=item, due_on=str(due))
    return made


def _line(row: Appraisal, item: str) -> RunLine:
    found = RunLine.objects.filter(
        run__definition=definition_of(row.cycle_id), source_kind="appraisal", source=row.pk,
        code=item,
    ).first()  # fmt: skip
    if found is None:
        raise NotFound(noun="score card", key=item)
    return found


def _open(doing: Deed, verb: str, appeal: int, version: int | None) -> Appeal:
    """An appeal in reach that is not decided, where the table lets the viewer do this."""
    row = locked(doing.scope.appeals(), "appeal", appeal, version)
    hold(row.appraisal.cycle_id)
    allow(doing.by, verb, row.appraisal.cycle, row.appraisal)
    if verb == "decide" and row.made_by_id and row.made_by_id == doing.by.user:
        raise OwnAppraisal
    if row.state not in OPEN:
        raise AppealIsDecided
    doing.tell(subject=row.pk, outlet=row.appraisal.outlet_id, item=row.item)
    return row


def withdraw(*, by: Viewer, at: datetime, appeal: int, version: int | None = None) -> Done:
    """Take one's own appeal back."""
    with duty("withdraw", by=by, at=at) as doing:
        row = _open(doing, "withdraw", appeal, version)
        changed(row, state=Appeal.State.WITHDRAWN)
        tell(by, [row.appraisal.manager_id], "withdrawn", row.appraisal, at)
        return Done(row.pk, row.version)


def hear(*, by: Viewer, at: datetime, appeal: int, version: int | None = None) -> Done:
    """Say that the person was heard."""
    with duty("hear", by=by, at=at) as doing:
        row = _open(doing, "hear", appeal, version)
        changed(row, state=Appeal.State.HEARD, heard_at=at)
        return Done(row.pk, row.version)


def decide(
    *,
    by: Viewer,
    at: datetime,
    appeal: int,
    how: Literal["upheld", "partly", "rejected"],
    decision: str,
    correction: Correction | None = None,
    version: int | None = None,
) -> Done:
    """Decide an appeal that one had no part in; what is upheld says what is put right.

    Raises:
        NothingDiffers: the correction leaves the score as it was, or there is none.
    """
    with duty("decide", by=by, at=at) as doing:
        row = _open(doing, "decide", appeal, version)
        if how not in DECIDED:
            raise BadValue(field="how", value=how, why=one_of(DECISIONS))
        if not decision.strip():
            raise SayWhy(field="decision")
        if how != "rejected":
            _must_fit(correction or Correction())
            _adjust(row, correction or Correction(), by, at)
        changed(row, state=how, decision=decision, decided_by_id=by.user, decided_at=at)
        doing.tell(how=how, decision=decision)
        tell(by, [row.appraisal.person_id, row.appraisal.manager_id], "decided", row.appraisal, at)
        return Done(row.pk, row.version)


def _must_fit(right: Correction) -> None:
    """Refuse marks and shares that could not have been given either."""
    for part, marks in right.ratings.items():
        for mark in marks:
            must_be_mark("rating", mark, field=f"rating_{part}")
    for goal, done in right.goals.items():
        must_be_mark("goal", done, field=f"goal_{goal}")


def _adjust(row: Appeal, correction: Correction, by: Viewer, at: datetime) -> None:
    """Score the person again with that one item put right, and keep what came of it."""
    adjust(row.appraisal, lambda text: _righted(text, row.item, correction), at, appeal=row)
    told = f"申诉 {row.pk} 成立后的调整", f"adjusted by appeal {row.pk}"
    follow(row.appraisal, by, at, rule=f"appeal_{row.pk}", told=told)


def _righted(text: str, code: str, correction: Correction) -> str:
    """A frozen score with one item's inputs put right."""
    held = json.loads(text)
    scheme, given = scheme_of(held["scheme"]), given_from(held["given"])
    item = next(item for item in scheme.items if item.key == code)
    return frozen(scheme, _corrected(given, item, correction), held["rules"])


def _corrected(given: Given, item: SchemeItem, right: Correction) -> Given:
    values, targets = dict(given.values), dict(given.targets)
    if right.value is not None:
        values[item.input] = Fraction(right.value, SCALE)
    if right.target is not None:
        targets[item.input] = Fraction(right.target, SCALE)
    ratings = {code: dict(by) for code, by in given.ratings.items()}
    for part, marks in right.ratings.items():
        ratings.setdefault(item.key, {})[part] = tuple(Fraction(mark, SCALE) for mark in marks)
    goals = dict(given.goals)
    if right.goals:
        goals[item.key] = tuple(
            replace(goal, done=Fraction(right.goals[goal.code], SCALE))
            if goal.code in right.goals
            else goal
            for goal in given.goals.get(item.key, ())
        )
    events = tuple(
        replace(event, why_not="appeal_upheld")
        if event.source in right.dismiss and event.item in (item.key, "")
        else event
        for event in given.events
    )
    return replace(
        given, values=values, targets=targets, ratings=ratings, goals=goals, events=events
    )
