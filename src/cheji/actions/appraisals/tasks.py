"""What has to be done in a step, by whom: given, delegated, skipped, opened again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from cheji.actions.appraisals.ground import Done, OwnAppraisal, appraisal_for, duty, tell
from cheji.actions.deeds import Deed, SayWhy
from cheji.engine.scores.cycles import BEFORE, BY_CODE, LEAD, ORDER, PLANNED
from cheji.records.models import Appraisal, Cycle, Person, Post, StepTask
from cheji.records.refusals import BadValue, Refused
from cheji.records.rights import DOES
from cheji.records.visibility import Viewer, one
from cheji.records.words import Words

OF_MANAGERS: Final = Words("只能委派上级的任务", "only a manager's task is handed to another")
NOT_DONE: Final = Words("尚未提交", "it was not handed in yet")


class CannotActForYou(Refused):
    """{name} holds no post here that appraises others. Choose a lead, a manager or a head."""

    zh = "{name} 在此没有可考核他人的岗位。请选择主管、经理或上级负责人。"


class TaskIsOver(Refused):
    """This is done or skipped already."""

    zh = "该任务已完成或已跳过。"


class PartIsNamed(Refused):
    """Raters are named for peers, reports or customers; the person and his manager are set."""

    zh = "只能指定同级、下级或客户评分人；本人与上级由系统确定。"


def give_tasks(cycle: Cycle, rows: Iterable[Appraisal]) -> None:
    """Give each appraisal what its cycle's step asks for, once."""
    parts = BY_CODE[cycle.state].tasks
    found = list(rows)
    there = set(
        StepTask.objects.filter(appraisal__in=found, step=cycle.state, part__in=parts).values_list(
            "appraisal", "part"
        )
    )
    StepTask.objects.bulk_create(
        [
            StepTask(appraisal=row, step=cycle.state, part=part, owner_id=owner)
            for row in found
            for part in parts
            if (row.pk, part) not in there
            and (owner := row.person_id if part == "self" else row.manager_id) is not None
        ],
        batch_size=2000,
    )


def _task(doing: Deed, verb: str, task: int) -> StepTask:
    """A task of an appraisal in reach, locked, where the table lets the viewer do this."""
    rows = StepTask.objects.filter(appraisal__in=doing.scope.appraisals())
    seen = one(rows, "task", task, pk=task)
    appraisal_for(doing, verb, seen.appraisal_id)
    return StepTask.objects.select_for_update().select_related("appraisal__cycle").get(pk=task)


def delegate(*, by: Viewer, at: datetime, task: int, to: int, why: str) -> Done:
    """Let somebody else who appraises here do a manager's task; a delegate is barred alike."""
    with duty("delegate", by=by, at=at) as doing:
        row = _task(doing, "delegate", task)
        if row.way:
            raise TaskIsOver
        if row.part != "manager":
            raise BadValue(field="task", value=row.part, why=OF_MANAGERS)
        _said(why)
        person = one(doing.scope.people(), "person", to, pk=to)
        if to == row.appraisal.person_id:
            raise OwnAppraisal
        _must_lead(person, row.appraisal, doing)
        row.delegate = None if to == row.owner_id else person
        row.delegated_by_id, row.delegated_why = by.user, why
        row.save()
        doing.tell(task=task, to=to, why=why)
        tell(by, [to], "delegated", row.appraisal, at)
        return Done(task)


def _must_lead(person: Person, appraisal: Appraisal, doing: Deed) -> None:
    """Refuse who holds no post that appraises others at, above or within the outlet."""
    path = appraisal.outlet.path
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=doing.by.on),
        Q(unit__in=[int(part) for part in path.strip("/").split("/")])
        | Q(unit__parent=appraisal.outlet_id),
        person=person,
        since__lte=doing.by.on,
        role__in=[role for role, verbs in DOES.items() if LEAD in verbs],
    )
    if not posts.exists():
        raise CannotActForYou(name=person.name)


def skip(*, by: Viewer, at: datetime, task: int, why: str) -> Done:
    """Go on without a task that nobody can do, with a reason."""
    with duty("skip", by=by, at=at) as doing:
        row = _task(doing, "skip", task)
        if row.way:
            raise TaskIsOver
        _said(why)
        end(row, StepTask.Way.SKIPPED, by, at, why)
        doing.tell(task=task, step=row.step, part=row.part, why=why)
        tell(by, [row.owner_id, row.delegate_id], "skipped", row.appraisal, at)
        return Done(task)


def reopen(*, by: Viewer, at: datetime, task: int, why: str) -> Done:
    """Let somebody mend what he has handed in, with a reason; a digest agreed to is void."""
    with duty("reopen", by=by, at=at) as doing:
        row = _task(doing, "reopen", task)
        if not row.way:
            raise BadValue(field="task", value=task, why=NOT_DONE)
        if row.step != row.appraisal.cycle.state:
            now = BY_CODE[row.appraisal.cycle.state]
            why_not = Words(f"周期已到“{now.zh}”", f"the cycle is at “{now.en}” by now")
            raise BadValue(field="step", value=row.step, why=why_not)
        _said(why)
        row.way, row.why, row.done_at, row.done_by = StepTask.Way.OPEN, "", None, None
        row.save()
        if row.step in PLANNED:
            void(row.appraisal)
        doing.tell(task=task, step=row.step, part=row.part, why=why)
        tell(by, [row.delegate_id or row.owner_id], "reopened", row.appraisal, at)
        return Done(task)


def name_raters(
    *, by: Viewer, at: datetime, appraisal: int, part: str, people: Sequence[int]
) -> Done:
    """Say who marks the person as peer, report or customer; those who have not begun may change."""
    with duty("name_raters", by=by, at=at) as doing:
        row = appraisal_for(doing, "name_raters", appraisal)
        if part not in ("peer", "report", "customer"):
            raise PartIsNamed
        if row.person_id in people:
            raise OwnAppraisal
        if row.manager_id in people:
            raise PartIsNamed
        step = "peers"
        if ORDER.index(row.cycle.state) > BEFORE.index(step):
            raise TaskIsOver
        for who in people:
            one(doing.scope.people(), "person", who, pk=who)
        mine = row.tasks.filter(step=step, part=part)
        mine.filter(way="", marks=None).exclude(owner__in=people).delete()
        there = set(mine.values_list("owner", flat=True))
        StepTask.objects.bulk_create(
            StepTask(appraisal=row, step=step, part=part, owner_id=who)
            for who in people
            if who not in there
        )
        doing.tell(part=part, people=sorted(people))
        tell(by, set(people) - there, "rater", row, at)
        return Done(row.pk, row.version)


def end(task: StepTask, way: str, by: Viewer, at: datetime, why: str = "") -> None:
    """Mark a task as done or skipped."""
    task.way, task.why, task.done_at, task.done_by_id = way, why, at, by.user
    task.save()


def void(row: Appraisal) -> None:
    """What was agreed is agreed no more; both have to do it again."""
    row.digest, row.person_agreed_at, row.manager_agreed_at = "", None, None
    row.version += 1
    row.save()
    open_ = {"way": StepTask.Way.OPEN, "why": "", "done_at": None, "done_by": None}
    row.tasks.filter(step=row.cycle.state).update(**open_)


def _said(why: str) -> None:
    if not why.strip():
        raise SayWhy(field="reason")
