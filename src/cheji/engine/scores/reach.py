"""How many points a scheme can give at the very most; None is without limit."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Scheme, SchemeItem
from cheji.engine.kpis import Value

ONE: Final = Fraction(1)
FULL_MARKS: Final = Fraction(100)


def most_of(item: SchemeItem) -> Value:
    """The largest share that a method can find, before the cap."""
    if item.source == "rating" and item.method == "ratio":
        return FULL_MARKS / (item.target or FULL_MARKS)
    if item.method == "bands":
        return _most_band(item)
    if any(kind.points < 0 for kind in item.deductions):
        return None
    fixed = {
        "mirror": Fraction(2),
        "either": ONE,
        "deduct": ONE,
        "points": item.at_stretch,
        "steps": None if item.up else ONE,
    }
    return fixed.get(item.method)


def _most_band(item: SchemeItem) -> Value:
    """Of a table; the last band with a slope has no end."""
    if item.bands[-1].slope > 0:
        return None
    scale = item.weight if item.scale == "points" else ONE
    ends = [band.start for band in item.bands[1:]]
    tops = [item.bands[-1].rate]
    for band, end in zip(item.bands, ends, strict=False):
        tops.append(band.rate + max(band.slope, Fraction(0)) * (end - band.start))
    return max(tops) / scale


def most_points(items: Iterable[SchemeItem]) -> Value:
    """Of several items together, with their caps."""
    found = Fraction(0)
    for item in items:
        limits = [limit for limit in (most_of(item), item.cap) if limit is not None]
        if not limits:
            return None
        found += item.weight * min(limits)
    return found


def most_total(scheme: Scheme, *, capped: bool = True) -> Value:
    """Of the whole scheme; `capped` with the cap of the total."""
    found = _product(scheme.items) if scheme.combine == "product" else _sum(scheme)
    limits = [found, scheme.cap if capped else None]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _sum(scheme: Scheme) -> Value:
    if not scheme.groups:
        return most_points(scheme.items)
    tops = []
    for group in scheme.groups:
        own = most_points(item for item in scheme.items if item.group == group.code)
        known = [limit for limit in (own, group.cap) if limit is not None]
        tops.append(min(known) if known else None)
    return None if None in tops else sum((top for top in tops if top is not None), Fraction(0))


def _product(items: Sequence[SchemeItem]) -> Value:
    found = FULL_MARKS
    for item in items:
        most = most_points([item])
        if most is None:
            return None
        found *= most / FULL_MARKS
    return found
