"""Everything that the page of one appraisal shows, asked for at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from cheji.engine.targets import Progress
from cheji.reads.appraisals.appeals import (
    Result,
    adjustment_of,
    points_changed,
    results_changed,
)
from cheji.reads.appraisals.developments import DevelopmentRow, developments_of
from cheji.reads.appraisals.happenings import TalkRow, ViolationRow, talks_with, violations_of
from cheji.reads.appraisals.heads import RELATED, AppraisalSeen, head_of, heads
from cheji.reads.appraisals.papers import PaperSeen, paper_of
from cheji.reads.appraisals.shapes import ScoreSeen
from cheji.reads.appraisals.standing import pacing, standing
from cheji.records.appraised import SCALE
from cheji.records.models import Appraisal, AppraisalItem
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of


@dataclass(frozen=True, slots=True)
class SideSeen:
    """What an item asked for before or after a revision; a goal has a text and its weight."""

    aims: tuple[Fraction | None, Fraction | None, Fraction | None]
    text: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class RevisionSeen:
    """What a mid-term revision changed of one item or goal, and why.

    `before` is None where a goal was added, `after` where it was dropped.
    """

    item: str
    goal: str
    before: SideSeen | None
    after: SideSeen | None
    why: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal against one item; `due` is until when it is to be decided.

    `points` of the item, and the result, `before` and `after` it, where it was upheld.
    """

    id: int
    item: str
    text: str
    evidence: str
    state: str
    on: datetime
    due: date
    decision: str
    decided_at: datetime | None
    version: int
    points: tuple[Fraction, Fraction] | None
    before: Result | None
    after: Result | None

    @property
    def open(self) -> bool:
        return self.state in ("open", "heard")


@dataclass(frozen=True, slots=True)
class PageSeen:
    """An appraisal as a whole; `siblings` are the same person's in other cycles and parts."""

    head: AppraisalSeen
    paper: PaperSeen
    score: ScoreSeen
    pace: Mapping[str, Progress]
    revisions: tuple[RevisionSeen, ...]
    appeals: tuple[AppealRow, ...]
    siblings: tuple[AppraisalSeen, ...]
    talks: tuple[TalkRow, ...]
    violations: tuple[ViolationRow, ...]
    developments: tuple[DevelopmentRow, ...]


def page_of(viewer: Viewer, appraisal: int) -> PageSeen | AppraisalSeen:
    """The page; of an appraisal in which one only has a task, no more than its heading.

    Raises:
        NotFound: the appraisal is not the viewer's to see.
    """
    row, head = head_of(viewer, appraisal)
    if not head.whole:
        return head
    score = standing(viewer, row)
    siblings = of(viewer).appraisals().filter(person=row.person_id).exclude(pk=row.pk)
    others = siblings.select_related(*RELATED).order_by("-cycle__since", "-since", "-id")[:12]
    return PageSeen(
        head,
        paper_of(viewer, row.pk),
        score,
        pacing(viewer, row, score),
        tuple(_revisions(row)),
        tuple(_appeals(viewer, row)),
        tuple(heads(viewer, others)),
        tuple(talks_with(viewer, row.person_id, row.since, row.cycle.until)),
        tuple(violations_of(viewer, row.person_id, row.since, row.until)),
        tuple(developments_of(viewer, row.person_id)),
    )


def score_of(viewer: Viewer, appraisal: int) -> tuple[AppraisalSeen, ScoreSeen]:
    """Where an appraisal stands, for the pages that explain a point of it.

    Raises:
        NotFound: it is not the viewer's to see as a whole.
    """
    row, head = head_of(viewer, appraisal)
    if not head.whole:
        raise NotFound(noun="appraisal", key=appraisal)
    return head, standing(viewer, row)


def _revisions(row: Appraisal) -> list[RevisionSeen]:
    rows = AppraisalItem.objects.filter(appraisal=row).exclude(revised_why="")
    return [
        RevisionSeen(
            one.item, one.goal, _side(one.revised_from), _side(one), one.revised_why,
            one.revised_at,
        )
        for one in rows.select_related("revised_from").order_by("revised_at", "id")
    ]  # fmt: skip


def _side(row: AppraisalItem | None) -> SideSeen | None:
    """What a row asks for; None of a goal that is not there, or is said to be dropped."""
    if row is None or (row.goal and not row.text):
        return None
    aims = _exact(row.base), _exact(row.target), _exact(row.stretch)
    return SideSeen(aims, row.text, Fraction(row.weight, SCALE))


def _exact(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, SCALE)


def _appeals(viewer: Viewer, row: Appraisal) -> list[AppealRow]:
    rows = of(viewer).appeals().filter(appraisal=row).order_by("-id")
    told = rows.select_related("adjustment", "appraisal")
    return [
        AppealRow(
            one.pk, one.item, one.text, one.evidence, one.state, one.made_at, one.due_on,
            one.decision, one.decided_at, one.version, points_changed(one),
            *results_changed(adjustment_of(one)),
        )
        for one in told
    ]  # fmt: skip
