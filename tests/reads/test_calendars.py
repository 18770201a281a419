"""Calendars as read: the nearest rule and days hold, and who may change them."""

from datetime import date

import pytest

from cheji.reads.calendars import calendar
from cheji.records import models as m
from cheji.records.refusals import NotFound

pytestmark = pytest.mark.django_db


def test_the_nearest_rule_and_days_hold(cast) -> None:
    m.WorkWeek.objects.create(unit=cast.group, weekdays="1111110")
    m.WorkDay.objects.create(unit=cast.group, on=date(2026, 3, 9), works=False, name="调休")
    m.WorkDay.objects.create(unit=cast.outlet, on=date(2026, 3, 9), works=True, name="店庆")
    one = calendar(cast["manager"], unit="N1", year=2026)
    two = calendar(cast["region_head"], unit="N2", year=2026)
    assert (one.worked[2], two.worked[2], one.rule_of) == (26, 25, "华星集团")
    assert [(d.works, d.name, d.own) for d in one.days] == [(True, "店庆", True)]
    m.WorkWeek.objects.create(unit=cast.sister, weekdays="1111111", keeps_days=False)
    assert calendar(cast["region_head"], unit="N2", year=2026).worked[2] == 31
    assert calendar(cast["manager"], unit="N1", year=2099).worked[2] == 26


@pytest.mark.parametrize(("who", "writes"), [("manager", True), ("zhang", False), ("hr", False)])
def test_everybody_reads_the_calendar_of_his_outlet_and_managers_write_it(
    cast, who, writes
) -> None:
    assert calendar(cast[who], unit="N1", year=2026).may_write is writes
    with pytest.raises(NotFound):
        calendar(cast["far_manager"], unit="N1", year=2026)
