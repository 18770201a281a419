"""Files of evidence: what is attached to a thing that the viewer sees, and one of them opened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from cheji.records.evidence import opened
from cheji.records.models import Appeal, Evaluation, EvidenceFile, Violation
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of, one


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One attached file; `size` in bytes."""

    id: int
    name: str
    kind: str
    size: int
    digest: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """The files beside one thing; `open` is whether the viewer may add to them."""

    noun: str
    number: int
    person: str
    appraisal: int | None
    files: tuple[FileSeen, ...]
    open: bool


def proof(viewer: Viewer, noun: str, number: int) -> Proof:
    """The files beside a `violation`, an `appeal` or a `mark` of oneself.

    Raises:
        NotFound: it is not the viewer's to see.
    """
    about, person, appraisal, open_ = _about(viewer, noun, number)
    return Proof(noun, number, person, appraisal, files_of(about.files.all()), open_)


def files_of(rows: "QuerySet[EvidenceFile]") -> tuple[FileSeen, ...]:
    """Files in the order in which they came, without their content."""
    found = rows.defer("content").select_related("made_by__person").order_by("id")
    return tuple(
        FileSeen(
            row.pk, row.name, row.kind, row.size, row.digest,
            row.made_by.get_full_name() if row.made_by else "", row.made_at,
        )
        for row in found
    )  # fmt: skip


def file(viewer: Viewer, number: int) -> tuple[FileSeen, bytes]:
    """One file with its content.

    Raises:
        NotFound: what it proves is not the viewer's to see.
        FileDamaged: it is not what was attached.
    """
    row = one(EvidenceFile.objects.all(), "file", number, pk=number)
    try:
        _about(viewer, *_place(row))
    except NotFound:
        raise NotFound(noun="file", key=number) from None
    (seen,) = files_of(EvidenceFile.objects.filter(pk=row.pk))
    return seen, opened(bytes(row.content), str(row.key), row.digest)


def _place(row: EvidenceFile) -> tuple[str, int]:
    for noun, number in (("violation", row.violation_id), ("appeal", row.appeal_id)):
        if number is not None:
            return noun, number
    return "mark", row.mark_id or 0


def _about(viewer: Viewer, noun: str, number: int) -> tuple[Any, str, int | None, bool]:
    """What is proved, of whom, on which appraisal, and whether the viewer may add to it."""
    if noun == "violation":
        return _violation(viewer, number)
    if noun == "appeal":
        return _appeal(viewer, number)
    if noun == "mark":
        return _mark(viewer, number)
    raise NotFound(noun="file", key=noun[:20])


def _violation(viewer: Viewer, number: int) -> tuple[Violation, str, int | None, bool]:
    rows = of(viewer).violations().select_related("person")
    row = one(rows, "violation", number, pk=number)
    may = _mine(viewer, row.person_id, row.made_by_id, "violations.decide")
    return row, row.person.name, None, may and row.state in ("reported", "heard")


def _appeal(viewer: Viewer, number: int) -> tuple[Appeal, str, int | None, bool]:
    rows = of(viewer).appeals().select_related("appraisal__person")
    row = one(rows, "appeal", number, pk=number)
    whose = row.appraisal.person
    may = _mine(viewer, whose.pk, row.made_by_id, "appraisals.decide")
    return row, whose.name, row.appraisal_id, may and row.state in ("open", "heard")


def _mark(viewer: Viewer, number: int) -> tuple[Evaluation, str, int | None, bool]:
    """A mark of oneself: seen by oneself, and once handed in by who sees the whole appraisal."""
    seen = Q(task__way="done", task__appraisal__in=of(viewer).appraisals_in_reach())
    rows = Evaluation.objects.filter(
        Q(task__owner=viewer.person or 0) | seen, task__part="self"
    ).select_related("task__appraisal__person", "task__appraisal__cycle")
    row = one(rows, "mark", number, pk=number)
    task = row.task
    own = task.owner_id == viewer.person
    may = own and not task.way and task.step == task.appraisal.cycle.state
    return row, task.appraisal.person.name, task.appraisal_id, may


def _mine(viewer: Viewer, person: int, made_by: int | None, right: str) -> bool:
    made = made_by is not None and made_by == viewer.user
    return viewer.can("appraisals.join") and (person == viewer.person or made or viewer.can(right))
