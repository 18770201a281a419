"""Bringing typed rows of a file into the records: checked, committed all or nothing, undone."""

from .batches import (
    Report,
    accept,
    begin,
    check,
    commit,
    drop_left,
    forget,
    mend,
    outcome,
    queue,
    release,
    start,
)
from .late_undone import late_if_undone
from .plan import Entry, Mode, Trouble
from .undoing import undo

__all__ = [
    "Entry",
    "Mode",
    "Report",
    "Trouble",
    "accept",
    "begin",
    "check",
    "commit",
    "drop_left",
    "forget",
    "late_if_undone",
    "mend",
    "outcome",
    "queue",
    "release",
    "start",
    "undo",
]
