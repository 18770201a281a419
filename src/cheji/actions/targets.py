"""Verbs of targets: a grid is set cell by cell, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Q

from cheji.engine.periods import GRAINS, Grain, from_key
from cheji.records.models import Person, Target
from cheji.records.refusals import BadValue, ChangedMeanwhile
from cheji.records.visibility import Viewer, one

from . import messages
from .deeds import Deed, deed
from .target_locks import Locks


@dataclass(frozen=True, slots=True)
class Cell:
    """One target: `unit` (a unit's id) or `person` with `outlet`; value in 1/10,000 or fen.

    `version` is that of the value on the screen; 0 when there was none.
    """

    kpi: str
    grain: str
    period: int
    value: int | None
    unit: int | None = None
    person: int | None = None
    outlet: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class Done:
    """How many cells were set, changed or cleared."""

    changed: int


def set_cells(*, by: Viewer, at: datetime, cells: Sequence[Cell]) -> Done:
    """Set targets within the viewer's scope; None clears one. All or nothing."""
    with deed("targets.set_cells", by=by, at=at, right="targets.write") as doing:
        locks = Locks()
        said = [_set(doing, cell, locks) for cell in cells]
        told = [text for text in said if text]
        doing.tell(cells=told)
        _tell_people(by, [cell for cell, text in zip(cells, said, strict=True) if text], at)
        return Done(len(told))


def _tell_people(by: Viewer, cells: Sequence[Cell], at: datetime) -> None:
    """One message to each person whose targets changed."""
    kpis: dict[tuple[int, int], set[str]] = {}
    for cell in cells:
        if cell.person is not None:
            year = from_key(_grain(cell.grain), cell.period).start.year
            kpis.setdefault((cell.person, year), set()).add(cell.kpi)
    for (person, year), codes in kpis.items():
        body = {"year": year, "kpis": sorted(codes)}
        messages.tell_others(by, [person], "targets.set", body, at)


def _grain(grain: str) -> Grain:
    return cast("Grain", grain)


def _set(doing: Deed, cell: Cell, locks: Locks) -> str:
    _check(doing, cell)
    locks.refuse(cell.unit or cell.outlet or 0, cell.grain, cell.period)
    where: dict[str, object] = {
        "kpi": cell.kpi, "unit_id": cell.unit, "person_id": cell.person,
        "outlet_id": cell.outlet, "grain": cell.grain, "period": cell.period,
    }  # fmt: skip
    row = Target.objects.select_for_update().filter(**where).first()
    if cell.version is not None and cell.version != (row.version if row else 0):
        raise ChangedMeanwhile(noun="target")
    before = row.value if row else None
    if before == cell.value:
        return ""
    _write(row, cell, where)
    whose = f"unit {cell.unit}" if cell.unit else f"person {cell.person}"
    return f"{cell.kpi} {whose} {cell.period}: {before} → {cell.value}"


def _write(row: Target | None, cell: Cell, where: dict[str, object]) -> None:
    if row is None:
        Target.objects.create(value=cell.value or 0, **where)
    elif cell.value is None:
        row.delete()
    else:
        row.value = cell.value
        row.version += 1
        row.save()


def _check(doing: Deed, cell: Cell) -> None:
    """Scope, period and sign of one cell."""
    if cell.grain not in GRAINS:
        raise BadValue(field="grain", value=cell.grain, why=" / ".join(GRAINS))
    try:
        from_key(cell.grain, cell.period)
    except ValueError as wrong:
        raise BadValue(field="period", value=cell.period, why=str(wrong)) from wrong
    if cell.value is not None and cell.value < 0:
        raise BadValue(field="value", value=cell.value, why="≥ 0")
    if cell.unit is not None:
        one(doing.scope.units_below(), "unit", cell.unit, pk=cell.unit)
        return
    outlet = one(doing.scope.outlets(), "outlet", cell.outlet, pk=cell.outlet)
    posted = Person.objects.filter(Q(posts__unit=outlet) | Q(posts__unit__parent=outlet))
    one(posted, "person", cell.person, pk=cell.person)
