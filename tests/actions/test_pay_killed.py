"""A process that is killed while it closes a pay run leaves the run as it was before, or after.

`CHEJI_KILLS=50` kills so many times; the suite does it a few times.
"""

import os
import random
import signal
import time

import pytest
from django.db import connection, connections

from actions.test_pay_runs import FEBRUARY, Sold, planned
from cheji.actions import pay as verbs
from cheji.reads import pay
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.seals import seal_of
from paying import LATER, brought, calculated

KILLS = int(os.environ.get("CHEJI_KILLS", "4"))


def whole(run: int) -> tuple[str, int, int, bool]:
    """State, lines, steps, and whether seal and state belong together."""
    row = m.Run.objects.get(pk=run)
    steps = m.RunStep.objects.filter(run=run, state=row.state).count()
    sealed = row.sealed == (seal_of(row) if row.state == "closed" else "")
    lines = m.PayLine.objects.filter(run=run).count()
    return row.state, lines, steps, sealed


@pytest.mark.django_db(transaction=True)
def test_a_killed_close_is_not_half_done() -> None:
    made, chance = Sold(), random.Random(20)
    planned()
    run = brought(made.cast, calculated(made.cast, FEBRUARY), "review", "approve")
    lines, by = m.PayLine.objects.filter(run=run).count(), made.cast["finance"]
    audited = m.AuditEntry.objects.filter(verb="pay.close").count
    killed = closed = 0
    while killed < KILLS and not closed:
        connections.close_all()
        child = os.fork()
        if child == 0:
            try:
                verbs.close(by=by, at=LATER, run=run.pk)
            finally:
                os._exit(0)
        time.sleep(chance.random() * 0.06)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        killed += 1
        state, count, steps, sealed = whole(run.pk)
        assert (count, steps, sealed) == (lines, 1, True)
        assert state in ("approved", "closed")
        closed = state == "closed"
        assert audited() == closed
    if not closed:
        verbs.close(by=by, at=LATER, run=run.pk)
    assert whole(run.pk) == ("closed", lines, 1, True)
    assert [one.broken for one in replayed(by)] == [()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                       " AND datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_a_killed_calculation_leaves_what_was_there() -> None:
    made, chance = Sold(), random.Random(21)
    planned()
    run = calculated(made.cast, FEBRUARY)
    lines, by = m.PayLine.objects.filter(run=run).count(), made.cast["hr"]
    worked = pay.calculation(by, "N1", FEBRUARY)
    for _ in range(KILLS):
        connections.close_all()
        child = os.fork()
        if child == 0:
            try:
                verbs.calculate(by=by, at=LATER, made=worked)
            finally:
                os._exit(0)
        time.sleep(chance.random() * 0.06)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = m.Run.objects.get(pk=run.pk)
        kept = m.PayLine.objects.filter(run=run).count(), m.PayInput.objects.count()
        assert (now.state, now.total, kept) == ("calculated", run.total, (lines, 3))
        assert m.RunStep.objects.filter(run=run).count() == now.version
