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
from .lookups import BY_ITSELF
from .plan import Entry, Mode, Trouble, column_at_fault
from .undoing import undo

__all__ = [
    "BY_ITSELF",
    "Entry",
    "Mode",
    "Report",
    "Trouble",
    "accept",
    "begin",
    "check",
    "column_at_fault",
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
