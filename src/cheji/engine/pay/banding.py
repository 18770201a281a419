"""Bands made ready: bounds and rates as whole numbers over one denominator, looked up fast."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

from cheji.engine.definitions import Band, Component
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay.lines import Exact
from cheji.engine.tallies import QUANTITY_SCALE

Cut = tuple[int, Exact]
LUMPS = frozenset({"fixed", "base", "manual", "prize"})


def whole(value: Exact) -> Exact:
    """An int where it is one: whole numbers are quicker."""
    return value.numerator if value.denominator == 1 else value


class Table:
    """One list of bands of a component.

    Attributes:
        starts: bounds in the unit that is looked at: 1/`scale` of the own base.
        cuts: where the stretch of each band begins on the running total.
        nums: fen for 1/`scale` of the base, times the component's denominator.
        rates: as they are shown; interpolated amounts are shown for one unit.
    """

    __slots__ = ("cuts", "nums", "rates", "slopes", "starts", "tiers", "upper")

    def __init__(self, component: Component, tiers: Sequence[Band], scale: int) -> None:
        looked = 1 if component.look is not None or is_lump(component) else scale
        self.tiers = tuple(tiers)
        self.upper = component.bound == "upper"
        self.starts = [whole(band.start * looked) for band in tiers]
        self.cuts = [whole(_cut(component, band) * scale) for band in tiers]
        self.rates = _rates(component, tiers)
        self.slopes = [band.slope for band in tiers]
        self.nums: list[Exact] = []

    def ready(self, fen: Fraction, denominator: int) -> None:
        """`fen` is what a rate of 1 pays for 1/scale of the base."""
        self.nums = [whole(rate * fen * denominator) for rate in self.rates]

    def reached(self, value: Exact) -> int:
        """The band of a figure; below the first bound the first band still applies."""
        find = bisect_left if self.upper else bisect_right
        return max(find(self.starts, value) - 1, 0)

    def stretch_at(self, total: Exact) -> int:
        """The band in which a running total stands."""
        return max(bisect_right(self.cuts, total) - 1, 0)

    def rate_at(self, place: int, value: Exact) -> Fraction:
        """The rate of a band at a figure, with its slope; `value` in 1 of what is looked at."""
        return self.rates[place] + self.slopes[place] * (value - self.tiers[place].start)

    def cut(self, before: Exact, after: Exact) -> list[Cut]:
        """The stretch between two totals cut at the bands; negative where the total went down."""
        low, high, sign = (before, after, 1) if before <= after else (after, before, -1)
        place = self.stretch_at(low)
        found: list[Cut] = []
        while low < high:
            end = self.cuts[place + 1] if place + 1 < len(self.cuts) else high
            stop = min(end, high)
            if stop > low:
                found.append((place, sign * (stop - low)))
                low = stop
            place += 1
        return found


def is_lump(component: Component) -> bool:
    """Whether its rates are amounts by themselves."""
    return component.kind in LUMPS or (component.kind == "pool" and component.pot == "fixed")


def _cut(component: Component, band: Band) -> Fraction:
    """Where a band starts on the running total.

    `from: 3` means the third unit, which is the stretch from 2 to 3; money, a bound whose number
    still belongs to the band below, and interpolated bands start at the sum.
    """
    counted = component.kind in {"units", "fine"} or component.pot == "units"
    by_piece = counted and component.bound == "lower" and component.mode != "interpolated"
    return max(band.start - 1, Fraction(0)) if by_piece else band.start


def _rates(component: Component, tiers: Sequence[Band]) -> list[Fraction]:
    """For one unit of the base; an interpolated band spreads its amount over its width."""
    if component.mode != "interpolated" or is_lump(component):
        return [band.rate for band in tiers]
    ends = [band.start for band in tiers[1:]]
    widths = [end - band.start for band, end in zip(tiers, ends, strict=False)]
    spread = [band.rate / width for band, width in zip(tiers, widths, strict=False)]
    return [*spread, Fraction(0)]


def scale_of(component: Component) -> int:
    """How many of a base's whole numbers are one unit or yuan."""
    return FEN_PER_YUAN if component.is_money else QUANTITY_SCALE


def denominator(rates: Iterable[Fraction]) -> int:
    return lcm(*(rate.denominator for rate in rates)) if rates else 1


def half_up(number: Exact, over: int) -> int:
    """Divided by `over`, half away from zero; of whole numbers or fractions."""
    if number >= 0:
        return int((2 * number + over) // (2 * over))
    return -int((over - 2 * number) // (2 * over))
