"""Marks: saved as they are typed, handed in once, by the person, his manager and others."""

from datetime import datetime
from fractions import Fraction
from typing import Final

from django.db.models import QuerySet

from cheji.actions.appraisals.agreeing import task_of
from cheji.actions.appraisals.ground import Done, appraisal_for, duty, tell
from cheji.actions.appraisals.tasks import end
from cheji.engine.definitions import SchemeItem
from cheji.records.appraised import rateable, scheme_for
from cheji.records.models import Appraisal, AppraisalItem, Evaluation, StepTask
from cheji.records.refusals import BadValue, ChangedMeanwhile, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import Words, between

#: The highest mark by source, in 1/10,000: 100 of a rating, twice what a goal asks for.

NOT_OF_SCHEME: Final = Words("不在考核方案之内", "it is not in the scheme")
MOST = {"rating": 1_000_000, "goal": 20_000}


class NotMarked(Refused):
    """“{en}” is not marked in this part; a comment may be written."""

    zh = "“{zh}”在此环节不评分，可填写意见。"


class MarksMissing(Refused):
    """These are not marked yet: {en}."""

    zh = "以下各项尚未评分：{zh}。"


def save_mark(
    *,
    by: Viewer,
    at: datetime,
    appraisal: int,
    item: str,
    goal: str = "",
    mark: int | None = None,
    comment: str = "",
    evidence: str = "",
    version: int = 0,
) -> Done:
    """Save one mark as a draft, in 1/10,000; `version` is that seen, 0 when there was none.

    Raises:
        ChangedMeanwhile: it was changed on another page meanwhile.
        NotMarked: this part gives no mark for the item.
        BadValue: no such item or goal, or a mark out of range.
    """
    with duty("save_mark", by=by, at=at) as doing:
        row = appraisal_for(doing, "save_mark", appraisal)
        task = task_of(by, row)
        _check(row, task, item, goal, mark)
        held = Evaluation.objects.filter(task=task, item=item, goal=goal).first()
        if version != (held.version if held else 0):
            raise ChangedMeanwhile(noun="mark")
        held = held or Evaluation(task=task, item=item, goal=goal, version=0)
        held.mark, held.comment, held.evidence = mark, comment, evidence
        held.made_by_id, held.made_at = by.user, at
        held.version += 1
        held.save()
        doing.tell(part=task.part, item=item, goal=goal, mark=mark)
        return Done(held.pk, held.version)


def _check(row: Appraisal, task: StepTask, item: str, goal: str, mark: int | None) -> None:
    found = {one.key: one for one in scheme_for(row).items}.get(item)
    if found is None or (goal and not _goals(row, item).filter(goal=goal).exists()):
        raise BadValue(field="item", value=f"{item} {goal}".strip(), why=NOT_OF_SCHEME)
    if mark is None:
        return
    if not rateable(found, task.part) or (found.source == "goal") != bool(goal):
        raise NotMarked(zh=found.zh or item, en=found.en or item)
    must_be_mark(found.source, mark)


def must_be_mark(source: str, mark: int, *, field: str = "mark") -> None:
    """Refuse a mark, in 1/10,000, that an item of this source cannot have."""
    if not 0 <= mark <= MOST[source]:
        most = Fraction(MOST[source], 10_000)
        raise BadValue(field=field, value=str(Fraction(mark, 10_000)), why=between(0, most))


def _goals(row: Appraisal, item: str) -> "QuerySet[AppraisalItem]":
    return AppraisalItem.objects.filter(
        appraisal=row, item=item, superseded=False, kind="goal"
    ).exclude(goal="")


def submit(*, by: Viewer, at: datetime, appraisal: int) -> Done:
    """Hand in one's marks of an appraisal: from then on they stand.

    Raises:
        MarksMissing: a rating, or for the manager a goal, has no mark.
    """
    with duty("submit", by=by, at=at) as doing:
        row = appraisal_for(doing, "submit", appraisal)
        task = task_of(by, row)
        missing = _missing(row, task)
        if missing:
            zh, en = zip(*missing, strict=True)
            raise MarksMissing(zh="、".join(zh), en=", ".join(en))
        end(task, StepTask.Way.DONE, by, at)
        doing.tell(part=task.part, step=task.step)
        tell(by, [row.manager_id] if task.part == "self" else [], "submitted", row, at)
        return Done(row.pk, row.version)


def _missing(row: Appraisal, task: StepTask) -> list[tuple[str, str]]:
    """What has no mark yet, in Chinese and English; a goal by its own text."""
    marks = task.marks.exclude(mark=None).values_list("item", "goal")
    given = set(marks)
    asked = [item for item in scheme_for(row).items if rateable(item, task.part)]
    return [
        (text or item.zh or item.key, text or item.en or item.key)
        for item in asked
        for goal, text in _asked(row, item)
        if (item.key, goal) not in given
    ]


def _asked(row: Appraisal, item: SchemeItem) -> list[tuple[str, str]]:
    """The goals of an item with their texts, or the item itself."""
    if item.source != "goal":
        return [("", "")]
    return list(_goals(row, item.key).order_by("goal").values_list("goal", "text"))
