"""What became of what was held of a deal: a correction takes nothing that was never paid."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final, NamedTuple, Protocol

from cheji.engine.money import round_half_up

NOTHING: Final = Fraction(0)
WHOLE: Final = Fraction(1)
#: Entries of which a part is held.
HELD_OF: Final = ("earning", "bonus")


class Correction(Protocol):
    """What is asked of a correction of a deal."""

    @property
    def fen(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def args(self) -> Any: ...


class Reserve(NamedTuple):
    """Fen held of a deal by a holdback, and what became of them.

    Attributes:
        held: at first.
        released: and not taken back by typed lines.
        back: held no more, since it was not the person's any more.
        lost: it ran out, or typed lines took back what was released.
        left_out: of what was lost that corrections did not take with the deal.
    """

    held: int = 0
    released: int = 0
    back: int = 0
    lost: int = 0
    left_out: int = 0

    @property
    def unpaid(self) -> int:
        """What was held and neither paid since nor left out where the deal went."""
        return max(self.held - self.released - self.back - self.left_out, 0)

    def to_leave_out(self, gone: Fraction) -> int:
        """Of what was lost what corrections are not to take, where this part of the deal is gone.

        What was given back or released of the part was paid, and is to be taken.
        """
        there = round_half_up(self.held * gone) - self.back - self.released
        return min(max(there, 0), self.lost)

    def to_take(self, gone: Fraction) -> int:
        """Of what was released what did not go with this part of the deal."""
        went = round_half_up(self.held * gone) - self.back - self.left_out
        return max(self.released - max(went, 0), 0)


def part_gone(earned: int, corrections: Iterable[Correction]) -> Fraction:
    """The part that corrections took of what was earned for a deal.

    A clawback says it by its days, or takes the whole, whatever limits and factors left of it; of
    what was worked out again the amounts say it, and what came back is gone no more.
    """
    if earned <= 0:
        return NOTHING
    taken, reworked = NOTHING, 0
    for one in corrections:
        if one.code in _TAKEN:
            taken = max(taken, Fraction(*one.args) if one.args else WHOLE)
        else:
            reworked += one.fen
    return min(max(taken - Fraction(reworked, earned), NOTHING), WHOLE)


_TAKEN: Final = ("clawback_days", "clawback_rate")
