"""Closing a kept calculation: only when its period is over where the outlet lies."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from beginnings import begun
from cast import ROLES
from cheji.actions import runs
from cheji.records import models as m
from cheji.records.refusals import Refused
from stage import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    with begun(Stage) as made:
        yield made


def kept(stage: Stage, **more: object) -> m.Run:
    fields = {"kind": "score", "grain": "month", "period": 202603, "definition": "q", **more}
    at = datetime(2026, 3, 20, tzinfo=UTC)
    return m.Run.objects.create(outlet=stage.outlet, digest="d", mark=0, made_at=at, **fields)


@pytest.mark.parametrize(
    ("zone", "closing_day", "period", "over"),
    [
        ("Asia/Shanghai", 0, ("month", 202603), datetime(2026, 3, 31, 16, tzinfo=UTC)),
        ("America/Los_Angeles", 0, ("month", 202603), datetime(2026, 4, 1, 7, tzinfo=UTC)),
        ("Asia/Shanghai", 25, ("month", 202603), datetime(2026, 3, 25, 16, tzinfo=UTC)),
        ("Asia/Shanghai", 0, ("year", 2026), datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_period_is_closed_from_its_end_in_the_outlets_zone_on(
    stage: Stage, zone: str, closing_day: int, period: tuple[str, int], over: datetime
) -> None:
    m.Unit.objects.filter(pk=stage.outlet.pk).update(timezone=zone, closing_day=closing_day)
    run = kept(stage, grain=period[0], period=period[1])
    early = over.replace(minute=59, second=59, hour=over.hour - 1)
    with pytest.raises(runs.PeriodIsRunning):
        runs.close(by=stage.cast["finance"], at=early, run=run.pk)
    run.refresh_from_db()
    assert (run.state, run.sealed) == ("open", "")
    runs.close(by=stage.cast["finance"], at=over, run=run.pk)
    run.refresh_from_db()
    assert run.state == "closed"


def test_the_refusal_says_until_when(stage: Stage) -> None:
    run = kept(stage)
    with pytest.raises(runs.PeriodIsRunning) as refusal:
        runs.close(by=stage.cast["finance"], at=datetime(2026, 3, 20, tzinfo=UTC), run=run.pk)
    assert refusal.value.say("en") == (
        "The period of this run ends with 2026-03-31. It can be closed from 2026-04-01 on."
    )
    assert refusal.value.say() == "该计算的周期到 2026-03-31 才结束，自 2026-04-01 起可以关账。"


def test_nobody_closes_a_running_month(stage: Stage) -> None:
    run = kept(stage)
    for role in ROLES:
        with pytest.raises(Refused):
            runs.close(by=stage.cast[role], at=datetime(2026, 3, 20, tzinfo=UTC), run=run.pk)
    assert m.Run.objects.get(pk=run.pk).state == "open"
