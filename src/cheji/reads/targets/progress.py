"""How far one has come in a period: done against time worked, pace, landing, and who lags."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby

from cheji.engine.definitions import Definitions
from cheji.engine.forecasts import Course, Landing, Past, course, landing
from cheji.engine.kpis import Value
from cheji.engine.periods import DAY, Grain, Period, day_key, from_key, period_of
from cheji.engine.targets import WorkCalendar, progress, working_days
from cheji.reads.calendars import Calendars
from cheji.reads.kpis.ground import Ground, Key, Place, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import KpiSeen, Of
from cheji.records.models import Target, TargetLimit
from cheji.records.visibility import Viewer

from .actuals import actuals
from .grids import children
from .kept import Where, in_unit, key_of, sums_over_time, targets_of, value_of, where
from .shapes import Columns, Standing, Standings

TESTED = 6
YEAR = 12
LIMIT = 1_000
POINT = 10_000
UNITS = "deliveries"
OPEN_ORDERS = "orders_open"  # what a month begins with


@dataclass(frozen=True, slots=True)
class Clock:
    """A period by one place's calendar: which days are worked, and how many have gone."""

    period: Period
    calendar: WorkCalendar
    on: date

    @property
    def days(self) -> int:
        return working_days(self.calendar, self.period.start, self.period.until)

    @property
    def gone(self) -> int:
        """Days worked up to and with the viewer's day."""
        until = min(max(self.on + DAY, self.period.start), self.period.until)
        return working_days(self.calendar, self.period.start, until)

    @property
    def over(self) -> bool:
        return self.on >= self.period.until


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
    rows = _whole(
        targets_of(ground, [whose])
        .filter(grain=grain, period=key)
        .order_by("model", "kpi", "within")
    )
    asked = Asked(ground, whose, clock, _limit(ground, whose), ground.seen(whose))
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


def _whole(rows: Iterable[Target]) -> list[Target]:
    """Each target once; the parts of a week in two months are added up."""
    found: dict[tuple[str, str], Target] = {}
    for row in rows:
        first = found.setdefault((row.model, row.kpi), row)
        if first is row or not first.within:  # one that stands by itself goes before parts
            continue
        first.value += row.value
        first.base = _both(first.base, row.base)
        first.stretch = _both(first.stretch, row.stretch)
    return list(found.values())


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
    found = from_key(grain, period, place.closing_day)
    return Clock(found, calendars.of(place), ground.viewer.on)


def _limit(ground: Ground, whose: Slice) -> Fraction:
    """The group's limit of lagging, as a part of 1."""
    root = int(ground.places[whose.unit].path.strip("/").split("/")[0])
    found = TargetLimit.objects.filter(unit=root).values_list("behind", flat=True).first()
    return Fraction(found or LIMIT, POINT)


def _one(period: Period) -> Columns:
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
    found = actuals(asked.ground, asked.whose, [whose], codes, _one(period))
    adding = [code for code in codes if sums_over_time(asked.definitions, code)]
    courses = _courses(asked, whose, adding) if forecast and adding else {}
    return [
        _standing(asked, whose, row, found[row.kpi][whose, period.key], courses.get(row.kpi))
        for row in known
    ]


def _standing(
    asked: Asked, whose: Slice, row: Target, value: Value, past: "Courses | None"
) -> Standing:
    kpi, clock = heading(asked.definitions, row.kpi), asked.clock
    adds = sums_over_time(asked.definitions, row.kpi)
    gone, days = (clock.gone, clock.days) if adds else (0, 0)
    done = progress(value or Fraction(0), value_of(row, kpi.unit), days_gone=gone, days=days)
    lands = _landing(past, done.done, gone, days) if past and not clock.over else None
    return Standing(
        asked.of, kpi, row.model, clock.period.grain, clock.period.key,
        in_unit(row.base, kpi.unit), in_unit(row.stretch, kpi.unit),
        Key(whose, clock.period.grain, clock.period.key, row.kpi).text, done, lands,
        lags(kpi, done.gap, asked.limit),
        row.pk,
    )  # fmt: skip


def lags(kpi: KpiSeen, gap: Fraction | None, limit: Fraction) -> bool:
    """Whether what should rise is behind time by more than the limit."""
    return kpi.direction == "up" and gap is not None and gap < -limit


# -- landing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Courses:
    """The months before, each with the month a year before it, and last year's of this one."""

    past: tuple[Past, ...]
    last_year: Course | None


def _landing(past: Courses, done: Fraction, gone: int, days: int) -> Landing | None:
    return landing(done, Fraction(gone, days), past.past, past.last_year) if days else None


def _courses(asked: Asked, whose: Slice, kpis: Sequence[str]) -> dict[str, Courses]:
    """How earlier months went, day by day, in one query for all KPIs."""
    months = [_back(asked.clock.period.key, n) for n in range(YEAR + TESTED, 0, -1)]
    closing = asked.ground.places[whose.unit].closing_day
    first = from_key("month", months[0], closing).start
    days = [first + DAY * n for n in range((asked.clock.period.start - first).days)]
    keys = tuple(day_key(on) for on in days)
    found = actuals(asked.ground, asked.whose, [whose], kpis, Columns("day", keys))
    return {
        kpi: _of_months(asked, months, {
            on: value
            for on, key in zip(days, keys, strict=True)
            if (value := found[kpi][whose, key])
        })
        for kpi in kpis
    }  # fmt: skip


def _of_months(asked: Asked, months: Sequence[int], amounts: Mapping[date, Fraction]) -> Courses:
    closing = asked.ground.places[asked.whose.unit].closing_day
    by_month = {
        month: _course(asked.clock.calendar, from_key("month", month, closing), amounts)
        for month in months
    }
    tested = [_back(asked.clock.period.key, n) for n in range(1, TESTED + 1)]
    past = tuple(Past(by_month[month], by_month[_back(month, YEAR)]) for month in tested)
    return Courses(past, by_month[_back(asked.clock.period.key, YEAR)])


def _course(calendar: WorkCalendar, period: Period, amounts: Mapping[date, Fraction]) -> Course:
    inside = [period.start + DAY * n for n in range((period.until - period.start).days)]
    worked = [on for on in inside if calendar.works(on)]
    return course(worked, {on: amounts[on] for on in inside if on in amounts})


def _back(month: int, count: int) -> int:
    place = month // 100 * 12 + month % 100 - 1 - count
    return place // 12 * 100 + place % 12 + 1


# -- 订单储备率 ----------------------------------------------------------------------------------


def _cover(asked: Asked) -> Fraction | None:
    """Orders open when the month ends over the next month's target of deliveries."""
    after = _back(asked.clock.period.key, -1)
    rows = targets_of(asked.ground, [asked.whose])
    row = rows.filter(kpi=UNITS, grain="month", period=after, model="").first()
    if row is None or not row.value or OPEN_ORDERS not in asked.definitions.kpi:
        return None
    over = Columns("month", (after,))
    found = actuals(asked.ground, asked.whose, [asked.whose], [OPEN_ORDERS], over)
    value = found[OPEN_ORDERS][asked.whose, after]
    return None if value is None else value / value_of(row, "")


# -- those below, and those behind -------------------------------------------------------------


def below(
    viewer: Viewer, *, unit: str, kpi: str, period: int, grain: Grain = "month"
) -> tuple[Standing, ...]:
    """The progress of all right below a unit with one KPI, without landings.

    Raises:
        NotFound: the unit is not the viewer's to see.
    """
    ground = Ground(viewer)
    place = ground.place(unit)
    over = from_key(grain, period)
    scopes = children(ground, place.id, over.start.year)
    return tuple(_of_scopes(ground, Slice(place.id), scopes, [kpi], over))


def _of_scopes(
    ground: Ground,
    around: Slice,
    scopes: Sequence[Slice],
    kpis: Sequence[str],
    over: Period,
) -> list[Standing]:
    timed = {"grain": over.grain, "period": over.key, "kpi__in": kpis, "model": ""}
    rows: dict[Where, list[Target]] = {}
    for row in targets_of(ground, scopes).filter(**timed).order_by("within"):
        rows.setdefault(key_of(row), []).append(row)
    kept = {(place, one.kpi): one for place, held in rows.items() for one in _whole(held)}
    if not kept:
        return []
    found = actuals(ground, around, scopes, kpis, _one(over))
    limit, calendars = _limit(ground, around), Calendars()
    names = ground.names(whose.person for whose in scopes if whose.person)
    seen = []
    for whose in scopes:
        clock = clock_of(ground, calendars, whose, over.grain, over.key)
        asked = Asked(ground, whose, clock, limit, ground.seen(whose, names))
        for kpi in kpis:
            target = kept.get((where(ground, whose), kpi))
            if target is not None and kpi in asked.definitions.kpi:
                seen.append(_standing(asked, whose, target, found[kpi][whose, over.key], None))
    return seen


def behind(viewer: Viewer) -> list[Standing]:
    """All who lag in the month that runs at their place, people and units, of all KPIs."""
    ground = Ground(viewer)
    found: list[Standing] = []
    for place in ground.places.values():
        if place.kind != "team" and ground.whole(place):
            found += _behind(ground, place)
    return found


def _behind(ground: Ground, place: Place) -> list[Standing]:
    over = period_of(ground.viewer.on, "month", place.closing_day)
    month = over.key
    own = Slice(place.id)
    people = [one for one in children(ground, place.id, month // 100) if one.person]
    known = ground.ruling("month", month).ruling.kpi
    found: list[Standing] = []
    for scopes in ([own], people):
        rows = targets_of(ground, scopes).filter(grain="month", period=month, model="")
        set_for = dict.fromkeys(rows.order_by("kpi").values_list("kpi", flat=True))
        rising = [code for code in set_for if code in known and known[code].direction == "up"]
        if rising:
            found += _of_scopes(ground, own, scopes, rising, over)
    return [one for one in found if one.behind]
