"""Half-open periods of six grains with integer keys, and months that may close on any day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

Grain = Literal["day", "week", "month", "quarter", "half", "year"]
GRAINS: Final[tuple[Grain, ...]] = get_args(Grain)
DAY: Final = timedelta(days=1)
LAST_CLOSING_DAY: Final = 28
MONTHS: Final[dict[Grain, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to but not including `until`."""

    grain: Grain
    start: date
    until: date

    @property
    def key(self) -> int:
        """20261121, 202647 (ISO week), 202611, 20264 (quarter), 20262 (half) or 2026."""
        return _KEYS[self.grain](self.until - DAY)

    def __contains__(self, on: date) -> bool:
        return self.start <= on < self.until


def _day_number(on: date) -> int:
    return on.year * 10000 + on.month * 100 + on.day


def _week_number(on: date) -> int:
    year, week, _ = on.isocalendar()
    return year * 100 + week


def _month_number(on: date) -> int:
    return on.year * 100 + on.month


def _quarter_number(on: date) -> int:
    return on.year * 10 + (on.month + 2) // 3


def _half_number(on: date) -> int:
    return on.year * 10 + (on.month + 5) // 6


def _year_number(on: date) -> int:
    return on.year


# The last day of a period names it, whatever the closing day.
_KEYS: Final[dict[Grain, Callable[[date], int]]] = {
    "day": _day_number,
    "week": _week_number,
    "month": _month_number,
    "quarter": _quarter_number,
    "half": _half_number,
    "year": _year_number,
}


def day_key(on: date) -> int:
    """2026-11-21 is 20261121."""
    return _day_number(on)


def week_key(on: date) -> int:
    """ISO week: 2026-11-21 is 202647."""
    return _week_number(on)


def month_key(on: date, closing_day: int = 0) -> int:
    """The month to which a day belongs; with closing day 25, 26 October is November."""
    return _month_number(_closing_date(on, closing_day))


def _closing_date(on: date, closing_day: int) -> date:
    """A day of the calendar month that names the month of `on`."""
    if not 0 <= closing_day <= LAST_CLOSING_DAY:
        raise ValueError(f"closing day {closing_day} is not in 0..{LAST_CLOSING_DAY}")
    if closing_day and on.day > closing_day:
        return on.replace(day=1) + timedelta(days=31)
    return on


def period_of(on: date, grain: Grain, closing_day: int = 0) -> Period:
    """The one period of that grain that holds the day."""
    if grain == "day":
        return Period("day", on, on + DAY)
    if grain == "week":
        monday = on - timedelta(days=on.weekday())
        return Period("week", monday, monday + timedelta(days=7))
    key = _KEYS[grain](_closing_date(on, closing_day))
    return from_key(grain, key, closing_day)


def from_key(grain: Grain, key: int, closing_day: int = 0) -> Period:
    """The period that a key names.

    Raises:
        ValueError: no such period, such as month 202613.
    """
    period = _from_key(grain, key, closing_day)
    if period.key != key:
        raise ValueError(f"{key} is not the key of a {grain}")
    return period


def key_text(grain: Grain, key: int) -> str:
    """A key as it may be typed again: 2026-11-21, 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026."""
    if grain == "year":
        return str(key)
    if grain == "day":
        return f"{key // 10000}-{key // 100 % 100:02d}-{key % 100:02d}"
    if grain in ("quarter", "half"):
        return f"{key // 10}-{'Q' if grain == 'quarter' else 'H'}{key % 10}"
    return f"{key // 100}-{'W' if grain == 'week' else ''}{key % 100:02d}"


def _from_key(grain: Grain, key: int, closing_day: int) -> Period:
    if grain == "day":
        on = date(key // 10000, key // 100 % 100, key % 100)
        return Period(grain, on, on + DAY)
    if grain == "week":
        monday = date.fromisocalendar(key // 100, key % 100, 1)
        return Period(grain, monday, monday + timedelta(days=7))
    length = MONTHS[grain]
    last = _last_month(grain, key)
    return Period(grain, _after_close(last - length, closing_day), _after_close(last, closing_day))


def _last_month(grain: Grain, key: int) -> int:
    """The last month of a period, counted from year 0, so that months can be subtracted."""
    if grain == "month":
        return key // 100 * 12 + key % 100 - 1
    if grain == "year":
        return key * 12 + 11
    return key // 10 * 12 + key % 10 * MONTHS[grain] - 1


def _after_close(month: int, closing_day: int) -> date:
    """The first day after the close of a month."""
    if not 0 <= closing_day <= LAST_CLOSING_DAY:
        raise ValueError(f"closing day {closing_day} is not in 0..{LAST_CLOSING_DAY}")
    if closing_day:
        return date(month // 12, month % 12 + 1, closing_day) + DAY
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1)


def months_of(period: Period) -> list[int]:
    """The month keys of a month, quarter, half or year.

    Raises:
        KeyError: the grain is day or week, which months do not divide.
    """
    last = _last_month(period.grain, period.key)
    months = range(last - MONTHS[period.grain] + 1, last + 1)
    return [month // 12 * 100 + month % 12 + 1 for month in months]


def following(period: Period, closing_day: int = 0) -> Period:
    """The period right after."""
    return period_of(period.until, period.grain, closing_day)


def preceding(period: Period, closing_day: int = 0) -> Period:
    """The period right before."""
    return period_of(period.start - DAY, period.grain, closing_day)


def month_shifted(month: int, by: int) -> int:
    """The key of the month so many months later; of a negative number, earlier."""
    year, place = divmod(month // 100 * 12 + month % 100 - 1 + by, 12)
    return year * 100 + place + 1


def series(grain: Grain, first_key: int, last_key: int, closing_day: int = 0) -> list[Period]:
    """All periods from the first to the last key, both included, without a gap."""
    period = from_key(grain, first_key, closing_day)
    last = from_key(grain, last_key, closing_day)
    found = []
    while period.start <= last.start:
        found.append(period)
        period = following(period, closing_day)
    return found
