"""Coaching tasks as lists and one by one, and the library of exercises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Q, QuerySet

from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals
from cheji.reads.definitions import catalogue
from cheji.reads.filters import in_outlet, of_person
from cheji.reads.kpis.ground import Key, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, Who, where
from cheji.records.models import CoachingTask, Exercise
from cheji.records.refusals import NotFound
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task. `key` opens the step's reason and rows; `late` is open past its day.

    The figures are in the units of `kpi`, `worth` in that of the funnel's result.
    """

    id: int
    outlet: Where
    person: Who
    kpi: str
    result: str
    period: int
    own: Fraction | None
    benchmark: Fraction | None
    worth: Fraction | None
    sample: Fraction | None
    exercise: str
    due_on: date
    late: bool
    state: str
    note: str
    ended_on: date | None
    ended_note: str
    by: str
    key: str
    mine: bool
    version: int


def tasks(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[TaskRow]:
    """Tasks in reach, those due first on top. Filters: outlet, person, state. Sort: due_on."""
    scope = of(viewer)
    return TASKS.page(scope, scope.coaching(), asked, _joined)


def task(viewer: Viewer, number: int) -> TaskRow:
    """One task.

    Raises:
        NotFound: it is not in reach.
    """
    scope = of(viewer)
    return _row(scope, one(_joined(scope.coaching()), "coaching task", number, pk=number))


def open_tasks(viewer: Viewer) -> int:
    """How many tasks of his own wait for the viewer."""
    rows = of(viewer).coaching().filter(person=viewer.person, state=CoachingTask.State.OPEN)
    return rows.count() if viewer.person else 0


def _joined(rows: "QuerySet[CoachingTask]") -> "QuerySet[CoachingTask]":
    return rows.select_related("outlet", "person", "made_by__person")


def _rows(scope: Scope, rows: Sequence[CoachingTask]) -> list[TaskRow]:
    return [_row(scope, row) for row in rows]


def _row(scope: Scope, row: CoachingTask) -> TaskRow:
    key = Key(Slice(row.outlet_id, row.person_id), "month", row.period, row.kpi)
    open_ = row.state == CoachingTask.State.OPEN
    return TaskRow(
        row.pk,
        where(row.outlet),
        Who(row.person.pk, row.person.number, row.person.name),
        row.kpi,
        row.result,
        row.period,
        _figure(row.own),
        _figure(row.benchmark),
        _figure(row.worth),
        _figure(row.sample),
        row.exercise,
        row.due_on,
        open_ and row.due_on < scope.viewer.on,
        row.state,
        row.note,
        row.ended_on,
        row.ended_note,
        row.made_by.get_full_name() if row.made_by else "",
        key.text,
        row.person_id == scope.viewer.person,
        row.version,
    )


def _figure(stored: int | None) -> Fraction | None:
    return None if stored is None else Fraction(stored, QUANTITY_SCALE)


TASKS = Listing[CoachingTask, TaskRow](
    filters={
        "outlet": in_outlet(),
        "person": of_person("person"),
        "state": equals("state"),
    },
    sorts={"due_on": ("due_on",), "made_at": ("made_at",)},
    default="due_on",
    search=lambda _scope, text: Q(person__name__icontains=text) | Q(exercise__icontains=text),
    show=_rows,
)


# -- the library -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """An exercise; `packed` when it came with a pack."""

    id: int
    kpi: KpiSeen | None
    code: str
    zh: str
    en: str
    retired: bool
    packed: bool
    version: int


def exercises(viewer: Viewer, *, kpi: str = "", retired: bool = True) -> list[ExerciseRow]:
    """The library, by step; open to everybody who sees coaching or writes exercises."""
    _library(viewer)
    rows = Exercise.objects.order_by("kpi", "id")
    if kpi:
        rows = rows.filter(kpi=kpi)
    if not retired:
        rows = rows.filter(retired=False)
    ruling = catalogue(viewer.on).ruling
    return [
        ExerciseRow(
            row.pk,
            heading(ruling, row.kpi) if row.kpi in ruling.kpi else None,
            row.kpi,
            row.zh,
            row.en,
            row.retired,
            bool(row.code),
            row.version,
        )
        for row in rows
    ]


def exercise(viewer: Viewer, number: int) -> ExerciseRow:
    """One exercise.

    Raises:
        NotFound: there is none, or the library is not the viewer's to see.
    """
    for row in exercises(viewer):
        if row.id == number:
            return row
    raise NotFound(noun="exercise", key=number)


def _library(viewer: Viewer) -> None:
    if not (viewer.sees("coaching") or viewer.can("exercises.write")):
        raise NotFound(noun="exercise", key="")
