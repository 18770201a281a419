"""A month of pay of the largest group: worked out, looked at, and brought to its close."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from cheji.actions import pay as verbs
from cheji.cli.asker import asker
from cheji.cli.settling import settle
from cheji.records.visibility import Viewer, of

from .measuring import Row, measure, measure_shared, row
from .pages import opened, signed_in

#: Each step by another person, as the rules of a run ask.
STEPS: Final = (("review", "group"), ("approve", "approver"), ("close", "finance"))
PAGES: Final = (("pay_runs_page", "/pay/runs"), ("pay_overview_page", "/pay/overview"))
LIMIT: Final = 300.0  # seconds: finance closes a month of 400 outlets in minutes
WORKERS = 0  # one for each core


def rows(by: Viewer, at: datetime, month: int) -> Iterator[Row]:
    """Every outlet calculated, the pages of the month, and every run brought to its close."""
    codes = list(of(by).outlets().order_by("code").values_list("code", flat=True))
    unit = f"{len(codes)} outlets"
    done = measure_shared(lambda: settle(asker("hr"), at, codes, month, workers=WORKERS))
    yield row("pay_month_calculate", unit, done, count=len(codes))
    client = signed_in("finance")
    for name, path in PAGES:
        page = measure(partial(opened, client, f"{path}?period={month}"), runs=7)
        yield row(name, "page", page)
    closed = measure(lambda: close(at, month), runs=1)
    unit = f"{unit}, three steps"
    yield row("pay_month_close", unit, closed, count=len(codes), against=LIMIT, baseline="5 min")


def close(at: datetime, month: int) -> None:
    """Decide what waits, then each step of each run; one transaction each."""
    decider = asker("approver")
    waiting = of(decider).pay_exceptions().filter(period=month, state="open")
    for key in list(waiting.values_list("id", flat=True)):
        verbs.decide_exception(by=decider, at=at, exception=key, how="accept", decision="bench")
    runs = list(of(decider).runs("pay").filter(period=month).values_list("id", flat=True))
    for verb, username in STEPS:
        who = asker(username)
        for run in runs:
            getattr(verbs, verb)(by=who, at=at, run=run)
