"""What draws and guarantees of a closed period fill up, once what it pays has changed.

Those that are taken back stay as they are: what was drawn is still due, whatever comes late.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from cheji.engine.pay import order
from cheji.engine.pay.given import Given
from cheji.engine.pay.lines import PayLine
from cheji.engine.pay.paying import OTHERS, Payer
from cheji.engine.pay.settling import after_corrections, by_days, draw_line

#: What is taken back of an earlier plan's draw, be it of the same code as one that fills up here.
RECOVERY: Final = "recovery"


class Line(Protocol):
    """What is asked of a line of a closed run."""

    @property
    def step(self) -> int: ...
    @property
    def component(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def fen(self) -> int: ...


def fills(payer: Payer) -> frozenset[str]:
    """The draws and guarantees that go by what the period pays as it is known now."""
    if payer.version < 3:
        return frozenset()
    return frozenset(draw.code for draw in payer.plan.draws if not draw.recoverable)


def refilled(
    payer: Payer, then: Given, now: Given, posted: Sequence[Line], changed: int
) -> Iterator[PayLine]:
    """Their lines as they would be now.

    Args:
        payer: of the closed period.
        then: its inputs, for what it put right of earlier ones and may take at most.
        now: the inputs of now, for the days.
        posted: lines of the closed run without corrections.
        changed: by how many fen what was earned differs now.
    """
    wanted = fills(payer)
    draws = {draw.code: draw for draw in payer.plan.draws}
    earned = changed + sum(line.fen for line in posted if line.step < order.ADJUSTMENTS)
    left = after_corrections(payer.plan.clawback, earned, then)
    filled = 0
    for line in posted:
        if line.step != order.DRAWS:
            continue
        fen = line.fen
        if line.component in wanted and line.entry != RECOVERY:
            draw, amount = draws[line.component], by_days(draws[line.component].amount, now)
            basis = filled + (left if draw.is_guarantee else max(earned, 0))
            fen = max(amount - basis, 0)
            yield draw_line(draw, line.entry, basis, fen, "filled", amount, OTHERS)
        filled += fen
