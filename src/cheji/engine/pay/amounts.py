"""From bases to lines: bands found, deals limited, amounts rounded so that they add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, NamedTuple

from cheji.engine.definitions import Band, Component, Look
from cheji.engine.kpis import Value
from cheji.engine.money import FEN_PER_YUAN, largest_remainder
from cheji.engine.pay import order
from cheji.engine.pay.banding import Cut, Table, denominator, half_up, scale_of, whole
from cheji.engine.pay.bases import Base, Gatherer, Work
from cheji.engine.pay.lines import Exact, Part, PayLine, Rejected
from cheji.engine.pay.looking import Own, aim, group_of, looked_up
from cheji.engine.tallies import Key

ZERO: Final = Fraction(0)
UNKNOWN: Final = "unknown"


class Portion(NamedTuple):
    """What a base comes to: parts by band, the rate, and fen × denominator."""

    cuts: list[Cut]
    rate: Value
    exact: Exact


@dataclass(slots=True)
class Ready:
    """A component made ready: its bands over one denominator, and how it finds its deals."""

    part: Component
    rule: Any
    scale: int
    over: int
    table: Table
    gatherer: Gatherer
    step: int
    entry: str
    sign: int = 1

    @property
    def code(self) -> str:
        return self.part.code


def ready(part: Component, rule: Any) -> Ready:
    """A component made ready, once for each pay plan."""
    scale = scale_of(part)
    table = Table(part, part.tiers, scale)
    rows = tuple((row, _row_table(part, row.tiers, table, scale)) for row in part.rows)
    tables = [table, *(own for _, own in rows)]
    one = Fraction(FEN_PER_YUAN, scale)
    over = denominator([rate * one for own in tables for rate in own.rates])
    for own in tables:
        own.ready(one, over)
    step = order.EXTRAS if part.is_extra else order.COMPONENT
    entry = {"fine": "fine", "manual": "manual"}.get(
        part.kind, "bonus" if part.is_extra else "earning"
    )
    gatherer = Gatherer(part, table, rows)
    return Ready(
        part, rule, scale, over, table, gatherer, step, entry, -1 if part.kind == "fine" else 1
    )


def _row_table(part: Component, tiers: Sequence[Band], usual: Table, scale: int) -> Table:
    return Table(part, tiers, scale) if tiers else usual


# -- bases to portions -------------------------------------------------------------------------


def bases_of(own: Ready, work: Work) -> list[Base]:
    """What a component is paid on: deals, or one total of the team or against a target."""
    part = own.part
    if part.whose == "person" and not part.against:
        return own.gatherer.gather(work)
    total = _of_person(own, work) if part.whose == "person" else _of_group(own, work)
    if total is not None and part.against:
        total = _against(own, work, total)
    if total is None:
        return []
    return [Base(None, total, total, total, own.table, None)]


def _of_person(own: Ready, work: Work) -> Exact | None:
    return _sum(base.credit for base in own.gatherer.gather(work))


def _sum(amounts: Iterable[Exact]) -> Exact:
    total: Exact = 0
    for amount in amounts:
        total += amount
    return total


def _of_group(own: Ready, work: Work) -> Exact | None:
    """The total of the team or outlet, without one's own deals where they are left out."""
    part = own.part
    group = group_of(work.given, part.whose)
    if group is None:
        work.rejected.append(Rejected(None, part.code, "no_group", (part.whose,)))
        return None
    if part.of_pay:
        return sum(group.paid.get(code, 0) for code in part.of_pay)
    total = _signed(part, group.totals)
    return total - _own_there(part, work) if part.own == "exclude" else total


def _own_there(part: Component, work: Work) -> int:
    """What the group's total holds of the person's own, whichever plan pays him for it."""
    own = _signed(part, work.totals) + _signed(part, work.given.elsewhere)
    return own - _signed(part, work.given.outside) if part.whose == "team" else own


def _signed(part: Component, totals: Any) -> int:
    added = sum(totals.get(code, 0) for code in (part.of, *part.plus))
    return int(added - sum(totals.get(code, 0) for code in part.minus))


def _against(own: Ready, work: Work, total: Exact) -> Exact | None:
    """What is short of the target or over it, never negative."""
    part, given = own.part, work.given
    group = group_of(given, part.whose) if part.whose != "person" else None
    target = aim(group.figures if group else given.figures, part.level, part.of)
    if target is None:
        work.rejected.append(Rejected(None, part.code, "no_target", (part.level,)))
        return None
    missing = target * own.scale - total
    return whole(max(missing if part.against == "short" else -missing, ZERO))


def portions(own: Ready, bases: Sequence[Base], work: Work) -> list[Portion] | None:
    """How much of each base falls into which band; None where there is no figure to look up."""
    part = own.part
    if part.look is not None:
        base = Fraction(_sum(base.credit for base in bases)) / own.scale
        figure = _looked(own, part.look, work, base)
        if figure is None:
            work.rejected.append(Rejected(None, part.code, "no_figure", (part.look.by,)))
            return None
        return [_by_figure(base, figure, own) for base in bases]
    if part.mode == "retroactive":
        return _retroactive(bases, together=part.scope == "cumulative")
    return _marginal(bases, running=part.scope == "cumulative")


def _looked(own: Ready, look: Look, work: Work, base: Value) -> Value:
    """The figure that finds the component's band, kept with how it came about."""
    found = looked_up(look, work.given, work.totals, Own(own.part.of, base))
    work.looked[own.code] = found
    return found.value


def _retroactive(bases: Sequence[Base], *, together: bool) -> list[Portion]:
    """Each deal at the rate that it reaches, or that all of them reach together."""
    if not together:
        return [_reached(base, base.table.reached(base.credit)) for base in bases]
    total = _sum(base.credit for base in bases)
    places = {id(table): table.reached(total) for table in {base.table for base in bases}}
    return [_reached(base, places[id(base.table)]) for base in bases]


def _reached(base: Base, place: int) -> Portion:
    table, paid = base.table, base.paid
    return Portion([(place, paid)], table.rates[place], paid * table.nums[place])


def _by_figure(base: Base, figure: Fraction, own: Ready) -> Portion:
    """The rate at a figure that is not the base itself, with the slope of its band."""
    table = base.table
    place = table.reached(figure)
    if not table.slopes[place]:
        return _reached(base, place)
    rate = table.rate_at(place, figure)
    return Portion(
        [(place, base.paid)], rate, base.paid * rate * FEN_PER_YUAN * own.over / own.scale
    )


def _marginal(bases: Sequence[Base], *, running: bool) -> list[Portion]:
    found = []
    before: Exact = 0
    for base in bases:
        start = before if running else 0
        one = len(base.table.tiers) == 1
        found.append(_reached(base, 0) if one else _stretch(base, start))
        before += base.credit
    return found


def _stretch(base: Base, start: Exact) -> Portion:
    """The deal's stretch cut at the bands; the share that is paid of it in proportion."""
    table, credit, paid = base.table, base.credit, base.paid
    cuts = table.cut(start, start + credit)
    if not credit:
        if not paid:
            return Portion([], None, 0)
        cuts = [(table.stretch_at(start), paid)]
    elif paid != credit:
        part = Fraction(paid) / credit
        cuts = [(place, whole(amount * part)) for place, amount in cuts]
    exact = _sum(amount * table.nums[place] for place, amount in cuts)
    return Portion(cuts, table.rates[cuts[0][0]] if len(cuts) == 1 else None, exact)


# -- portions to lines -------------------------------------------------------------------------


def earned(own: Ready, work: Work) -> int:
    """Lines of a component of units, money or fines; their sum in fen."""
    bases = bases_of(own, work)
    found = portions(own, bases, work)
    if found is None:
        return 0
    work.counted[own.code] = own.scale, [base.credit for base in bases]
    codes: list[str] = [""] * len(bases)
    exact = _limited(own, bases, [portion.exact for portion in found], codes, work.version)
    sources = [base.source for base in bases]
    fens = within_budget(own, sources, _rounded(own, exact), codes, work)
    add, step, entry, rule = work.lines.append, own.step, own.entry, own.rule
    code, scale, sign = own.code, own.scale, own.sign
    for base, portion, fen, why in zip(bases, found, fens, codes, strict=True):
        table = base.table
        unknown = base.amount is None
        parts = (
            ()
            if unknown
            else tuple(
                [Part(table.tiers[k].start, amount, table.rates[k]) for k, amount in portion.cuts]
            )
        )
        add(
            PayLine(
                step, code, entry, base.source, base.amount, scale,
                None if unknown else portion.rate, parts, None, sign * fen, "",
                UNKNOWN if unknown else why, (), rule,
            )
        )  # fmt: skip
    return sign * sum(fens)


def _limited(
    own: Ready, bases: Sequence[Base], exact: list[Exact], codes: list[str], version: int
) -> list[Exact]:
    """Deals between their least and most, and shared ones as parts of a whole number of fen.

    Who has no part of a deal's pay has none of its least.
    """
    part = own.part
    shared = part.scope == "per_deal" and part.split == "cap_first"
    if part.least is None and part.most is None and not shared:
        return exact
    fen = FEN_PER_YUAN * own.over
    low = None if part.least is None else part.least * fen
    high = None if part.most is None else part.most * fen
    for place, base in enumerate(bases):
        if base.deal is None or base.amount is None or (version > 2 and not base.deal.pay):
            continue
        whole_deal = base.deal.pay if part.split == "cap_first" else 1
        if low is not None and exact[place] < low * whole_deal:
            exact[place], codes[place] = low * whole_deal, "least"
        if high is not None and exact[place] > high * whole_deal:
            exact[place], codes[place] = high * whole_deal, "most"
        if shared and base.deal.shares and base.deal.pay:
            total = half_up(Fraction(exact[place]) / base.deal.pay, own.over)
            his = largest_remainder(total, base.deal.shares)[base.deal.place]
            exact[place] = his * own.over
            codes[place] = codes[place] or "shared"
    return exact


def _rounded(own: Ready, exact: Sequence[Exact]) -> list[int]:
    """Fen per line, half up: each for itself, or so that they add up to the rounded sum."""
    step = FEN_PER_YUAN if own.part.round_to == "yuan" else 1
    over = own.over * step
    if own.part.rounding == "each":
        return [half_up(amount, over) * step for amount in exact]
    found = []
    total: Exact = 0
    posted = 0
    for amount in exact:
        total += amount
        due = half_up(total, over)
        found.append((due - posted) * step)
        posted = due
    return found


def within_budget(
    own: Ready, sources: Sequence[Key], fens: list[int], codes: list[str], work: Work
) -> list[int]:
    """Nothing more once the budget of everybody together is spent; `codes` say where."""
    part = own.part
    if part.budget is None:
        return fens
    whole_budget = int(part.budget * FEN_PER_YUAN)
    left = start = work.given.budgets.get(part.code, whole_budget)
    found = []
    for place, fen in enumerate(fens):
        paid = min(fen, max(left, 0))
        if paid < fen:
            codes[place] = "budget"
            work.rejected.append(Rejected(sources[place], part.code, "budget", (fen - paid,)))
        left -= paid
        found.append(paid)
    work.used[part.code] = start - left
    return found


class Lump(NamedTuple):
    """An amount by itself: the figure that picked the band, its start, yuan, days, exact fen."""

    figure: Fraction
    start: Fraction
    rate: Fraction
    days: Value

    @property
    def exact(self) -> Fraction:
        return self.rate * (1 if self.days is None else self.days) * FEN_PER_YUAN


def lump_amount(own: Ready, work: Work) -> Lump | None:
    """The amount of the band reached, by days where it is paid for days."""
    part, given = own.part, work.given
    figure = _lump_figure(own, work)
    if figure is None:
        by = part.look.by if part.look else ""
        work.rejected.append(Rejected(None, part.code, "no_figure", (by,)))
        return None
    table = own.gatherer.table_for(given.attributes)
    if table is None:
        work.rejected.append(Rejected(None, part.code, "no_row", ()))
        return None
    place = table.reached(figure)
    rate = table.rate_at(place, figure) * (1 if part.amount is None else part.amount)
    return Lump(figure, table.tiers[place].start, rate, _days(part, work))


def lump(own: Ready, work: Work) -> int:
    """One line of a fixed amount or of pay for days."""
    found = lump_amount(own, work)
    if found is None:
        return 0
    step = FEN_PER_YUAN if own.part.round_to == "yuan" else 1
    fen = half_up(found.exact, step) * step
    parts = (Part(found.start, 1, found.rate),)
    work.lines.append(
        PayLine(
            own.step, own.code, own.entry, None, found.figure, 1, found.rate, parts, found.days,
            fen, "", "" if found.days is None else "days", (), own.rule,
        )
    )  # fmt: skip
    return fen


def _lump_figure(own: Ready, work: Work) -> Value:
    """What picks the band: a figure looked up, the own count, or nothing."""
    part = own.part
    total = ZERO
    if part.of:
        total = Fraction(_sum(base.credit for base in bases_of(own, work))) / own.scale
    if part.look is None:
        return total
    return _looked(own, part.look, work, total if part.of else None)


def _days(part: Component, work: Work) -> Value:
    """The part of the period's days that the person was there; None is all of them, as of a pot."""
    given = work.given
    of_pot = part.kind == "pool" and work.version > 2
    if of_pot or (part.kind != "base" and not part.prorate):
        return None
    return Fraction(given.days, given.of_days) if given.of_days else None
