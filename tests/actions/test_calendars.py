"""Working calendars: public days taken over, weekly rules, single days, and who may set them."""

from datetime import date

import pytest

from cast import AT, Cast
from cheji.actions import calendars
from cheji.records import models as m
from cheji.records.refusals import BadValue, ChangedMeanwhile, NotFound, NotYours

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def test_public_holidays_and_swap_days_are_taken_over_and_what_was_set_stays(cast) -> None:
    who = cast["group_manager"]
    calendars.set_day(
        by=who, at=AT, unit=cast.group.pk, on=date(2026, 10, 1), works=True, name="促销"
    )
    added = calendars.seed(by=who, at=AT, unit=cast.group.pk, year=2026)
    days = dict(m.WorkDay.objects.values_list("on", "works"))
    assert added == len(days) - 1
    assert [days[date(2026, 10, day)] for day in (1, 2, 7, 10)] == [True, False, False, True]
    assert calendars.seed(by=who, at=AT, unit=cast.group.pk, year=2026) == 0


def test_a_year_that_nobody_announced_is_seeded_without_failing(cast) -> None:
    assert all(not works for works, _name in calendars.public_days(2060).values())
    assert calendars.seed(by=cast["operator"], at=AT, unit=cast.group.pk, year=2060) >= 0
    with pytest.raises(BadValue):
        calendars.seed(by=cast["operator"], at=AT, unit=cast.group.pk, year=2101)


def test_each_year_is_seeded_by_itself_once(cast) -> None:
    assert calendars.seed_all(by=cast["operator"], at=AT, year=2026) > 10
    assert calendars.seed_all(by=cast["operator"], at=AT, year=2026) == 0


def test_a_weekly_rule_is_set_by_who_stands_over_the_unit(cast) -> None:
    def week(who: str, unit: m.Unit, days: str = "1111110", version: int = 0) -> None:
        calendars.set_week(
            by=cast[who], at=AT, unit=unit.pk, weekdays=days, keeps_days=False, version=version
        )

    week("manager", cast.outlet)
    with pytest.raises(ChangedMeanwhile):
        week("manager", cast.outlet, "1111111")
    week("manager", cast.outlet, "1111111", 1)
    row = m.WorkWeek.objects.get()
    assert (row.weekdays, row.keeps_days, row.version) == ("1111111", False, 2)
    for who, unit, days, refusal in (
        ("manager", cast.far, "1111110", NotFound), ("manager", cast.north, "1111110", NotFound),
        ("manager", cast.team, "1111110", NotFound), ("zhang", cast.outlet, "1111110", NotYours),
        ("manager", cast.outlet, "11111", BadValue), ("manager", cast.outlet, "1111112", BadValue),
    ):  # fmt: skip
        with pytest.raises(refusal):
            week(who, unit, days, 2)


def test_a_single_day_is_left_to_the_rule_again(cast) -> None:
    for works in (False, None):
        calendars.set_day(
            by=cast["manager"], at=AT, unit=cast.outlet.pk, on=date(2026, 3, 8), works=works
        )
    assert m.WorkDay.objects.count() == 0
