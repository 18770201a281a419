"""Splitting a target down: over those below or over time, by one of several weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from django.db.models import Count

from cheji.engine.periods import from_key
from cheji.engine.targets import Child, after_change, split, working_days
from cheji.reads.calendars import Calendars
from cheji.reads.kpis.ground import Ground, Slice
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

from .actuals import actuals
from .grids import Wanted, grid_of
from .kept import scale_of
from .shapes import Columns, TargetCell, TargetGrid, TargetRow

Way = Literal["even", "weights", "last_year", "season", "stock", "working_days"]
Over = Literal["scopes", "time"]
WAYS: dict[Over, tuple[Way, ...]] = {
    "scopes": ("even", "weights", "last_year", "stock", "working_days"),
    "time": ("working_days", "season", "last_year", "weights", "even"),
}
YEARS = 3
Weights = dict[tuple[str, int], Fraction]


@dataclass(frozen=True, slots=True)
class How:
    """`weights` in the order of the rows or columns; `reserve` is a share of each parent.

    `step` is the smallest part given out, in the KPI's unit: whole vehicles, whole yuan.
    """

    way: Way
    over: Over = "scopes"
    weights: tuple[Fraction, ...] = ()
    reserve: Fraction = Fraction(0)
    step: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Share:
    """What a row gets in a period; `kept` is the amount as targets are kept."""

    row: TargetRow
    cell: TargetCell
    kept: int


@dataclass(frozen=True, slots=True)
class Shares:
    """What is given out, and what is left of each parent (未分配), in the KPI's unit."""

    grid: TargetGrid
    shares: tuple[Share, ...]
    unassigned: tuple[tuple[int, Fraction], ...]


def shares(viewer: Viewer, wanted: Wanted, how: How) -> Shares:
    """The parts of a parent's targets: of each column over the rows, or of the whole over columns.

    Cells that are locked or signed for keep what they have. A KPI whose parts do not add up gives
    each child the parent's own value.

    Raises:
        BadValue: no such way of splitting, or not as many weights as there are children.
    """
    if how.way not in WAYS[how.over]:
        raise BadValue(field="way", value=how.way, why=" / ".join(WAYS[how.over]))
    if not 0 <= how.reserve < 1 or how.step <= 0:
        raise BadValue(field="reserve", value=str(how.reserve), why="0–100 %")
    found = grid_of(viewer, wanted)
    ground = Ground(viewer)
    if how.over == "time":
        return _over_time(ground, found, how)
    return _over_scopes(ground, found, how)


def _over_scopes(ground: Ground, found: TargetGrid, how: How) -> Shares:
    given: list[Share] = []
    left = []
    weights = _row_weights(ground, found, how) if found.additive else {}
    for place, parent in enumerate(found.parent.cells):
        if parent.value is None or parent.locked:
            continue
        cells = {key_of(row): row.cells[place] for row in found.rows}
        if not found.additive:
            given += _alike(found, found.rows, [row.cells[place] for row in found.rows], parent)
            continue
        made, rest = _split(found, parent.value, cells, weights, how)
        by_key = {key_of(row): row for row in found.rows}
        given += [Share(by_key[key], cells[key], amount) for key, amount in made.items()]
        kept_back = found.reserve.cells[place]
        if how.reserve and not kept_back.fixed:
            given.append(Share(found.reserve, kept_back, _reserve(found, parent.value, how)))
        left.append((parent.period, rest))
    return Shares(found, tuple(given), tuple(left))


def _over_time(ground: Ground, found: TargetGrid, how: How) -> Shares:
    whole = found.whole
    if whole is None or whole.value is None:
        raise BadValue(field=found.kpi.code, value="—", why=str(found.columns.within or found.year))
    cells = {str(cell.period): cell for cell in found.parent.cells}
    if not found.adds_over_time:
        given = _alike(found, [found.parent] * len(cells), list(cells.values()), whole)
        return Shares(found, tuple(given), ())
    by_period = {
        (key, whole.period): weight for key, weight in _time_weights(ground, found, how).items()
    }
    plain = How(how.way, how.over, how.weights, Fraction(0), how.step)
    made, rest = _split(found, whole.value, cells, by_period, plain, whole.period)
    given = [Share(found.parent, cells[key], amount) for key, amount in made.items()]
    return Shares(found, tuple(given), ((whole.period, rest),))


def _alike(
    found: TargetGrid, rows: Sequence[TargetRow], cells: Sequence[TargetCell], parent: TargetCell
) -> list[Share]:
    """The parent's own value for each, of KPIs that do not add up."""
    kept = int((parent.value or 0) * scale_of(found.kpi.unit))
    pairs = zip(rows, cells, strict=True)
    return [Share(row, cell, kept) for row, cell in pairs if not cell.fixed]


def _split(
    found: TargetGrid,
    total: Fraction,
    cells: Mapping[str, TargetCell],
    weights: Weights,
    how: How,
    period: int | None = None,
) -> tuple[dict[str, int], Fraction]:
    """The kept amounts of those that are free, and what is left over in the KPI's unit."""
    scale = scale_of(found.kpi.unit)
    children = [
        Child(key, fixed=int((cell.value or 0) * scale))
        if cell.fixed
        else Child(key, weights.get((key, cell.period if period is None else period), Fraction(0)))
        for key, cell in cells.items()
    ]
    step = max(1, int(how.step * scale))
    reserve = _reserve(found, total, how) if how.reserve else _standing_reserve(found, cells)
    done = split(int(total * scale), children, reserve=reserve, step=step)
    free = {key: amount for key, amount in done.parts.items() if not cells[key].fixed}
    return free, Fraction(done.unassigned, scale)


def _reserve(found: TargetGrid, total: Fraction, how: How) -> int:
    """The share that is kept back, in whole steps."""
    scale = scale_of(found.kpi.unit)
    step = max(1, int(how.step * scale))
    return int(total * scale * how.reserve) // step * step


def _standing_reserve(found: TargetGrid, cells: Mapping[str, TargetCell]) -> int:
    """What is kept back already in the column of these cells; nothing over time."""
    periods = {cell.period for cell in cells.values()}
    if len(periods) != 1:
        return 0
    (period,) = periods
    kept = next((c.value for c in found.reserve.cells if c.period == period), None)
    return int((kept or 0) * scale_of(found.kpi.unit))


# -- weights over those below ------------------------------------------------------------------


def key_of(row: TargetRow) -> str:
    """What names a row of a grid: p12, u3, or r3 for what unit 3 keeps back."""
    return f"{'r' if row.reserve else 'p' if row.of.kind == 'person' else 'u'}{row.of.id}"


def _row_weights(ground: Ground, found: TargetGrid, how: How) -> Weights:
    keys = found.columns.keys
    if how.way == "last_year":
        return _last_year_of_rows(ground, found)
    if how.way == "working_days":
        return _days_of_rows(ground, found)
    if how.way == "stock":
        flat = _stock_of_rows(ground, found)
    elif how.way == "weights":
        flat = _given(how, [key_of(row) for row in found.rows])
    else:
        flat = {key_of(row): Fraction(1) for row in found.rows}
    return {(row, key): weight for row, weight in flat.items() for key in keys}


def _given(how: How, keys: Sequence[str]) -> dict[str, Fraction]:
    if len(how.weights) != len(keys) or min(how.weights, default=Fraction(0)) < 0:
        raise BadValue(field="weights", value=len(how.weights), why=str(len(keys)))
    return dict(zip(keys, how.weights, strict=True))


def slice_of(found: TargetGrid, row: TargetRow) -> Slice:
    """Whose a row of the grid is."""
    model = found.model or None
    if row.of.kind == "person":
        return Slice(found.parent.of.id or 0, row.of.id, model)
    return Slice(row.of.id or 0, model=model)


def _last_year_of_rows(ground: Ground, found: TargetGrid) -> Weights:
    scopes = {slice_of(found, row): key_of(row) for row in found.rows}
    keys = [year_before(found.columns.grain, key) for key in found.columns.keys]
    around = Slice(found.parent.of.id or 0)
    values = actuals(
        ground, around, list(scopes), [found.kpi.code], Columns(found.columns.grain, tuple(keys))
    )
    return {
        (row, key): max(values[found.kpi.code][whose, before] or Fraction(0), Fraction(0))
        for whose, row in scopes.items()
        for key, before in zip(found.columns.keys, keys, strict=True)
    }


def year_before(grain: str, key: int) -> int:
    """The same period of the year before; week 53 is compared with week 52."""
    if grain == "week":
        return (key // 100 - 1) * 100 + min(key % 100, 52)
    return key - {"month": 100, "quarter": 10, "half": 10}.get(grain, 1)


def _stock_of_rows(ground: Ground, found: TargetGrid) -> dict[str, Fraction]:
    """Vehicles in stock on the day, by the outlets of each row; nothing for people."""
    rows = ground.scope.vehicles().filter(left_on=None)
    rows = rows.filter(model=found.model) if found.model else rows
    counts = dict(rows.values_list("outlet").annotate(Count("id")).order_by())
    return {
        key_of(row): Fraction(
            sum(counts.get(one, 0) for one in ground.places[row.of.id or 0].outlets)
        )
        if row.of.kind != "person"
        else Fraction(0)
        for row in found.rows
    }


def _days_of_rows(ground: Ground, found: TargetGrid) -> Weights:
    """Days worked in each column by each row's own calendar."""
    calendars = Calendars()
    return {
        (key_of(row), key): Fraction(
            _days(ground, calendars, slice_of(found, row).unit, found, key)
        )
        for row in found.rows
        for key in found.columns.keys
    }


def _days(ground: Ground, calendars: Calendars, unit: int, found: TargetGrid, key: int) -> int:
    place = ground.places[unit]
    span = from_key(found.columns.grain, key, place.closing_day)
    start, until = span.start, span.until
    if found.columns.within:
        month = from_key("month", found.columns.within, place.closing_day)
        start, until = max(start, month.start), min(until, month.until)
    return working_days(calendars.of(place), start, max(start, until))


# -- weights over time -------------------------------------------------------------------------


def _time_weights(ground: Ground, found: TargetGrid, how: How) -> dict[str, Fraction]:
    keys = found.columns.keys
    if how.way == "working_days":
        calendars, unit = Calendars(), found.parent.of.id or 0
        return {str(key): Fraction(_days(ground, calendars, unit, found, key)) for key in keys}
    if how.way == "weights":
        return _given(how, [str(key) for key in keys])
    if how.way == "even":
        return {str(key): Fraction(1) for key in keys}
    return _past(ground, found, 1 if how.way == "last_year" else YEARS)


def _past(ground: Ground, found: TargetGrid, years: int) -> dict[str, Fraction]:
    """What the scope did in the same periods of the years before, added up."""
    own = Slice(found.parent.of.id or 0, model=found.model or None)
    around = Slice(own.unit)
    totals = {str(key): Fraction(0) for key in found.columns.keys}
    keys = list(found.columns.keys)
    for _ in range(years):
        keys = [year_before(found.columns.grain, key) for key in keys]
        values = actuals(
            ground, around, [own], [found.kpi.code], Columns(found.columns.grain, tuple(keys))
        )
        for key, before in zip(found.columns.keys, keys, strict=True):
            totals[str(key)] += max(values[found.kpi.code][own, before] or Fraction(0), Fraction(0))
    return totals


# -- after a change by hand --------------------------------------------------------------------


def rebalanced(
    found: TargetGrid, changed: Mapping[tuple[str, int], int], step: Fraction = Fraction(1)
) -> list[Share]:
    """What the siblings of changed rows get, so that each column still adds up to its parent.

    `changed` holds kept amounts by row and period. Columns without a parent's target are left.
    """
    scale = scale_of(found.kpi.unit)
    given: list[Share] = []
    for place, parent in enumerate(found.parent.cells):
        now = {row: amount for (row, period), amount in changed.items() if period == parent.period}
        if not now or parent.value is None or not found.additive:
            continue
        rows = {key_of(row): row for row in found.rows}
        current = {key: int((row.cells[place].value or 0) * scale) for key, row in rows.items()}
        fixed = {key: current[key] for key, row in rows.items() if row.cells[place].fixed}
        standing = int((found.reserve.cells[place].value or 0) * scale)
        reserve = now.pop(key_of(found.reserve), standing)
        done = after_change(
            int(parent.value * scale), current, {**fixed, **now},
            reserve=reserve, step=max(1, int(step * scale)),
        )  # fmt: skip
        given += [
            Share(rows[key], rows[key].cells[place], amount)
            for key, amount in done.parts.items()
            if key not in now and key not in fixed and amount != current[key]
        ]
    return given
