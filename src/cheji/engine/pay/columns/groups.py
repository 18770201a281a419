"""Pots and prizes in columns: what a person is paid as one of a team or an outlet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cheji.engine.definitions import Component
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay.amounts import Ready
from cheji.engine.pay.banding import half_up as half_up_of
from cheji.engine.pay.columns.bases import Work
from cheji.engine.pay.columns.cells import Members
from cheji.engine.pay.columns.components import (
    bases_of,
    cut,
    limited,
    lump_rate,
    portions,
)
from cheji.engine.pay.columns.exact import (
    Whole,
    common,
    half_up,
    minus,
    parted,
    plus,
    running,
    times,
    wholes,
)
from cheji.engine.pay.columns.spending import within_budget


def in_group(own: Ready, work: Work) -> Whole:
    """Fen by cell of a pot's part or a prize; nothing for who is not one of the group."""
    members = work.cells.sides[own.part.whose].members
    is_pool = own.part.kind == "pool"
    fen = _shared(own, work, members) if is_pool else _prizes(own, work, members)
    work.gained[own.code] = np.maximum(fen, 0)
    if not is_pool:
        cut(own, fen, work)
        fen = limited(own, fen)
    return fen


# -- prizes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ranks:
    """By member: the rank, how many share it, and the place among those, from 0."""

    rank: Whole
    equal: Whole
    place: Whole


def _prizes(own: Ready, work: Work, members: Members) -> Whole:
    """Prizes within their budget, of which who is there for his deals alone takes nothing."""
    fen = np.where(work.absent(own.part.kind), 0, _prize(own, members, work.nothing))
    return within_budget(own, np.arange(work.cells.size), fen, work)


def _prize(own: Ready, members: Members, nothing: Whole) -> Whole:
    """The prize of the person's rank; who has nothing has no rank."""
    marks = [members.figure(code) for code in (own.part.of, *own.part.ties)]
    if not members.group.size:
        return nothing
    ranks = _ranks(members, marks)
    last = int((ranks.rank + ranks.equal).max())
    prizes = wholes([_prize_of(own, rank) for rank in range(1, last)])
    fen = prizes[ranks.rank - 1]
    if own.part.still_equal == "split":
        sums = running(prizes)
        both = minus(sums[ranks.rank - 1 + ranks.equal], sums[ranks.rank - 1])
        fen = _evenly(both, ranks)
    return members.of_cells(np.where(marks[0] > 0, fen, 0))


def _ranks(members: Members, marks: Sequence[Whole]) -> Ranks:
    """The best mark first; equal ones in the order of the group."""
    order = np.lexsort((*(-_sortable(mark) for mark in reversed(marks)), members.group))
    places, size = np.arange(order.size), order.size
    differs = np.ones(size, bool)
    differs[1:] = np.any([np.diff(key[order]) != 0 for key in (members.group, *marks)], axis=0)
    starts = np.flatnonzero(differs)
    tie = np.cumsum(differs) - 1
    found = np.empty((3, size), np.int64)
    found[0, order] = starts[tie] - members.first[members.group[order]] + 1
    found[1, order] = np.diff(np.append(starts, size))[tie]
    found[2, order] = places - starts[tie]
    return Ranks(*found)


def _sortable(numbers: Whole) -> Whole:
    """In the same order as 64 bits: those of any length by their places."""
    if numbers.dtype == object:
        return np.unique(numbers, return_inverse=True)[1]
    return numbers


def _evenly(fen: Whole, ranks: Ranks) -> Whole:
    """Shared among equals; what is left over goes to the first ones."""
    size = np.abs(fen)
    own = size // ranks.equal + (ranks.place < size % ranks.equal)
    return np.where(fen < 0, -own, own)


def _prize_of(own: Ready, rank: int) -> int:
    """Fen of a rank; bands start at ranks."""
    table = own.table
    return half_up_of(table.rates[table.reached(rank)] * FEN_PER_YUAN, 1)


# -- pots --------------------------------------------------------------------------------------


def _shared(own: Ready, work: Work, members: Members) -> Whole:
    """The person's part of the pot by largest remainder, worked out with everybody beside him."""
    pot, there = _pot(own, work)
    weights = _weights(own.part, members)
    whole = running(weights)
    first, last = members.first[members.of], members.first[members.of + 1]
    entire = minus(whole[last], whole[first])
    cells = np.flatnonzero(there & (members.mine >= 0) & (entire > 0))
    parts = _parts(np.abs(pot[cells]), entire[cells], weights, members, cells)
    fen = work.nothing.astype(parts.dtype)
    fen[cells] = np.where(pot[cells] < 0, -parts, parts)
    return fen


def _parts(pot: Whole, entire: Whole, weights: Whole, members: Members, cells: Whole) -> Whole:
    """Of each cell's pot the part of its own member; everybody's fractions decide the last fen."""
    first = members.first[members.of[cells]]
    counts = members.first[members.of[cells] + 1] - first
    row = np.repeat(np.arange(cells.size), counts)
    begins = np.cumsum(counts) - counts
    member = np.arange(row.size) - begins[row] + first[row]
    exact = times(pot[row], weights[member])
    parts = exact // entire[row]
    fraction = minus(exact, times(parts, entire[row]))
    done = np.add.reduceat(parts, begins) if cells.size else parts
    left = minus(pot, done)
    order = np.lexsort((-_sortable(fraction), row))
    place = np.empty(row.size, np.int64)
    place[order] = np.arange(row.size) - begins[row]
    mine = begins + members.mine[cells] - first
    return plus(parts[mine], (place[mine] < left).astype(np.int64))


def _pot(own: Ready, work: Work) -> tuple[Whole, Whole]:
    """Fen of the pot between the component's floor and cap, and where there is one."""
    part = own.part
    if part.pot == "fixed":
        rate = lump_rate(own, work)
        pot, there = half_up(rate.num, rate.den), rate.known
    else:
        bases = bases_of(own, work)
        found, known = portions(own, bases, work)
        pot, there = work.nothing, np.zeros(work.cells.size, bool)
        fen = half_up(found.exact, found.over_of(bases.cell))
        pot = pot.astype(fen.dtype)
        pot[bases.cell], there[bases.cell] = fen, known[bases.cell]
    if part.cap is not None:
        pot = np.minimum(pot, half_up_of(part.cap * FEN_PER_YUAN, 1))
    if part.floor is not None:
        pot = np.maximum(pot, half_up_of(part.floor * FEN_PER_YUAN, 1))
    return pot, there


def _weights(part: Component, members: Members) -> Whole:
    """In one unit for everybody: only their proportions count."""
    if part.divide == "equal":
        return np.ones(members.group.size, np.int64)
    if part.divide == "units":
        return np.maximum(members.units, 0)
    if part.divide == "days":
        return members.days
    score = np.where(members.score.known, np.maximum(members.score.num, 0), 0)
    unit = common(members.score.den)
    scores = times(score, parted(unit, members.score.den))
    return scores if part.divide == "score" else times(scores, members.days)
