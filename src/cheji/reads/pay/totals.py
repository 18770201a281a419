"""What somebody sold in a month by measure, and how much of it lies in the totals of his team."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import PayPlan
from cheji.reads.pay.deals import Sold, Source, Split
from cheji.reads.pay.gathered import Gathered
from cheji.reads.pay.whom import Stint

Parted = Mapping[Source, Split]
Days = AbstractSet[date]


def leaves_out_own(plan: PayPlan, *whose: str) -> bool:
    """Whether one's own is taken off the totals of one's team or outlet."""
    return any(part.own == "exclude" and part.whose in whose for part in plan.components)


def totals_of(made: Gathered, parted: Parted, person: int, but: Days) -> dict[str, int]:
    """Of the period by measure without these days; of a split deal the part that is paid."""
    found: dict[str, int | Fraction] = dict(made.sold.totals(person, made.measures, but))
    for source, one in _parts(made.sold, parted, person, but):
        own = made.sold.amounts.get(person, {}).get(source, {})
        share = one.pay.get(person, Fraction(0))
        for code in found:
            found[code] += (one.whole.get(code) or 0) * share - (own.get(code) or 0)
    return {code: int(total) for code, total in found.items()}


def _parts(sold: Sold, parted: Parted, person: int, but: Days) -> Iterator[tuple[Source, Split]]:
    """The split deals in which somebody has or had a part."""
    own = sold.amounts.get(person, {})
    for source, one in parted.items():
        if (source in own or one.pay.get(person)) and sold.dates.get(source) not in but:
            yield source, one


def paid_elsewhere(made: Gathered, parted: Parted, person: int, days: Days) -> dict[str, int]:
    """What these totals lack of his own, and those of his team and outlet hold."""
    if not days or made.rules < 3 or not leaves_out_own(made.plan, "team", "outlet"):
        return {}
    whole, own = (totals_of(made, parted, person, but) for but in (frozenset(), days))
    return {code: total - own[code] for code, total in whole.items() if total != own[code]}


def outside(made: Gathered, parted: Parted, stint: Stint) -> dict[str, int]:
    """Of all his own what the team's totals do not hold, as it was done elsewhere or in none.

    A part of a split deal lies where the person's own of it does, else where the deal does.
    """
    sold, who = made.sold, stint.person
    if stint.team is None or not sold.placed:
        return {}
    found: dict[str, int | Fraction] = {}
    for source, amounts in sold.amounts.get(who, {}).items():
        if source not in parted:
            away, _ = _placed(sold, [who], source, stint.team)
            _add(found, {code: n for code, n in away.items() if amounts[code] is not None})
    for source, one in _parts(sold, parted, who, frozenset()):
        people = [who] if (who, source) in sold.placed else list(sold.amounts)
        away, every = _placed(sold, people, source, stint.team)
        share = one.pay.get(who, Fraction(0))
        _add(found, {code: (one.whole.get(code) or 0) * share * Fraction(n, every[code])
                     for code, n in away.items() if every[code]})  # fmt: skip
    return {code: int(total) for code, total in found.items() if int(total)}


def _placed(
    sold: Sold, people: Iterable[int], source: Source, team: int
) -> tuple[dict[str, int], dict[str, int]]:
    """What these people have of a deal by measure: in other teams than this one, and in all."""
    away: dict[str, int] = {}
    every: dict[str, int] = {}
    for person in people:
        for where, sums in sold.placed.get((person, source), {}).items():
            for code, amount in sums.items():
                every[code] = every.get(code, 0) + amount
                away[code] = away.get(code, 0) + (amount if where != team else 0)
    return away, every


def _add(found: dict[str, int | Fraction], more: Mapping[str, int | Fraction]) -> None:
    for code, amount in more.items():
        found[code] = found.get(code, 0) + amount
