"""Comparison and cause: gaps to a benchmark by step, weak steps, rankings, what others publish."""

from .against import WAYS
from .gaps import gap
from .published import PublishedRow, published
from .shapes import FunnelSeen, GapSeen, StepSeen, WeakSpot, WeakSpots
from .weak_spots import weak_spots

__all__ = [
    "WAYS",
    "FunnelSeen",
    "GapSeen",
    "PublishedRow",
    "StepSeen",
    "WeakSpot",
    "WeakSpots",
    "gap",
    "published",
    "weak_spots",
]
