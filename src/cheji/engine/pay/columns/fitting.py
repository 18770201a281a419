"""Rows whose attributes pass filters and ranges, all at once."""

from collections.abc import Mapping, Sequence

import numpy as np

from cheji.engine.definitions import Range
from cheji.engine.definitions.filters import Filter
from cheji.engine.pay.columns.cells import Labels
from cheji.engine.pay.columns.exact import Whole, times


def fitting(
    where: Sequence[Filter], ranges: Sequence[Range], labels: Mapping[str, Labels], size: int
) -> Whole:
    """Rows whose attributes pass all filters and ranges."""
    fits = np.ones(size, bool)
    for item in where:
        label = labels.get(item.dimension)
        if label is None:
            fits &= ("" in item.values) == item.inside
        else:
            inside = np.array([text in item.values for text in label.texts], bool)[label.place]
            fits &= inside == item.inside
    for bounds in ranges:
        fits &= _within(bounds, labels.get(bounds.of), size)
    return fits


def _within(bounds: Range, label: Labels | None, size: int) -> Whole:
    if label is None:
        return np.zeros(size, bool)
    fits = label.is_number.copy()
    if bounds.start is not None:
        fits &= times(label.number, bounds.start.denominator) >= bounds.start.numerator
    if bounds.below is not None:
        fits &= times(label.number, bounds.below.denominator) < bounds.below.numerator
    return np.asarray(fits)
