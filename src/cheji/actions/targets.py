"""Verbs of targets: a grid is set cell by cell, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection
from django.db.models import Q, QuerySet

from cheji.engine.periods import GRAINS, Grain, from_key, key_text
from cheji.records import bulk
from cheji.records.models import Person, Target
from cheji.records.refusals import BadValue, ChangedMeanwhile, Refused
from cheji.records.visibility import Scope, Viewer, one
from cheji.records.words import NO_PERIOD, NOT_NEGATIVE

from . import messages
from .deeds import Deed, deed
from .target_locks import Locks

Aim = Literal["value", "base", "stretch"]
TELL_GUARD = "SELECT set_config('cheji.two_persons', %s, true)"
AIMS: tuple[Aim, ...] = ("value", "base", "stretch")
#: The columns that name a target, in the order of `Cell.where`.
PLACE = (
    "kpi", "unit_id", "person_id", "outlet_id", "model", "reserve", "grain", "period", "within",
)  # fmt: skip
WRITTEN = (*AIMS, "version", "reason", "made_by", "made_at", "approved_by")


class TargetIsAgreed(Refused):
    """The target of {period} is signed for. Propose the change; a second person accepts it."""

    zh = "{period} 的目标已签署确认。请提交修改提案并说明原因，由第二人审批。"


class GoalFirst(Refused):
    """Set the goal of {period} first, then its base and stretch."""

    zh = "请先设定 {period} 的目标值，再设定保底值和挑战值。"


class GoalNotBetween(Refused):
    """The goal of {period} must lie between its base and its stretch."""

    zh = "{period} 的目标值须介于保底值与挑战值之间。"


class NoPartOfMonth(Refused):
    """Beside a week stands a month that it touches; {period} is no part of {within}."""

    zh = "所属月份须是该周所在的月份；{period} 不属于 {within}。"


@dataclass(frozen=True, slots=True)
class Cell:
    """One target: `unit` (a unit's id) or `person` with `outlet`; value in 1/10,000 or fen.

    `version` is that of the value on the screen; 0 when there was none. `aim` says whether it is
    the goal, the base or the stretch; `within` the month of which a week is a part.
    """

    kpi: str
    grain: str
    period: int
    value: int | None
    unit: int | None = None
    person: int | None = None
    outlet: int | None = None
    version: int | None = None
    model: str = ""
    reserve: bool = False
    within: int = 0
    aim: Aim = "value"

    @property
    def when(self) -> str:
        """The period as one types it."""
        return key_text(grain_of(self.grain), self.period)

    @property
    def where(self) -> dict[str, object]:
        """The columns that name the target."""
        return {
            "kpi": self.kpi, "unit_id": self.unit, "person_id": self.person,
            "outlet_id": self.outlet, "model": self.model, "reserve": self.reserve,
            "grain": self.grain, "period": self.period, "within": self.within,
        }  # fmt: skip


@dataclass(frozen=True)
class Done:
    """How many cells were set, changed or cleared."""

    changed: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Who sets a target, why, and who approved it where it takes two."""

    at: datetime
    by: int | None
    reason: str = ""
    approver: int | None = None
    proposed: bool = False


def set_cells(*, by: Viewer, at: datetime, cells: Sequence[Cell], reason: str = "") -> Done:
    """Set targets within the viewer's scope; None clears one. All or nothing."""
    with deed("targets.set_cells", by=by, at=at, right="targets.write") as doing:
        _allowed(doing, cells)
        terms = Terms(at, by.user, reason)
        said = _put_all([(cell, {cell.aim: cell.value}) for cell in cells], terms)
        told = [text for text in said if text]
        doing.tell(cells=told, reason=reason)
        _tell_people(by, [cell for cell, text in zip(cells, said, strict=True) if text], at)
        return Done(len(told))


def _allowed(doing: Deed, cells: Sequence[Cell]) -> None:
    """Refuse what no target can be, what is out of scope, and what is locked."""
    locks, scopes = Locks(), set()
    for cell in cells:
        check(cell)
        whose = cell.unit, cell.person, cell.outlet
        if whose not in scopes:
            in_scope(doing.scope, cell)
            scopes.add(whose)
        locks.refuse(cell.unit or cell.outlet or 0, cell.grain, cell.period, cell.within)


def _tell_people(by: Viewer, cells: Sequence[Cell], at: datetime) -> None:
    """One message to each person whose targets changed."""
    kpis: dict[tuple[int, int], set[str]] = {}
    for cell in cells:
        if cell.person is not None:
            year = from_key(grain_of(cell.grain), cell.period).start.year
            kpis.setdefault((cell.person, year), set()).add(cell.kpi)
    for (person, year), codes in kpis.items():
        body = {"year": year, "kpis": sorted(codes)}
        messages.tell_others(by, [person], "targets.set", body, at)


def grain_of(grain: str) -> Grain:
    """The grain that a text names.

    Raises:
        BadValue: it names none.
    """
    if grain not in GRAINS:
        raise BadValue(field="grain", value=grain, why=" / ".join(GRAINS))
    return grain


def put(cell: Cell, wanted: Mapping[Aim, int | None], terms: Terms) -> str:
    """Write a target as its next version; the change as text, empty where nothing differs.

    Raises:
        ChangedMeanwhile: it is not the version any more that was seen.
        TargetIsAgreed: it is signed for, and this is no proposal that a second person accepted.
    """
    return _put_all([(cell, wanted)], terms)[0]


def _put_all(wanted: Sequence[tuple[Cell, Mapping[Aim, int | None]]], terms: Terms) -> list[str]:
    """As `put`, for many at once."""
    batch = _Batch([cell for cell, _ in wanted], terms)
    told = [batch.put(cell, aims) for cell, aims in wanted]
    batch.write()
    return told


Place = tuple[object, ...]


def _place(row: Target) -> Place:
    return tuple(getattr(row, name) for name in PLACE)


class _Batch:
    """Targets that change together: read and locked at once, written in three statements."""

    def __init__(self, cells: Sequence[Cell], terms: Terms) -> None:
        self.terms = terms
        self.rows = {_place(row): row for row in _held(cells)}
        self.touched: dict[Place, Target] = {}
        self.cleared: list[int] = []

    def put(self, cell: Cell, wanted: Mapping[Aim, int | None]) -> str:
        row = self.rows.get(tuple(cell.where.values()))
        if cell.version is not None and cell.version != (row.version if row else 0):
            raise ChangedMeanwhile(noun="target")
        before = {aim: getattr(row, aim) if row else None for aim in wanted}
        differs = {aim: value for aim, value in wanted.items() if value != before[aim]}
        if not differs:
            return ""
        if row and row.agreed_at and not self.terms.proposed:
            raise TargetIsAgreed(period=cell.when)
        self._change(row, cell, differs)
        told = (f"{'' if a == 'value' else a + ' '}{before[a]} → {differs[a]}" for a in differs)
        return f"{_named(cell)} {cell.period}: {', '.join(told)}"

    def _change(self, row: Target | None, cell: Cell, differs: Mapping[Aim, int | None]) -> None:
        place = tuple(cell.where.values())
        if row is not None and "value" in differs and differs["value"] is None:
            self.rows.pop(place)
            self.touched.pop(place, None)
            self.cleared += [row.pk] if row.pk else []
            return
        row = row or Target(**cell.where, version=0)
        for aim, value in differs.items():
            setattr(row, aim, value)
        stand(cell.when, {aim: getattr(row, aim) for aim in AIMS})
        row.version += place not in self.touched
        row.reason, row.made_by_id, row.made_at = (
            self.terms.reason[:400],
            self.terms.by,
            self.terms.at,
        )
        row.approved_by_id = self.terms.approver
        self.rows[place] = self.touched[place] = row

    def write(self) -> None:
        new = [vars(row) for row in self.touched.values() if row.pk is None]
        changed = [row for row in self.touched.values() if row.pk is not None]
        with _by_two(self.terms):
            bulk.delete(Target, self.cleared)
            bulk.insert(Target, new)
            bulk.update(changed, WRITTEN)


def _held(cells: Sequence[Cell]) -> "QuerySet[Target]":
    """The targets that these cells stand for, and perhaps some beside them, locked."""
    names = ("kpi", "grain", "period", "within", "model")
    among = {f"{name}__in": {getattr(cell, name) for cell in cells} for name in names}
    whose = Q(unit__in={cell.unit for cell in cells if cell.unit})
    whose |= Q(person__in={cell.person for cell in cells if cell.person})
    return Target.objects.select_for_update().filter(whose, **among).order_by("pk")


@contextmanager
def _by_two(terms: Terms) -> Iterator[None]:
    """Tell the database's guard of signed targets that two persons stand behind a change."""
    with connection.cursor() as cursor:
        cursor.execute(TELL_GUARD, ["yes" if terms.proposed else "no"])
        yield
        cursor.execute(TELL_GUARD, ["no"])


def _named(cell: Cell) -> str:
    whose = f"unit {cell.unit}" if cell.unit else f"person {cell.person}"
    parts = (cell.kpi, whose, cell.model, "reserve" if cell.reserve else "")
    return " ".join(part for part in parts if part)


def stand(period: str, aims: Mapping[Aim, int | None]) -> None:
    """Refuse a base or stretch without a goal, and a goal outside of the two."""
    goal, base, stretch = (aims[aim] for aim in AIMS)
    if goal is None:
        if base is not None or stretch is not None:
            raise GoalFirst(period=period)
        return
    if base is None or stretch is None:
        return
    low, high = sorted((base, stretch))
    if not low <= goal <= high:
        raise GoalNotBetween(period=period)


def check(cell: Cell) -> None:
    """Period and sign of one cell.

    Raises:
        BadValue: no such grain or period, or less than nothing.
    """
    try:
        from_key(grain_of(cell.grain), cell.period)
    except ValueError as wrong:
        raise BadValue(field="period", value=cell.period, why=NO_PERIOD) from wrong
    if cell.within and not is_part(cell.grain, cell.period, cell.within):
        raise NoPartOfMonth(period=cell.when, within=key_text("month", cell.within))
    if cell.value is not None and cell.value < 0:
        raise BadValue(field="value", value=cell.value, why=NOT_NEGATIVE)
    if cell.reserve and cell.unit is None:
        raise BadValue(field="reserve", value=cell.person, why="unit")


def is_part(grain: str, period: int, within: int) -> bool:
    """Whether a period is a week that touches the month `within`."""
    try:
        week, month = from_key(grain_of(grain), period), from_key("month", within)
    except ValueError:
        return False
    return grain == "week" and week.start < month.until and month.start < week.until


def in_scope(scope: Scope, cell: Cell) -> None:
    """Refuse a unit that is not below a post of the viewer, or a person who is in none of them."""
    if cell.unit is not None:
        one(scope.units_below(), "unit", cell.unit, pk=cell.unit)
        return
    outlet = one(scope.outlets(), "outlet", cell.outlet, pk=cell.outlet)
    posted = Person.objects.filter(Q(posts__unit=outlet) | Q(posts__unit__parent=outlet))
    one(posted, "person", cell.person, pk=cell.person)
