"""Verbs of targets: a grid is set cell by cell, in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import connection
from django.db.models import Q

from cheji.engine.periods import GRAINS, Grain, from_key
from cheji.records.models import Person, Target
from cheji.records.refusals import BadValue, ChangedMeanwhile, Refused
from cheji.records.visibility import Scope, Viewer, one

from . import messages
from .deeds import Deed, deed
from .target_locks import Locks

Aim = Literal["value", "base", "stretch"]
TELL_GUARD = "SELECT set_config('cheji.two_persons', %s, true)"
AIMS: tuple[Aim, ...] = ("value", "base", "stretch")


class TargetIsAgreed(Refused):
    """The target of {period} is signed for. Propose the change; a second person accepts it."""

    zh = "{period} 的目标已签署确认。请提交修改提案并说明原因，由第二人审批。"


class GoalFirst(Refused):
    """Set the goal of {period} first, then its base and stretch."""

    zh = "请先设定 {period} 的目标值，再设定保底值和挑战值。"


class GoalNotBetween(Refused):
    """The goal of {period} must lie between its base and its stretch."""

    zh = "{period} 的目标值须介于保底值与挑战值之间。"


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
        locks, terms = Locks(), Terms(at, by.user, reason)
        said = [_set(doing, cell, locks, terms) for cell in cells]
        told = [text for text in said if text]
        doing.tell(cells=told, reason=reason)
        _tell_people(by, [cell for cell, text in zip(cells, said, strict=True) if text], at)
        return Done(len(told))


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


def _set(doing: Deed, cell: Cell, locks: Locks, terms: Terms) -> str:
    """Set one cell; the text of the change for the audit, empty where nothing changed."""
    check(cell)
    in_scope(doing.scope, cell)
    locks.refuse(cell.unit or cell.outlet or 0, cell.grain, cell.within or cell.period)
    return put(cell, {cell.aim: cell.value}, terms)


def put(cell: Cell, wanted: Mapping[Aim, int | None], terms: Terms) -> str:
    """Write a target as its next version; the change as text, empty where nothing differs.

    Raises:
        ChangedMeanwhile: it is not the version any more that was seen.
        TargetIsAgreed: it is signed for, and this is no proposal that a second person accepted.
    """
    row = Target.objects.select_for_update().filter(**cell.where).first()
    if cell.version is not None and cell.version != (row.version if row else 0):
        raise ChangedMeanwhile(noun="target")
    before = {aim: getattr(row, aim) if row else None for aim in wanted}
    differs = {aim: value for aim, value in wanted.items() if value != before[aim]}
    if not differs:
        return ""
    if row and row.agreed_at and not terms.proposed:
        raise TargetIsAgreed(period=cell.period)
    with _by_two(terms):
        _write(row, cell, differs, terms)
    told = (
        f"{'' if aim == 'value' else aim + ' '}{before[aim]} → {differs[aim]}" for aim in differs
    )
    return f"{_named(cell)} {cell.period}: {', '.join(told)}"


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


def _write(row: Target | None, cell: Cell, differs: Mapping[Aim, int | None], terms: Terms) -> None:
    if row is not None and "value" in differs and differs["value"] is None:
        row.delete()
        return
    row = row or Target(**cell.where, version=0)
    for aim, value in differs.items():
        setattr(row, aim, value)
    stand(cell.period, {aim: getattr(row, aim) for aim in AIMS})
    row.version += 1
    row.reason, row.made_by_id, row.made_at = terms.reason[:400], terms.by, terms.at
    row.approved_by_id = terms.approver
    row.save()


def stand(period: int, aims: Mapping[Aim, int | None]) -> None:
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
        if cell.within:
            from_key("month", cell.within)
    except ValueError as wrong:
        raise BadValue(field="period", value=cell.period, why=str(wrong)) from wrong
    if cell.value is not None and cell.value < 0:
        raise BadValue(field="value", value=cell.value, why="≥ 0")
    if cell.reserve and cell.unit is None:
        raise BadValue(field="reserve", value=cell.person, why="unit")


def in_scope(scope: Scope, cell: Cell) -> None:
    """Refuse a unit that is not below a post of the viewer, or a person who is in none of them."""
    if cell.unit is not None:
        one(scope.units_below(), "unit", cell.unit, pk=cell.unit)
        return
    outlet = one(scope.outlets(), "outlet", cell.outlet, pk=cell.outlet)
    posted = Person.objects.filter(Q(posts__unit=outlet) | Q(posts__unit__parent=outlet))
    one(posted, "person", cell.person, pk=cell.person)
