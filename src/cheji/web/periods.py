"""Which periods a screen offers: at least the usual ones, and as far back as there are facts."""

from datetime import date

from cheji.engine.periods import Grain, from_key, period_of, preceding

FARTHEST = 30
"""Years: a date typed wrongly in one record does not make the list endless."""


def keys_back(today: date, grain: Grain, count: int, earliest: int | None) -> list[int]:
    """Keys of the periods up to today's, newest first.

    Args:
        today: the day of asking.
        grain: month, quarter, half or year.
        count: how many at the least.
        earliest: key of the first month with a fact, or None.
    """
    first = from_key("month", earliest).start if earliest else today
    first = max(first, date(today.year - FARTHEST, 1, 1))
    period = period_of(today, grain)
    keys: list[int] = []
    while len(keys) < count or period.until > first:
        keys.append(period.key)
        period = preceding(period)
    return keys
