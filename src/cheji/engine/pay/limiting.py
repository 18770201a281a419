"""Step 7: cap and floor of a component."""

from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import order
from cheji.engine.pay.amounts import Ready
from cheji.engine.pay.banding import half_up
from cheji.engine.pay.bases import Work
from cheji.engine.pay.lines import PayLine


def limited(own: Ready, work: Work, total: int) -> int:
    """Cap and floor of the component, each a line, also where they change nothing.

    What the cap takes off is not taken from a budget either: the next one may have it.
    """
    part, sign = own.part, own.sign
    for entry, limit in (("cap", part.cap), ("floor", part.floor)):
        if limit is None:
            continue
        fen = half_up(limit * FEN_PER_YUAN, 1)
        now = sign * total
        after = min(now, fen) if entry == "cap" else max(now, fen)
        changed = sign * (after - now)
        if entry == "cap" and work.version > 2 and part.code in work.used:
            work.used[part.code] += after - now
        step = order.LIMITS if own.step == order.COMPONENT else own.step
        work.lines.append(
            PayLine(
                step, part.code, entry, None, total, FEN_PER_YUAN, None, (), None, changed, "",
                entry if changed else f"{entry}_kept", (fen,), own.rule,
            )
        )  # fmt: skip
        total += changed
    return total
