"""Own figures beside others': the gap split over the steps that made it, and fair rankings."""

from .gaps import GapSplit, GapStep, lmdi, split_gap
from .rankings import Entrant, Place, rank, shrunk

__all__ = ["Entrant", "GapSplit", "GapStep", "Place", "lmdi", "rank", "shrunk", "split_gap"]
