"""The nightly tasks of targets: warnings once a month, and the year's holidays."""

from datetime import UTC, datetime

import pytest

from cast import Cast, load_pack, totals
from cheji.jobs import targets as jobs
from cheji.records import models as m

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 19, 18, 10, tzinfo=UTC)  # 20 March at 02:10 in Shanghai


@pytest.fixture
def cast(monkeypatch) -> Cast:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NIGHT)
    load_pack()
    return Cast()


def test_who_is_behind_is_told_once(cast) -> None:
    for who in ("zhang", "li"):
        m.Target.objects.create(
            kpi="deliveries", person=cast.people[who], outlet=cast.outlet, grain="month",
            period=202603, value=100_000,
        )  # fmt: skip
    totals(cast.outlet, NIGHT.date(), cast.people["li"], deliveries_walk_in=9)
    for _night in range(2):
        jobs.warn(0)
    rows = m.Message.objects.order_by("person")
    assert {(row.person_id, row.body["name"], row.body["points"]) for row in rows} == {
        (cast.people["zhang"].pk, "张伟", 6_451), (cast.people["lead"].pk, "张伟", 6_451),
    }  # fmt: skip
    assert rows.count() == 2
    assert m.AuditEntry.objects.filter(verb="targets.warn").count() == 2


def test_a_night_without_anybody_behind_leaves_no_entry(cast) -> None:
    jobs.warn(0)
    assert (m.Message.objects.count(), m.AuditEntry.objects.count()) == (0, 0)


def test_the_holidays_of_this_year_and_the_next_are_taken_over_once(cast) -> None:
    for _night in range(2):
        jobs.holidays(0)
    years = sorted(set(m.WorkDay.objects.values_list("on__year", flat=True)))
    assert (years, set(m.WorkDay.objects.values_list("unit", flat=True))) == (
        [2026, 2027], {cast.group.pk},
    )  # fmt: skip
    assert m.AuditEntry.objects.filter(verb="calendars.seed").count() == 2
