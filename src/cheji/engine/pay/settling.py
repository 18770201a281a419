"""Steps 15 to 17: earlier periods, draws and guarantees, and the rounding of what is paid."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import Clawback, Draw
from cheji.engine.money import FEN_PER_YUAN, round_half_up
from cheji.engine.pay import order
from cheji.engine.pay.banding import half_up
from cheji.engine.pay.bases import Work
from cheji.engine.pay.given import Given, Held
from cheji.engine.pay.lines import PayLine

BALANCE: Final = "balance"
WHOLE: Final = Fraction(1)
STEPS: Final = {"fen": 1, "jiao": 10, "yuan": FEN_PER_YUAN}


def adjustments(work: Work, held: tuple[Held, ...], rule: Any) -> tuple[Held, ...]:
    """Lines of what earlier periods are owed; reserves that they give back are held no longer.

    From rules 3 on these were left out of what is held before it was released or ran out.
    """
    for owed in work.given.owed:
        work.lines.append(
            PayLine(
                order.ADJUSTMENTS, owed.component, owed.entry, owed.source, owed.amount, owed.scale,
                owed.rate, (), None, owed.fen, owed.origin, owed.code, owed.args, rule,
            )
        )  # fmt: skip
        if work.version < 3:
            held = tuple(
                filter(None, (_less(one, owed.component, owed.source, owed.fen) for one in held))
            )
    return held


def _less(one: Held, component: str, source: Any, fen: int) -> Held | None:
    """What stays held once a reserve was given back; None is nothing."""
    if (one.holdback, one.source) != (component, source):
        return one
    return one._replace(fen=one.fen - fen) if one.fen > fen else None


def taken_back(clawback: Clawback | None, before: int, work: Work, rule: Any) -> int:
    """Carry on what may not be taken from this period's pay; fen still due afterwards.

    Args:
        clawback: of the pay plan.
        before: fen payable before step 15.
        work: with the lines of step 15.
        rule: of the lines.
    """
    due = work.given.ledger.due
    if due:
        _carry(work, -due, "due", rule)
    if clawback is None and work.version == 1:
        return 0
    left = max(least(clawback, before, work.given) - work.total, 0)
    if left:
        _carry(work, left, "carried_due", rule)
    return left


def least(clawback: Clawback | None, before: int, given: Given) -> int:
    """Fen that corrections leave in any case of what is payable `before` step 15.

    A clawback says how much of a period's pay may be taken; without one that is all of it, and what
    is below zero is carried.
    """
    most = clawback.most if clawback else WHOLE
    there = max(before + sum(owed.fen for owed in given.owed if owed.fen > 0), 0)
    return there - int(there * most)


def after_corrections(clawback: Clawback | None, before: int, given: Given) -> int:
    """Fen payable after step 15, of so much before it."""
    owed = sum(one.fen for one in given.owed) - given.ledger.due
    return max(before + owed, least(clawback, before, given))


def _carry(work: Work, fen: int, code: str, rule: Any) -> None:
    work.lines.append(
        PayLine(
            order.ADJUSTMENTS, BALANCE, "carry", None, abs(fen), FEN_PER_YUAN, None, (), None, fen,
            "", code, (), rule,
        )
    )  # fmt: skip


# -- draws -------------------------------------------------------------------------------------


def draws(
    plan: Sequence[Draw], earned: int, work: Work, rules: Mapping[str, Any]
) -> dict[str, int]:
    """Draws on what was earned, then guarantees on what is left; what is still to be recovered.

    What was earned below zero is carried as a debt (step 15): a draw does not pay it as well. What
    step 15 took is not there to be recovered from: `keep` is left in any case.
    """
    balances = dict(work.given.ledger.drawn)
    basis = max(earned, 0) if work.version > 2 else earned
    for draw in drawn_in_order(plan):
        if draw.is_guarantee:
            _settled(draw, work.total, balances, work, rules[draw.code])
        else:
            basis += _settled(draw, basis, balances, work, rules[draw.code])
    return {code: fen for code, fen in balances.items() if fen}


def drawn_in_order(plan: Iterable[Draw]) -> list[Draw]:
    """Draws before guarantees, each in the order of the plan."""
    return sorted(plan, key=lambda draw: draw.is_guarantee)


def _settled(draw: Draw, basis: int, balances: dict[str, int], work: Work, rule: Any) -> int:
    """Filled up to the amount, or taken back from what is above it; by how much, in fen."""
    whole = work.given if work.version > 1 else replace(work.given, of_days=0)
    nth, amount = whole.nth, by_days(draw.amount, whole)
    given = draw.first <= nth and (not draw.until or nth <= draw.until)
    filled = max(amount - basis, 0) if given else 0
    keep = amount if draw.keep is None else by_days(draw.keep, whole)
    there = min(basis, work.total) if work.version > 2 else basis
    back = _recovered(draw, there, balances.get(draw.code, 0), keep, nth)
    entry = "guarantee" if draw.is_guarantee else "draw"
    if given:
        code = "filled" if filled else "enough"
        work.lines.append(draw_line(draw, entry, basis, filled, code, amount, rule))
    if draw.recoverable:
        balances[draw.code] = balances.get(draw.code, 0) + filled - back
        if back:
            work.lines.append(
                draw_line(draw, "recovery", basis, -back, "recovered", balances[draw.code], rule)
            )
    return filled - back


def by_days(yuan: Fraction, given: Given) -> int:
    """Fen of a month's amount for the days that the person belongs to the period."""
    part = Fraction(given.days, given.of_days) if given.of_days else WHOLE
    return round_half_up(yuan * part * FEN_PER_YUAN)


def _recovered(draw: Draw, basis: int, balance: int, keep: int, nth: int) -> int:
    if not draw.recoverable or nth < draw.recover_first:
        return 0
    back = min(balance, int(max(basis - keep, 0) * draw.share))
    if draw.limit is not None:
        back = min(back, round_half_up(draw.limit * FEN_PER_YUAN))
    return max(back, 0)


def draw_line(
    draw: Draw, entry: str, basis: int, fen: int, code: str, arg: int, rule: Any
) -> PayLine:
    return PayLine(
        order.DRAWS, draw.code, entry, None, basis, FEN_PER_YUAN, None, (), None, fen, "", code,
        (arg,), rule,
    )  # fmt: skip


def rounding(to: str, work: Work, rule: Any) -> None:
    """The residual to whole jiao or yuan."""
    step = STEPS[to]
    if step == 1:
        return
    total = work.total
    fen = half_up(Fraction(total), step) * step - total
    work.lines.append(
        PayLine(
            order.ROUNDING, "rounding", "residual", None, total, FEN_PER_YUAN, None, (), None, fen,
            "", "rounded", (step,), rule,
        )
    )  # fmt: skip
