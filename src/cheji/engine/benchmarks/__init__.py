"""Own figures beside others': the gap split over the steps that made it, and fair rankings."""

from .gaps import GapSplit, GapStep, Rate, lmdi, split_gap, weakest
from .rankings import Entrant, Place, band, ramped, rank, shrunk
from .samples import Light, light, sample

__all__ = [
    "Entrant",
    "GapSplit",
    "GapStep",
    "Light",
    "Place",
    "Rate",
    "band",
    "light",
    "lmdi",
    "ramped",
    "rank",
    "sample",
    "shrunk",
    "split_gap",
    "weakest",
]
