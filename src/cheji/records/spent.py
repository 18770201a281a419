"""What the lines of a month take of a budget that everybody shares."""

from collections.abc import Iterable
from typing import Final

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import EARNED

FEN: Final = 100
#: Entries of the month itself, after a component's own cap; what comes late posts corrections.
SPENDING: Final = EARNED | {"cap"}


def limits(plan: PayPlan) -> dict[str, int]:
    """Fen of each component's budget."""
    return {
        part.code: int(part.budget * FEN) for part in plan.components if part.budget is not None
    }


def spent(plan: PayPlan, lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Fen that lines, each a component and its fen, take of each of the plan's budgets.

    Lines of a fine are below 0 and take of its budget what they take off.
    """
    signs = {p.code: -1 if p.kind == "fine" else 1 for p in plan.components if p.budget is not None}
    found = dict.fromkeys(signs, 0)
    for code, fen in lines:
        if code in signs:
            found[code] += signs[code] * fen
    return found
