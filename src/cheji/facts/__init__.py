"""Floor 3: records become facts, and facts become tallies. Facts are posted, never edited."""

from .marks import mark
from .narrowing import Narrow
from .posting import follow, post, reprice, withdraw
from .tallies import before, tallies

__all__ = ["Narrow", "before", "follow", "mark", "post", "reprice", "tallies", "withdraw"]
