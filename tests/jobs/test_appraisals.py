"""The morning's reminders of appraisal cycles: due steps, the end of appeals, late decisions."""

from datetime import UTC, datetime, timedelta

import pytest

from appraisal_floor import Cycled
from cast import AT, ON
from cheji.actions import appraisals as act
from cheji.jobs import appraisals as jobs
from cheji.records import models as m
from cheji.records.appraised import terms_digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(monkeypatch):
    """Runs the job twice on the morning of a day; returns who was told what by it."""

    def on(days: int) -> list[tuple[str, str]]:
        at = datetime(2026, 3, 20, 23, 10, tzinfo=UTC) + timedelta(days=days - 1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        before = m.Message.objects.count()
        for _twice in range(2):
            jobs.remind(0)
        rows = m.Message.objects.order_by("id")[before:]
        return sorted((row.kind.split(".")[1], row.person.number) for row in rows)

    return on


def test_open_tasks_are_told_from_two_days_before_they_are_due(cast, morning) -> None:
    cycled = Cycled(cast, due={"agreeing": ON + timedelta(days=5)})
    cycled.advance()
    assert morning(2) == []
    everybody = [("reminder", who) for who in ("LEAD", "LI", "MANAGER", "WANG", "ZHANG")]
    assert morning(3) == everybody
    act.agree(by=cast["zhang"], at=AT, appraisal=cycled.of("zhang").pk, aimless=True,
              digest=terms_digest(cycled.of("zhang")))  # fmt: skip
    assert morning(6) == everybody[:-1]


def test_the_end_of_appeals_is_told_once_and_who_runs_it_afterwards(cast, morning) -> None:
    Cycled(cast).published()  # appeals until 27 March
    assert morning(4) == []
    assert morning(5) == [("closing", who) for who in ("LI", "WANG", "ZHANG")]
    assert morning(6) == []
    runs = ("GROUP_MANAGER", "HR", "MANAGER", "REGION_HEAD")
    assert morning(7) == [("window_over", who) for who in runs]
    assert morning(8) == []


def test_what_a_missed_morning_left_is_told_on_the_next(cast, morning) -> None:
    Cycled(cast).published()  # appeals until 27 March
    assert morning(6) == [("closing", who) for who in ("LI", "WANG", "ZHANG")]
    assert {kind for kind, _who in morning(9)} == {"window_over"}
    assert morning(10) == []


def test_a_late_decision_is_told_to_who_may_decide_alone(cast, morning) -> None:
    cycled = Cycled(cast).published()
    act.appeal(by=cast["wang"], at=AT, appraisal=cycled.of("wang").pk, item="teamwork", text="偏低")
    due = [one for one in morning(9) if one[0] == "appeal_due"]
    # wang's manager marked him, so he does not decide
    assert due == [("appeal_due", who) for who in ("GROUP_MANAGER", "HR", "REGION_HEAD")]
