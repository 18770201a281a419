"""How far one has come in a period: done against time worked, pace and landing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from cheji.engine.definitions import Definitions
from cheji.engine.kpis import Value
from cheji.engine.periods import (
    DAY,
    MONTHS,
    Grain,
    Period,
    from_key,
    month_shifted,
    months_of,
    period_of,
)
from cheji.engine.targets import WorkCalendar, lag, progress, working_days
from cheji.reads.asking import Page
from cheji.reads.calendars import Calendars
from cheji.reads.kpis.ground import Ground, Key, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import Of
from cheji.records.models import Target, TargetLimit
from cheji.records.visibility import Viewer

from .actuals import actuals
from .courses import Courses, courses, landing_of
from .grids import children
from .kept import Where, in_unit, key_of, sums_over_time, targets_of, value_of, where
from .shapes import Columns, Standing, Standings

LIMIT = 1_000
POINT = 10_000
UNITS = "deliveries"
OPEN_ORDERS = "orders_open"  # what a month begins with


@dataclass(frozen=True, slots=True)
class Clock:
    """A period by one place's calendar: how many of its days are worked, and have gone.

    `gone` counts up to and with the viewer's day `on`.
    """

    period: Period
    calendar: WorkCalendar
    on: date
    days: int
    gone: int

    @property
    def over(self) -> bool:
        return self.on >= self.period.until

    @property
    def late(self) -> bool:
        """Whether half of it has gone."""
        return 2 * self.gone >= self.days


def standings(
    viewer: Viewer, *, unit: str = "", person: str = "", grain: Grain = "month",
    period: int | None = None, forecast: bool = True,
) -> Standings:  # fmt: skip
    """Of a unit (by code) or a person (by staff number): every KPI with a target in the period.

    Landings are of months alone.

    Raises:
        NotFound: the scope is not, as a whole, within the viewer's reach.
    """
    ground = Ground(viewer)
    whose = ground.whose(unit, person)
    closing = ground.places[whose.unit].closing_day
    key = period or period_of(viewer.on, grain, closing).key
    clock = clock_of(ground, Calendars(), whose, grain, key)
    rows = sorted(standing_in(ground, [whose], grain, key), key=lambda row: (row.model, row.kpi))
    asked = Asked(ground, whose, clock, limit_of(ground, whose), ground.seen(whose))
    monthly = grain == "month"
    seen = [
        one for rows_ in _by_model(rows) for one in _standings(asked, rows_, forecast and monthly)
    ]
    order = {kpi.code: n for n, kpi in enumerate(asked.definitions.kpis)}
    seen.sort(key=lambda one: (order[one.kpi.code], one.model))
    return Standings(
        asked.of, grain, key, clock.gone, clock.days, asked.limit, tuple(seen),
        _cover(asked) if monthly else None,
    )  # fmt: skip


def standing_in(
    ground: Ground, scopes: Sequence[Slice], grain: Grain, period: int, **narrow: str
) -> list[Target]:
    """The targets of scopes in a period; of a longer one without its own the sum of its months.

    Only where every month has one, and of KPIs that add up.
    """
    kept = targets_of(ground, scopes).filter(**narrow)
    found = whole(kept.filter(grain=grain, period=period).order_by("within"))
    if grain not in MONTHS or grain == "month":
        return found
    own = {(key_of(row), row.kpi) for row in found}
    months = months_of(from_key(grain, period))
    definitions = ground.ruling(grain, period).ruling
    parts: dict[tuple[Where, str], list[Target]] = {}
    for row in kept.filter(grain="month", period__in=months).order_by("period"):
        if (key_of(row), row.kpi) not in own and row.kpi in definitions.kpi:
            parts.setdefault((key_of(row), row.kpi), []).append(row)
    summed = [rows for (_, kpi), rows in parts.items()
              if len(rows) == len(months) and sums_over_time(definitions, kpi)]  # fmt: skip
    return found + [_summed(rows) for rows in summed]


def _summed(rows: Sequence[Target]) -> Target:
    """The first of the rows with the amounts of all."""
    first, *others = rows
    for row in others:
        _add(first, row)
    return first


def whole(rows: Iterable[Target]) -> list[Target]:
    """Each target once; the parts of a week in two months are added up."""
    found: dict[tuple[Where, str], Target] = {}
    for row in rows:
        first = found.setdefault((key_of(row), row.kpi), row)
        if first is row or not first.within:  # one that stands by itself goes before parts
            continue
        _add(first, row)
    return list(found.values())


def _add(first: Target, row: Target) -> None:
    first.value += row.value
    first.base = _both(first.base, row.base)
    first.stretch = _both(first.stretch, row.stretch)


def _both(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of progress with everything looked up."""

    ground: Ground
    whose: Slice
    clock: Clock
    limit: Fraction
    of: Of

    @property
    def definitions(self) -> Definitions:
        period = self.clock.period
        return self.ground.ruling_for(self.whose, period.grain, period.key).ruling


def clock_of(
    ground: Ground, calendars: Calendars, whose: Slice, grain: Grain, period: int
) -> Clock:
    """A period at the place of a scope: by its closing day and its working calendar."""
    place = ground.places[whose.unit]
    found, calendar = from_key(grain, period, place.closing_day), calendars.of(place)
    on = ground.viewer.on
    until = min(max(on + DAY, found.start), found.until)
    days = working_days(calendar, found.start, found.until)
    return Clock(found, calendar, on, days, working_days(calendar, found.start, until))


def limit_of(ground: Ground, whose: Slice) -> Fraction:
    """The group's limit of lagging, as a part of 1."""
    root = int(ground.places[whose.unit].path.strip("/").split("/")[0])
    found = TargetLimit.objects.filter(unit=root).values_list("behind", flat=True).first()
    return Fraction(found or LIMIT, POINT)


def one(period: Period) -> Columns:
    return Columns(period.grain, (period.key,))


def _by_model(rows: Sequence[Target]) -> list[list[Target]]:
    return [list(found) for _, found in groupby(rows, key=lambda row: row.model)]


def _standings(asked: Asked, rows: Sequence[Target], forecast: bool) -> list[Standing]:
    """Of one model, or of all."""
    known = [row for row in rows if row.kpi in asked.definitions.kpi]
    whose = Slice(asked.whose.unit, asked.whose.person, rows[0].model or None)
    codes = [row.kpi for row in known]
    if not codes:
        return []
    period = asked.clock.period
    found = actuals(asked.ground, asked.whose, [whose], codes, one(period))
    adding = [code for code in codes if sums_over_time(asked.definitions, code)]
    past: dict[str, Courses] = {}
    if forecast and adding and not asked.clock.over:
        past = courses(asked.ground, whose, period.key, asked.clock.calendar, adding)
    return [
        standing(asked, whose, row, found[row.kpi][whose, period.key], past.get(row.kpi))
        for row in known
    ]


def standing(
    asked: Asked, whose: Slice, row: Target, value: Value, past: Courses | None = None
) -> Standing:
    """One target beside what was reached, with a landing where there is a past to go by."""
    kpi, clock = heading(asked.definitions, row.kpi), asked.clock
    adds = sums_over_time(asked.definitions, row.kpi)
    gone, days = (clock.gone, clock.days) if adds else (0, 0)
    done = progress(value or Fraction(0), value_of(row, kpi.unit), days_gone=gone, days=days)
    known = value is not None and clock.late
    behind_by = lag(done, kpi.direction, timeless=known)
    return Standing(
        asked.of, kpi, row.model, clock.period.grain, clock.period.key,
        in_unit(row.base, kpi.unit), in_unit(row.stretch, kpi.unit),
        Key(whose, clock.period.grain, clock.period.key, row.kpi).text, done,
        landing_of(past, done.done, gone, days) if past else None,
        behind_by is not None and behind_by > asked.limit, row.pk, behind_by,
    )  # fmt: skip


# -- 订单储备率 ----------------------------------------------------------------------------------


def _cover(asked: Asked) -> Fraction | None:
    """Orders open when the month ends over the next month's target of deliveries."""
    after = month_shifted(asked.clock.period.key, 1)
    rows = targets_of(asked.ground, [asked.whose])
    row = rows.filter(kpi=UNITS, grain="month", period=after, model="").first()
    if row is None or not row.value or OPEN_ORDERS not in asked.definitions.kpi:
        return None
    over = Columns("month", (after,))
    found = actuals(asked.ground, asked.whose, [asked.whose], [OPEN_ORDERS], over)
    value = found[OPEN_ORDERS][asked.whose, after]
    return None if value is None else value / value_of(row, "")


# -- those below -------------------------------------------------------------------------------


def below(
    viewer: Viewer, *, unit: str, kpi: str, over: Period, page: int = 1, size: int = 50
) -> Page[Standing]:
    """One page of the progress of all right below a unit with one KPI, without landings.

    Raises:
        NotFound: the unit is not the viewer's to see.
    """
    ground = Ground(viewer)
    place = ground.place(unit)
    kept = _kept(ground, children(ground, place.id, over.start.year), kpi, over)
    last = max(1, -(-len(kept) // size))
    number = min(max(1, page), last)
    shown = kept[(number - 1) * size : number * size]
    rows = _of_scopes(ground, Slice(place.id), shown, kpi, over)
    return Page(tuple(rows), len(kept), number, size)


Kept = tuple[Slice, Target]


def _kept(ground: Ground, scopes: Sequence[Slice], kpi: str, over: Period) -> list[Kept]:
    """The scopes that have a target of their own, with it."""
    rows = standing_in(ground, scopes, over.grain, over.key, kpi=kpi, model="")
    by_place = {key_of(row): row for row in rows}
    known = [whose for whose in scopes if _knows(ground, whose, kpi, over)]
    places = [(whose, where(ground, whose)) for whose in known]
    return [(whose, by_place[place]) for whose, place in places if place in by_place]


def _knows(ground: Ground, whose: Slice, kpi: str, over: Period) -> bool:
    return kpi in ground.ruling_for(whose, over.grain, over.key).ruling.kpi


def _of_scopes(
    ground: Ground, around: Slice, kept: Sequence[Kept], kpi: str, over: Period
) -> list[Standing]:
    if not kept:
        return []
    scopes = [whose for whose, _ in kept]
    found = actuals(ground, around, scopes, [kpi], one(over))[kpi]
    limit, calendars = limit_of(ground, around), Calendars()
    names = ground.names(whose.person for whose in scopes if whose.person)
    seen = []
    for whose, target in kept:
        clock = clock_of(ground, calendars, whose, over.grain, over.key)
        asked = Asked(ground, whose, clock, limit, ground.seen(whose, names))
        seen.append(standing(asked, whose, target, found[whose, over.key]))
    return seen
