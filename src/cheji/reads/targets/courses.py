"""How the months before went, day by day: what a landing forecast is tested on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cheji.engine.forecasts import Course, Landing, Past, course, landing
from cheji.engine.periods import DAY, Period, day_key, from_key, month_shifted
from cheji.engine.targets import WorkCalendar
from cheji.reads.kpis.ground import Ground, Slice

from .actuals import actuals
from .shapes import Columns

TESTED = 6
YEAR = 12


@dataclass(frozen=True, slots=True)
class Courses:
    """The months before, each with the month a year before it, and last year's of this one."""

    past: tuple[Past, ...]
    last_year: Course | None


def landing_of(past: Courses, done: Fraction, gone: int, days: int) -> Landing | None:
    """Where a month lands of which so many days worked have gone; None where it has none."""
    return landing(done, Fraction(gone, days), past.past, past.last_year) if days else None


def courses(
    ground: Ground, whose: Slice, month: int, calendar: WorkCalendar, kpis: Sequence[str]
) -> dict[str, Courses]:
    """By KPI, in one query; only the days of the months that the test looks at are worked out."""
    tested = [month_shifted(month, -n) for n in range(1, TESTED + 1)]
    looked_at = sorted({*tested, *(month_shifted(one, -YEAR) for one in (month, *tested))})
    closing = ground.places[whose.unit].closing_day
    periods = {one: from_key("month", one, closing) for one in looked_at}
    days = {on: day_key(on) for period in periods.values() for on in _days(period)}
    over = Columns("day", tuple(days.values()))
    found = actuals(ground, Slice(whose.unit, whose.person), [whose], kpis, over)
    by_kpi = {}
    for kpi in kpis:
        amounts = {on: value for on, key in days.items() if (value := found[kpi][whose, key])}
        by = {one: _course(calendar, period, amounts) for one, period in periods.items()}
        past = tuple(Past(by[one], by[month_shifted(one, -YEAR)]) for one in tested)
        by_kpi[kpi] = Courses(past, by[month_shifted(month, -YEAR)])
    return by_kpi


def _days(period: Period) -> list[date]:
    return [period.start + DAY * n for n in range((period.until - period.start).days)]


def _course(calendar: WorkCalendar, period: Period, amounts: Mapping[date, Fraction]) -> Course:
    inside = _days(period)
    worked = [on for on in inside if calendar.works(on)]
    return course(worked, {on: amounts[on] for on in inside if on in amounts})
