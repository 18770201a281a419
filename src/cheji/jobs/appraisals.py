"""What runs by the clock about appraisal cycles: reminders of what is due."""

from django.utils import timezone
from procrastinate.contrib.django import app

from cheji.actions import appraisals
from cheji.records.visibility import operator


@app.periodic(cron="10 7 * * *")
@app.task(name="appraisals.remind", queue="upkeep", queueing_lock="appraisals.remind")
def remind(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Every morning: who has something to do that is due, and whose appeals end."""
    now = timezone.localtime()
    appraisals.remind_due(by=operator(now.date()), at=now)
