"""The evaluation form: what a viewer marks, of one person or of one item for all his people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from cheji.engine.definitions import Definitions, Scheme, SchemeItem
from cheji.engine.periods import Grain
from cheji.engine.scores import ScoreCard
from cheji.reads.appraisals.heads import RELATED, AppraisalSeen, TaskSeen, head_of, heads
from cheji.reads.appraisals.items import heading_of, names_of, said
from cheji.reads.appraisals.standing import cards_now
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import KpiSeen
from cheji.records.appraised import SCALE, rateable, scheme_for
from cheji.records.models import Appraisal, AppraisalItem, Evaluation
from cheji.records.visibility import Viewer, of

STEPS = ("self", "manager", "peers")


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the form: an item, or a work goal below it, of one person.

    `mark` is in 1/10,000 as it is kept; `own` what the person gave himself, with comment
    and evidence, for his manager.
    `actual`, `target` and `points` are those of a KPI as it stands now. `own_id` is the mark that
    the person gave himself, beside which files of evidence stand.
    """

    appraisal: int
    item: str
    goal: str
    heading: KpiSeen
    text: str
    source: str
    weight: Fraction
    standard: tuple[tuple[str, str], ...]
    proof: bool
    markable: bool
    mark: int | None
    comment: str
    evidence: str
    version: int
    own: tuple[int | None, str, str] | None
    actual: Fraction | None
    target: Fraction | None
    points: Fraction | None
    own_id: int | None

    @property
    def key(self) -> str:
        return ".".join([str(self.appraisal), self.item, *([self.goal] if self.goal else [])])


@dataclass(frozen=True, slots=True)
class Marking:
    """A person's lines under the viewer's task; `open` while the task is."""

    head: AppraisalSeen
    task: TaskSeen
    open: bool
    slots: tuple[Slot, ...]


def marking(viewer: Viewer, appraisal: int) -> Marking | None:
    """All lines of one person; None when the viewer has nothing to mark there.

    Raises:
        NotFound: the appraisal is not his to see.
    """
    row, head = head_of(viewer, appraisal)
    found = _markings(viewer, [row], [head])
    return found[0] if found else None


def to_mark(viewer: Viewer, cycle: int) -> list[AppraisalSeen]:
    """Whom the viewer has an open task to mark in a cycle, by staff number."""
    found = _in_cycle(viewer, cycle)
    return [head for head in heads(viewer, found) if head.mine and head.mine.step in STEPS]


def _in_cycle(viewer: Viewer, cycle: int) -> list[Appraisal]:
    rows = of(viewer).appraisals().filter(cycle=cycle, left_out="").select_related(*RELATED)
    return list(rows.order_by("person__number", "since"))


def marking_by_item(viewer: Viewer, cycle: int) -> list[Marking]:
    """Everybody of a cycle whom the viewer has an open task to mark, by staff number."""
    found = _in_cycle(viewer, cycle)
    return [one for one in _markings(viewer, found, heads(viewer, found)) if one.open]


def _task(viewer: Viewer, head: AppraisalSeen) -> TaskSeen | None:
    """His open task, or the last one in which he marked."""
    if head.mine and head.mine.step in STEPS:
        return head.mine
    his = [t for t in head.tasks if (t.delegate or t.owner).id == viewer.person]
    return next((task for task in reversed(his) if task.step in STEPS), None)


def _markings(
    viewer: Viewer, rows: Sequence[Appraisal], seen: Sequence[AppraisalSeen]
) -> list[Marking]:
    tasks = {head.id: task for head in seen if (task := _task(viewer, head))}
    kept = [row for row in rows if row.pk in tasks]
    marks, goals = _marks(tasks.values()), _goals(kept)
    shown = [row for row in kept if tasks[row.pk].part in ("self", "manager")]
    cards = cards_now(viewer, shown) if shown else {}
    ground = Ground(viewer)
    found = []
    for row, head in zip(rows, seen, strict=True):
        if head.id in tasks:
            task = tasks[head.id]
            line = Line(_ruling(ground, row), scheme_for(row), task, cards.get(row.pk), marks)
            slots = tuple(line.slots(row, goals.get(row.pk, [])))
            found.append(Marking(head, task, head.mine == task, slots))
    return found


def _ruling(ground: Ground, row: Appraisal) -> Definitions:
    return ground.ruling(cast("Grain", row.cycle.grain), row.cycle.period, row.outlet_id).ruling


Marks = dict[tuple[int, str, str, str], Evaluation]


@dataclass(frozen=True)
class Line:
    """What the lines of one person are made of."""

    ruling: Definitions
    scheme: Scheme
    task: TaskSeen
    card: ScoreCard | None
    marks: Marks

    def slots(self, row: Appraisal, goals: Sequence[AppraisalItem]) -> Iterable[Slot]:
        names = names_of(self.ruling, self.scheme)
        for item in self.scheme.items:
            seen = heading_of(self.ruling, item)
            rule = said(item, seen, names)
            if item.source == "goal":
                mine = [goal for goal in goals if goal.item == item.key]
                for goal in mine if rateable(item, self.task.part) else []:
                    yield self._slot(row, item, seen, rule, goal)
            elif rateable(item, self.task.part) or self.card is not None:
                yield self._slot(row, item, seen, rule, None)

    def _slot(
        self,
        row: Appraisal,
        item: SchemeItem,
        seen: KpiSeen,
        rule: tuple[tuple[str, str], ...],
        goal: AppraisalItem | None,
    ) -> Slot:
        code = goal.goal if goal else ""
        held = self.marks.get((row.pk, self.task.part, item.key, code))
        own = self.marks.get((row.pk, "self", item.key, code))
        scored = {one.code: one for one in self.card.items} if self.card else {}
        now = scored.get(item.key) if item.source in ("kpi", "deductions") else None
        return Slot(
            row.pk, item.key, code, seen, goal.text if goal else "", item.source,
            Fraction(goal.weight, SCALE) if goal else item.weight, rule, item.evidence,
            rateable(item, self.task.part), held.mark if held else None,
            held.comment if held else "", held.evidence if held else "",
            held.version if held else 0,
            (own.mark, own.comment, own.evidence) if own and self.task.part == "manager" else None,
            now.actual if now else None, now.target if now else None, now.points if now else None,
            own.pk if own and self.task.part in ("self", "manager") else None,
        )  # fmt: skip


def _marks(tasks: Iterable[TaskSeen]) -> Marks:
    """The viewer's own marks, and for a manager what the person handed in himself."""
    mine = {task.id: task.appraisal for task in tasks}
    own = Evaluation.objects.filter(
        task__appraisal__in=set(mine.values()), task__part="self", task__way="done"
    )
    rows = Evaluation.objects.filter(task__in=mine) | own
    return {
        (row.task.appraisal_id, row.task.part, row.item, row.goal): row
        for row in rows.select_related("task")
    }


def _goals(rows: Sequence[Appraisal]) -> dict[int, list[AppraisalItem]]:
    found: dict[int, list[AppraisalItem]] = {}
    asked = AppraisalItem.objects.filter(appraisal__in=rows, superseded=False).exclude(goal="")
    for goal in asked.order_by("position", "goal"):
        found.setdefault(goal.appraisal_id, []).append(goal)
    return found
