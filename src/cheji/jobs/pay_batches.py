"""Steps of many pay runs, done one after the other in the background as who asked for them."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from cheji.actions import pay as actions
from cheji.actions.pay import batches
from cheji.actions.pay.batches import Waiting
from cheji.jobs.imports import Unexpected, said, viewer
from cheji.jobs.queueing import once
from cheji.reads import pay as reads
from cheji.reads.pay import accruals
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

LOG = logging.getLogger("cheji.jobs")
VERBS: dict[str, Callable[..., actions.Done]] = {
    "review": actions.review,
    "approve": actions.approve,
    "close": actions.close,
    "pay": actions.pay,
    "export": actions.export,
    "send_back": actions.send_back,
}


@app.task(name="pay.batch", queue="pay")
def batch(number: int, user: int) -> None:
    """Do what still waits of a batch; each run is a transaction of its own, by the rights then."""
    with batches.working(number, timezone.now()) as waiting:
        for item in waiting:
            _one(viewer(user, timezone.now()), item)


def _one(by: Viewer, item: Waiting) -> None:
    try:
        with transaction.atomic():
            batches.done(item.id, _done(by, item))
    except Refused as refusal:
        batches.refused(item.id, said(refusal)["fault"])
    except Exception:
        LOG.exception("item %s of a pay batch failed", item.id)
        batches.refused(item.id, said(Unexpected())["fault"])


def _done(by: Viewer, item: Waiting) -> int | None:
    """The run that the step was done to; an accrual is of none."""
    at = timezone.now()
    if item.verb == "accrue":
        now = accruals.accrued(by, item.outlet, item.period, item.plan, batch=item.batch)
        actions.accrue(by=by, at=at, made=now, batch=item.batch)
        return None
    if item.verb == "calculate":
        made = reads.calculation(by, item.outlet, item.period, plan=item.plan)
        return actions.calculate(by=by, at=at, made=made).id
    more: dict[str, Any] = {"reason": item.note} if item.verb == "send_back" else {}
    return VERBS[item.verb](by=by, at=at, run=item.run, **more).id


@app.periodic(cron="* * * * *")
@app.task(name="pay.resume", queue="pay", queueing_lock="pay.resume")
def resume(timestamp: int) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Every minute: batches whose worker died go on where they stopped, or begin."""
    for number, user in batches.abandoned():
        once(batch, f"pay.batch {number}", number=number, user=user)
