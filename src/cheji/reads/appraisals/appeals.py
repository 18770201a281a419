"""The inbox of appeals: what waits, until when, and the item as it was published."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, cast

from django.db.models import QuerySet

from cheji.engine.definitions import SchemeItem
from cheji.engine.periods import Grain
from cheji.engine.scores import Given, given_from
from cheji.engine.scores.cycles import BY_VERB, DECIDE, barred
from cheji.reads.appraisals.items import heading_of, items_seen
from cheji.reads.appraisals.shapes import ItemSeen
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import SCALE, scheme_for
from cheji.records.models import Adjustment, Appeal, Appraisal, Evaluation, RunInput, User
from cheji.records.parties import parties_in
from cheji.records.scored import points_of
from cheji.records.standing import text_before
from cheji.records.visibility import Viewer, of, one

Result = tuple[Fraction | None, str]
"""A total and its grade."""
OPEN = (Appeal.State.OPEN.value, Appeal.State.HEARD.value)


@dataclass(frozen=True, slots=True)
class AppealSeen:
    """One appeal; `barred` says why the viewer may not decide it, empty where he may.

    `before` and `after` are totals and grades once it was upheld.
    """

    id: int
    appraisal: int
    cycle: int
    cycle_name: str
    person: Who
    outlet: Where
    item: str
    heading: KpiSeen
    text: str
    evidence: str
    state: str
    made_at: datetime
    due_on: date
    heard_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decision: str
    before: Result | None
    after: Result | None
    barred: str
    version: int

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def left(self, on: date) -> int:
        """Days until it is due; negative when it is late."""
        return (self.due_on - on).days


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an item was scored on, in 1/10,000: what a decision may put right."""

    source: str
    value: int | None
    target: int | None
    ratings: tuple[tuple[str, tuple[int, ...]], ...]
    goals: tuple[tuple[str, str, int | None], ...]
    events: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class AppealDetail:
    """An appeal with the item's reason and inputs as they were published.

    `points` are the item's before and after the adjustment, where there is one.
    """

    seen: AppealSeen
    frozen: ItemSeen
    inputs: Inputs
    manager: str
    marks: tuple[tuple[str, str, Fraction | None, str, str], ...]
    points: tuple[Fraction, Fraction] | None


def waiting(viewer: Viewer) -> int:
    """How many appeals wait for somebody with the viewer's right to decide."""
    if not viewer.can(DECIDE):
        return 0
    return _in_reach(viewer).filter(state__in=OPEN).exclude(appraisal__person=viewer.person).count()


def appeals(viewer: Viewer, *, state: str = "", cycle: int = 0) -> tuple[AppealSeen, ...]:
    """Appeals in reach: those that wait first, by the day on which they are due."""
    rows = _in_reach(viewer)
    if state == "open":
        rows = rows.filter(state__in=OPEN)
    elif state:
        rows = rows.filter(state=state)
    if cycle:
        rows = rows.filter(appraisal__cycle=cycle)
    found = _seen(viewer, list(rows.order_by("due_on", "id")))
    return tuple(sorted(found, key=lambda one: (not one.open, one.due_on, one.id)))


def appeal(viewer: Viewer, number: int) -> AppealDetail:
    """One appeal with its frozen evidence.

    Raises:
        NotFound: it is not in the viewer's reach.
    """
    row = one(_in_reach(viewer), "appeal", number, pk=number)
    scheme, ruling = scheme_for(row.appraisal), _ruling(viewer, row.appraisal)
    frozen = next(items_seen(ruling, scheme, {"parts": [row.frozen]}, lambda _kpi: ""))
    own = row.appraisal
    return AppealDetail(
        _seen(viewer, [row])[0],
        frozen,
        _inputs(row),
        own.manager.name if own.manager else "",
        tuple(_marks(own, row.item)),
        points_changed(row),
    )


def points_changed(row: Appeal) -> tuple[Fraction, Fraction] | None:
    """The item's points before and after what came of the appeal."""
    change = adjustment_of(row)
    if change is None:
        return None
    before, after = (
        points_of(row.appraisal, text, row.item) for text in (text_before(change), change.text)
    )
    return before, after


def _in_reach(viewer: Viewer) -> "QuerySet[Appeal]":
    rows = Appeal.objects.filter(appraisal__in=of(viewer).appraisals_in_reach())
    return rows.select_related(
        "appraisal__cycle", "appraisal__person", "appraisal__outlet", "appraisal__scheme",
        "appraisal__manager", "decided_by__person", "made_by__person", "adjustment",
    )  # fmt: skip


def _seen(viewer: Viewer, rows: Sequence[Appeal]) -> list[AppealSeen]:
    ground = Ground(viewer)
    parties: dict[int, set[str]] = {}
    for cycle in {row.appraisal.cycle_id: row.appraisal.cycle for row in rows}.values():
        own = [row.appraisal for row in rows if row.appraisal.cycle_id == cycle.pk]
        parties |= parties_in(viewer, cycle, own)
    return [_one(viewer, ground, row, parties[row.appraisal_id]) for row in rows]


def _one(viewer: Viewer, ground: Ground, row: Appeal, parties: set[str]) -> AppealSeen:
    own, change = row.appraisal, adjustment_of(row)
    why = barred(BY_VERB["decide"], own.cycle.state, parties)
    return AppealSeen(
        row.pk,
        own.pk,
        own.cycle_id,
        own.cycle.name,
        cast("Who", who(own.person)),
        where(own.outlet),
        row.item,
        item_seen(ground, row),
        row.text,
        row.evidence,
        row.state,
        row.made_at,
        row.due_on,
        row.heard_at,
        _name(row.decided_by),
        row.decided_at,
        row.decision,
        *results_changed(change),
        "right" if not viewer.can(DECIDE) else why,
        row.version,
    )


def item_seen(ground: Ground, row: Appeal) -> KpiSeen:
    """The heading of the item that an appeal is about, as its scheme has it."""
    own = row.appraisal
    item = next(item for item in scheme_for(own).items if item.key == row.item)
    return heading_of(_ruled(ground, own), item)


def adjustment_of(row: Appeal) -> Adjustment | None:
    """What came of an appeal, where it was upheld."""
    return getattr(row, "adjustment", None)


def results_changed(change: Adjustment | None) -> tuple[Result | None, Result | None]:
    """Total and grade before and after an adjustment."""
    if change is None:
        return None, None
    before, after = _exact(change.before), _exact(change.after)
    return (before, change.grade_before), (after, change.grade_after)


def _ruling(viewer: Viewer, row: Appraisal) -> Any:
    return _ruled(Ground(viewer), row)


def _ruled(ground: Ground, row: Appraisal) -> Any:
    return ground.ruling(cast("Grain", row.cycle.grain), row.cycle.period, row.outlet_id).ruling


def _name(user: User | None) -> str:
    return user.get_full_name() if user else ""


def _exact(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, SCALE)


def _inputs(row: Appeal) -> Inputs:
    """What the item was worked out from when it was appealed against.

    That is what was frozen with the result, or what appeals upheld before this one made of it.
    """
    before = Adjustment.objects.filter(appraisal=row.appraisal_id).exclude(appeal=row)
    if row.decided_at:
        before = before.filter(made_at__lt=row.decided_at)
    last = before.order_by("id").last() or RunInput.objects.get(appraisal=row.appraisal_id)
    item = next(i for i in scheme_for(row.appraisal).items if i.key == row.item)
    return inputs_of(item, given_from(json.loads(last.text)["given"]))


def inputs_of(item: SchemeItem, given: Given) -> Inputs:
    """An item's own part of what a score was worked out from; vetoes belong to every item."""
    rated = given.ratings.get(item.key, {})
    return Inputs(
        item.source,
        _scaled(given.values.get(item.input)),
        _scaled(given.targets.get(item.input)) or _scaled(item.target),
        tuple((part, tuple(_scaled(m) or 0 for m in marks)) for part, marks in rated.items()),
        tuple((goal.code, goal.text, _scaled(goal.done)) for goal in given.goals.get(item.key, ())),
        tuple(
            (event.source, event.code, event.why_not)
            for event in given.events
            if event.item in (item.key, "")
        ),
    )


def _scaled(value: Fraction | None) -> int | None:
    return None if value is None else round(value * SCALE)


def _marks(row: Appraisal, item: str) -> list[tuple[str, str, Fraction | None, str, str]]:
    """Marks of the item with comment and evidence: part, goal, mark, comment, evidence."""
    marks = Evaluation.objects.filter(task__appraisal=row, task__way="done", item=item)
    return [
        (one_.task.part, one_.goal, _exact(one_.mark), one_.comment, one_.evidence)
        for one_ in marks.select_related("task").order_by("task__part", "task", "goal", "id")
    ]
