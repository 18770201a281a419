"""How busy a showroom is on a day: season, week, public holidays of China."""

from datetime import date, timedelta

import holidays

SEASON = (1.0, 0.85, 0.95, 0.95, 1.0, 1.0, 0.85, 0.9, 1.2, 1.2, 1.1, 1.35)
"""January to December: 金九银十, and the rush at the end of the year."""
DAY = timedelta(days=1)
NEW_YEAR = "Spring Festival"


class Calendar:
    """The weight of each day from `first` to `last`, about 1.0 on average."""

    def __init__(self, first: date, last: date) -> None:
        years = range(first.year, last.year + 2)
        found = holidays.country_holidays("CN", years=years, language="en_US")
        self._off = dict(found.items())
        self._works = found.is_working_day
        feasts = [on for on, what in found.items() if NEW_YEAR in what]
        self._feasts = {min(on for on in feasts if on.year == y) for y in {d.year for d in feasts}}

    def weight(self, on: date) -> float:
        """How many visits to expect on a day, against an average one."""
        near = self._near_new_year(on)
        if near:
            return near
        if on in self._off:
            return 1.7 * SEASON[on.month - 1]
        return (0.78 if self._works(on) else 1.55) * SEASON[on.month - 1]

    def _near_new_year(self, on: date) -> float:
        """春节: busy before, empty during, slow after; 0 when it is far."""
        for feast in self._feasts:
            days = (on - feast).days
            if -2 <= days < 7:
                return 0.15
            if 7 <= days < 17:
                return 0.55
            if -20 <= days < -2:
                return 1.25
        return 0.0


def days(first: date, until: date) -> list[date]:
    """Every day from `first` up to and without `until`."""
    return [first + DAY * place for place in range((until - first).days)]


def month_start(on: date, back: int = 0) -> date:
    """The first day of the month that lies `back` months before."""
    place = on.year * 12 + on.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)
