"""The target grid: outlets or people × the months of a year, with sums and the parent's row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from django.db.models import Q, QuerySet

from cheji.engine.definitions import Definitions
from cheji.engine.kpis import needed_measures
from cheji.engine.periods import MONTHS, Grain, from_key, months_of
from cheji.reads.kpis.ground import Ground, Place, Slice, parts_of
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen, Of
from cheji.reads.kpis.sheets import additive
from cheji.records.models import Post, Target, TargetLock, Unit
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

Rows = Literal["regions", "outlets", "people"]
SCALE = 10_000
FEN = 100
BELOW: dict[str, Rows] = {
    "group": "regions",
    "region": "outlets",
    "outlet": "people",
    "team": "people",
}


@dataclass(frozen=True, slots=True)
class TargetCell:
    """A target of one period; id None and version 0 where none is set yet."""

    period: int
    value: Fraction | None
    locked: bool
    id: int | None
    version: int


@dataclass(frozen=True, slots=True)
class LockSeen:
    """A month that is locked at a unit, and so for all below it; `by` is a name."""

    name: str
    unit: int
    month: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One scope's twelve months; `total` is their sum, None for rates and stocks."""

    of: Of
    cells: tuple[TargetCell, ...]
    total: Fraction | None


@dataclass(frozen=True, slots=True)
class TargetGrid:
    """`parent` is the unit above; `sums` add the rows by month; `gaps` are parent less sum.

    Both are None by month for KPIs whose parts do not add up.
    """

    kpi: KpiSeen
    year: int
    rows_are: Rows
    parent: TargetRow
    rows: tuple[TargetRow, ...]
    sums: tuple[Fraction | None, ...]
    gaps: tuple[Fraction | None, ...]
    additive: bool
    may_write: bool


def grid(viewer: Viewer, *, kpi: str, unit: str, year: int) -> TargetGrid:
    """The grid below a unit: a group's regions, a region's outlets, an outlet's consultants.

    Raises:
        NotFound: the unit or the KPI is not the viewer's to see.
    """
    ground = Ground(viewer)
    place = ground.place(unit)
    seen = heading(ground.ruling("year", year).ruling, kpi)
    definitions = ground.ruling("year", year).ruling
    months = months_of(from_key("year", year))
    below = _below(ground, Slice(place.id), year)
    cells = _cells(ground, [Slice(place.id), *below], seen, months)
    adds = additive(definitions, kpi)
    sums_up = adds and not _rests_on_stock(definitions, kpi)
    names = ground.names(whose.person for whose in below if whose.person)
    rows = tuple(_row(ground.seen(whose, names), cells[whose], sums=sums_up) for whose in below)
    parent = _row(ground.seen(Slice(place.id)), cells[Slice(place.id)], sums=sums_up)
    sums = tuple(_sum(column) if adds else None for column in _columns(rows, len(months)))
    gaps = tuple(_gap(cell.value, total) for cell, total in zip(parent.cells, sums, strict=True))
    may = viewer.can("targets.write")
    return TargetGrid(seen, year, BELOW[place.kind], parent, rows, sums, gaps, adds, may)


def locks(viewer: Viewer, *, unit: str, year: int) -> tuple[LockSeen, ...]:
    """The locks of a year that hold for a unit: its own, and those of units above it.

    Raises:
        NotFound: the unit is not the viewer's to see.
    """
    place = Ground(viewer).place(unit)
    rows = TargetLock.objects.filter(unit__in=_above(place), period__in=_months(year))
    rows = rows.select_related("unit", "made_by__person").order_by("period", "unit__path")
    return tuple(
        LockSeen(
            row.unit.name,
            row.unit_id,
            row.period,
            row.reason,
            row.made_by.get_full_name() if row.made_by else "",
            row.made_at,
        )
        for row in rows
    )


def _months(year: int) -> list[int]:
    return months_of(from_key("year", year))


def _above(place: Place) -> list[int]:
    return [int(part) for part in place.path.strip("/").split("/")]


def _locked(ground: Ground, scopes: Iterable[Slice]) -> dict[int, set[int]]:
    """The locked months by unit, its own and those of units above it."""
    held: dict[int, set[int]] = {}
    for unit, period in TargetLock.objects.values_list("unit", "period"):
        held.setdefault(unit, set()).add(period)
    return {
        whose.unit: set().union(*(held.get(u, set()) for u in _above(ground.places[whose.unit])))
        for whose in scopes
    }


@dataclass(frozen=True, slots=True)
class PersonalTargets:
    """What is set for one person in a year: a row of twelve months for each KPI."""

    of: Of
    year: int
    rows: tuple[tuple[KpiSeen, TargetRow], ...]


def personal(viewer: Viewer, *, year: int, person: str = "", outlet: str = "") -> PersonalTargets:
    """The targets of a person, by staff number; without one the viewer's own.

    Raises:
        NotFound: the person's targets are not the viewer's to see, or he is nowhere in post.
    """
    ground = Ground(viewer)
    whose = ground.person(person, outlet) if person else ground.home()
    if not whose.person:
        raise NotFound(noun="target", key=person)
    definitions = ground.ruling("year", year).ruling
    months = months_of(from_key("year", year))
    kept = _of(ground, [whose]).filter(grain="month", period__in=months)
    set_for = set(kept.values_list("kpi", flat=True))
    rows = []
    for kpi in (heading(definitions, one.code) for one in definitions.kpis if one.code in set_for):
        sums_up = additive(definitions, kpi.code) and not _rests_on_stock(definitions, kpi.code)
        cells = _cells(ground, [whose], kpi, months)[whose]
        rows.append((kpi, _row(ground.seen(whose), cells, sums=sums_up)))
    return PersonalTargets(ground.seen(whose), year, tuple(rows))


def _below(ground: Ground, whose: Slice, year: int) -> list[Slice]:
    """The scopes under a unit: units by code, or the consultants in post in the year by number."""
    place = ground.places[whose.unit]
    if place.kind in (Unit.Kind.GROUP, Unit.Kind.REGION):
        inner = [p for p in ground.places.values() if p.parent == place.id]
        return [
            Slice(p.id) for p in sorted(inner, key=lambda p: p.code) if p.kind != Unit.Kind.TEAM
        ]
    period = from_key("year", year)
    posts = Post.objects.filter(
        Q(unit=place.id) | Q(unit__parent=place.id),
        Q(until=None) | Q(until__gt=period.start),
        since__lt=period.until,
        role=Post.Role.CONSULTANT,
    )
    people = posts.order_by("person__number").values_list("person", flat=True)
    return [Slice(place.id, person) for person in dict.fromkeys(people)]


def _cells(ground: Ground, scopes: Sequence[Slice], kpi: KpiSeen, months: Sequence[int]) -> "Grid":
    rows = _of(ground, scopes).filter(kpi=kpi.code, grain="month", period__in=months)
    kept = {(_key(row), row.period): row for row in rows}
    locked = _locked(ground, scopes)

    def cell(whose: Slice, month: int) -> TargetCell:
        row = kept.get((_where(ground, whose), month))
        return _cell(row, month, kpi.unit, locked=month in locked[whose.unit])

    return {whose: [cell(whose, month) for month in months] for whose in scopes}


Grid = dict[Slice, list[TargetCell]]
Where = tuple[int | None, int | None, int | None]


def _key(row: Target) -> Where:
    return (row.unit_id, None, None) if row.unit_id else (None, row.person_id, row.outlet_id)


def _where(ground: Ground, whose: Slice) -> Where:
    """A person's target is set in an outlet, whatever his team."""
    if not whose.person:
        return whose.unit, None, None
    return None, whose.person, next(iter(ground.places[whose.unit].outlets))


def _of(ground: Ground, scopes: Iterable[Slice]) -> "QuerySet[Target]":
    """The targets of these scopes that the viewer may see."""
    keys = [_where(ground, whose) for whose in scopes]
    units = [unit for unit, _, _ in keys if unit]
    people = {person for _, person, _ in keys if person}
    outlets = {outlet for _, _, outlet in keys if outlet}
    wanted = Q(unit__in=units) | Q(person__in=people, outlet__in=outlets)
    return ground.scope.targets().filter(wanted)


def value_of(row: Target, unit: str) -> Fraction:
    """A target in the KPI's unit: stored in fen for yuan, else in 1/10,000."""
    return Fraction(row.value, FEN if unit == "yuan" else SCALE)


def _cell(row: Target | None, month: int, unit: str, *, locked: bool) -> TargetCell:
    if row is None:
        return TargetCell(month, None, locked=locked, id=None, version=0)
    return TargetCell(month, value_of(row, unit), locked, row.pk, row.version)


def _row(of: Of, cells: Sequence[TargetCell], *, sums: bool) -> TargetRow:
    return TargetRow(of, tuple(cells), _sum([c.value for c in cells]) if sums else None)


def _columns(rows: Sequence[TargetRow], months: int) -> list[list[Fraction | None]]:
    return [[row.cells[place].value for row in rows] for place in range(months)]


def _sum(values: Iterable[Fraction | None]) -> Fraction | None:
    """None when nothing is set."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known else None


def _gap(parent: Fraction | None, total: Fraction | None) -> Fraction | None:
    return None if parent is None or total is None else parent - total


def _rests_on_stock(definitions: Definitions, kpi: str) -> bool:
    return any(measure.is_stock for measure in needed_measures(definitions, [kpi]))


def targets_for(
    ground: Ground, scopes: Sequence[Slice], kpis: Sequence[KpiSeen], grain: Grain, period: int
) -> dict[tuple[Slice, str], Fraction]:
    """Targets of many scopes and KPIs in one period, in one query.

    Where a quarter, half or year has no target of its own, it is the sum of its months' targets,
    for KPIs that add up.
    """
    months = parts_of(grain, period) if grain in MONTHS and grain != "month" else []
    timed = Q(grain=grain, period=period) | Q(grain="month", period__in=months)
    rows = _of(ground, scopes).filter(timed, kpi__in=[kpi.code for kpi in kpis])
    own: dict[tuple[Where, str], Fraction] = {}
    monthly: dict[tuple[Where, str], Fraction] = {}
    units = {kpi.code: kpi.unit for kpi in kpis}
    for row in rows:
        place, value = (_key(row), row.kpi), value_of(row, units[row.kpi])
        if row.grain == grain:
            own[place] = value
        else:
            monthly[place] = monthly.get(place, Fraction(0)) + value
    definitions = ground.ruling(grain, period).ruling
    adding = {k.code for k in kpis if _sums_over_time(definitions, k.code)}
    found = {**{p: v for p, v in monthly.items() if p[1] in adding}, **own}
    return {
        (whose, kpi.code): found[place]
        for whose in scopes
        for kpi in kpis
        if (place := (_where(ground, whose), kpi.code)) in found
    }


def _sums_over_time(definitions: Definitions, kpi: str) -> bool:
    if kpi not in definitions.kpi:
        raise NotFound(noun="KPI", key=kpi)
    return additive(definitions, kpi) and not _rests_on_stock(definitions, kpi)
