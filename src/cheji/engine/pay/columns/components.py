"""What each component comes to in every cell: bands found, limits kept, sums rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np

from cheji.engine.money import FEN_PER_YUAN, largest_remainder
from cheji.engine.pay.amounts import Ready
from cheji.engine.pay.banding import Table
from cheji.engine.pay.banding import half_up as half_up_of
from cheji.engine.pay.columns.bases import (
    Bases,
    Work,
    gathered,
    single,
)
from cheji.engine.pay.columns.exact import (
    Ratio,
    Whole,
    common,
    constant,
    denominators,
    half_up,
    lowest,
    lowest_common,
    minus,
    plus,
    product,
    times,
    unknown,
    wholes,
)
from cheji.engine.pay.columns.fitting import fitting
from cheji.engine.pay.columns.looking import BY_KPI, Own, looked_up
from cheji.engine.pay.columns.spending import within_budget


@dataclass(frozen=True, slots=True)
class Portions:
    """What each base comes to, in fen × `over`: one number for all, or one for each cell."""

    exact: Whole
    over: Whole

    def over_of(self, cells: Whole) -> Whole:
        """That of these cells; the one for all as it is."""
        return self.over if self.over.size == 1 else self.over[cells]


def component(own: Ready, work: Work) -> Whole:
    """Fen by cell, cap and floor included."""
    lines = lump(own, work) if own.part.kind in {"fixed", "base"} else earned(own, work)
    cut(own, lines, work)
    return limited(own, lines)


def cut(own: Ready, lines: Whole, work: Work) -> None:
    """Leave of what a component's lines gained the part that its own cap leaves."""
    if own.part.cap is None:
        return
    most = np.minimum(lines, half_up_of(own.part.cap * FEN_PER_YUAN, 1))
    over = np.where(lines > most, lines, 1)
    for sums in (work.gained, work.of_deals):
        if own.code in sums:
            left = half_up(times(sums[own.code], most), over)
            sums[own.code] = np.where(lines > most, left, sums[own.code])


def limited(own: Ready, fen: Whole) -> Whole:
    part, sign = own.part, own.sign
    if part.cap is not None:
        fen = sign * np.minimum(sign * fen, half_up_of(part.cap * FEN_PER_YUAN, 1))
    if part.floor is not None:
        fen = sign * np.maximum(sign * fen, half_up_of(part.floor * FEN_PER_YUAN, 1))
    return fen


# -- units, shares, fines ----------------------------------------------------------------------


def earned(own: Ready, work: Work) -> Whole:
    """Fen by cell; single lines are worked out only where something goes by them."""
    bases = bases_of(own, work)
    found, there = portions(own, bases, work)
    found = _limited(own, bases, found, work)
    held = own.entry != "fine" and any(own.code in one.components for one in work.holdbacks)
    if own.part.rounding != "each" and own.code not in work.left and not held:
        return own.sign * np.where(there, _summed(own, bases, found), 0)
    fens = np.where(there[bases.cell], _rounded(own, bases, found), 0)
    fens = within_budget(own, bases.cell, fens, work)
    if held:
        above = np.maximum(fens, 0)
        work.gained[own.code] = bases.by_cell(above)
        work.of_deals[own.code] = bases.by_cell(np.where(bases.deal >= 0, above, 0))
    return own.sign * bases.by_cell(fens)


def bases_of(own: Ready, work: Work) -> Bases:
    """Deals, or one total of the team or against a target."""
    part = own.part
    return gathered(own, work) if part.whose == "person" and not part.against else single(own, work)


def portions(own: Ready, bases: Bases, work: Work) -> tuple[Portions, Whole]:
    """How much each base comes to, and the cells that have a figure to look up."""
    everywhere = np.ones(work.cells.size, bool)
    if own.part.look is not None:
        figure = _figure(own, work, bases)
        return _by_figure(own, bases, figure), figure.known
    if own.part.mode == "retroactive":
        return _retroactive(own, bases), everywhere
    return _marginal(own, bases), everywhere


def _figure(own: Ready, work: Work, bases: Bases | None) -> Ratio:
    """What finds the band: a figure looked up, the own base, or nothing."""
    part, size = own.part, work.cells.size
    if part.look is not None and part.look.by not in BY_KPI:
        return looked_up(part.look, work.cells, work.totals, None)
    total = constant(0, size)
    if bases is not None:
        summed = bases.by_cell(bases.credit)
        total = lowest(summed, np.full(size, own.scale * bases.unit), np.ones(size, bool))
    if part.look is None:
        return total
    mine = None if bases is None else Own(part.of, total)
    return looked_up(part.look, work.cells, work.totals, mine)


def _by_figure(own: Ready, bases: Bases, figure: Ratio) -> Portions:
    """Each base at the rate of a figure that is not the base itself; `over` differs by cell."""
    rates = {place: rate_at(table, figure) for place, table in bases.banded}
    over = np.ones(figure.den.size, np.int64)
    for rate in rates.values():
        over = lowest_common(over, rate.den)
    num = np.zeros(bases.cell.size, np.int64)
    for place, rate in rates.items():
        fen = times(times(rate.num, over // rate.den), FEN_PER_YUAN)
        num = bases.chosen(place, fen[bases.cell], num)
    return Portions(times(bases.paid, num), times(over, own.scale * bases.unit))


def _retroactive(own: Ready, bases: Bases) -> Portions:
    """Each base at the rate that it reaches, or that all of its cell reach together."""
    reached = bases.credit
    if own.part.scope == "cumulative":
        reached = bases.by_cell(bases.credit)[bases.cell]
    exact = np.zeros(bases.cell.size, np.int64)
    for place, table in bases.banded:
        rates = _nums(table)[_reached(table, reached, bases.unit)]
        exact = bases.chosen(place, times(bases.paid, rates), exact)
    return Portions(exact, _over(own, bases, 1))


def _marginal(own: Ready, bases: Bases) -> Portions:
    """The stretch of each base cut at the bands; the share that is paid of it in proportion."""
    cut = any(len(table.tiers) > 1 for _, table in bases.banded)
    unit = _proportion(bases) if cut else 1
    flat, start = times(bases.paid, unit), np.zeros(bases.cell.size, np.int64)
    if cut and own.part.scope == "cumulative":
        start = bases.before(bases.credit)
    exact = np.zeros(bases.cell.size, np.int64)
    for place, table in bases.banded:
        if len(table.tiers) == 1:
            found = times(flat, int(_nums(table)[0]))
        else:
            found = _cut(table, bases, start, flat)
        exact = bases.chosen(place, found, exact)
    return Portions(exact, _over(own, bases, unit))


def _cut(table: Table, bases: Bases, start: Whole, flat: Whole) -> Whole:
    """What the stretch from `start` on comes to in the bands that it crosses."""
    after = plus(start, bases.credit)
    along = minus(_paid_until(table, after, bases.unit), _paid_until(table, start, bases.unit))
    if bases.alike:
        return along
    part = flat // np.where(bases.credit == 0, 1, bases.credit)
    without = times(flat, _nums(table)[_stretch(table, start, bases.unit)])
    return np.where(bases.credit == 0, without, times(along, part))


def _over(own: Ready, bases: Bases, unit: int) -> Whole:
    return wholes([own.over * bases.unit * unit])


def _proportion(bases: Bases) -> int:
    """A number that makes paid over credit whole for every base."""
    if bases.alike:
        return 1
    odd = (bases.credit != 0) & (bases.paid % np.where(bases.credit == 0, 1, bases.credit) != 0)
    paid, credit = bases.paid[odd], abs(bases.credit[odd])
    return common(credit // np.gcd(paid, credit))


def _nums(table: Table) -> Whole:
    return wholes([int(number) for number in table.nums])


def _reached(table: Table, figure: Whole, unit: int) -> Whole:
    """The band of figures in 1/(scale × unit); below the first bound the first one applies."""
    starts = wholes([int(start * unit) for start in table.starts])
    side: Any = "left" if table.upper else "right"
    return np.maximum(np.searchsorted(starts, figure, side) - 1, 0)


def _stretch(table: Table, figure: Whole, unit: int) -> Whole:
    cuts = wholes([int(cut * unit) for cut in table.cuts])
    return np.maximum(np.searchsorted(cuts, figure, "right") - 1, 0)


def _paid_until(table: Table, figure: Whole, unit: int) -> Whole:
    """Fen × over of everything up to a running total, counted from the first cut."""
    cuts = [int(cut * unit) for cut in table.cuts]
    steps = [
        (end - cut) * int(num) for cut, end, num in zip(cuts, cuts[1:], table.nums, strict=False)
    ]
    until = wholes(list(accumulate(steps, initial=0)))
    place = _stretch(table, figure, unit)
    along = times(minus(figure, wholes(cuts)[place]), _nums(table)[place])
    return plus(until[place], along)


def rate_at(table: Table, figure: Ratio) -> Ratio:
    """The rate of a component at each figure."""
    starts = (tier.start for tier in table.tiers)
    bands = list(zip(starts, table.rates, table.slopes, strict=True))
    return rate_of(bands, figure, upper=table.upper)


def rate_of(
    bands: Sequence[tuple[Fraction, Fraction, Fraction]], figure: Ratio, *, upper: bool
) -> Ratio:
    """The rate of the band of each figure with its slope; bands as start, rate, slope."""
    place = band_of([start for start, *_ in bands], figure, upper=upper)
    if not any(slope for *_, slope in bands):
        return _level([rate for _, rate, _ in bands], place, figure.known)
    fixed = [rate - slope * start for start, rate, slope in bands]
    unit = denominators([*fixed, *(slope for *_, slope in bands)])
    flat = wholes([int(one * unit) for one in fixed])[place]
    slope = wholes([int(slope * unit) for *_, slope in bands])[place]
    num = plus(times(flat, figure.den), times(slope, figure.num))
    return lowest(num, times(figure.den, unit), figure.known)


def _level(rates: Sequence[Fraction], place: Whole, known: Whole) -> Ratio:
    """The rate at each place."""
    num = wholes([rate.numerator for rate in rates])[place]
    den = wholes([rate.denominator for rate in rates])[place]
    return Ratio(np.where(known, num, 0), np.where(known, den, 1), known)


def band_of(starts: Sequence[Fraction], figure: Ratio, *, upper: bool) -> Whole:
    """The place of the band of each figure; the first one below its bound."""
    passed = [figure.above(start) if upper else figure.at_least(start) for start in starts]
    return np.maximum(np.sum(passed, axis=0) - 1, 0)


# -- limits and rounding -----------------------------------------------------------------------


def _limited(own: Ready, bases: Bases, found: Portions, work: Work) -> Portions:
    """Deals between their least and most, and shared ones as parts of a whole number of fen."""
    part, pay = own.part, work.cells.deals.pay
    cap_first = part.split == "cap_first"
    shared = cap_first and part.scope == "per_deal"
    if part.least is None and part.most is None and not shared:
        return found
    known = (bases.deal >= 0) & bases.known
    if pay.num.size:
        known = known & (pay.num[bases.deal] != 0)
    share, unit = (pay.num[bases.deal], pay.unit) if cap_first and pay.num.size else (1, 1)
    for limit, keep in ((part.least, np.maximum), (part.most, np.minimum)):
        if limit is None:
            continue
        fen = limit * FEN_PER_YUAN
        edge = times(times(found.over_of(bases.cell), fen.numerator), share)
        exact, over = (times(one, fen.denominator * unit) for one in (found.exact, found.over))
        found = Portions(np.where(known, keep(exact, edge), exact), over)
    return _shared(bases, found, work) if shared else found


def _shared(bases: Bases, found: Portions, work: Work) -> Portions:
    deals, exact = work.cells.deals, found.exact
    overs = np.broadcast_to(found.over_of(bases.cell), exact.shape)
    for row in np.flatnonzero(np.isin(bases.deal, list(deals.split)) & bases.known):
        deal, one = int(bases.deal[row]), int(overs[row])
        shares, place = deals.split[deal]
        whole = Fraction(int(exact[row]) * deals.pay.unit, int(deals.pay.num[deal]))
        exact = exact.astype(object)
        exact[row] = largest_remainder(half_up_of(whole, one), shares)[place] * one
    return Portions(exact, found.over)


def _rounded(own: Ready, bases: Bases, found: Portions) -> Whole:
    """Fen by base, half up: each for itself, or so that they add up to the rounded sum."""
    step = _step(own)
    over = times(found.over_of(bases.cell), step)
    if own.part.rounding == "each":
        return times(half_up(found.exact, over), step)
    due = half_up(plus(bases.before(found.exact), found.exact), over)
    return times(bases.steps(due), step)


def _summed(own: Ready, bases: Bases, found: Portions) -> Whole:
    """Fen by cell where lines add up to the rounded sum: that sum, without the lines."""
    step = _step(own)
    return times(half_up(bases.by_cell(found.exact), times(found.over, step)), step)


def _step(own: Ready) -> int:
    return FEN_PER_YUAN if own.part.round_to == "yuan" else 1


# -- amounts by themselves ---------------------------------------------------------------------


def lump(own: Ready, work: Work) -> Whole:
    """The amount of the band reached, by days where it is paid for days."""
    rate, step = lump_rate(own, work), _step(own)
    fen = np.where(rate.known, times(half_up(rate.num, times(rate.den, step)), step), 0)
    work.gained[own.code] = np.maximum(fen, 0)
    return fen


def lump_rate(own: Ready, work: Work) -> Ratio:
    """The exact fen of the amount, no value where no band is reached."""
    part, cells = own.part, work.cells
    figure = _figure(own, work, bases_of(own, work) if part.of else None)
    rate, there = unknown(cells.size), np.ones(cells.size, bool)
    for row, table in own.gatherer.rows:
        here = there & fitting(row.where, row.ranges, cells.labels, cells.size)
        rate, there = rate_at(table, figure).where(here, rate), there & ~here
    if own.table.tiers:
        rate = rate_at(own.table, figure).where(there, rate)
    amount = Fraction(1) if part.amount is None else part.amount
    rate = product(rate, constant(amount * FEN_PER_YUAN, cells.size))
    if part.kind == "base" or (part.prorate and part.kind != "pool"):
        rate = product(rate, cells.days.where_known(constant(1, cells.size)))
    return rate
