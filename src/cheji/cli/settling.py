"""Pay of many outlets worked out and kept: each outlet a run of its own, several at a time."""

import gc
import os
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import connections

from cheji.actions import pay as verbs
from cheji.reads import pay as reads
from cheji.records.collecting import leave_what_is_loaded
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer


class NotAllSettled(Refused):
    """{count} of the processes that worked pay out ended early; what they finished is kept."""

    zh = "{count} 个计算进程提前结束；已完成的门店结果已保存。"


def settle(
    viewer: Viewer, at: datetime, outlets: Sequence[str], month: int, *, plan: str = "",
    workers: int = 0,
) -> None:  # fmt: skip
    """Keep a run of each outlet's month; one transaction each, so that a crash leaves whole runs.

    `workers` processes share the outlets; 0 is one for each core. Where the system cannot fork,
    or outlets share a budget and what one takes the next has not, this process does all.
    """
    shared = reads.shares_budget(viewer, outlets, month, plan=plan)
    count = 1 if shared else min(workers or len(os.sched_getaffinity(0)), len(outlets))
    if count < 2 or not hasattr(os, "fork"):
        _settle(viewer, at, outlets, month, plan)
        return
    connections.close_all()
    children = []
    for place in range(count):
        child = os.fork()
        if child == 0:
            os._exit(_worked(viewer, at, outlets[place::count], month, plan))
        children.append(child)
    failed = sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0 for pid in children)
    if failed:
        raise NotAllSettled(count=failed)


def _worked(viewer: Viewer, at: datetime, outlets: Sequence[str], month: int, plan: str) -> int:
    """What a child process does; how it ends."""
    try:
        _settle(viewer, at, outlets, month, plan)
        connections.close_all()
    except BaseException:  # noqa: BLE001  nothing of it may run on in the child
        traceback.print_exc()
        return 1
    return 0


def _settle(viewer: Viewer, at: datetime, outlets: Sequence[str], month: int, plan: str) -> None:
    with _uncollected():
        for made in reads.calculations(viewer, outlets, month, plan=plan):
            verbs.calculate(by=viewer, at=at, made=made)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A calculation makes no rings worth looking for; the collector would walk it many times."""
    leave_what_is_loaded()
    usual = gc.get_threshold()
    gc.set_threshold(usual[0] * 100, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
