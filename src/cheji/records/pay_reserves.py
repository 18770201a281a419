"""What became of what was held of a deal, as lines of closed runs say it."""

from collections.abc import Iterable
from typing import Final

from cheji.engine.pay.reserves import Reserve

from .models import PayLine

#: It was held, not paid: no later run takes it again.
GIVEN_BACK: Final = "reserve_back"
#: It ran out, or a typed line took it back: no later run takes it either.
LOST_BACK: Final = "lost_back"
#: The deal is the person's again, and what was lost of it stays so.
LOST_AGAIN: Final = "lost_again"
OF_HELD: Final = (GIVEN_BACK, LOST_BACK, LOST_AGAIN)


def reserve_of(lines: Iterable[PayLine]) -> Reserve:
    """What lines of a deal and a holdback tell of it; what typed lines took back stands in none."""
    sums = dict.fromkeys(Reserve._fields, 0)
    for one in lines:
        if one.entry == "forfeit":
            sums["lost"] += int(one.amount or 0)
        elif one.entry == "reserve":
            sums["held"] -= one.fen
        elif one.entry == "release":
            sums["released"] += one.fen
        elif one.code in OF_HELD:
            sums["back" if one.code == GIVEN_BACK else "left_out"] += one.fen
    return Reserve(**sums)


def components_of(lines: Iterable[PayLine]) -> frozenset[str]:
    """Of which components lines hold a part; a line of an older program does not say it."""
    held = [one.args for one in lines if one.entry == "reserve"]
    return frozenset(str(args[1]) for args in held if args and len(args) > 1)
