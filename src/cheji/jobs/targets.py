"""What runs by the clock about targets: who is behind is told, the holidays are taken over."""

from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from cheji.actions import calendars, target_warnings
from cheji.actions.target_warnings import Behind
from cheji.reads.targets import Standing, lagging
from cheji.records.visibility import operator

POINTS = 10_000


@app.periodic(cron="10 2 * * *")
@app.task(name="targets.warn", queue="upkeep", queueing_lock="targets.warn")
def warn(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Every night: who lags by more than the group's limit is told once in the period."""
    now = timezone.localtime()
    by = operator(now.date())
    found = [_told(one) for one in lagging.behind(by)]
    if found:
        target_warnings.warn(by=by, at=now, found=found)


def _told(one: Standing) -> Behind:
    against = "goal" if one.progress.gap is None else "time"
    if against == "time" and one.kpi.direction == "down":
        against = "use"
    whose: dict[str, Any] = {"unit": one.of.id}
    if one.of.kind == "person":
        whose = {"person": one.of.id, "outlet": one.of.outlet}
    return Behind(
        one.kpi.code, one.period, int((one.lag or 0) * POINTS), grain=one.grain, model=one.model,
        against=against, zh=one.kpi.zh, en=one.kpi.en, **whose,
    )  # fmt: skip


@app.periodic(cron="50 2 * * *")
@app.task(name="targets.holidays", queue="upkeep", queueing_lock="targets.holidays")
def holidays(timestamp: int) -> None:  # noqa: ARG001  as above
    """Every night: this year's and the next year's holidays, once for each year."""
    now = timezone.localtime()
    for year in (now.year, now.year + 1):
        calendars.seed_all(by=operator(now.date()), at=now, year=year)
