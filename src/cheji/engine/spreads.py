"""How often each value was seen: additive, so that the median of a whole is exact."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Final

HALF: Final = Fraction(1, 2)
NINE_TENTHS: Final = Fraction(9, 10)


@dataclass(frozen=True)
class Spread:
    """Values with their weights in 1/10,000 of a thing seen, in ascending order of values.

    Spreads add up: a quarter's is that of its months, an outlet's that of its people. A plain
    number added to one stands for a place where nothing was seen, and changes nothing.
    """

    weights: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.weights)

    def __add__(self, other: "Spread | Fraction | int") -> "Spread":
        if not isinstance(other, Spread):
            return self
        return spread_of([*self.weights, *other.weights])

    __radd__ = __add__

    @cached_property
    def weight(self) -> int:
        """All that was seen, in 1/10,000."""
        return sum(weight for _, weight in self.weights)

    @property
    def median(self) -> Fraction | None:
        """The middle value, or the mean of the two in the middle; None when nothing was seen."""
        if self.weight <= 0:
            return None
        return Fraction(self._at(HALF) + self._after(HALF), 2)

    @property
    def p90(self) -> Fraction | None:
        """The smallest value with at least 90 % of the weight at or below it."""
        return Fraction(self._at(NINE_TENTHS)) if self.weight > 0 else None

    @property
    def mean(self) -> Fraction | None:
        """The mean of the values, each as often as it was seen."""
        if self.weight <= 0:
            return None
        return Fraction(sum(value * weight for value, weight in self.weights), self.weight)

    def _at(self, part: Fraction) -> int:
        """The smallest value with at least this part of the weight at or below it."""
        return next(value for value, below in self._below if below >= part * self.weight)

    def _after(self, part: Fraction) -> int:
        """The smallest value with more than this part of the weight at or below it."""
        return next(value for value, below in self._below if below > part * self.weight)

    @property
    def _below(self) -> Iterator[tuple[int, int]]:
        """Each value with the weight at or below it."""
        sums = accumulate(weight for _, weight in self.weights)
        return ((value, below) for (value, _), below in zip(self.weights, sums, strict=True))


def spread_of(seen: Iterable[tuple[int, int]]) -> Spread:
    """The spread of (value, weight) pairs; what was taken back cancels what it takes back."""
    weights: dict[int, int] = {}
    for value, weight in seen:
        weights[value] = weights.get(value, 0) + weight
    return Spread(tuple(sorted((v, weight) for v, weight in weights.items() if weight)))


@dataclass(frozen=True, slots=True)
class Summary:
    """A spread as a database sums it up: the two values in the middle, and that of the P90.

    `weight` is all that was seen, in 1/10,000, and `moment` the sum of value × weight.
    """

    weight: int
    moment: int
    low: int | None
    high: int | None
    ninth: int | None

    def share(self, of: str) -> tuple[int, int] | None:
        """Its `median`, `p90` or `mean` as a numerator over a positive denominator."""
        if self.weight <= 0 or self.low is None or self.high is None or self.ninth is None:
            return None
        shares = {
            "median": (self.low + self.high, 2),
            "p90": (self.ninth, 1),
            "mean": (self.moment, self.weight),
        }
        return shares[of]
