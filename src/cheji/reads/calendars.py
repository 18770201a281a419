"""The working calendar of units: weekly rules and single days, the nearest unit's first."""

from dataclasses import dataclass
from datetime import date

from cheji.engine.periods import from_key
from cheji.engine.targets import WorkCalendar, working_days
from cheji.reads.kpis.ground import Ground, Place
from cheji.records.models import WorkDay, WorkWeek
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


class Calendars:
    """All weekly rules and days, read once; a calendar is built for a place on demand."""

    def __init__(self) -> None:
        self.weeks = {row.unit_id: row for row in WorkWeek.objects.all()}
        self.days: dict[int, dict[date, bool]] = {}
        for unit, on, works in WorkDay.objects.values_list("unit", "on", "works"):
            self.days.setdefault(unit, {})[on] = works
        self._built: dict[int, WorkCalendar] = {}

    def of(self, place: Place) -> WorkCalendar:
        """Without any rule every day is worked; a year without days follows the rule."""
        if place.id not in self._built:
            self._built[place.id] = self._build(place)
        return self._built[place.id]

    def _build(self, place: Place) -> WorkCalendar:
        weekdays = "1111111"
        found: dict[date, bool] = {}
        for unit in (int(part) for part in place.path.strip("/").split("/")):
            rule = self.weeks.get(unit)
            if rule:
                weekdays = rule.weekdays
                found = found if rule.keeps_days else {}
            found = {**found, **self.days.get(unit, {})}
        return WorkCalendar(frozenset(n for n, one in enumerate(weekdays) if one == "1"), found)


@dataclass(frozen=True, slots=True)
class DaySeen:
    """A day that departs from the weekly rule; `own`: set at this unit, not above it."""

    on: date
    works: bool
    name: str
    unit: str
    own: bool


@dataclass(frozen=True, slots=True)
class CalendarSeen:
    """A unit's calendar of a year: its rule, from whom it comes, and the days that depart.

    `worked` are the days worked by month; `version` is 0 where the unit has no rule of its own.
    """

    unit: int
    code: str
    name: str
    year: int
    weekdays: str
    keeps_days: bool
    version: int
    rule_of: str
    days: tuple[DaySeen, ...]
    worked: tuple[int, ...]
    may_write: bool


def calendar(viewer: Viewer, *, unit: str, year: int) -> CalendarSeen:
    """The working calendar of a group, region or outlet.

    Raises:
        NotFound: the unit is not one of the viewer's, or is a team.
    """
    ground = Ground(viewer)
    place = ground.by_code.get(unit)
    mine = set(ground.scope.units().values_list("id", flat=True))
    if place is None or place.id not in mine or place.kind == "team":
        raise NotFound(noun="unit", key=unit)
    found = Calendars()
    line = [ground.places[int(part)] for part in place.path.strip("/").split("/")]
    ruled = [above for above in line if above.id in found.weeks]
    rule = found.weeks[ruled[-1].id] if ruled else None
    own = found.weeks.get(place.id)
    below = set(ground.scope.units_below().values_list("id", flat=True))
    return CalendarSeen(
        unit=place.id,
        code=unit,
        name=place.name,
        year=year,
        weekdays=rule.weekdays if rule else "1111111",
        keeps_days=rule.keeps_days if rule else True,
        version=own.version if own else 0,
        rule_of=ruled[-1].name if ruled else "",
        days=_days(line, found, year),
        worked=_worked(found.of(place), year),
        may_write=viewer.can("calendars.write") and place.id in below,
    )


def _days(line: list[Place], found: Calendars, year: int) -> tuple[DaySeen, ...]:
    """The days that hold here: the nearest unit's, without those that a rule leaves out."""
    for place, above in reversed(list(enumerate(line))):
        rule = found.weeks.get(above.id)
        if rule and not rule.keeps_days:
            line = line[place:]
            break
    names = {place.id: place.name for place in line}
    rows = WorkDay.objects.filter(unit__in=names, on__year=year)
    by_day: dict[date, DaySeen] = {}
    for row in sorted(rows, key=lambda one: list(names).index(one.unit_id)):
        own = row.unit_id == line[-1].id
        by_day[row.on] = DaySeen(row.on, row.works, row.name, names[row.unit_id], own)
    return tuple(by_day[on] for on in sorted(by_day))


def _worked(calendar_: WorkCalendar, year: int) -> tuple[int, ...]:
    months = (from_key("month", year * 100 + month) for month in range(1, 13))
    return tuple(working_days(calendar_, month.start, month.until) for month in months)
