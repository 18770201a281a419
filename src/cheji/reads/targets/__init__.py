"""Targets: the grid, splits, progress, versions, proposals and letters."""

from .grids import Wanted, columns_of, grid, grid_of, locks, models, personal
from .kept import sums_over_time, targets_for, value_of
from .shapes import (
    Aim,
    Columns,
    LetterLine,
    LetterSeen,
    LockSeen,
    PersonalTargets,
    ProposalSeen,
    Rows,
    Standing,
    Standings,
    TargetCell,
    TargetGrid,
    TargetRow,
    VersionSeen,
)

__all__ = [
    "Aim",
    "Columns",
    "LetterLine",
    "LetterSeen",
    "LockSeen",
    "PersonalTargets",
    "ProposalSeen",
    "Rows",
    "Standing",
    "Standings",
    "TargetCell",
    "TargetGrid",
    "TargetRow",
    "VersionSeen",
    "Wanted",
    "columns_of",
    "grid",
    "grid_of",
    "locks",
    "models",
    "personal",
    "sums_over_time",
    "targets_for",
    "value_of",
]
