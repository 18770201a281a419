"""Targets: working days, splits that add up, and how far one has come."""

from .calendars import WorkCalendar, weeks_of, working_days
from .progress import Progress, lag, progress
from .splitting import Child, Split, after_change, split

__all__ = [
    "Child",
    "Progress",
    "Split",
    "WorkCalendar",
    "after_change",
    "lag",
    "progress",
    "split",
    "weeks_of",
    "working_days",
]
