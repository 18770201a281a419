"""What became of what was held of a deal: a correction takes nothing that was never paid."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final, NamedTuple, Protocol

from cheji.engine.money import round_half_up

NOTHING: Final = Fraction(0)
WHOLE: Final = Fraction(1)
#: Entries of which a part is held.
HELD_OF: Final = ("earning", "bonus")
#: A clawback that was put right since: by its first line it is known which part it takes.
ANEW: Final = "clawback_anew"


class Correction(Protocol):
    """What is asked of a correction of a deal."""

    @property
    def fen(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def args(self) -> Any: ...


class Gone(NamedTuple):
    """The part of a deal that is not a person's any more.

    Attributes:
        passed: it passed on, or is worth less.
        taken: of the rest, by its return.
    """

    passed: Fraction = NOTHING
    taken: Fraction = NOTHING

    @property
    def whole(self) -> Fraction:
        return 1 - (1 - self.passed) * (1 - self.taken)


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

    def to_leave_out(self, gone: Gone) -> int:
        """Of what was lost what corrections are not to take, where this part of the deal is gone.

        What was given back or released of what passed on was paid, and is to be taken.
        """
        there = round_half_up(self.held * gone.passed) - self.back - self.released
        passed = min(max(there, 0), self.lost)
        return passed + round_half_up((self.lost - passed) * gone.taken)

    def to_take(self, gone: Gone) -> int:
        """Of what was released what did not go with this part of the deal.

        Of what passed on and came back nothing is held: what was given back of it is left out.
        """
        again = max(self.back - round_half_up(self.held * gone.passed), 0)
        went = round_half_up((self.held - again) * gone.whole) - (self.back - again) - self.left_out
        return max(self.released - max(went, 0), 0)


def part_gone(earned: int, corrections: Iterable[Correction]) -> Gone:
    """The part that corrections took of what was earned for a deal.

    Of what was worked out again the amounts say it, up to what was earned. Of the rest a clawback
    takes the part of its days, or the whole, whatever limits and factors left of it; where the deal
    is paid for no more, as when it is entered anew, nothing is left.
    """
    if earned <= 0:
        return Gone()
    taken, reworked, paid = NOTHING, 0, earned
    for one in corrections:
        paid += one.fen
        if one.code in _TAKEN:
            taken = max(taken, Fraction(*one.args) if one.args else WHOLE)
        elif one.code != ANEW:
            reworked += one.fen
    passed = min(max(Fraction(-reworked, earned), NOTHING), WHOLE)
    return Gone(passed if paid > 0 else WHOLE, taken)


_TAKEN: Final = ("clawback_days", "clawback_rate")
