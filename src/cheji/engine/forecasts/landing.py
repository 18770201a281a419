"""The landing of a running month, by the method that came nearest in the months before it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

Method = Literal["linear", "shape"]
METHODS: Final[tuple[Method, ...]] = ("linear", "shape")
ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Course:
    """How a month went: what was reached at the end of each of its days worked."""

    reached: tuple[Fraction, ...]

    @property
    def total(self) -> Fraction:
        return self.reached[-1] if self.reached else ZERO

    def at(self, share: Fraction) -> Fraction:
        """What was reached when this share of the days worked had gone, between two days in line.

        Raises:
            ValueError: the share is not in 0..1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"a share of {share}")
        place = share * len(self.reached)
        day = int(place)
        before = self.reached[day - 1] if day else ZERO
        if day == place:
            return before
        return before + (self.reached[day] - before) * (place - day)


@dataclass(frozen=True, slots=True)
class Past:
    """A month that is over, and the same month of the year before it."""

    month: Course
    year_before: Course | None = None


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the month lands, by which method, and how well that method did.

    `missed` is the sum of the misses over the sum of the results (WAPE) of the `tested` months;
    None when there was nothing to test on, and then the method is the linear one.
    """

    value: Fraction
    method: Method
    missed: Fraction | None
    tested: int


def course(days: Sequence[date], amounts: Mapping[date, Fraction]) -> Course:
    """The course of a month by its days worked, in order.

    What happened on a day off counts with the day worked before it, or with the first.
    """
    found = [ZERO] * len(days)
    for on, amount in sorted(amounts.items()):
        if days:
            found[max(bisect_right(days, on), 1) - 1] += amount
    for place in range(1, len(found)):
        found[place] += found[place - 1]
    return Course(tuple(found))


def landing(
    done: Fraction, share: Fraction, past: Sequence[Past], last_year: Course | None = None
) -> Landing | None:
    """The landing when `share` of the days worked have gone; None before the first of them.

    Both methods forecast each past month at the same share; the one with the smaller sum of
    misses is taken, on a tie the linear one. Months in which one of them has nothing to go by
    do not test.
    """
    if not share:
        return None
    both = [one for one in past if _shape(one.month.at(share), share, one.year_before) is not None]
    whole = sum((one.month.total for one in both), ZERO)
    misses = {method: _misses(method, both, share) for method in METHODS}
    shaped = _shape(done, share, last_year)
    if shaped is None or not whole or misses["shape"] >= misses["linear"]:
        missed = misses["linear"] / whole if whole else None
        return Landing(done / share, "linear", missed, len(both))
    return Landing(shaped, "shape", misses["shape"] / whole, len(both))


def _misses(method: Method, past: Sequence[Past], share: Fraction) -> Fraction:
    return sum((abs(_forecast(method, one, share) - one.month.total) for one in past), ZERO)


def _forecast(method: Method, one: Past, share: Fraction) -> Fraction:
    done = one.month.at(share)
    shaped = _shape(done, share, one.year_before) if method == "shape" else None
    return done / share if shaped is None else shaped


def _shape(done: Fraction, share: Fraction, before: Course | None) -> Fraction | None:
    """By the part of its total that the earlier month had reached at this share."""
    reached = before.at(share) if before else ZERO
    return done * before.total / reached if before and reached else None
