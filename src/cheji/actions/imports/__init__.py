"""Bringing typed rows of a file into the records: checked, committed all or nothing, undone."""

from .batches import (
    Report,
    accept,
    begin,
    check,
    commit,
    forget,
    mend,
    outcome,
    queue,
    release,
    remember,
    start,
)
from .plan import Entry, Trouble
from .undoing import undo

__all__ = [
    "Entry",
    "Report",
    "Trouble",
    "accept",
    "begin",
    "check",
    "commit",
    "forget",
    "mend",
    "outcome",
    "queue",
    "release",
    "remember",
    "start",
    "undo",
]
