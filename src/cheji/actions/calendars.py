"""Verbs of the working calendar: the weekly rule of a unit, single days, the public holidays."""

from datetime import date, datetime

from cheji.records.models import Unit, WorkDay, WorkWeek
from cheji.records.refusals import BadValue, ChangedMeanwhile
from cheji.records.visibility import Viewer, one

from .deeds import Deed, deed

FIRST, LAST = 2000, 2100


def set_week(
    *, by: Viewer, at: datetime, unit: int, weekdays: str, keeps_days: bool, version: int = 0
) -> None:
    """Set the weekly rule of a unit: seven digits from Monday, 1 is worked.

    `version` is that of the rule on the screen, 0 when the unit had none of its own.
    """
    with deed("calendars.set_week", by=by, at=at, right="calendars.write") as doing:
        _unit(doing, unit)
        if len(weekdays) != 7 or set(weekdays) - {"0", "1"}:
            raise BadValue(field="weekdays", value=weekdays, why="1111100")
        row = WorkWeek.objects.select_for_update().filter(unit=unit).first()
        if version != (row.version if row else 0):
            raise ChangedMeanwhile(noun="unit")
        row = row or WorkWeek(unit_id=unit, version=0)
        row.weekdays, row.keeps_days, row.version = weekdays, keeps_days, row.version + 1
        row.save()
        doing.tell(subject=unit, weekdays=weekdays, keeps_days=keeps_days)


def set_day(
    *, by: Viewer, at: datetime, unit: int, on: date, works: bool | None, name: str = ""
) -> None:
    """Say that a unit works on a day or does not; None leaves it to the weekly rule again."""
    with deed("calendars.set_day", by=by, at=at, right="calendars.write") as doing:
        _unit(doing, unit)
        if works is None:
            WorkDay.objects.filter(unit=unit, on=on).delete()
        else:
            values = {"works": works, "name": name[:80]}
            WorkDay.objects.update_or_create(unit_id=unit, on=on, defaults=values)
        doing.tell(subject=unit, on=on, works=works)


def seed(*, by: Viewer, at: datetime, unit: int, year: int) -> int:
    """Take the public holidays and swap days of China over; returns how many days are new.

    What is set for a day already stays. Beyond what the government has announced, only the feasts
    themselves are known: the weekly rule holds for the other days.
    """
    with deed("calendars.seed", by=by, at=at, right="calendars.write") as doing:
        _unit(doing, unit)
        if not FIRST <= year <= LAST:
            raise BadValue(field="year", value=year, why=f"{FIRST}–{LAST}")
        there = set(WorkDay.objects.filter(unit=unit, on__year=year).values_list("on", flat=True))
        rows = [
            WorkDay(unit_id=unit, on=on, works=works, name=name[:80])
            for on, (works, name) in public_days(year).items()
            if on not in there
        ]
        WorkDay.objects.bulk_create(rows)
        doing.tell(subject=unit, year=year, days=len(rows))
        return len(rows)


def public_days(year: int) -> dict[date, tuple[bool, str]]:
    """The days off and the swap days worked of a year in China: works, name."""
    import holidays  # noqa: PLC0415  for one verb, asked once a year

    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    days = {on: (False, name) for on, name in found.items() if on.year == year}
    swapped = {on for on in found.weekend_workdays if on.year == year}
    return dict(sorted({**days, **dict.fromkeys(swapped, (True, "调休上班"))}.items()))


def seed_all(*, by: Viewer, at: datetime, year: int) -> int:
    """Take the public holidays over for every group that has no days of that year yet."""
    groups = Unit.objects.filter(kind=Unit.Kind.GROUP)
    known = WorkDay.objects.filter(on__year=year).values("unit")
    return sum(
        seed(by=by, at=at, unit=unit, year=year)
        for unit in groups.exclude(pk__in=known).values_list("pk", flat=True)
    )


def _unit(doing: Deed, unit: int) -> Unit:
    """A group, region or outlet at or below one's post."""
    rows = doing.scope.units_below().exclude(kind=Unit.Kind.TEAM)
    return one(rows, "unit", unit, pk=unit)
