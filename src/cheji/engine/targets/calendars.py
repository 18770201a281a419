"""Which days are worked: a weekly rule and the days that depart from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from cheji.engine.periods import DAY, Period, period_of


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Weekdays worked (Monday 0 … Sunday 6) and, by day, what departs from them.

    A year without entries follows the weekly rule, so no year is unknown. A calendar by which
    nothing is worked in a period counts all its days.
    """

    weekdays: frozenset[int] = frozenset(range(7))
    days: Mapping[date, bool] = field(default_factory=dict)

    def works(self, on: date) -> bool:
        return self.days.get(on, on.weekday() in self.weekdays)


def working_days(calendar: WorkCalendar, start: date, until: date) -> int:
    """Days worked from `start` up to but not including `until`."""
    return sum(calendar.works(on) for on in _days(start, until))


def weeks_of(period: Period, calendar: WorkCalendar) -> list[tuple[Period, int]]:
    """The ISO weeks that touch a period, with the days worked inside both."""
    found = []
    week = period_of(period.start, "week")
    while week.start < period.until:
        start, until = max(week.start, period.start), min(week.until, period.until)
        found.append((week, working_days(calendar, start, until)))
        week = period_of(week.until, "week")
    return found


def _days(start: date, until: date) -> Iterator[date]:
    on = start
    while on < until:
        yield on
        on += DAY
