"""The fast path: many people, periods and pay plans at once, in columns of exact whole numbers.

It gives the fen of `Payer.pay` for everybody, without lines and reasons, so that a pay plan can be
tried on years of a whole group; the plain path explains and is the rule.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from cheji.engine.pay.columns.bases import Work, totals_with_deals
from cheji.engine.pay.columns.blocks import in_blocks, joined
from cheji.engine.pay.columns.cells import Cells, cells_of
from cheji.engine.pay.columns.components import component
from cheji.engine.pay.columns.exact import Whole
from cheji.engine.pay.columns.groups import in_group
from cheji.engine.pay.columns.ledgers import settled
from cheji.engine.pay.columns.modifiers import coefficient, factors, gates
from cheji.engine.pay.columns.spending import budgets
from cheji.engine.pay.paying import Payer

__all__ = ["Cells", "PaidCells", "cells_of", "pay_cells", "pay_plans"]

GROUPED = frozenset({"pool", "prize"})
AT_ONCE = 2
"""Plans worked out beside each other: more would take more memory than they save time."""


@dataclass(frozen=True)
class PaidCells:
    """Fen by cell: what is payable, what is held back of it, and components as first worked out."""

    payable: Whole
    held: Whole
    components: dict[str, Whole]


def pay_cells(payer: Payer, cells: Cells) -> PaidCells:
    """What a pay plan comes to in every cell, ledgers carried on from each person's first."""
    return pay_plans([payer], cells)[0]


def pay_plans(payers: Sequence[Payer], cells: Cells) -> list[PaidCells]:
    """What several pay plans come to in the same cells, in their order."""
    parts = in_blocks(cells)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda payer: _paid(payer, cells, parts), payers))


def _paid(payer: Payer, cells: Cells, parts: Sequence[Cells]) -> PaidCells:
    """Block by block up to what is extra, then everything that people's ledgers touch."""
    left = budgets(payer.plan, cells)
    work = joined(cells, [_worked(payer, part, left) for part in parts])
    payable, held = settled(payer.plan, payer.holdbacks, work)
    return PaidCells(payable, held, work.first | work.extra)


def _worked(payer: Payer, cells: Cells, left: dict[str, Whole]) -> Work:
    work = Work(cells, totals_with_deals(payer.looked, cells), left, payer.holdbacks)
    _components(payer, work, extra=False)
    work.first |= work.main
    coefficient(payer.flagged, work)
    factors(payer.plan.factors, work)
    gates(payer.plan.gates, work)
    _components(payer, work, extra=True)
    return work


def _components(payer: Payer, work: Work, *, extra: bool) -> None:
    sums = work.extra if extra else work.main
    for own in payer.parts:
        if own.part.is_extra == extra and own.part.kind != "manual":
            fen = (in_group if own.part.kind in GROUPED else component)(own, work)
            sums[own.code] = np.where(work.absent(own.part.kind), 0, fen)
            work.note(own.code, sums[own.code])
