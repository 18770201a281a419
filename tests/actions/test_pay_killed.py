"""A process that is killed while it closes a pay run leaves the run as it was before, or after.

`CHEJI_KILLS=50` kills so many times; the suite does it a few times.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connections

from actions.test_pay_runs import FEBRUARY, Sold, planned
from cheji.actions import pay as verbs
from cheji.engine.periods import month_shifted
from cheji.reads import pay
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.seals import seal_of
from killing import settle
from paying import LATER, brought, calculated

YEARS_LATER = datetime(2031, 1, 5, 9, tzinfo=UTC)
BASE = {"code": "base", "zh": "底薪", "en": "Base", "kind": "base",
        "tiers": [{"from": 0, "rate": 3000}]}  # fmt: skip
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
    """Where a close came through before its process was killed, the next month's is killed on."""
    made, chance = Sold(), random.Random(20)
    planned(components=[BASE])
    by, closed = made.cast["finance"], 0
    audited = m.AuditEntry.objects.filter(verb="pay.close").count
    run, lines = approved(made, FEBRUARY)
    assert lines
    for _ in range(KILLS):
        killed(lambda run=run: verbs.close(by=by, at=YEARS_LATER, run=run.pk), chance)
        state, count, steps, sealed = whole(run.pk)
        assert (count, steps, sealed) == (lines, 1, True)
        closed += state == "closed"
        assert (state in ("approved", "closed"), audited()) == (True, closed)
        if state == "closed":
            run, lines = approved(made, month_shifted(run.period, 1))
    verbs.close(by=by, at=YEARS_LATER, run=run.pk)
    assert whole(run.pk) == ("closed", lines, 1, True)
    assert [one.broken for one in replayed(by)] == [()] * (closed + 1)


def approved(made: Sold, month: int) -> tuple[m.Run, int]:
    """A run that waits for its close, and how many lines it has."""
    run = calculated(made.cast, month, at=YEARS_LATER)
    run = brought(made.cast, run, "review", "approve", at=YEARS_LATER)
    return run, m.PayLine.objects.filter(run=run).count()


def killed(deed: Callable[[], object], chance: random.Random) -> None:
    """A process of its own begins the deed and is killed at some moment; nothing stays open."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            deed()
        finally:
            os._exit(0)
    time.sleep(chance.random() * 0.06)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    settle()


@pytest.mark.django_db(transaction=True)
def test_a_killed_calculation_leaves_what_was_there() -> None:
    made, chance = Sold(), random.Random(21)
    planned()
    run = calculated(made.cast, FEBRUARY)
    lines, by = m.PayLine.objects.filter(run=run).count(), made.cast["hr"]
    worked = pay.calculation(by, "N1", FEBRUARY)
    for _ in range(KILLS):
        killed(lambda: verbs.calculate(by=by, at=LATER, made=worked), chance)
        now = m.Run.objects.get(pk=run.pk)
        kept = m.PayLine.objects.filter(run=run).count(), m.PayInput.objects.count()
        assert (now.state, now.total, kept) == ("calculated", run.total, (lines, 3))
        assert m.RunStep.objects.filter(run=run).count() == now.version
