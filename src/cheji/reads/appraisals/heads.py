"""Appraisals as their lists and pages name them: whose, in which cycle and step, what is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db.models import Exists, OuterRef, Q, QuerySet

from cheji.engine.periods import Period
from cheji.engine.scores.cycles import FINAL, LEAD, NAMELESS
from cheji.reads.seen import Where, Who, where, who
from cheji.records.models import Appraisal, Cycle, Post, StepTask, Unit
from cheji.records.parties import duties_open, parties_in
from cheji.records.refusals import NotFound
from cheji.records.rights import DOES
from cheji.records.visibility import Viewer, of, one

RELATED = ("cycle__unit", "person", "manager", "outlet", "team", "scheme")


@dataclass(frozen=True, slots=True)
class CycleHead:
    """A cycle: the step that it has reached, and until when steps are due."""

    id: int
    name: str
    state: str
    grain: str
    period: int
    since: date
    until: date
    appeal_until: date | None
    left_out: tuple[str, ...]
    due: dict[str, date]

    @property
    def final(self) -> bool:
        return self.state in FINAL


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """Something to do in a step, in whose name (`part`), by whom, until when."""

    id: int
    appraisal: int
    step: str
    part: str
    owner: Who
    delegate: Who | None
    way: str
    why: str
    done_at: datetime | None
    due_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class AppraisalSeen:
    """One appraisal with what the viewer is to it and may do now.

    `mine` is his open task in the step; `whole` whether more than that task is his to see.
    """

    id: int
    version: int
    cycle: CycleHead
    person: Who
    manager: Who | None
    outlet: Where
    role: str
    since: date
    until: date
    absent: int
    left_out: str
    scheme: str
    person_agreed_at: datetime | None
    manager_agreed_at: datetime | None
    parties: frozenset[str]
    duties: frozenset[str]
    tasks: tuple[TaskSeen, ...]
    mine: TaskSeen | None
    whole: bool

    @property
    def own(self) -> bool:
        return "person" in self.parties


def heads(viewer: Viewer, rows: Iterable[Appraisal]) -> list[AppraisalSeen]:
    """Rows that the viewer sees, read with `RELATED`; a few queries for each cycle among them."""
    found = list(rows)
    by_cycle: dict[int, list[Appraisal]] = {}
    for row in found:
        by_cycle.setdefault(row.cycle_id, []).append(row)
    inside = of(viewer).appraisals_in_reach().filter(pk__in=[row.pk for row in found])
    whole = set(inside.values_list("pk", flat=True))
    seen: dict[int, AppraisalSeen] = {}
    for group in by_cycle.values():
        cycle = group[0].cycle
        head, parties = _head(cycle), parties_in(viewer, cycle, group)
        tasks = _tasks(head, viewer.on, group)
        for row in group:
            mine = parties[row.pk]
            seen[row.pk] = _seen(row, head, viewer, (mine, tasks.get(row.pk, []), row.pk in whole))
    return [seen[row.pk] for row in found]


def head_of(viewer: Viewer, appraisal: int) -> tuple[Appraisal, AppraisalSeen]:
    """One appraisal in reach or with a task of the viewer's, as a row and as it is shown.

    Raises:
        NotFound: it is not his to see.
    """
    rows = of(viewer).appraisals().select_related(*RELATED)
    row = one(rows, "appraisal", appraisal, pk=appraisal)
    return row, heads(viewer, [row])[0]


def appraisal_head(viewer: Viewer, appraisal: int) -> AppraisalSeen:
    """One appraisal as it is named, for what may be done with it."""
    return head_of(viewer, appraisal)[1]


def task_head(viewer: Viewer, task: int) -> tuple[TaskSeen, AppraisalSeen]:
    """One task with its appraisal.

    Raises:
        NotFound: the appraisal is not the viewer's to see.
    """
    scope = of(viewer)
    row = one(StepTask.objects.filter(appraisal__in=scope.appraisals()), "task", task, pk=task)
    head = appraisal_head(viewer, row.appraisal_id)
    found = [seen for seen in head.tasks if seen.id == task]
    if not found:
        raise NotFound(noun="task", key=task)
    return found[0], head


def stand_ins(viewer: Viewer, task: int) -> list[Who]:
    """Who could do a manager's task in his place: those who appraise others here or above."""
    seen, head = task_head(viewer, task)
    path = Unit.objects.values_list("path", flat=True).get(pk=head.outlet.id)
    posts = Post.objects.filter(
        Q(until=None) | Q(until__gt=viewer.on),
        Q(unit__in=[int(part) for part in path.strip("/").split("/")])
        | Q(unit__parent=head.outlet.id),
        since__lte=viewer.on,
        role__in=[role for role, verbs in DOES.items() if LEAD in verbs],
    ).exclude(person=head.person.id)
    people = of(viewer).people().filter(pk__in=posts.values("person")).order_by("number")
    now = (seen.delegate or seen.owner).id
    return [cast("Who", who(person)) for person in people.exclude(pk=now)]


def _seen(
    row: Appraisal, head: CycleHead, viewer: Viewer, known: tuple[set[str], list[TaskSeen], bool]
) -> AppraisalSeen:
    parties, tasks, whole = known
    if row.person_id == viewer.person:  # who marks him besides his manager is not told
        tasks = [task for task in tasks if task.part not in NAMELESS]
    open_ = [task for task in tasks if task.step == head.state and not task.way]
    mine = [task for task in open_ if (task.delegate or task.owner).id == viewer.person]
    duties = duties_open(viewer, row.cycle, parties) if not row.left_out else frozenset()
    return AppraisalSeen(
        row.pk, row.version, head, cast("Who", who(row.person)), who(row.manager),
        where(row.outlet), row.role, row.since, row.until, row.absent, row.left_out,
        row.scheme.code, row.person_agreed_at, row.manager_agreed_at, frozenset(parties), duties,
        tuple(tasks), mine[0] if mine else None, whole,
    )  # fmt: skip


def _head(cycle: Cycle) -> CycleHead:
    return CycleHead(
        cycle.pk, cycle.name, cycle.state, cycle.grain, cycle.period, cycle.since, cycle.until,
        cycle.appeal_until, tuple(cycle.settings["left_out"]),
        dict(cycle.steps.values_list("step", "due_on")),
    )  # fmt: skip


def _tasks(head: CycleHead, today: date, rows: Sequence[Appraisal]) -> dict[int, list[TaskSeen]]:
    found: dict[int, list[TaskSeen]] = {}
    asked = StepTask.objects.filter(appraisal__in=[row.pk for row in rows])
    for task in asked.select_related("owner", "delegate").order_by("id"):
        due = head.due.get(task.step)
        late = bool(due and not task.way and task.step == head.state and due < today)
        found.setdefault(task.appraisal_id, []).append(
            TaskSeen(
                task.pk, task.appraisal_id, task.step, task.part, cast("Who", who(task.owner)),
                who(task.delegate), task.way, task.why, task.done_at, due, late,
            )
        )  # fmt: skip
    return found


def waiting(viewer: Viewer, rows: "QuerySet[Appraisal]") -> "QuerySet[Appraisal]":
    """Those in which the viewer has something to do in their cycle's step, the earliest first."""
    mine = Q(delegate=viewer.person) | Q(delegate=None, owner=viewer.person)
    open_ = StepTask.objects.filter(
        mine, appraisal=OuterRef("pk"), step=OuterRef("cycle__state"), way=StepTask.Way.OPEN
    )
    found = rows.filter(Exists(open_), left_out="")
    return found.order_by("cycle__until", "since", "id")


def own_now(viewer: Viewer, cycle: int = 0) -> int | None:
    """The viewer's own appraisal that waits for him, else the latest; None without one.

    Of any cycle, or of one.
    """
    rows = of(viewer).appraisals().filter(person=viewer.person or 0)
    rows = rows.filter(cycle=cycle) if cycle else rows
    first = waiting(viewer, rows).values_list("pk", flat=True).first()
    latest = rows.order_by("-cycle__since", "-since", "-id")
    return first or latest.values_list("pk", flat=True).first()


def appraisal_in(viewer: Viewer, person: int, outlet: int, days: Period) -> int | None:
    """The appraisal that a person has in an outlet for these days, if the viewer sees it."""
    rows = (
        of(viewer)
        .appraisals_in_reach()
        .filter(
            person=person, outlet=outlet, left_out="", since__lt=days.until, until__gt=days.start
        )
    )
    return rows.order_by("-since", "-id").values_list("pk", flat=True).first()


def led(viewer: Viewer) -> "QuerySet[Appraisal]":
    """Appraisals of others that the viewer leads, or sees by his post above them."""
    return of(viewer).appraisals_in_reach().exclude(person=viewer.person or 0)
