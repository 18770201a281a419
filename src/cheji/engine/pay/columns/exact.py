"""Exact whole numbers in columns: 64 bits where their bounds are proven, else of any length."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np

from cheji.engine.kpis import Value

Whole = np.ndarray[Any, Any]
"""Whole numbers: int64, or Python's own where a bound is beyond 64 bits."""

ROOM: Final = 2**62


def most(numbers: Whole | int) -> int:
    """The largest absolute value."""
    if isinstance(numbers, int):
        return abs(numbers)
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) if numbers.size else 0


def times(left: Whole, right: Whole | int) -> Whole:
    if isinstance(right, int) and right == 1:
        return left
    size = most(right)
    if size < ROOM and most(left) * size < ROOM:
        return np.asarray(left * right)
    return np.asarray(left.astype(object) * right)


def plus(left: Whole, right: Whole | int) -> Whole:
    if most(left) + most(right) < ROOM:
        return np.asarray(left + right)
    return np.asarray(left.astype(object) + right)


def minus(left: Whole, right: Whole) -> Whole:
    return plus(left, -right)


def parted(number: int, by: Whole) -> Whole:
    """A number divided by each of these, rounded down."""
    return np.asarray(number // (by if number < ROOM else by.astype(object)))


def running(numbers: Whole) -> Whole:
    """Sums of everything before each place, and of everything at the end."""
    if most(numbers) * max(numbers.size, 1) >= ROOM:
        numbers = numbers.astype(object)
    sums = np.zeros(numbers.size + 1, dtype=numbers.dtype)
    np.cumsum(numbers, out=sums[1:])
    return sums


def half_up(numbers: Whole, over: Whole | int) -> Whole:
    """Divided by `over`, half away from zero."""
    below = bool((numbers < 0).any())
    size = np.abs(numbers) if below else numbers
    whole = plus(times(size, 2), over) // times(np.asarray(over), 2)
    if not below:
        return np.asarray(whole)
    return np.asarray(np.where(numbers < 0, -whole, whole))


def truncated(numbers: Whole, over: int) -> Whole:
    """Divided by `over`, towards zero."""
    if over == 1:
        return numbers
    return np.asarray(np.sign(numbers) * (np.abs(numbers) // over))


def put(numbers: Whole, rows: Whole, values: Whole) -> Whole:
    """These numbers with the values in these rows, the last one where a row comes again."""
    if values.dtype == object:
        numbers = numbers.astype(object)
    numbers[rows] = values
    return numbers


def denominators(numbers: Iterable[Fraction | int]) -> int:
    return lcm(*(number.denominator for number in numbers))


def common(numbers: Whole) -> int:
    """The least common multiple of them all."""
    return lcm(*(int(number) for number in np.unique(numbers)))


def lowest_common(left: Whole, right: Whole) -> Whole:
    return times(left, right // np.gcd(left, right))


@dataclass(frozen=True, slots=True)
class Ratio:
    """A fraction for each row, in lowest terms; where it is not `known` it is 0/1."""

    num: Whole
    den: Whole
    known: Whole

    def at_least(self, bound: Fraction) -> Whole:
        return (
            np.asarray(times(self.num, bound.denominator) >= times(self.den, bound.numerator))
            & self.known
        )

    def above(self, bound: Fraction) -> Whole:
        return (
            np.asarray(times(self.num, bound.denominator) > times(self.den, bound.numerator))
            & self.known
        )

    def where(self, here: Whole, otherwise: "Ratio") -> "Ratio":
        """This in some rows, the other one in the rest."""
        return Ratio(
            np.where(here, self.num, otherwise.num),
            np.where(here, self.den, otherwise.den),
            np.where(here, self.known, otherwise.known),
        )

    def where_known(self, otherwise: "Ratio") -> "Ratio":
        return self.where(self.known, otherwise)


def ratios(values: Sequence[Value]) -> Ratio:
    """A column of these values."""
    nums = [0 if value is None else value.numerator for value in values]
    dens = [1 if value is None else value.denominator for value in values]
    return Ratio(
        wholes(nums), wholes(dens), np.array([value is not None for value in values], bool)
    )


def wholes(numbers: Sequence[int]) -> Whole:
    """As 64 bits where they fit."""
    small = all(abs(number) < ROOM for number in numbers)
    return np.array(numbers, dtype=np.int64 if small else object)


def constant(value: Fraction | int, size: int) -> Ratio:
    return Ratio(
        np.full(size, value.numerator), np.full(size, value.denominator), np.ones(size, bool)
    )


def unknown(size: int) -> Ratio:
    return Ratio(np.zeros(size, np.int64), np.ones(size, np.int64), np.zeros(size, bool))


def lowest(num: Whole, den: Whole, known: Whole) -> Ratio:
    """In lowest terms, so that products stay short."""
    if not known.all():
        num, den = np.where(known, num, 0), np.where(known, den, 1)
    both = np.gcd(num, den)
    if most(both) > 1:
        num, den = num // both, den // both
    return Ratio(num, den, np.asarray(known, bool))


def product(left: Ratio, right: Ratio) -> Ratio:
    known = left.known & right.known
    return lowest(times(left.num, right.num), times(left.den, right.den), known)


def total(left: Ratio, right: Ratio) -> Ratio:
    num = plus(times(left.num, right.den), times(right.num, left.den))
    return lowest(num, times(left.den, right.den), left.known & right.known)


def quotient(left: Ratio, right: Ratio) -> Ratio:
    """No value where a part is missing or the divisor is zero."""
    known = left.known & right.known & (right.num != 0)
    sign = np.where(right.num < 0, -1, 1)
    return lowest(
        times(times(left.num, right.den), sign),
        times(left.den, np.where(known, abs(right.num), 1)),
        known,
    )
