"""Step 14: shares of deals held until something happens, and what a quarter or year returns."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cheji.engine.definitions import CatchUp, Holdback, PayPlan
from cheji.engine.money import FEN_PER_YUAN, cumulative
from cheji.engine.pay import order
from cheji.engine.pay.bases import Work
from cheji.engine.pay.given import Figures, Held
from cheji.engine.pay.lines import PayLine
from cheji.engine.pay.looking import figure
from cheji.engine.pay.reserves import HELD_OF


def holdbacks(plan: Sequence[Holdback], work: Work, rules: Mapping[str, Any]) -> tuple[Held, ...]:
    """What is held of the period's deals, what is released and what expires; what stays held."""
    kept: list[Held] = []
    happened = set(work.given.events)
    known = {held.code for held in plan}
    before = _not_given_back(work)
    kept += [held for held in before if held.holdback not in known]
    for held in plan:
        earlier = [one for one in before if one.holdback == held.code]
        for one in [*earlier, *_reserved(held, work, rules[held.code])]:
            if (one.source, held.release) in happened:
                _end(one, "release", "released", work, rules[held.code])
            elif held.expires and work.given.nth - one.since >= held.expires:
                entry, code = _EXPIRED[held.at_expiry]
                _end(one, entry, code, work, rules[held.code])
            else:
                kept.append(one)
    return tuple(kept)


def _not_given_back(work: Work) -> list[Held]:
    """What earlier periods hold without what step 15 gives back of it, whatever becomes of it."""
    held = work.given.ledger.held
    if work.version < 3:
        return [*held]
    back: dict[tuple[Any, ...], int] = {}
    for owed in work.given.owed:
        if owed.code == "reserve_back":
            key = owed.component, owed.source, owed.origin
            back[key] = back.get(key, 0) + owed.fen
    left = []
    for one in held:
        key = one.holdback, one.source, one.origin
        fen = min(one.fen, back.get(key, 0))
        back[key] = back.get(key, 0) - fen
        left.append(one._replace(fen=one.fen - fen))
    return [one for one in left if one.fen]


_EXPIRED = {"forfeit": ("forfeit", "expired"), "release": ("release", "expired_paid")}


def _reserved(held: Holdback, work: Work, rule: Any) -> list[Held]:
    """A line for each deal that earned something in the components that are held.

    Of a component that gates left nothing of, nothing is held. What is of no deal is never
    released: it is held only where it is paid at expiry.
    """
    sums = work.sums
    wanted = {code for code in held.components if sums.get(code, 0) > 0}
    every = held.paid_at_expiry or work.version < 3
    earned = [
        line
        for line in work.lines
        if line.component in wanted and line.fen > 0 and line.entry in HELD_OF
        and (every or line.source is not None)
    ]  # fmt: skip
    amounts = _within_caps(earned, work)
    fens = cumulative(amount * held.share for amount in amounts)
    found = []
    for line, amount, fen in zip(earned, amounts, fens, strict=True):
        if fen:
            found.append(Held(held.code, line.source, fen, work.given.nth))
            work.lines.append(
                PayLine(
                    order.HOLDBACKS, held.code, "reserve", line.source, amount, FEN_PER_YUAN,
                    held.share, (), None, -fen, "", "held", (held.release, line.component), rule,
                )
            )  # fmt: skip
    return found


def _within_caps(earned: Sequence[PayLine], work: Work) -> list[int]:
    """Fen of these lines as far as the caps of their components left them."""
    parts = left_by_caps(work.lines) if work.version > 2 else {}
    fens = {
        code: iter(cumulative(line.fen * part for line in earned if line.component == code))
        for code, part in parts.items()
    }
    return [next(fens[x.component]) if x.component in fens else x.fen for x in earned]


def left_by_caps(lines: Iterable[PayLine]) -> dict[str, Fraction]:
    """By component the part of its lines that its own cap left."""
    return {
        line.component: Fraction(int(line.amount) + line.fen, int(line.amount))
        for line in lines
        if line.entry == "cap" and line.step != order.CAPS and line.amount and line.fen
    }


def _end(one: Held, entry: str, code: str, work: Work, rule: Any) -> None:
    """Released is paid; forfeited is a line of 0 that says how much."""
    work.lines.append(
        PayLine(
            order.HOLDBACKS, one.holdback, entry, one.source, one.fen, FEN_PER_YUAN, None, (), None,
            one.fen if entry == "release" else 0, one.origin, code, (one.since,), rule,
        )
    )  # fmt: skip


def catch_ups(plan: PayPlan, work: Work, rules: Mapping[str, Any]) -> dict[str, int]:
    """What was withheld is paid when the longer period reached its target; what stays withheld.

    What one of them pays is withheld no more by another one that returns all of the same.
    """
    kept = dict(work.given.ledger.withheld)
    carrying = {cap.code for cap in plan.caps if cap.beyond == "carry" and work.version > 2}
    paid: list[tuple[CatchUp, int]] = []
    for caught in plan.catch_ups:
        wanted = set(caught.returns) - carrying
        lost = max(-sum(line.fen for line in work.lines if line.component in wanted), 0)
        again = sum(fen for one, fen in paid if work.version > 2 and holds(caught, one))
        withheld = max(kept.pop(caught.code, 0) + lost - again, 0)
        fen = _caught(caught, withheld, lost, work, rules[caught.code])
        for one, _ in paid if work.version > 2 else ():
            if one.code in kept and holds(one, caught):
                kept[one.code] = max(kept[one.code] - fen, 0)
        if caught.grain not in work.given.spans:
            kept[caught.code] = withheld
        paid.append((caught, fen))
    return {code: fen for code, fen in kept.items() if fen}


def holds(one: CatchUp, other: CatchUp) -> bool:
    """Whether a catch-up returns all that another one does."""
    return set(other.returns) <= set(one.returns)


def _caught(caught: CatchUp, withheld: int, lost: int, work: Work, rule: Any) -> int:
    """The line of a catch-up, and what it pays: nothing before its quarter or year ends."""
    spans = work.given.spans
    fen, code = 0, "waits"
    args: tuple[Any, ...] = (caught.grain, lost)
    if caught.grain in spans:
        figures = spans.get(caught.span if work.version > 2 else caught.grain, Figures())
        value = figure(caught.look, figures, {}).value
        reached = value is not None and caught.reached(value)
        fen, code = (withheld, "reached") if reached else (0, "not_reached")
        args = (value, caught.bound, caught.look.by)
    work.lines.append(
        PayLine(
            order.HOLDBACKS, caught.code, "catch_up", None, withheld, FEN_PER_YUAN, None, (), None,
            fen, "", code, args, rule,
        )
    )  # fmt: skip
    return fen
