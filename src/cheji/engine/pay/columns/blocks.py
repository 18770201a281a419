"""Columns cut into blocks of cells: those of a block stay in the processor's cache.

What goes from cell to cell is kept beside the blocks: budgets, and the ledgers of people.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from cheji.engine.pay.columns.bases import Work
from cheji.engine.pay.columns.cells import (
    Amounts,
    Cells,
    DealColumns,
    Labels,
    Members,
    Shares,
    Side,
)
from cheji.engine.pay.columns.exact import Ratio, Whole

ROWS: Final = 2**17
"""Cells and deals of a block, about: fewer cost more calls, more of them fall out of the cache."""


def in_blocks(cells: Cells) -> list[Cells]:
    """All cells in their order, in blocks; columns that a block shares with all are not copied."""
    rows = cells.deals.first + np.arange(cells.size + 1)
    starts = np.unique(np.searchsorted(rows, np.arange(0, int(rows[-1]) + 1, ROWS)))
    ends = [*starts[1:], cells.size]
    return [
        _block(cells, slice(int(low), int(high))) for low, high in zip(starts, ends, strict=True)
    ]


def joined(cells: Cells, works: Sequence[Work]) -> Work:
    """The sums of the blocks of these cells beside each other; deals and budgets are done with."""
    return Work(
        cells,
        totals={},
        left={},
        holdbacks=(),
        first=_side_by_side([work.first for work in works]),
        main=_side_by_side([work.main for work in works]),
        extra=_side_by_side([work.extra for work in works]),
        changes=_side_by_side([work.changes for work in works]),
        gained=_side_by_side([work.gained for work in works]),
        of_deals=_side_by_side([work.of_deals for work in works]),
    )


def _side_by_side(each: Sequence[dict[str, Whole]]) -> dict[str, Whole]:
    return {code: np.concatenate([sums[code] for sums in each]) for code in each[0]}


def _block(cells: Cells, own: slice) -> Cells:
    return Cells(
        own.stop - own.start,
        cells.person[own],
        cells.turn[own],
        cells.nth[own],
        _deals(cells.deals, own),
        {whose: _side(side, own) for whose, side in cells.sides.items()},
        _ratio(cells.coefficient, own),
        _ratio(cells.days, own),
        _labels(cells.labels, own),
        {grain: (ends[own], _ratios(some, own)) for grain, (ends, some) in cells.spans.items()},
        {gate: shut[own] for gate, shut in cells.shut.items()},
        cells.purse[own],
        cells.visits[own],
        _amounts(cells.elsewhere, own),
        _amounts(cells.outside, own),
    )


def _deals(deals: DealColumns, cells: slice) -> DealColumns:
    first = deals.first[cells.start : cells.stop + 1]
    low, high = int(first[0]), int(first[-1])
    own = slice(low, high)
    return DealColumns(
        deals.cell[own] - cells.start,
        first - low,
        _amounts(deals.amounts, own),
        _labels(deals.labels, own),
        _shares(deals.credit, own),
        _shares(deals.pay, own),
        {row - low: split for row, split in deals.split.items() if low <= row < high},
        deals.day[own],
        {sought: found[own] for sought, found in deals.firsts.items()},
    )


def _side(side: Side, own: slice) -> Side:
    return Side(
        side.there[own],
        _amounts(side.totals, own),
        _ratios(side.figures, own),
        _ratio(side.score, own),
        _amounts(side.paid, own),
        _members(side.members, own),
    )


def _members(members: Members, own: slice) -> Members:
    """Everybody of the groups that these cells look at."""
    groups, of = np.unique(members.of[own], return_inverse=True)
    counts = members.first[groups + 1] - members.first[groups]
    first = np.append(0, np.cumsum(counts))
    group = np.repeat(np.arange(groups.size), counts)
    moved = members.first[groups] - first[:-1]
    rows = np.arange(group.size) + moved[group]
    mine = members.mine[own]
    return Members(
        group,
        first,
        of,
        np.where(mine >= 0, mine - moved[of], mine),
        members.units[rows],
        members.days[rows],
        _ratio(members.score, rows),
        {code: figure[rows] for code, figure in members.figures.items()},
    )


def _amounts(amounts: Mapping[str, Amounts], own: slice) -> dict[str, Amounts]:
    return {
        code: Amounts(one.amount[own], one.there[own], one.known[own])
        for code, one in amounts.items()
    }


def _labels(labels: Mapping[str, Labels], own: slice) -> dict[str, Labels]:
    return {
        name: Labels(one.place[own], one.texts, one.number[own], one.is_number[own])
        for name, one in labels.items()
    }


def _shares(shares: Shares, own: slice) -> Shares:
    return Shares(shares.num[own], shares.unit)


def _ratios(ratios: Mapping[tuple[str, str], Ratio], own: slice) -> dict[tuple[str, str], Ratio]:
    return {name: _ratio(one, own) for name, one in ratios.items()}


def _ratio(ratio: Ratio, own: slice | Whole) -> Ratio:
    return Ratio(ratio.num[own], ratio.den[own], ratio.known[own])
