"""Moving a cycle from step to step, and calibration on the way."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from cheji.actions.appraisals.ground import (
    Done,
    OwnAppraisal,
    appraisal_for,
    cycle_for,
    duty,
    tell,
    wrong_step,
)
from cheji.actions.appraisals.tasks import give_tasks
from cheji.actions.deeds import SayWhy
from cheji.actions.fitting import must_be_short
from cheji.actions.locking import changed
from cheji.engine.periods import DAY
from cheji.engine.scores.cycles import BEFORE, backward, onward
from cheji.records.appraised import scheme_for
from cheji.records.models import Appeal, CalibrationMove, Cycle, Placement, StepTask
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import Words, between


class TasksOpen(Refused):
    """{count} things are still to be done in this step. Do them, or skip them with a reason."""

    zh = "本阶段还有 {count} 项任务未完成。请完成，或写明原因后跳过。"


class NoManager(Refused):
    """{count} people have no manager in this cycle. Name one for each, or leave them out."""

    zh = "有 {count} 人在本周期没有上级。请指定上级，或写明原因不参加考核。"


class AppealsOpen(Refused):
    """{count} appeals are not decided yet."""

    zh = "还有 {count} 条申诉尚未裁决。"


class WindowOpen(Refused):
    """People may appeal until the end of {last}; then the cycle goes on."""

    zh = "申诉期至 {last} 当日结束，之后才能继续。"


def advance(
    *, by: Viewer, at: datetime, cycle: int, to: str = "", version: int | None = None
) -> Done:
    """Move a cycle into its next step; `to` chooses where there is more than one.

    Publishing and applying are verbs of their own.

    Raises:
        WrongStep: `to` is no next step, or one of those verbs leads there.
        TasksOpen, NoManager, AppealsOpen, WindowOpen: what keeps the step from ending.
    """
    with duty("advance", by=by, at=at) as doing:
        row = cycle_for(doing, "advance", cycle, version)
        into = to or onward(row.state, row.settings["left_out"])[0]
        goes_on(row, into)
        if into in ("published", "applied"):
            raise wrong_step(row)
        _after_appeals(row, into, by)
        enter(row, into, by, at)
        doing.tell(to=into)
        return Done(row.pk, row.version)


def goes_on(cycle: Cycle, into: str) -> None:
    """Refuse a step that is not the next, and to leave one that is not finished."""
    if into not in onward(cycle.state, cycle.settings["left_out"]):
        raise wrong_step(cycle)
    if cycle.state not in BEFORE:
        return
    there = cycle.appraisals.filter(left_out="")
    without = there.filter(manager=None).count() if cycle.state != "draft" else 0
    if without:
        raise NoManager(count=without)
    open_ = StepTask.objects.filter(
        appraisal__in=there, step=cycle.state, way=StepTask.Way.OPEN
    ).count()
    if open_:
        raise TasksOpen(count=open_)


def _after_appeals(cycle: Cycle, into: str, by: Viewer) -> None:
    if into not in ("deciding", "archived"):
        return
    if cycle.appeal_until and by.on < cycle.appeal_until:
        raise WindowOpen(last=cycle.appeal_until - DAY)
    open_ = Appeal.objects.filter(appraisal__cycle=cycle, state__in=("open", "heard")).count()
    if into == "archived" and open_:
        raise AppealsOpen(count=open_)


def enter(cycle: Cycle, step: str, by: Viewer, at: datetime, **more: object) -> None:
    """Let a cycle reach a step, and give and tell everybody what he has to do in it."""
    changed(cycle, state=step, moved_by_id=by.user, moved_at=at, **more)
    if step not in BEFORE:
        return
    rows = list(cycle.appraisals.filter(left_out=""))
    give_tasks(cycle, rows)
    named = StepTask.objects.filter(appraisal__in=rows, step=step, way=StepTask.Way.OPEN)
    whom = {who for pair in named.values_list("owner", "delegate") for who in pair if who}
    tell(by, whom, "task", cycle, at)


def step_back(*, by: Viewer, at: datetime, cycle: int, why: str) -> Done:
    """Go back one step with a reason; never once results are published."""
    with duty("step_back", by=by, at=at) as doing:
        row = cycle_for(doing, "step_back", cycle)
        if not why.strip():
            raise SayWhy(field="why")
        must_be_short("why", why)
        into = backward(row.state, row.settings["left_out"])
        enter(row, into, by, at)
        doing.tell(to=into, why=why)
        return Done(row.pk, row.version)


def calibrate(
    *, by: Viewer, at: datetime, cycle: int, person: int, from_grade: str, to_grade: str,
    why: str,
) -> Done:  # fmt: skip
    """Change the grade that somebody is to get; the last change holds. A veto stays a veto.

    Raises:
        ChangedMeanwhile: `from_grade` is not what the last change gave.
    """
    with duty("calibrate", by=by, at=at) as doing:
        row = cycle_for(doing, "calibrate", cycle)
        if person == by.person:
            raise OwnAppraisal
        own = row.appraisals.filter(person=person, left_out="").order_by("-until", "-id").first()
        if own is None:
            raise NotFound(noun="appraisal", key=person)
        grades = [grade.label for grade in scheme_for(own).grades]
        if to_grade not in grades or to_grade == from_grade:
            raise BadValue(field="to_grade", value=to_grade, why=_other(grades, from_grade))
        if not why.strip():
            raise SayWhy(field="why")
        last = row.moves.filter(person=person).order_by("id").last()
        if last and from_grade != last.to_grade in grades:
            raise ChangedMeanwhile(noun="appraisal")
        made = CalibrationMove.objects.create(
            cycle=row, person_id=person, from_grade=from_grade, to_grade=to_grade, reason=why,
            made_by_id=by.user, made_at=at,
        )  # fmt: skip
        doing.tell(person=person, grades=[from_grade, to_grade], why=why)
        return Done(made.pk)


def _other(grades: Sequence[str], grade: str) -> Words:
    """The grades that somebody may be moved to."""
    rest = [one for one in grades if one != grade]
    return Words(f"可选：{'、'.join(rest)}", f"choose one of: {', '.join(rest)}")


def place(*, by: Viewer, at: datetime, appraisal: int, potential: int, why: str) -> Done:
    """Say as the manager how far somebody may go: 1, 2 or 3, with a reason; the last one holds."""
    with duty("place", by=by, at=at) as doing:
        row = appraisal_for(doing, "place", appraisal)
        if potential not in (1, 2, 3):
            raise BadValue(field="potential", value=potential, why=between(1, 3))
        if not why.strip():
            raise SayWhy(field="why")
        made = Placement.objects.create(
            cycle=row.cycle, person_id=row.person_id, potential=potential, reason=why,
            made_by_id=by.user, made_at=at,
        )  # fmt: skip
        doing.tell(potential=potential, why=why)
        return Done(made.pk)


def remind(*, by: Viewer, at: datetime, cycle: int) -> int:
    """Tell those whose tasks in a cycle's step are open, once a day; returns how many."""
    with duty("advance", by=by, at=at) as doing:
        row = cycle_for(doing, "advance", cycle)
        due = row.steps.filter(step=row.state).filter(
            Q(reminded_at=None) | Q(reminded_at__date__lt=at.date())
        )
        if not due.exists():
            return 0
        open_ = StepTask.objects.filter(
            appraisal__cycle=row, appraisal__left_out="", step=row.state, way=StepTask.Way.OPEN
        )
        whom = {task.delegate_id or task.owner_id for task in open_}
        due.update(reminded_at=at)
        tell(by, whom, "reminder", row, at)
        doing.tell(reminded=len(whom))
        return len(whom)
