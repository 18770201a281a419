"""Step 14: shares of deals held until something happens, and what a quarter or year returns."""

from collections.abc import Mapping, Sequence
from typing import Any

from cheji.engine.definitions import CatchUp, Holdback
from cheji.engine.money import FEN_PER_YUAN, cumulative
from cheji.engine.pay import order
from cheji.engine.pay.bases import Work
from cheji.engine.pay.given import Held
from cheji.engine.pay.lines import PayLine
from cheji.engine.pay.looking import figure


def holdbacks(plan: Sequence[Holdback], work: Work, rules: Mapping[str, Any]) -> tuple[Held, ...]:
    """What is held of the period's deals, what is released and what expires; what stays held."""
    kept: list[Held] = []
    happened = set(work.given.events)
    known = {held.code for held in plan}
    kept += [held for held in work.given.ledger.held if held.holdback not in known]
    for held in plan:
        earlier = [one for one in work.given.ledger.held if one.holdback == held.code]
        for one in [*earlier, *_reserved(held, work, rules[held.code])]:
            if (one.source, held.release) in happened:
                _end(one, "release", "released", work, rules[held.code])
            elif held.expires and work.given.nth - one.since >= held.expires:
                entry, code = _EXPIRED[held.at_expiry]
                _end(one, entry, code, work, rules[held.code])
            else:
                kept.append(one)
    return tuple(kept)


_EXPIRED = {"forfeit": ("forfeit", "expired"), "release": ("release", "expired_paid")}


def _reserved(held: Holdback, work: Work, rule: Any) -> list[Held]:
    """A line for each deal that earned something in the components that are held.

    Of a component that gates left nothing of, nothing is held.
    """
    sums = work.sums
    wanted = {code for code in held.components if sums.get(code, 0) > 0}
    earned = [
        line
        for line in work.lines
        if line.component in wanted and line.fen > 0 and line.entry in {"earning", "bonus"}
    ]
    fens = cumulative(line.fen * held.share for line in earned)
    found = []
    for line, fen in zip(earned, fens, strict=True):
        if fen:
            found.append(Held(held.code, line.source, fen, work.given.nth))
            work.lines.append(
                PayLine(
                    order.HOLDBACKS, held.code, "reserve", line.source, line.fen, FEN_PER_YUAN,
                    held.share, (), None, -fen, "", "held", (held.release, line.component), rule,
                )
            )  # fmt: skip
    return found


def _end(one: Held, entry: str, code: str, work: Work, rule: Any) -> None:
    """Released is paid; forfeited is a line of 0 that says how much."""
    work.lines.append(
        PayLine(
            order.HOLDBACKS, one.holdback, entry, one.source, one.fen, FEN_PER_YUAN, None, (), None,
            one.fen if entry == "release" else 0, one.origin, code, (one.since,), rule,
        )
    )  # fmt: skip


def catch_ups(plan: Sequence[CatchUp], work: Work, rules: Mapping[str, Any]) -> dict[str, int]:
    """What was withheld is paid when the longer period reached its target; what stays withheld."""
    kept = dict(work.given.ledger.withheld)
    for caught in plan:
        wanted = set(caught.returns)
        lost = -sum(line.fen for line in work.lines if line.component in wanted)
        withheld = kept.pop(caught.code, 0) + max(lost, 0)
        figures = work.given.spans.get(caught.grain)
        fen, code = 0, "waits"
        args: tuple[Any, ...] = (caught.grain, max(lost, 0))
        if figures is None:
            kept[caught.code] = withheld
        else:
            value = figure(caught.look, figures, {}).value
            reached = value is not None and caught.reached(value)
            fen = withheld if reached else 0
            code, args = (
                "reached" if reached else "not_reached",
                (value, caught.bound, caught.look.by),
            )
        work.lines.append(
            PayLine(
                order.HOLDBACKS, caught.code, "catch_up", None, withheld, FEN_PER_YUAN, None, (),
                None, fen, "", code, args, rules[caught.code],
            )
        )  # fmt: skip
    return {code: fen for code, fen in kept.items() if fen}
