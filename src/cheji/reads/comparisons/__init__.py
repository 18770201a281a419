"""Comparison and cause: gaps to a benchmark by step, weak steps, rankings, what others publish."""

from .against import FITS, WAYS
from .gaps import gap
from .limits import LimitRow, limit, limits
from .published import PublishedRow, published
from .rankings import Board, Ranked, Ranking, RuleSeen, outlet_ranking, ranking, rule_of
from .shapes import FunnelSeen, GapSeen, StepSeen, WeakSpot, WeakSpots
from .weak_spots import weak_spots

__all__ = [
    "FITS",
    "WAYS",
    "Board",
    "FunnelSeen",
    "GapSeen",
    "LimitRow",
    "PublishedRow",
    "Ranked",
    "Ranking",
    "RuleSeen",
    "StepSeen",
    "WeakSpot",
    "WeakSpots",
    "gap",
    "limit",
    "limits",
    "outlet_ranking",
    "published",
    "ranking",
    "rule_of",
    "weak_spots",
]
