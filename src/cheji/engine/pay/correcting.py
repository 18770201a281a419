"""Corrections of closed periods: what is owed by replay, and what a returned deal takes back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from typing import Final, NamedTuple

from cheji.engine.definitions import Clawback
from cheji.engine.kpis import Value, decimal_text
from cheji.engine.money import FEN_PER_YUAN, round_half_up
from cheji.engine.pay import order
from cheji.engine.pay.factors import chosen
from cheji.engine.pay.freezing import reopened
from cheji.engine.pay.given import Deal, Given, Group, Held, Owed
from cheji.engine.pay.keeping import left_by_caps
from cheji.engine.pay.lines import Exact, Part, PayLine
from cheji.engine.pay.paying import Payer
from cheji.engine.pay.refilling import RECOVERY, fills, refilled
from cheji.engine.pay.reserves import ANEW
from cheji.engine.tallies import Key

CORRECTIONS: Final = frozenset({"adjustment", "clawback"})
WHOLE: Final = Fraction(1)
Place = tuple[str, Key]


class Posted(NamedTuple):
    """A line of a closed run; `key` is what a correction of it calls its origin.

    `parts` tell the part of the deal that was paid for: his share of it, by the weight of its row;
    `code` and `args` say the reason, as of the days of a clawback.
    """

    key: str
    step: int
    component: str
    entry: str
    source: Key
    amount: Exact | None
    scale: int
    rate: Value
    fen: int
    parts: tuple[Part, ...] = ()
    code: str = ""
    args: tuple[int | str | Fraction, ...] = ()


class Return(NamedTuple):
    """A deal that was returned or cancelled, so many days after the event that was paid."""

    source: Key
    after_days: int = 0


def adjusted(then: str, now: Given, posted: Sequence[Posted]) -> tuple[Owed, ...]:
    """What a closed period would pay on the facts of now, less what it posted.

    It is worked out up to step 13: what becomes known late is neither held nor caught up with, nor
    is it carried beyond a cap that pays the rest later: that is paid now. What a guarantee, or a
    draw that is not taken back, filled up goes by what is earned as it is known now.

    Args:
        then: the frozen inputs of the closed run; its pay plan is the one that is applied.
        now: the same person and period as the facts are now, with the ledger of then.
        posted: the lines of the closed run, and later corrections whose origin lies in it.
    """
    payer, given = reopened(then)
    return tuple(_reworked(one) for one in _changes(payer, given, now, posted))


def clawed(
    clawback: Clawback,
    returned: Return,
    posted: Sequence[Posted],
    then: str = "",
    held: Sequence[Held] = (),
) -> tuple[Owed, ...]:
    """What a returned deal takes back under the policy; what is still held of it is given back.

    Args:
        clawback: of the pay plan under which it was paid.
        returned: the deal.
        posted: lines of the closed period in which it was paid.
        then: the frozen inputs of that period: what limits, factors, gates and caps left of a
            deal was paid, no more is taken; `replay` pays them without it.
        held: what is held now.
    """
    if clawback.window and returned.after_days > clawback.window:
        return ()
    return (*_back(clawback, returned, posted, then), *_no_longer_held(returned, held))


def clawed_anew(returned: Key, due: Sequence[Owed], taken: Sequence[Posted]) -> tuple[Owed, ...]:
    """By component what a returned deal takes back by now, `due`, less what was taken for it."""
    keys = {one.component: one.origin for one in due} | {one.component: one.key for one in taken}
    found = []
    for code, key in keys.items():
        now = sum(one.fen for one in due if one.component == code)
        was = sum(one.fen for one in taken if one.component == code)
        if now != was:
            args = -now, -was
            found.append(Owed("clawback", code, returned, now - was, key, ANEW, args=args))
    return tuple(found)


def _back(
    clawback: Clawback, returned: Return, posted: Sequence[Posted], then: str
) -> tuple[Owed, ...]:
    payer, given = reopened(then) if then else (None, Given())
    if payer and clawback.policy == "replay":
        return tuple(
            Owed("clawback", *one.place, one.fen, one.key, "clawback_replay")
            for one in _changes(payer, given, without(given, returned.source), posted)
        )
    parts = _left_of(payer, given) if payer else {}
    own = [line for line in posted if line.source == returned.source and line.entry in order.EARNED]
    found = (_taken(clawback, returned, line, parts.get(line.component, WHOLE)) for line in own)
    return tuple(owed for owed in found if owed.fen)


def _left_of(payer: Payer, given: Given) -> Mapping[str, Fraction]:
    """By component the part of its lines that limits, factors and gates left, forfeits included."""
    parts = payer.left_of(given)
    if payer.version < 3:
        return parts
    lines = payer.pay(given).lines
    found = {part.code: parts.get(part.code, WHOLE) for part in payer.plan.components}
    for code, part in left_by_caps(lines).items():
        found[code] *= part
    forfeited = {cap.code: cap for cap in payer.plan.caps if cap.beyond == "forfeit"}
    for line in lines:
        if line.step == order.CAPS and line.component in forfeited and line.fen:
            before = int(line.amount or 0)
            for code in chosen(forfeited[line.component].components, found):
                found[code] *= Fraction(before + line.fen, before)
    return found


def _no_longer_held(returned: Return, held: Sequence[Held]) -> Iterator[Owed]:
    for one in held:
        if one.source == returned.source:
            yield Owed("adjustment", one.holdback, one.source, one.fen, one.origin, "reserve_back")


def without(given: Given, source: Key) -> Given:
    """The inputs as if a deal had never been: his part of it is off his groups' totals too.

    KPIs, and what others in the groups have and earn, stay as they are given.
    """
    gone = [deal for deal in given.deals if deal.source == source]
    kept = tuple(deal for deal in given.deals if deal.source != source)

    def less(totals: Mapping[str, int]) -> dict[str, int]:
        return {code: fen - _of(gone, code) for code, fen in totals.items()}

    def of_group(group: Group | None) -> Group | None:
        return group and replace(group, totals=less(group.totals))

    return replace(
        given,
        deals=kept,
        totals=less(given.totals),
        team=of_group(given.team),
        outlet=of_group(given.outlet),
    )


def _of(deals: Iterable[Deal], code: str) -> int:
    return sum(int((deal.amounts.get(code) or 0) * deal.pay) for deal in deals)


def _taken(clawback: Clawback, returned: Return, line: Posted, part: Fraction) -> Owed:
    """What a line gives back; `part` is what was left of its component."""
    part = max(min(part, WHOLE), Fraction(0))
    args: tuple[int, ...] = ()
    if clawback.policy == "prorated":
        args = (clawback.window - returned.after_days, clawback.window)
        fen, code = round_half_up(line.fen * Fraction(*args) * part), "clawback_days"
    else:
        fen, code = round_half_up(_at_rate(line) * part), "clawback_rate"
    return Owed(
        "clawback", line.component, line.source, -fen, line.key, code, line.amount, line.scale,
        line.rate, args,
    )  # fmt: skip


def _at_rate(line: Posted) -> int:
    """Base × rate of the line as it was posted, without a least, and never more than was paid.

    Where several bands applied it is what was paid.
    """
    fen = _product(line)
    if fen is None:
        return line.fen
    low, high = sorted((0, line.fen))
    return min(max(fen, low), high)


class _Changed(NamedTuple):
    """What a component pays now for a deal, and what was posted; `key` is of its first line."""

    place: Place
    now: Sequence[PayLine]
    was: int
    key: str

    @property
    def fen(self) -> int:
        return sum(line.fen for line in self.now) - self.was


def _changes(payer: Payer, then: Given, now: Given, posted: Sequence[Posted]) -> list[_Changed]:
    """The differences by component and deal, up to step 13, then of what is filled up.

    Caps that pay the rest later are left out: their lines alone, be there a component of that code.
    """
    later = {cap.code for cap in payer.plan.caps if cap.beyond == "carry"}
    filling = fills(payer)

    def is_early(one: Posted | PayLine) -> bool:
        capped = one.component in later and (one.step == order.CAPS or payer.version < 3)
        return not capped and not _fills(one, filling)

    was = [one for one in posted if one.step < order.HOLDBACKS or one.entry in CORRECTIONS]
    early = [one for one in was if is_early(one)]
    lines = [line for line in payer.pay(now).lines if line.step < order.HOLDBACKS]
    found = list(_differing(filter(is_early, lines), early))
    changed = sum(one.fen for one in found)
    changed += sum(one.fen for one in early if one.entry in CORRECTIONS)
    first = [one for one in posted if one.entry not in CORRECTIONS]
    filled = [one for one in posted if _fills(one, filling) and one.entry != RECOVERY]
    return [*found, *_differing(refilled(payer, then, now, first, changed), filled)]


def _fills(one: Posted | PayLine, filling: AbstractSet[str]) -> bool:
    """Whether a line, or a correction, is of one of these draws: of a component it has a deal."""
    corrects = one.entry in CORRECTIONS and one.source is None
    return one.component in filling and (one.step == order.DRAWS or corrects)


def _differing(lines: Iterable[PayLine], posted: Iterable[Posted]) -> Iterator[_Changed]:
    """Where lines and what was posted differ, in the order of the lines."""
    now: dict[Place, list[PayLine]] = {}
    for line in lines:
        now.setdefault((line.component, line.source), []).append(line)
    was: dict[Place, int] = {}
    keys: dict[Place, str] = {}
    for one in posted:
        _add(was, (one.component, one.source), one.fen)
        keys.setdefault((one.component, one.source), one.key)
    for place in dict.fromkeys([*now, *was]):
        found = _Changed(place, now.get(place, ()), was.get(place, 0), keys.get(place, ""))
        if found.fen:
            yield found


def _reworked(one: _Changed) -> Owed:
    """What is due by now and what was paid; how it is due, where one line says it."""
    how = _how(one.now[0]) if len(one.now) == 1 else ()
    code = "reworked_by" if how else "reworked"
    args: tuple[int | str, ...] = (one.fen + one.was, one.was, *how)
    return Owed("adjustment", *one.place, one.fen, one.key, code, args=args)


def _how(line: PayLine) -> tuple[str, ...]:
    """Base and rate as text, where their product is the line: a share of yuan, yuan of a unit."""
    if line.rate is None or _product(line) != line.fen:
        return ()
    if line.scale == FEN_PER_YUAN:
        return decimal_text(_base(line)), f"{decimal_text(line.rate * 100)}%"
    return decimal_text(_base(line)), decimal_text(line.rate)


def _product(line: Posted | PayLine) -> int | None:
    """Base × rate in fen; None where there is no base, or no one rate."""
    if line.amount is None or line.rate is None:
        return None
    return round_half_up(_base(line) * line.rate * FEN_PER_YUAN)


def _base(line: Posted | PayLine) -> Fraction:
    """What is multiplied: the parts of it that were paid for, in units or yuan."""
    paid = sum((part.part for part in line.parts), Fraction(0)) if line.parts else line.amount
    return Fraction(paid or 0) / line.scale


def _add(sums: dict[Place, int], place: Place, fen: int) -> None:
    sums[place] = sums.get(place, 0) + fen
