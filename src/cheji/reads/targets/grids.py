"""The target grid: scopes × periods, with sums, the reserve, what is unassigned, and locks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from django.db.models import Q, QuerySet

from cheji.engine.periods import Grain, Period, from_key, month_key, months_of, period_of, series
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen, Of
from cheji.reads.kpis.sheets import additive
from cheji.records.models import Post, Target, TargetLock, Unit
from cheji.records.refusals import BadValue, NotFound
from cheji.records.rights import ONES_OWN
from cheji.records.visibility import Viewer

from .kept import (
    Where,
    in_unit,
    key_of,
    narrowed,
    rests_on_stock,
    sums_over_time,
    targets_of,
    where,
)
from .shapes import (
    Aim,
    Columns,
    LockSeen,
    PersonalTargets,
    Rows,
    TargetCell,
    TargetGrid,
    TargetRow,
    TeamRow,
)

MOST_MODELS = 200
Across = Literal["month", "quarter", "half", "year", "week"]
BELOW: dict[str, Rows] = {
    "group": "regions",
    "region": "outlets",
    "outlet": "people",
    "team": "people",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a grid is asked for: periods of `grain` across `year`, or the weeks of `month`."""

    kpi: str
    unit: str
    year: int
    grain: Across = "month"
    month: int = 0
    aim: Aim = "value"
    model: str = ""


def grid(viewer: Viewer, *, kpi: str, unit: str, year: int, **more: object) -> TargetGrid:
    """The grid below a unit: a group's regions, a region's outlets, an outlet's consultants.

    Raises:
        NotFound: the unit or the KPI is not the viewer's to see.
    """
    return grid_of(viewer, Wanted(kpi, unit, year, **more))  # type: ignore[arg-type]


def grid_of(viewer: Viewer, wanted: Wanted) -> TargetGrid:
    """The grid that is asked for."""
    ground = Ground(viewer)
    place = ground.place(wanted.unit)
    definitions = ground.ruling("year", wanted.year).ruling
    seen = heading(definitions, wanted.kpi)
    columns = columns_of(wanted)
    adds = additive(definitions, wanted.kpi)
    over_time = adds and not rests_on_stock(definitions, wanted.kpi)
    own = Slice(place.id, model=wanted.model or None)
    below = [
        Slice(one.unit, one.person, wanted.model or None)
        for one in _below(ground, Slice(place.id), wanted.year)
    ]
    sheet = _Sheet(ground, wanted, seen, columns)
    teams = _teams(ground, place)
    cells = sheet.cells([own, *below, *(replace(own, unit=team.id) for team in teams)])
    names = ground.names(whose.person for whose in below if whose.person)
    rows = tuple(
        _row(ground.seen(Slice(whose.unit, whose.person), names), cells[whose], sums=over_time)
        for whose in below
    )
    parent = _row(ground.seen(Slice(place.id)), cells[own], sums=over_time)
    kept_back = _row(parent.of, sheet.reserve(place.id), sums=over_time, reserve=True)
    listed = (*rows, kept_back)
    sums = tuple(_sum(column) if adds else None for column in _across(listed, columns))
    gaps = tuple(_gap(cell.value, total) for cell, total in zip(parent.cells, sums, strict=True))
    return TargetGrid(
        seen, wanted.year, BELOW[place.kind], parent, rows, sums, gaps, adds,
        viewer.can("targets.write"), columns, kept_back, sheet.whole(own), over_time,
        wanted.aim, wanted.model,
        tuple(_teams_of(ground, teams, wanted, cells, adds=adds)),
    )  # fmt: skip


Cells = Mapping[Slice, Sequence[TargetCell]]


def _teams(ground: Ground, place: Place) -> list[Place]:
    """The teams of an outlet, by code."""
    teams = [one for one in ground.places.values() if one.parent == place.id]
    return sorted(teams, key=lambda one: one.code) if place.kind == Unit.Kind.OUTLET else []


def _teams_of(
    ground: Ground, teams: Sequence[Place], wanted: Wanted, cells: Cells, *, adds: bool
) -> Iterator[TeamRow]:
    """What each team is to reach beside what the outlet's people in it have been given."""
    year, model = from_key("year", wanted.year), wanted.model or None
    posts = _selling(year, Q(unit__in=[team.id for team in teams])) if teams else ()
    last = dict(posts)
    for team in teams:
        own = tuple(cells[Slice(team.id, model=model)])
        members = [p for p, unit in last.items() if unit == team.id]
        given = [cells[whose] for whose in (Slice(team.parent or 0, p, model) for p in members)
                 if whose in cells]  # fmt: skip
        across = [[row[at].value for row in given] for at in range(len(own))]
        sums = tuple(_sum(column) if adds else None for column in across)
        gaps = tuple(_gap(cell.value, total) for cell, total in zip(own, sums, strict=True))
        yield TeamRow(ground.seen(Slice(team.id)), own, sums, gaps)


def _selling(year: Period, where_: Q) -> "QuerySet[Post, tuple[int, int]]":
    """Who held a consultant's post in a year, with its unit; the earlier posts first."""
    posts = Post.objects.filter(
        where_,
        Q(until=None) | Q(until__gt=year.start),
        since__lt=year.until,
        role__in=ONES_OWN,
    )
    return posts.order_by("since", "id").values_list("person", "unit")


def columns_of(wanted: Wanted) -> Columns:
    """The periods across: those of the year, or the weeks that touch the month."""
    year = from_key("year", wanted.year)
    if wanted.grain == "week":
        month = wanted.month or wanted.year * 100 + 1
        if month // 100 != wanted.year:
            raise BadValue(field="month", value=month, why=str(wanted.year))
        inside = _month(month)
        last = period_of(inside.until.fromordinal(inside.until.toordinal() - 1), "week").key
        weeks = series("week", period_of(inside.start, "week").key, last)
        return Columns("week", tuple(week.key for week in weeks), month)
    if wanted.grain == "month":
        return Columns("month", tuple(months_of(year)))
    if wanted.grain not in ("quarter", "half", "year"):
        raise BadValue(
            field="grain", value=wanted.grain, why="month / quarter / half / year / week"
        )
    months = (_month(month) for month in months_of(year))
    keys = dict.fromkeys(period_of(month.start, wanted.grain).key for month in months)
    return Columns(wanted.grain, tuple(keys))


def _month(key: int) -> Period:
    try:
        return from_key("month", key)
    except ValueError as wrong:
        raise BadValue(field="month", value=key, why=str(wrong)) from wrong


class _Sheet:
    """The cells of one grid, read in as few queries as there are kinds of rows."""

    def __init__(self, ground: Ground, wanted: Wanted, kpi: KpiSeen, columns: Columns) -> None:
        self.ground, self.wanted, self.kpi, self.columns = ground, wanted, kpi, columns
        self.held = _held()

    def cells(self, scopes: Sequence[Slice]) -> dict[Slice, list[TargetCell]]:
        rows = self._timed(targets_of(self.ground, scopes))
        kept = {(key_of(row), row.period): row for row in rows}
        return {
            whose: [
                self._cell(kept.get((where(self.ground, whose), key)), key, whose.unit)
                for key in self.columns.keys
            ]
            for whose in scopes
        }

    def reserve(self, unit: int) -> list[TargetCell]:
        rows = narrowed(
            self.ground, self.ground.scope.targets().filter(reserve=True), [Slice(unit)]
        )
        kept = {row.period: row for row in self._timed(rows)}
        return [self._cell(kept.get(key), key, unit) for key in self.columns.keys]

    def whole(self, own: Slice) -> TargetCell | None:
        """The own target of the longer period that the columns divide."""
        grain: Grain = "month" if self.columns.grain == "week" else "year"
        if self.columns.grain == "year":
            return None
        key = self.columns.within if grain == "month" else self.wanted.year
        rows = targets_of(self.ground, [own]).filter(
            kpi=self.kpi.code, grain=grain, period=key, model=self.wanted.model
        )
        row = rows.first()
        return self._cell(row, key, own.unit, months_in(grain, key)) if row else None

    def _timed(self, rows: "Iterable[Target]") -> "Iterable[Target]":
        return rows.filter(  # type: ignore[attr-defined]
            kpi=self.kpi.code, grain=self.columns.grain, period__in=self.columns.keys,
            within=self.columns.within, model=self.wanted.model,
        )  # fmt: skip

    def _cell(
        self, row: Target | None, key: int, unit: int, months: Sequence[int] = ()
    ) -> TargetCell:
        locked = self._locked(months or self._months(key), unit)
        if row is None:
            return TargetCell(key, None, locked=locked, id=None, version=0)
        value = in_unit(getattr(row, self.wanted.aim), self.kpi.unit)
        return TargetCell(
            key, value, locked=locked, id=row.pk, version=row.version, agreed=bool(row.agreed_at)
        )

    def _months(self, key: int) -> Sequence[int]:
        within = self.columns.within
        return [within] if within else months_in(self.columns.grain, key)

    def _locked(self, months: Sequence[int], unit: int) -> bool:
        line = _line(self.ground.places[unit])
        return any(not self.held.get(above, set()).isdisjoint(months) for above in line)


def months_in(grain: Grain, key: int) -> list[int]:
    """The months of a period; of a week the month of its first day."""
    found = from_key(grain, key)
    return [month_key(found.start)] if grain in ("week", "day") else months_of(found)


def _held() -> dict[int, set[int]]:
    """The locked months by the unit at which they are locked."""
    held: dict[int, set[int]] = {}
    for unit, period in TargetLock.objects.values_list("unit", "period"):
        held.setdefault(unit, set()).add(period)
    return held


def locks(viewer: Viewer, *, unit: str, year: int) -> tuple[LockSeen, ...]:
    """The locks of a year that hold for a unit: its own, and those of units above it.

    Raises:
        NotFound: the unit is not the viewer's to see.
    """
    place = Ground(viewer).place(unit)
    months = months_of(from_key("year", year))
    rows = TargetLock.objects.filter(unit__in=_line(place), period__in=months)
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


def _line(place: Place) -> list[int]:
    """The unit and those above it, from the top."""
    return [int(part) for part in place.path.strip("/").split("/")]


def models(viewer: Viewer) -> tuple[str, ...]:
    """The models that a target can be set for: those of the viewer's vehicles and targets."""
    scope = Ground(viewer).scope
    stocked = scope.vehicles().order_by("model").values_list("model", flat=True).distinct()
    set_for = scope.targets().exclude(model="").values_list("model", flat=True).distinct()
    return tuple(sorted({*stocked[:MOST_MODELS], *set_for[:MOST_MODELS]} - {""}))


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
    kept = targets_of(ground, [whose]).filter(grain="month", period__in=months, model="")
    set_for = set(kept.values_list("kpi", flat=True))
    rows = []
    for kpi in (heading(definitions, one.code) for one in definitions.kpis if one.code in set_for):
        sheet = _Sheet(ground, Wanted(kpi.code, "", year), kpi, Columns("month", tuple(months)))
        sums_up = sums_over_time(definitions, kpi.code)
        rows.append((kpi, _row(ground.seen(whose), sheet.cells([whose])[whose], sums=sums_up)))
    return PersonalTargets(ground.seen(whose), year, tuple(rows))


def _below(ground: Ground, whose: Slice, year: int) -> list[Slice]:
    """The scopes under a unit: units by code, or the consultants in post in the year by number."""
    place = ground.places[whose.unit]
    if place.kind in (Unit.Kind.GROUP, Unit.Kind.REGION):
        inner = [p for p in ground.places.values() if p.parent == place.id]
        return [
            Slice(p.id) for p in sorted(inner, key=lambda p: p.code) if p.kind != Unit.Kind.TEAM
        ]
    inside = Q(unit=place.id) | Q(unit__parent=place.id)
    posts = _selling(from_key("year", year), inside).order_by("person__number")
    people = posts.values_list("person", flat=True)
    return [Slice(place.id, person) for person in dict.fromkeys(people)]


def children(ground: Ground, unit: int, year: int) -> list[Slice]:
    """The scopes right below a unit in a year."""
    return _below(ground, Slice(unit), year)


def _row(of: Of, cells: Sequence[TargetCell], *, sums: bool, reserve: bool = False) -> TargetRow:
    total = _sum([c.value for c in cells]) if sums else None
    return TargetRow(of, tuple(cells), total, reserve)


def _across(rows: Sequence[TargetRow], columns: Columns) -> list[list[Fraction | None]]:
    return [[row.cells[place].value for row in rows] for place in range(len(columns.keys))]


def _sum(values: Iterable[Fraction | None]) -> Fraction | None:
    """None when nothing is set."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known else None


def _gap(parent: Fraction | None, total: Fraction | None) -> Fraction | None:
    return None if parent is None or total is None else parent - total


__all__ = [
    "Wanted",
    "Where",
    "children",
    "columns_of",
    "grid",
    "grid_of",
    "locks",
    "models",
    "personal",
]
