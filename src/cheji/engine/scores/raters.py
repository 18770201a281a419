"""Several raters: one figure from many, and the correction of how strictly each of them marks."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import Final

from cheji.engine.definitions import Correction, Rater
from cheji.engine.kpis import Value

Marks = Mapping[str, Mapping[str, Fraction]]
MIDDLE: Final = 50
SPREAD: Final = 10
HUNDREDTHS: Final = 100


def together(parts: Sequence[tuple[Fraction, Value]], *, zero_fill: bool) -> Value:
    """Σ w·s ÷ Σ w over those that are there, or over all with the missing ones as 0.

    None when nobody is there.
    """
    there = [(weight, value) for weight, value in parts if value is not None]
    if not there:
        return None
    whole = sum((weight for weight, _ in (parts if zero_fill else there)), Fraction(0))
    return sum((weight * value for weight, value in there), Fraction(0)) / whole


def rated(
    raters: Sequence[Rater], marks: Mapping[str, Sequence[Fraction]], *, zero_fill: bool
) -> Value:
    """The figure of a rating: several raters of one party are their exact mean first."""
    parts = [(rater.weight, mean(marks.get(rater.code, ()))) for rater in raters]
    return together(parts, zero_fill=zero_fill)


def mean(figures: Sequence[Fraction]) -> Value:
    return sum(figures, Fraction(0)) / len(figures) if figures else None


def corrected(marks: Marks, way: Correction = "none") -> dict[str, dict[str, Fraction]]:
    """Marks by rater and person, corrected for each rater's scale. Off unless a way is named.

    It takes real differences between outlets away together with those between raters.

    Args:
        marks: by rater, then by person.
        way: `ratio` multiplies by overall mean ÷ the rater's mean; `t` is 50 + 10·z with the
            spread of all that the rater marked, rounded half up to two decimals, since a root is
            no fraction; a rater who marks everybody alike gives 50.
    """
    found = {who: dict(given) for who, given in marks.items()}
    if way == "none":
        return found
    overall = mean([mark for given in marks.values() for mark in given.values()])
    return {who: _one(given, way, overall) for who, given in found.items()}


def _one(given: Mapping[str, Fraction], way: Correction, overall: Value) -> dict[str, Fraction]:
    own = mean(list(given.values()))
    if own is None or overall is None:
        return {}
    if way == "ratio":
        return {who: mark * overall / own if own else mark for who, mark in given.items()}
    spread = sum(((mark - own) ** 2 for mark in given.values()), Fraction(0)) / len(given)
    return {who: MIDDLE + _away(mark - own, spread) for who, mark in given.items()}


def _away(distance: Fraction, spread: Fraction) -> Fraction:
    """10·distance ÷ √spread, half up to hundredths, by whole numbers alone."""
    if not spread:
        return Fraction(0)
    square = (SPREAD * HUNDREDTHS * distance) ** 2 / spread
    size = (isqrt(int(4 * square)) + 1) // 2
    return Fraction(-size if distance < 0 else size, HUNDREDTHS)
