"""Verbs of coaching: a task about a weak step, and the library of exercises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cheji import facts
from cheji.packs import load
from cheji.records.models import CoachingTask, Exercise
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Reach, Viewer
from cheji.records.words import NOT_BLANK

from . import messages
from .deeds import deed
from .locking import changed, locked, told
from .outlets import in_post, outlet_of


class AlreadyCoached(Refused):
    """There is an open task about this step of that month already. End it first."""

    zh = "该顾问在这个月、这一步已有未完成的辅导任务。请先结束它。"


class TaskEnded(Refused):
    """This task has ended already."""

    zh = "该辅导任务已结束。"


class SayHowItWent(Refused):
    """Say how it went: a sentence is enough."""

    zh = "请写一句结果说明。"


class DueInPast(Refused):
    """{on} has passed. Choose a day from today on."""

    zh = "{on} 已过。请选择今天或以后的日期。"


@dataclass(frozen=True)
class Evidence:
    """What led to a task: a step of a month and its figures in 1/10,000, None where unknown."""

    kpi: str
    result: str
    period: int
    own: int | None = None
    benchmark: int | None = None
    worth: int | None = None
    sample: int | None = None


@dataclass(frozen=True)
class Done:
    id: int


def assign(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    person: int,
    evidence: Evidence,
    exercise: str,
    due_on: date,
    note: str = "",
) -> Done:
    """Give somebody of the outlet an exercise about a weak step; he finds it in his inbox."""
    with deed("coaching.assign", by=by, at=at, right="coaching.write") as doing:
        where = outlet_of(doing.scope, outlet)
        _in_reach(doing.scope.reach("coaching"), outlet, person)
        in_post(person, where, by.on)
        if due_on < by.on:
            raise DueInPast(on=due_on, field="due_on")
        _no_other(outlet, person, evidence)
        row = CoachingTask.objects.create(
            outlet=where, person_id=person, exercise=exercise, due_on=due_on, note=note,
            made_by_id=by.user, made_at=at, kpi=evidence.kpi, result=evidence.result,
            period=evidence.period, own=evidence.own, benchmark=evidence.benchmark,
            worth=evidence.worth, sample=evidence.sample,
        )  # fmt: skip
        facts.post("coaching", [row.pk], at=at, fresh=True)
        doing.tell(subject=row.pk, outlet=outlet, person=person, kpi=row.kpi, period=row.period)
        body = {"noun": "coaching-task", "id": row.pk, "exercise": exercise, "due_on": str(due_on)}
        messages.tell_others(by, [person], "coaching.assigned", body, at)
        return Done(row.pk)


def _in_reach(reach: Reach, outlet: int, person: int) -> None:
    """The person's tasks must be the viewer's to see: a lead coaches his own team."""
    seen = reach.everything or outlet in reach.outlets or (outlet, person) in reach.members
    if not seen:
        raise NotFound(noun="person", key=person)


def _no_other(outlet: int, person: int, evidence: Evidence) -> None:
    same = CoachingTask.objects.filter(
        outlet=outlet, person=person, kpi=evidence.kpi, period=evidence.period,
        state=CoachingTask.State.OPEN,
    )  # fmt: skip
    if same.exists():
        raise AlreadyCoached(field="exercise")


def end(*, by: Viewer, at: datetime, task: int, version: int, done: bool, note: str) -> Done:
    """Close a task with what came of it: done, or dropped by who may give tasks."""
    verb, right = ("coaching.finish",) * 2 if done else ("coaching.drop", "coaching.write")
    with deed(verb, by=by, at=at, right=right) as doing:
        row = locked(doing.scope.coaching(), "coaching task", task, version)
        if row.state != CoachingTask.State.OPEN:
            raise TaskEnded
        if not note.strip():
            raise SayHowItWent(field="note")
        state = CoachingTask.State.DONE if done else CoachingTask.State.DROPPED
        changed(row, state=state, ended_on=by.on, ended_note=note)
        facts.post("coaching", [task], at=at)
        doing.tell(subject=task, outlet=row.outlet_id, kpi=row.kpi)
        body = {"noun": "coaching-task", "id": task, "exercise": row.exercise}
        whom = [row.person_id, *messages.owner_of(row.made_by_id)]
        messages.tell_others(by, whom, f"coaching.{state}", body, at)
        return Done(task)


# -- the library -----------------------------------------------------------------------------------


def add_exercise(*, by: Viewer, at: datetime, kpi: str, zh: str, en: str) -> Done:
    """Put an exercise of the house's own into the library."""
    with deed("exercises.add", by=by, at=at, right="exercises.write") as doing:
        _worded(zh, en)
        row = Exercise.objects.create(kpi=kpi, zh=zh, en=en)
        doing.tell(subject=row.pk, kpi=kpi, zh=zh)
        return Done(row.pk)


def change_exercise(
    *, by: Viewer, at: datetime, exercise: int, version: int, **values: str | bool
) -> Done:
    """Change the words or the step of an exercise (kpi, zh, en), or retire it (retired)."""
    with deed("exercises.change", by=by, at=at, right="exercises.write") as doing:
        row = locked(Exercise.objects.all(), "exercise", exercise, version)
        _worded(str(values.get("zh", row.zh)), str(values.get("en", row.en)))
        differs = changed(row, **values)
        doing.tell(subject=exercise, changes=told(differs))
        return Done(exercise)


def _worded(zh: str, en: str) -> None:
    for name, text in (("zh", zh), ("en", en)):
        if not text.strip():
            raise BadValue(field=name, value=text, why=NOT_BLANK)


def install_exercises(*, by: Viewer, at: datetime, pack: str) -> int:
    """Add a pack's exercises that the library does not have; returns how many."""
    with deed("exercises.install", by=by, at=at, right="exercises.write") as doing:
        rows = missing(load(pack).exercises)
        Exercise.objects.bulk_create(rows)
        doing.tell(pack=pack, added=len(rows))
        return len(rows)


def missing(exercises: tuple[Mapping[str, str], ...]) -> list[Exercise]:
    """A pack's exercises, by code, that are not in the library."""
    there = set(Exercise.objects.exclude(code="").values_list("code", flat=True))
    return [Exercise(**dict(one)) for one in exercises if one["code"] not in there]
