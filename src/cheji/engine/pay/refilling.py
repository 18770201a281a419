"""What draws and guarantees of a closed period fill up, once what it pays has changed.

Those that are taken back stay as they are: what was drawn is still due, whatever comes late.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from cheji.engine.pay import order
from cheji.engine.pay.given import Given
from cheji.engine.pay.lines import Exact, PayLine
from cheji.engine.pay.paying import OTHERS, Payer
from cheji.engine.pay.settling import BALANCE, by_days, draw_line


class Line(Protocol):
    """What is asked of a line of a closed run."""

    @property
    def step(self) -> int: ...
    @property
    def component(self) -> str: ...
    @property
    def entry(self) -> str: ...
    @property
    def amount(self) -> Exact | None: ...
    @property
    def fen(self) -> int: ...


class _Closed(NamedTuple):
    """Fen that a closed run had earned before step 15, and carried on in it as a debt."""

    earned: int
    carried: int


def fills(payer: Payer) -> frozenset[str]:
    """The draws and guarantees that go by what the period pays as it is known now."""
    if payer.version < 3:
        return frozenset()
    return frozenset(draw.code for draw in payer.plan.draws if not draw.recoverable)


def refilled(payer: Payer, given: Given, posted: Sequence[Line], changed: int) -> Iterator[PayLine]:
    """Their lines as they would be now.

    Args:
        payer: of the closed period.
        given: the inputs of now, for the days.
        posted: lines of the closed run without later corrections.
        changed: by how many fen what was earned differs now.
    """
    wanted = fills(payer)
    draws = {draw.code: draw for draw in payer.plan.draws}
    closed = _Closed(
        sum(line.fen for line in posted if line.step < order.ADJUSTMENTS),
        sum(line.fen for line in posted if line.component == BALANCE and line.fen > 0),
    )
    was = now = 0
    for line in posted:
        if line.step != order.DRAWS:
            continue
        fen = line.fen
        if line.component in wanted:
            draw, amount = draws[line.component], by_days(draws[line.component].amount, given)
            before = int(line.amount or 0) - was
            basis = now + (
                _left(before, closed.carried, changed)
                if draw.is_guarantee
                else max(closed.earned + changed, 0)
            )
            fen = max(amount - basis, 0)
            yield draw_line(draw, line.entry, basis, fen, "filled", amount, OTHERS)
        was, now = was + line.fen, now + fen


def _left(before: int, carried: int, changed: int) -> int:
    """What was left before draws: what was carried on as a debt is made up for first."""
    return before + max(changed - carried, 0) if carried else max(before + changed, 0)
