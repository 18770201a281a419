"""Steps 13 to 17 in columns: what one period leaves to the next, period after period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from cheji.engine.definitions import Cap, CatchUp, Draw, Holdback, PayPlan
from cheji.engine.money import FEN_PER_YUAN, round_half_up
from cheji.engine.pay.columns.bases import Work
from cheji.engine.pay.columns.exact import Whole, half_up, minus, plus, put, times
from cheji.engine.pay.columns.looking import span_figure
from cheji.engine.pay.factors import release, under
from cheji.engine.pay.keeping import holds
from cheji.engine.pay.settling import STEPS


@dataclass(slots=True)
class Ledgers:
    """What earlier periods left, in fen by person.

    Attributes:
        held: by holdback: (number of the period since which, fen), one pair for each period of
            which anything is left.
    """

    people: int
    drawn: dict[str, Whole] = field(default_factory=dict)
    carried: dict[str, Whole] = field(default_factory=dict)
    withheld: dict[str, Whole] = field(default_factory=dict)
    held: dict[str, list[tuple[Whole, Whole]]] = field(default_factory=dict)
    due: dict[str, Whole] = field(default_factory=dict)

    def of(self, sums: Mapping[str, Whole], code: str) -> Whole:
        found = sums.get(code)
        return np.zeros(self.people, np.int64) if found is None else found


@dataclass(frozen=True, slots=True)
class Turn:
    """The cells that are their persons' n-th ones: rows of cells, and who they are."""

    rows: Whole
    people: Whole


DUE: Final = "due"


def settled(plan: PayPlan, held: tuple[Holdback, ...], work: Work) -> tuple[Whole, Whole]:
    """Payable by cell, and what is held back of it; from empty ledgers."""
    cells = work.cells
    people = int(cells.person.max()) + 1 if cells.size else 0
    ledgers = Ledgers(people)
    payable, reserved, total = work.nothing, work.nothing, work.nothing
    for fen in (*work.main.values(), *work.extra.values()):
        total = plus(total, fen)
    turns = int(cells.turn.max()) + 1 if cells.size else 0
    for number in range(turns):
        rows = np.flatnonzero(cells.turn == number)
        turn = Turn(rows, cells.person[rows])
        paid, kept = _turn(plan, held, work, total[rows], turn, ledgers)
        payable, reserved = put(payable, rows, paid), put(reserved, rows, kept)
    return payable, reserved


def _turn(
    plan: PayPlan,
    held: tuple[Holdback, ...],
    work: Work,
    total: Whole,
    turn: Turn,
    ledgers: Ledgers,
) -> tuple[Whole, Whole]:
    zero = np.zeros(turn.rows.size, np.int64)
    changes, sums = _looked_at(plan, work, turn)
    released: dict[str, Cap] = {}
    for cap in plan.caps:
        fen = _capped(cap, sums, released, turn, ledgers)
        changes[cap.code] = plus(changes.get(cap.code, zero), fen)
    kept = zero
    for one in held:
        fen = _held(one, work, turn, ledgers)
        kept = plus(kept, -fen)
        changes[one.code] = plus(changes.get(one.code, zero), fen)
    total = plus(plus(total, _sum(plan.caps, changes, zero)), -kept)
    paid: list[tuple[CatchUp, Whole]] = []
    carrying = {cap.code for cap in plan.caps if cap.beyond == "carry"}
    kept_back = {code: fen for code, fen in changes.items() if code not in carrying}
    for caught in plan.catch_ups:
        fen = _caught(caught, kept_back, paid, work, turn, ledgers)
        total = plus(total, fen)
        paid.append((caught, fen))
    before, total = total, _taken_back(plan, total, turn, ledgers)
    total = _drawn(plan, before, total, work, turn, ledgers)
    step = STEPS[plan.round_to]
    return times(half_up(total, step), step), kept


def _looked_at(plan: PayPlan, work: Work, turn: Turn) -> tuple[dict[str, Whole], dict[str, Whole]]:
    """The lines that catch-ups return, and the sums that caps shrink."""
    returned = {code for caught in plan.catch_ups for code in caught.returns}
    stands = {**work.main, **work.extra} if plan.caps else {}
    return (
        {code: fen[turn.rows] for code, fen in work.changes.items() if code in returned},
        {code: fen[turn.rows] for code, fen in stands.items()},
    )


def _sum(caps: tuple[Cap, ...], changes: Mapping[str, Whole], zero: Whole) -> Whole:
    found = zero
    for code in dict.fromkeys(cap.code for cap in caps):
        found = plus(found, changes[code])
    return found


def _leave(ledger: dict[str, Whole], code: str, turn: Turn, fen: Whole, people: int) -> None:
    was = ledger.get(code)
    base = np.zeros(people, fen.dtype) if was is None else was
    ledger[code] = put(base.copy(), turn.people, fen)


# -- caps --------------------------------------------------------------------------------------


def _capped(
    cap: Cap, sums: dict[str, Whole], released: dict[str, Cap], turn: Turn, ledgers: Ledgers
) -> Whole:
    """Fen of the cap's lines; what is beyond is forfeited, or left for later."""
    codes = under(cap, sums, released)
    before = earlier = np.zeros(turn.rows.size, np.int64)
    for code in codes:
        before = plus(before, sums[code])
    carries = cap.beyond == "carry"
    if carries:
        earlier = ledgers.of(ledgers.carried, cap.code)[turn.people]
    paid = np.minimum(plus(before, earlier), round_half_up(cap.amount * FEN_PER_YUAN))
    beyond = minus(plus(before, earlier), paid)
    if carries:
        _leave(ledgers.carried, cap.code, turn, beyond, ledgers.people)
    _shrink(sums, codes, before, minus(beyond, earlier))
    if carries:
        sums[release(cap, released)] = np.maximum(minus(paid, before), 0)
    return minus(paid, before)


def _shrink(sums: dict[str, Whole], codes: Sequence[str], before: Whole, lost: Whole) -> None:
    """Take what is beyond off the components in proportion, for the caps that follow."""
    acts = (lost > 0) & (before > 0)
    rest, over = minus(before, lost), np.where(acts, before, 1)
    reached = done = np.zeros(before.size, np.int64)
    for code in codes:
        reached = plus(reached, sums[code])
        due = half_up(times(reached, rest), over)
        sums[code], done = np.where(acts, minus(due, done), sums[code]), due


# -- holdbacks and catch-ups -------------------------------------------------------------------


def _held(one: Holdback, work: Work, turn: Turn, ledgers: Ledgers) -> Whole:
    """Fen of the holdback's lines: what is held now, and what comes back as it expires."""
    gained = np.zeros(turn.rows.size, np.int64)
    stands = {**work.main, **work.extra}
    for code in one.components:
        earned = (work.gained if one.paid_at_expiry else work.of_deals).get(code)
        if earned is not None:
            own = np.where(stands[code][turn.rows] > 0, earned[turn.rows], 0)
            gained = plus(gained, own)
    share = one.share
    fen = half_up(times(gained, share.numerator), share.denominator)
    change, nth = -fen, work.cells.nth[turn.rows]
    lots = ledgers.held.get(one.code, [])
    if one.expires:
        for since, left in lots:
            over = minus(nth, since[turn.people]) >= one.expires
            back = np.where(over, left[turn.people], 0)
            left[turn.people] = np.where(over, 0, left[turn.people])
            if one.at_expiry == "release":
                change = plus(change, back)
    now = _spread(nth, turn, ledgers.people), _spread(fen, turn, ledgers.people)
    ledgers.held[one.code] = [*((since, left) for since, left in lots if left.any()), now]
    return change


def _spread(numbers: Whole, turn: Turn, people: int) -> Whole:
    return put(np.zeros(people, np.int64), turn.people, numbers)


def _caught(
    caught: CatchUp,
    changes: Mapping[str, Whole],
    paid: Sequence[tuple[CatchUp, Whole]],
    work: Work,
    turn: Turn,
    ledgers: Ledgers,
) -> Whole:
    """What was withheld, where the longer period reached its target, but for what others paid."""
    lost = zero = np.zeros(turn.rows.size, np.int64)
    for code in caught.returns:
        lost = minus(lost, changes.get(code, zero))
    was = ledgers.of(ledgers.withheld, caught.code)[turn.people]
    withheld = plus(was, np.maximum(lost, 0))
    for one, fen in paid:
        if holds(caught, one):
            withheld = np.maximum(minus(withheld, fen), 0)
    none = np.zeros(work.cells.size, bool)
    ends, _ = work.cells.spans.get(caught.grain, (none, {}))
    _, figures = work.cells.spans.get(caught.span, (none, {}))
    figure = span_figure(caught.look, figures, work.cells.size)
    ends = ends[turn.rows]
    low = caught.most
    good = figure.at_least(caught.start) if low is None else figure.known & ~figure.above(low)
    here = ~work.cells.aside[turn.rows]
    left = np.where(here, np.where(ends, 0, withheld), was)
    _leave(ledgers.withheld, caught.code, turn, left, ledgers.people)
    back = np.where(ends & good[turn.rows] & here, withheld, 0)
    for one, _ in paid:
        if holds(one, caught):
            still = ledgers.of(ledgers.withheld, one.code)[turn.people]
            still = np.maximum(minus(still, back), 0)
            _leave(ledgers.withheld, one.code, turn, still, ledgers.people)
    return back


# -- what is owed, draws -----------------------------------------------------------------------


def _taken_back(plan: PayPlan, before: Whole, turn: Turn, ledgers: Ledgers) -> Whole:
    """Payable after what is still due, as far as it may be taken from this period's pay."""
    total = minus(before, ledgers.of(ledgers.due, DUE)[turn.people])
    there = np.maximum(before, 0)
    most = plan.clawback.most if plan.clawback else Fraction(1)
    least = minus(there, times(there, most.numerator) // most.denominator)
    left = np.maximum(minus(least, total), 0)
    _leave(ledgers.due, DUE, turn, left, ledgers.people)
    return plus(total, left)


def _drawn(
    plan: PayPlan, before: Whole, total: Whole, work: Work, turn: Turn, ledgers: Ledgers
) -> Whole:
    """Draws on what was earned, never below zero, then guarantees on what is left."""
    basis = np.maximum(before, 0)
    for draw in plan.draws:
        if not draw.is_guarantee:
            change = _draw(draw, basis, total, work, turn, ledgers)
            basis, total = plus(basis, change), plus(total, change)
    for draw in plan.draws:
        if draw.is_guarantee:
            total = plus(total, _draw(draw, total, total, work, turn, ledgers))
    return total


def _draw(
    draw: Draw, basis: Whole, total: Whole, work: Work, turn: Turn, ledgers: Ledgers
) -> Whole:
    """Filled up to the amount, or taken back from what is above it; by how much.

    Of who has no post any more it is taken from all that comes.
    """
    nth, amount = work.cells.nth[turn.rows], _by_days(draw.amount, work, turn)
    visits, aside = (one[turn.rows] for one in (work.cells.visits, work.cells.aside))
    given = (nth >= draw.first) & ((nth <= draw.until) | (not draw.until)) & ~visits
    filled = np.where(given, np.maximum(minus(amount, basis), 0), 0)
    if not draw.recoverable:
        return filled
    balance = ledgers.of(ledgers.drawn, draw.code)[turn.people]
    keep = amount if draw.keep is None else _by_days(draw.keep, work, turn)
    due = np.where(visits, ~aside, nth >= draw.recover_first)
    keep = np.where(visits, 0, keep)
    back = np.where(due, _recovered(draw, np.minimum(basis, total), balance, keep), 0)
    left = minus(plus(balance, filled), back)
    _leave(ledgers.drawn, draw.code, turn, left, ledgers.people)
    return minus(filled, back)


def _by_days(yuan: Fraction, work: Work, turn: Turn) -> Whole:
    """Fen of a month's amount for the days that each person belongs to the period."""
    days, fen = work.cells.days, yuan * FEN_PER_YUAN
    known = days.known[turn.rows]
    part, whole = (np.where(known, one[turn.rows], 1) for one in (days.num, days.den))
    return half_up(times(part, fen.numerator), times(whole, fen.denominator))


def _recovered(draw: Draw, basis: Whole, balance: Whole, keep: Whole) -> Whole:
    share: Fraction = draw.share
    above = np.maximum(minus(basis, keep), 0)
    back = np.minimum(balance, times(above, share.numerator) // share.denominator)
    if draw.limit is not None:
        back = np.minimum(back, round_half_up(draw.limit * FEN_PER_YUAN))
    return np.maximum(back, 0)
