"""The fast path: many people, periods and pay plans at once, in columns of exact whole numbers.

It gives the fen of `Payer.pay` for everybody, without lines and reasons, so that a pay plan can be
tried on years of a whole group; the plain path explains and is the rule.
"""

from dataclasses import dataclass

from cheji.engine.pay.columns.bases import Work, totals_with_deals
from cheji.engine.pay.columns.cells import Cells, cells_of
from cheji.engine.pay.columns.components import component, unsuited
from cheji.engine.pay.columns.exact import Whole
from cheji.engine.pay.columns.ledgers import settled
from cheji.engine.pay.columns.modifiers import coefficient, factors, gates
from cheji.engine.pay.paying import Payer

__all__ = ["Cells", "PaidCells", "cells_of", "pay_cells", "why_plain"]


@dataclass(frozen=True)
class PaidCells:
    """Fen by cell: what is payable, what is held back of it, and components as first worked out."""

    payable: Whole
    held: Whole
    components: dict[str, Whole]


def why_plain(payer: Payer) -> str:
    """What in a pay plan needs the plain path; empty when the columns can do it."""
    return next(filter(None, (unsuited(own.part) for own in payer.parts)), "")


def pay_cells(payer: Payer, cells: Cells) -> PaidCells:
    """What a pay plan comes to in every cell, ledgers carried on from each person's first.

    Raises:
        ValueError: the pay plan needs the plain path, see `why_plain`.
    """
    if why := why_plain(payer):
        raise ValueError(f"{why} needs the plain path")
    work = Work(cells, totals_with_deals(payer.looked, cells))
    _components(payer, work, extra=False)
    components = dict(work.main)
    coefficient(payer.flagged, work)
    factors(payer.plan.factors, work)
    gates(payer.plan.gates, work)
    _components(payer, work, extra=True)
    components |= work.extra
    payable, held = settled(payer.plan, payer.holdbacks, work)
    return PaidCells(payable, held, components)


def _components(payer: Payer, work: Work, *, extra: bool) -> None:
    sums = work.extra if extra else work.main
    for own in payer.parts:
        if own.part.is_extra == extra:
            sums[own.code] = component(own, work)
