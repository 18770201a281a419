"""What runs by the clock: the head of the audit log is written down outside the database."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import builtin_tasks
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from cheji.actions import imports, pay, people, tokens
from cheji.facts import asking, mirror
from cheji.files import keeping
from cheji.jobs.queueing import once
from cheji.records import audit
from cheji.records.visibility import operator

ANCHORS = "audit-anchors.txt"
KEPT_HOURS = 24 * 14
READINGS_KEPT = timedelta(hours=24)
ROWS_KEPT = timedelta(days=30)


@app.periodic(cron="7 * * * *")
@app.task(name="upkeep.anchor", queue="upkeep", queueing_lock="upkeep.anchor")
def anchor(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Every hour: append position and hash of the newest seal to a file in the data folder."""
    audit.anchor(settings.CHEJI_DATA / ANCHORS, timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="upkeep.mirror", queue="upkeep", queueing_lock="upkeep.mirror")
def extend_mirror(timestamp: int) -> None:  # noqa: ARG001  as above
    """Every five minutes: a large installation's mirror takes in what was posted."""
    if asking.is_large():
        mirror.append(mirror.folder())


def extend_mirror_soon() -> None:
    """After very much was posted: the mirror takes it in by a job of its own, at once."""
    if not asking.is_large():
        return
    once(extend_mirror, "upkeep.mirror", timestamp=0)


@app.periodic(cron="20 3 * * *")
@app.task(
    name="upkeep.forget_jobs", queue="upkeep", queueing_lock="upkeep.forget_jobs", pass_context=True
)
async def forget_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  as above
    """Every night: finished jobs older than two weeks are forgotten; failed ones stay."""
    await builtin_tasks.remove_old_jobs(context, max_hours=KEPT_HOURS)


@app.periodic(cron="40 * * * *")
@app.task(name="upkeep.forget_uploads", queue="upkeep", queueing_lock="upkeep.forget_uploads")
def forget_uploads(timestamp: int) -> None:  # noqa: ARG001  as above
    """Every hour: readings of uploads live a day, rows that an import did not take a month.

    Simulations of pay that nobody named live a month too. Answers that a program
    may ask for again with their key live a week.
    """
    now = timezone.now()
    tokens.forget_answers(before=now - tokens.KEPT)
    keeping.drop_older(now - READINGS_KEPT)
    imports.drop_left(before=now - ROWS_KEPT)
    pay.forget_simulations(before=now - ROWS_KEPT)


@app.periodic(cron="2 * * * *")
@app.task(name="upkeep.close_left", queue="upkeep", queueing_lock="upkeep.close_left")
def close_left(timestamp: int) -> None:  # noqa: ARG001  as above
    """Every hour: who has left by the clock of his outlet signs in no more."""
    now = timezone.localtime()
    people.close_left(by=operator(now.date()), at=now)
