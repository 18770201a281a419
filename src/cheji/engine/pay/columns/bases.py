"""What a component is paid on, for every deal of every cell at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from cheji.engine.definitions import Component, Holdback
from cheji.engine.pay.amounts import Ready
from cheji.engine.pay.banding import Table
from cheji.engine.pay.columns.cells import Amounts, Cells, Shares
from cheji.engine.pay.columns.exact import (
    Whole,
    common,
    denominators,
    lowest,
    minus,
    most,
    parted,
    plus,
    running,
    times,
    truncated,
)
from cheji.engine.pay.columns.firsts import first_deals
from cheji.engine.pay.columns.fitting import fitting
from cheji.engine.pay.columns.looking import LEVELS, total_of
from cheji.engine.pay.visiting import FOR_POSTS


@dataclass(slots=True)
class Work:
    """All statements while they are made.

    Attributes:
        totals: of the persons' periods, those that only deals give included.
        left: of each component's budget, fen by purse; spent from block to block.
        first: fen by component as they are first worked out, those before step 12.
        sums: fen by component as they stand, those before step 12 in `main`.
        changes: fen of the lines of each component, factor, gate and cap.
        gained: fen of the lines above 0 of each component that is held back, as far as its cap
            left them; those of deals alone in `of_deals`.
        stacked, rested: deals, and cells with what no deal tells of, that a stack has paid.
    """

    cells: Cells
    totals: Mapping[str, Amounts]
    left: dict[str, Whole]
    holdbacks: Sequence[Holdback]
    first: dict[str, Whole] = field(default_factory=dict)
    main: dict[str, Whole] = field(default_factory=dict)
    extra: dict[str, Whole] = field(default_factory=dict)
    changes: dict[str, Whole] = field(default_factory=dict)
    gained: dict[str, Whole] = field(default_factory=dict)
    of_deals: dict[str, Whole] = field(default_factory=dict)
    stacked: dict[str, Whole] = field(default_factory=dict)
    rested: dict[str, Whole] = field(default_factory=dict)

    def absent(self, kind: str) -> Whole:
        """Cells that have no component of this kind: it is paid for a post that they lack."""
        return self.cells.visits & (kind in FOR_POSTS)

    def note(self, code: str, fen: Whole) -> None:
        """Add to what the lines of this code come to."""
        self.changes[code] = plus(self.changes[code], fen) if code in self.changes else fen

    @property
    def nothing(self) -> Whole:
        return np.zeros(self.cells.size, np.int64)


@dataclass(frozen=True, slots=True)
class Bases:
    """Amounts to be paid on, in 1/(scale × unit), by cell; those of a cell stand together.

    `credit` counts for the band, `paid` is multiplied; `table` is the place in `tables`;
    `deal` is the row of the deal, -1 for a total; `known` is false while an amount is not.
    """

    cell: Whole
    first: Whole
    credit: Whole
    paid: Whole
    known: Whole
    table: Whole
    deal: Whole
    tables: tuple[Table, ...]
    unit: int

    @property
    def alike(self) -> bool:
        """Whether what counts for the band is what is multiplied, everywhere."""
        return self.paid is self.credit

    @property
    def banded(self) -> list[tuple[int, Table]]:
        """The tables that have bands, with their places."""
        return [(place, table) for place, table in enumerate(self.tables) if table.tiers]

    def chosen(self, place: int, here: Whole, otherwise: Whole) -> Whole:
        """These numbers in the rows of one table, the others elsewhere."""
        if len(self.tables) == 1:
            return here
        return np.where(self.table == place, here, otherwise)

    def steps(self, sums: Whole) -> Whole:
        """By how much each running sum of a cell is above the one before it, the first above 0."""
        earlier = np.concatenate((np.zeros(1, sums.dtype), sums[:-1]))[: sums.size]
        begins = self.first[:-1][self.first[:-1] < self.first[1:]]
        earlier[begins] = 0
        return minus(sums, earlier)

    def by_cell(self, numbers: Whole) -> Whole:
        """Sums of the rows of each cell."""
        sums = running(numbers)
        return np.asarray(sums[self.first[1:]] - sums[self.first[:-1]])

    def before(self, numbers: Whole) -> Whole:
        """Sums of the earlier rows of the same cell."""
        sums = running(numbers)
        return np.asarray(sums[:-1] - sums[self.first[:-1]][self.cell])


def whole_unit(own: Ready) -> int:
    """A unit in which the bounds of all bands are whole numbers."""
    tables = (own.table, *(table for _, table in own.gatherer.rows))
    bounds = [Fraction(bound) for table in tables for bound in (*table.starts, *table.cuts)]
    return denominators(bounds)


def totals_with_deals(looked: Sequence[str], cells: Cells) -> dict[str, Amounts]:
    """Totals that are only given by deals stand beside the others."""
    totals = dict(cells.sides["person"].totals)
    deals = cells.deals
    for code in looked:
        column = deals.amounts.get(code)
        if column is None:
            continue
        given = totals.get(code) or Amounts(*_nothing(cells.size))
        if given.there.all():
            continue
        parts = np.where(column.known, column.amount, 0)
        if not deals.pay.entire:
            parts = truncated(times(parts, deals.pay.num), deals.pay.unit)
        there = _any(column.there, deals.first) | given.there
        summed = np.where(given.there, given.amount, _sums(parts, deals.first))
        totals[code] = Amounts(summed, there, there)
    return totals


def _nothing(size: int) -> tuple[Whole, Whole, Whole]:
    return np.zeros(size, np.int64), np.zeros(size, bool), np.zeros(size, bool)


def _sums(numbers: Whole, first: Whole) -> Whole:
    sums = running(numbers)
    return np.asarray(sums[first[1:]] - sums[first[:-1]])


def _any(flags: Whole, first: Whole) -> Whole:
    return np.asarray(_sums(flags.astype(np.int64), first) > 0)


# -- deals -------------------------------------------------------------------------------------


def gathered(own: Ready, work: Work) -> Bases:
    """The deals that a component pays, and what exceeds them."""
    deals, part = work.cells.deals, own.part
    tables, table, weight = _fitting(own, work)
    credit = deals.credit
    if part.credit == "whole":
        credit = Shares(np.where(credit.num > 0, credit.unit, credit.num), credit.unit)
    unit = lcm(weight.unit * deals.pay.unit, weight.unit * credit.unit, whole_unit(own))
    amount, there, known = _amount(own, work)
    wanted = there & (table >= 0)
    entire = bool(wanted.all())
    rows = np.arange(wanted.size) if entire else np.flatnonzero(wanted)
    chosen: Any = slice(None) if entire else rows
    amounts = amount[chosen] if known.all() else np.where(known, amount, 0)[chosen]
    amounts = amounts if weight.entire else times(amounts, weight.num[chosen])
    parts = 1 if weight.entire else weight.unit
    paid = _of_share(amounts, deals.pay, parts, chosen, unit)
    alike = credit.entire and deals.pay.entire
    found = Bases(
        deals.cell[chosen],
        deals.first if entire else np.append(0, np.cumsum(wanted))[deals.first],
        paid if alike else _of_share(amounts, credit, parts, chosen, unit),
        paid,
        known[chosen],
        table[chosen],
        rows,
        tables,
        unit,
    )
    given = work.cells.sides["person"].totals.get(part.of)
    if given is not None and own.gatherer.single and not own.gatherer.picky:
        told, seen = np.where(there & known, amount, 0), found.by_cell(found.paid)
        if part.stack:
            seen = _sums(_of_share(told, deals.pay, 1, slice(None), unit), deals.first)
        found = _with_rest(found, work, given, seen, part)
    return _turned(found, own) if own.gatherer.turned else found


def _of_share(amounts: Whole, share: Shares, parts: int, rows: Any, unit: int) -> Whole:
    """Amounts in 1/parts times a share, in 1/unit."""
    if share.entire:
        return times(amounts, unit // parts)
    return times(times(amounts, share.num[rows]), unit // (share.unit * parts))


def _amount(own: Ready, work: Work) -> tuple[Whole, Whole, Whole]:
    """Amounts of the base with what is added and taken off; where it is there, and known."""
    deals, part = work.cells.deals, own.part
    size = deals.cell.size
    main = deals.amounts.get(part.of) or Amounts(*_nothing(size))
    amount, known = main.amount, main.known
    for sign, code in [(1, code) for code in part.plus] + [(-1, code) for code in part.minus]:
        other = deals.amounts.get(code)
        if other is not None:
            amount = plus(amount, sign * np.where(other.there, other.amount, 0))
            known = known & (other.known | ~other.there)
    return amount, main.there, known


def _fitting(own: Ready, work: Work) -> tuple[tuple[Table, ...], Whole, Shares]:
    """For each deal the place of its bands, -1 leaves it out, and its weight."""
    part, size = own.part, work.cells.deals.cell.size
    labels = work.cells.deals.labels
    amount = work.cells.deals.amounts.get(part.of)
    left = fitting(part.where, part.ranges, labels, size)
    left = left & (np.zeros(size, bool) if amount is None else amount.there)
    if part.first:
        left = first_deals(part, work.cells, left)
    if part.stack:
        stacked = work.stacked.get(part.stack, np.zeros(size, bool))
        left = left & ~stacked & ~work.absent(part.kind)[work.cells.deals.cell]
    usual, rows = own.table, own.gatherer.deal_rows
    place = np.where(left, 0 if usual.tiers or not rows else -1, -1)
    unit = denominators([row.weight for row, _ in rows])
    weight = np.full(size if rows else 1, unit)
    for number, (row, _) in reversed(list(enumerate(rows, start=1))):
        here = left & fitting(row.where, row.ranges, labels, size)
        place = np.where(here, number, place)
        weight = np.where(here, int(row.weight * unit), weight)
    if part.stack:
        work.stacked[part.stack] = stacked | (place >= 0)
    return (usual, *(table for _, table in rows)), place, Shares(weight, unit)


def _with_rest(found: Bases, work: Work, given: Amounts, seen: Whole, part: Component) -> Bases:
    """What a total exceeds the deals by, at the end of its cell."""
    size, unit = work.cells.size, found.unit
    over = np.where(given.there, minus(times(given.amount, unit), seen), 0)
    rest = times(truncated(over, unit), unit)
    if part.stack:
        had = work.rested.get(part.stack, np.zeros(size, bool))
        rest = np.where(had | work.absent(part.kind), 0, rest)
        work.rested[part.stack] = had | (rest != 0)
    cells = np.flatnonzero(rest)
    if not cells.size:
        return found
    order = np.argsort(np.concatenate((found.cell, cells)), kind="stable")
    amounts = rest[cells]

    def joined(column: Whole, more: Whole) -> Whole:
        return np.asarray(np.concatenate((column, more))[order])

    cell = joined(found.cell, cells)
    none = np.zeros(cells.size, np.int64)
    return Bases(
        cell,
        np.searchsorted(cell, np.arange(size + 1)),
        joined(found.credit, amounts),
        joined(found.paid, amounts),
        joined(found.known, np.ones(cells.size, bool)),
        joined(found.table, none),
        joined(found.deal, none - 1),
        found.tables,
        unit,
    )


def _turned(found: Bases, own: Ready) -> Bases:
    """Losses as nothing, or taken off the next deals of the cell."""
    turned = _pooled if own.part.pool_negatives else _nothing_below
    paid = turned(found, found.paid)
    credit = paid if found.alike else turned(found, found.credit)
    return Bases(
        found.cell, found.first, credit, paid, found.known, found.table, found.deal, found.tables,
        found.unit,
    )  # fmt: skip


def _nothing_below(_: Bases, numbers: Whole) -> Whole:
    return np.maximum(numbers, 0)


def _pooled(found: Bases, numbers: Whole) -> Whole:
    """What counted so far is the highest that the running sum of the cell has been, at least 0."""
    sums = plus(found.before(numbers), numbers)
    return found.steps(highest_so_far(np.maximum(sums, 0), found.cell))


def highest_so_far(numbers: Whole, groups: Whole) -> Whole:
    """The highest of each group so far; groups in ascending order, each lifted above the others."""
    if not numbers.size:
        return numbers
    lift = times(groups, most(numbers) + 1)
    return minus(np.maximum.accumulate(plus(numbers, lift)), lift)


# -- totals ------------------------------------------------------------------------------------


def single(own: Ready, work: Work) -> Bases:
    """One total for each cell: of a group, or what is short of a target or over it."""
    part, size = own.part, work.cells.size
    if part.whose == "person":
        deals = gathered(own, work)
        num, there = deals.by_cell(deals.credit), np.ones(size, bool)
        unit = deals.unit
    else:
        num, there = _of_group(own, work)
        unit = whole_unit(own)
        num = times(num, unit)
    den = np.full(size, unit)
    if part.against:
        aim = work.cells.sides[part.whose].figure(LEVELS[part.level], part.of)
        aimed, there = times(aim.num, own.scale), there & aim.known
        num = minus(times(aimed, unit), times(num, aim.den))
        num = np.maximum(num if part.against == "short" else -num, 0)
        den = times(aim.den, unit)
    found = lowest(num, den, there)
    unit = lcm(common(found.den), whole_unit(own))
    rows = np.flatnonzero(there)
    amount = times(found.num[rows], parted(unit, found.den[rows]))
    return Bases(
        rows,
        np.searchsorted(rows, np.arange(size + 1)),
        amount,
        amount,
        np.ones(rows.size, bool),
        np.zeros(rows.size, np.int64),
        np.full(rows.size, -1),
        (own.table,),
        unit,
    )


def _of_group(own: Ready, work: Work) -> tuple[Whole, Whole]:
    part, size = own.part, work.cells.size
    side = work.cells.sides[part.whose]
    if part.of_pay:
        num = work.nothing
        for code in part.of_pay:
            num = plus(num, total_of(side.paid, code, size))
        return num, side.there
    num = _signed(own, side.totals, size)
    if part.own == "exclude":
        mine = plus(_signed(own, work.totals, size), _signed(own, work.cells.elsewhere, size))
        num = minus(num, mine)
        if part.whose == "team":
            num = plus(num, _signed(own, work.cells.outside, size))
    return num, side.there


def _signed(own: Ready, totals: Mapping[str, Amounts], size: int) -> Whole:
    part = own.part
    num = total_of(totals, part.of, size)
    for code in part.plus:
        num = plus(num, total_of(totals, code, size))
    for code in part.minus:
        num = minus(num, total_of(totals, code, size))
    return num
