"""What a person is paid as one of a team: his part of a pot, his prize by rank."""

from collections.abc import Sequence
from fractions import Fraction

from cheji.engine.definitions import Component
from cheji.engine.money import FEN_PER_YUAN, largest_remainder
from cheji.engine.pay.amounts import Ready, bases_of, lump_amount, portions, within_budget
from cheji.engine.pay.banding import half_up
from cheji.engine.pay.bases import Work
from cheji.engine.pay.given import Member
from cheji.engine.pay.lines import PayLine, Rejected
from cheji.engine.pay.looking import group_of


def _members(own: Ready, work: Work) -> tuple[Sequence[Member], int] | None:
    """Everybody of the group, and the person's place among them."""
    part, given = own.part, work.given
    group = group_of(given, part.whose)
    members = group.members if group else ()
    for place, member in enumerate(members):
        if member.person == given.person:
            return members, place
    why = "not_member" if group else "no_group"
    work.rejected.append(Rejected(None, part.code, why, (part.whose,)))
    return None


# -- pots --------------------------------------------------------------------------------------


def shared(own: Ready, work: Work) -> int:
    """The person's part of the pot: largest remainder, so that all parts are the pot."""
    found = _members(own, work)
    pot = None if found is None else _pot(own, work)
    if found is None or pot is None:
        return 0
    members, place = found
    weights = [_weight(own.part, member) for member in members]
    whole = sum(weights, Fraction(0))
    fen = largest_remainder(pot, weights)[place] if whole else 0
    share = weights[place] / whole if whole else None
    _add(own, work, fen, pot, share, "shared_pot" if whole else "no_weights")
    return fen


def _pot(own: Ready, work: Work) -> int | None:
    """Fen, between the component's floor and cap."""
    part = own.part
    if part.pot == "fixed":
        found = lump_amount(own, work)
        pot = None if found is None else half_up(found.exact, 1)
    else:
        cut = portions(own, bases_of(own, work), work)
        pot = half_up(cut[0].exact, own.over) if cut else None
    if pot is None:
        return None
    if part.cap is not None:
        pot = min(pot, half_up(part.cap * FEN_PER_YUAN, 1))
    if part.floor is not None:
        pot = max(pot, half_up(part.floor * FEN_PER_YUAN, 1))
    return pot


def _weight(part: Component, member: Member) -> Fraction:
    if part.divide == "equal":
        return Fraction(1)
    if part.divide == "units":
        return Fraction(max(member.units, 0))
    if part.divide == "days":
        return Fraction(member.days)
    score = max(member.score or Fraction(0), Fraction(0))
    return score if part.divide == "score" else score * member.days


# -- prizes ------------------------------------------------------------------------------------


def prize(own: Ready, work: Work) -> int:
    """The prize of the person's rank, within the budget; who has nothing has no rank."""
    found = _members(own, work)
    if found is None:
        return 0
    members, place = found
    part = own.part
    marks = [tuple(_mark(member, code) for code in (part.of, *part.ties)) for member in members]
    mine = marks[place]
    if mine[0] <= 0:
        work.rejected.append(Rejected(None, part.code, "no_rank", ()))
        return 0
    rank = 1 + sum(mark > mine for mark in marks)
    equal = [n for n, mark in enumerate(marks) if mark == mine]
    prizes = [_prize(own, rank + n) for n in range(len(equal))]
    fen = prizes[0]
    if part.still_equal == "split":
        fen = largest_remainder(sum(prizes), [1] * len(equal))[equal.index(place)]
    codes = ["rank_shared" if len(equal) > 1 else "rank"]
    if work.version > 2:
        (fen,) = within_budget(own, [None], [fen], codes, work)
    _add(own, work, fen, mine[0] * FEN_PER_YUAN, None, codes[0], rank, len(equal))
    return fen


def _mark(member: Member, code: str) -> int:
    return member.figures.get(code, 0)


def _prize(own: Ready, rank: int) -> int:
    """Fen of a rank; bands start at ranks."""
    table = own.table
    return half_up(table.rates[table.reached(rank)] * FEN_PER_YUAN, 1)


def _add(
    own: Ready, work: Work, fen: int, amount: int, share: Fraction | None, code: str, *args: int
) -> None:
    work.lines.append(
        PayLine(
            own.step, own.code, own.entry, None, amount, FEN_PER_YUAN, None, (), share, fen, "",
            code, args, own.rule,
        )
    )  # fmt: skip
