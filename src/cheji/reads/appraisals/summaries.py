"""A whole cycle as its summary prints it: everybody in reach, one row for each thing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cheji.engine.definitions import Scheme, scheme_of
from cheji.engine.scores import WHOLE_DAYS
from cheji.engine.scores.cycles import FINAL, NAMELESS
from cheji.reads.appraisals.figures import adding_in
from cheji.reads.appraisals.happenings import rules
from cheji.reads.appraisals.items import heading_of
from cheji.reads.appraisals.papers import AppealSeen, OutcomeSeen, aims_of, parts_of
from cheji.reads.definitions import catalogue
from cheji.reads.seen import Where, Who, where, who
from cheji.records.appraised import SCALE, days_of, grades_in
from cheji.records.models import (
    Appeal,
    Appraisal,
    AppraisalItem,
    CalibrationMove,
    Cycle,
    Evaluation,
    Placement,
    StepTask,
    Unit,
)
from cheji.records.standing import Standing, standings
from cheji.records.visibility import Viewer, of, one

Said = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PartSeen:
    """One appraisal of the cycle; `open_tasks` are what its cycle's step still asks for."""

    id: int
    person: Who
    role: str
    outlet: Where
    team: str
    manager: str
    since: date
    until: date
    days: int
    scheme: Said
    left_out: str
    agreed: bool
    open_tasks: int


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of one published part: figures as the score has them, in the unit."""

    person: Who
    code: str
    zh: str
    en: str
    unit: str
    weight: Fraction | None
    actual: Fraction | None
    target: Fraction | None
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class TermRow:
    person: Who
    item: str
    goal: str
    zh: str
    en: str
    unit: str
    weight: Fraction
    target: Fraction | None
    base: Fraction | None
    stretch: Fraction | None
    text: str


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A mark that was handed in; who gave one as peer, report or customer is not named."""

    person: Who
    item: str
    goal: str
    part: str
    by: str
    mark: Fraction | None
    comment: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    person: Who
    before: str
    after: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class ViolationRow:
    person: Who
    on: date
    zh: str
    en: str
    text: str
    state: str
    decision: str


@dataclass(frozen=True, slots=True)
class TalkRow:
    person: Who
    on: date
    kind: str
    text: str
    agreed: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A cycle with what the viewer may see of it; `results` are there once it is published.

    `grades` are all that its schemes know, the best first.
    """

    id: int
    name: str
    grain: str
    period: int
    state: str
    unit: Where
    group: str
    appeal_until: date | None
    parts: tuple[PartSeen, ...]
    results: dict[int, Standing]
    grades: tuple[str, ...]
    potentials: dict[int, int]
    items: tuple[ItemRow, ...]
    terms: tuple[TermRow, ...]
    marks: tuple[MarkRow, ...]
    moves: tuple[MoveRow, ...]
    appeals: tuple[tuple[Who, AppealSeen], ...]
    outcomes: tuple[tuple[Who, OutcomeSeen], ...]
    violations: tuple[ViolationRow, ...]
    talks: tuple[TalkRow, ...]


def summary_of(viewer: Viewer, cycle: int) -> Summary:
    """The summary of a cycle over the appraisals that the viewer sees as a whole.

    Raises:
        NotFound: the cycle is not his to see.
    """
    return _Gathered(viewer, one(of(viewer).cycles(), "cycle", cycle, pk=cycle)).summary()


class _Gathered:
    """A cycle's rows in the viewer's reach, each kind read once."""

    def __init__(self, viewer: Viewer, cycle: Cycle) -> None:
        self.viewer, self.cycle = viewer, cycle
        rows = of(viewer).appraisals_in_reach().filter(cycle=cycle)
        self.rows = list(
            rows.select_related("person", "outlet", "team", "manager", "scheme").order_by(
                "outlet__code", "person__number", "since", "id"
            )
        )
        self.people = {row.person_id: who(row.person) for row in self.rows}
        self.schemes = {row.scheme_id: row.scheme for row in self.rows}
        self.ruling = catalogue(cycle.since).ruling
        self.final = cycle.state in FINAL
        self.results = standings(cycle, self.people) if self.final else {}

    def summary(self) -> Summary:
        cycle, units = self.cycle, Unit.objects
        top = units.get(pk=int(cycle.unit.path.strip("/").split("/")[0]))
        others = self.people.keys() - {self.viewer.person}
        placed = Placement.objects.filter(cycle=cycle, person__in=others).order_by("id")
        return Summary(
            cycle.pk, cycle.name, cycle.grain, cycle.period, cycle.state, where(cycle.unit),
            top.name, cycle.appeal_until, tuple(self._parts()), self.results,
            tuple(grades_in(cycle)), {row.person_id: row.potential for row in placed},
            tuple(self._items()), tuple(self._terms()), tuple(self._marks()), tuple(self._moves()),
            tuple(self._appeals()), tuple(self._outcomes()), tuple(self._violations()),
            tuple(self._talks()),
        )  # fmt: skip

    def _who(self, person: int) -> Who:
        found = self.people[person]
        assert found is not None
        return found

    def _names(self) -> dict[str, tuple[str, str, str]]:
        """What items are called, by the scheme, else by the KPI; and their unit."""
        found: dict[str, tuple[str, str, str]] = {}
        for scheme in self._bodies().values():
            for item in scheme.items:
                seen = heading_of(self.ruling, item)
                found[item.key] = seen.zh, seen.en, seen.unit
        return found

    def _bodies(self) -> dict[int, Scheme]:
        return {key: scheme_of(row.body) for key, row in self.schemes.items()}

    def _parts(self) -> Iterator[PartSeen]:
        open_: dict[int, int] = {}
        tasks = StepTask.objects.filter(appraisal__in=self.rows, way="", step=self.cycle.state)
        for key in tasks.values_list("appraisal", flat=True):
            open_[key] = open_.get(key, 0) + 1
        names = {key: (one.zh, one.en) for key, one in self._bodies().items()}
        for row in self.rows:
            yield PartSeen(
                row.pk, self._who(row.person_id), row.role, where(row.outlet),
                row.team.name if row.team else "", row.manager.name if row.manager else "",
                row.since, row.until, row.days, names[row.scheme_id], row.left_out,
                bool(row.person_agreed_at and row.manager_agreed_at), open_.get(row.pk, 0),
            )  # fmt: skip

    def _items(self) -> Iterator[ItemRow]:
        names = self._names()
        parts = parts_of(self.cycle, self.results)
        for row in self._counted():
            for part in parts[row.pk][1] if row.pk in parts else ():
                detail, code = part["detail"], part["code"]
                zh, en, unit = names.get(code, (detail["zh"], detail["en"], "point"))
                yield ItemRow(
                    self._who(row.person_id), code, zh, en, unit, _fraction(detail.get("weight")),
                    _fraction(detail.get("actual")), _fraction(detail.get("target")),
                    _fraction(part["value"]),
                )  # fmt: skip

    def _terms(self) -> Iterator[TermRow]:
        """What is agreed, for the days that count; where no aim was set, that of the scheme."""
        names = self._names()
        items = {
            (key, item.key): item for key, body in self._bodies().items() for item in body.items
        }
        adding = adding_in(self.ruling, [item.kpi for item in items.values()])
        rows = AppraisalItem.objects.filter(appraisal__in=self._counted(), superseded=False)
        rows = rows.select_related("appraisal__cycle")
        for row in rows.order_by("appraisal", "position", "goal"):
            item = items.get((row.appraisal.scheme_id, row.item))
            if item is None:
                continue
            days = days_of(row.appraisal, row.days) if item.kpi in adding else WHOLE_DAYS
            target, base, stretch = aims_of(row, item, days)
            yield TermRow(
                self._who(row.appraisal.person_id), row.item, row.goal, *names[row.item],
                Fraction(row.weight, SCALE), target, base, stretch, row.text,
            )  # fmt: skip

    def _counted(self) -> list[Appraisal]:
        return [row for row in self.rows if not row.left_out]

    def _marks(self) -> Iterator[MarkRow]:
        rows = Evaluation.objects.filter(task__appraisal__in=self._counted(), task__way="done")
        if not self.final:
            mine = [row for row in self._counted() if row.person_id == self.viewer.person]
            rows = rows.exclude(task__appraisal__in=mine)
        for row in rows.select_related("task__appraisal", "made_by__person").order_by(
            "task__appraisal", "item", "goal", "task__part", "id"
        ):
            known = row.task.part in ("self", "manager") and row.made_by and row.made_by.person
            yield MarkRow(
                self._who(row.task.appraisal.person_id), row.item, row.goal, row.task.part,
                row.made_by.person.name if known and row.made_by and row.made_by.person else "",
                _scaled(row.mark), "" if self._mine(row.task) else row.comment,
            )  # fmt: skip

    def _mine(self, task: StepTask) -> bool:
        """Whether a nameless part marked the reader himself: its words would tell who."""
        return task.appraisal.person_id == self.viewer.person and task.part in NAMELESS

    def _moves(self) -> Iterator[MoveRow]:
        """Changes of grades; one's own are told once they are published."""
        if not self.final and not self.viewer.can("appraisals.calibrate"):
            return
        told = self.people if self.final else self.people.keys() - {self.viewer.person}
        rows = CalibrationMove.objects.filter(cycle=self.cycle, person__in=told)
        for row in rows.select_related("made_by__person").order_by("id"):
            by = row.made_by.person.name if row.made_by and row.made_by.person else ""
            yield MoveRow(self._who(row.person_id), row.from_grade, row.to_grade, row.reason, by)

    def _appeals(self) -> Iterator[tuple[Who, AppealSeen]]:
        rows = Appeal.objects.filter(appraisal__in=self.rows).select_related("appraisal")
        for row in rows.order_by("id"):
            seen = AppealSeen(row.item, row.text, row.state, row.made_at.date(), row.decision)
            yield self._who(row.appraisal.person_id), seen

    def _outcomes(self) -> Iterator[tuple[Who, OutcomeSeen]]:
        rows = of(self.viewer).outcomes().filter(cycle=self.cycle, person__in=self.people)
        for row in rows.order_by("person__number", "id"):
            yield (
                self._who(row.person_id),
                OutcomeSeen(row.kind, row.rule, row.zh, row.en, row.value, row.state, row.reason),
            )

    def _violations(self) -> Iterator[ViolationRow]:
        rows = of(self.viewer).violations().filter(
            person__in=self.people, on_date__gte=self.cycle.since, on_date__lt=self.cycle.until
        )  # fmt: skip
        names = rules()
        for row in rows.order_by("on_date", "id"):
            yield ViolationRow(
                self._who(row.person_id), row.on_date, *names.get(row.code, (row.code, row.code)),
                row.text, row.state, row.decision,
            )  # fmt: skip

    def _talks(self) -> Iterator[TalkRow]:
        rows = of(self.viewer).talks().filter(
            person__in=self.people, on_date__gte=self.cycle.since, on_date__lt=self.cycle.until
        )  # fmt: skip
        for row in rows.order_by("on_date", "id"):
            yield TalkRow(self._who(row.person_id), row.on_date, row.kind, row.text, row.agreed)


def _scaled(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, SCALE)


def _fraction(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)
