"""The time zone of an outlet: set by name, and the day of who works there."""

from datetime import UTC, datetime

import pytest

from cast import AT, Cast
from cheji.actions import people
from cheji.actions.outlets import UnknownZone
from cheji.jobs.imports import viewer
from cheji.records import models as m
from cheji.records.refusals import ChangedMeanwhile


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


def test_an_outlet_lies_in_a_zone_that_there_is(cast) -> None:
    change = {"unit": cast.outlet.pk, "name": "北一店", "by": cast["administrator"], "at": AT}
    with pytest.raises(UnknownZone):
        people.rename_unit(timezone="Mars/Base", **change)
    people.rename_unit(timezone="Asia/Urumqi", version=1, **change)
    with pytest.raises(ChangedMeanwhile):
        people.rename_unit(timezone="Asia/Shanghai", version=1, **change)
    people.rename_unit(city="伊宁", **change)
    cast.outlet.refresh_from_db()
    assert (cast.outlet.timezone, cast.outlet.city) == ("Asia/Urumqi", "伊宁")


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", 21), ("Asia/Urumqi", 20)])
def test_a_job_runs_on_the_day_of_who_asked_for_it(cast, zone, day) -> None:
    m.Unit.objects.filter(pk=cast.outlet.pk).update(timezone=zone)
    account = m.User.objects.get(username="manager")
    at = datetime(2026, 3, 20, 17, tzinfo=UTC)
    assert viewer(account.pk, at).on.day == day
