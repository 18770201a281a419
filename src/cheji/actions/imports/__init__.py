"""Bringing typed rows of a file into the records: checked, committed all or nothing, undone."""

from .batches import (
    Report,
    accept,
    check,
    commit,
    forget,
    mend,
    outcome,
    queue,
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
    "check",
    "commit",
    "forget",
    "mend",
    "outcome",
    "queue",
    "remember",
    "start",
    "undo",
]
