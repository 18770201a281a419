"""Budgets that all cells of a purse spend together, in their order."""

from fractions import Fraction

import numpy as np

from cheji.engine.definitions import PayPlan
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay.amounts import Ready
from cheji.engine.pay.banding import half_up
from cheji.engine.pay.columns.bases import Work, highest_so_far
from cheji.engine.pay.columns.cells import Cells
from cheji.engine.pay.columns.exact import Whole, minus, plus, put, running, wholes


def budgets(plan: PayPlan, cells: Cells) -> dict[str, Whole]:
    """The budget of each component that has one, in fen by purse."""
    purses = int(cells.purse.max()) + 1 if cells.size else 0
    return {
        part.code: np.full(purses, int(part.budget * FEN_PER_YUAN))
        for part in plan.components
        if part.budget is not None
    }


def within_budget(own: Ready, cells: Whole, fens: Whole, work: Work) -> Whole:
    """Nothing more once the budget of everybody together is spent: what is left is never below 0.

    What a cell's own cap takes off is left to the next ones: a cell leaves the larger of two, the
    budget less its capped sum, or what its losses bring back to an empty one.
    That is what two lines leave: the sum with what is brought back, then that as a loss.
    """
    left, purse = work.left.get(own.code), work.cells.purse
    if left is None:
        return fens
    if own.part.cap is None:
        _, paid, work.left[own.code] = _spent(left, purse[cells], fens)
        return paid
    taken, back = _capped(own.part.cap, cells, fens, work.cells.size)
    pairs = np.column_stack((plus(taken, back), -back)).ravel()
    before, _, work.left[own.code] = _spent(left, np.repeat(purse, 2), pairs)
    return _spent(before[::2], cells, fens)[1]


def _capped(limit: Fraction, cells: Whole, fens: Whole, size: int) -> tuple[Whole, Whole]:
    """By cell the sum of its lines within the cap, and what they leave of an empty budget."""
    enough = int(running(np.maximum(fens, 0))[-1])
    rest = _spent(wholes([enough] * size), cells, fens)[2]
    back = _spent(wholes([0] * size), cells, fens)[2]
    cap = half_up(limit * FEN_PER_YUAN, 1)
    return np.minimum(plus(-rest, enough), cap), back


def _spent(left: Whole, purse: Whole, fens: Whole) -> tuple[Whole, Whole, Whole]:
    """What was left before each line, what it is paid, and what is left by purse in the end.

    What is left is what was, less the running sum, lifted by the most that it was ever below 0.
    """
    order = np.argsort(purse, kind="stable")
    of, sums = purse[order], running(fens[order])
    begins = np.searchsorted(of, of)
    spent, start = minus(sums[1:], sums[begins]), left[of]
    beyond = highest_so_far(np.maximum(minus(spent, start), 0), of)
    used = minus(spent, beyond)
    earlier = np.where(np.arange(fens.size) == begins, 0, _shifted(used))
    back = np.argsort(order)
    before, paid = minus(start, earlier)[back], minus(used, earlier)[back]
    return before, paid, put(left, of, minus(start, used))


def _shifted(numbers: Whole) -> Whole:
    return np.concatenate((numbers[:1], numbers[:-1]))
