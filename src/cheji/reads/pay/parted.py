"""Returned deals whose pay was split after they were paid: what stood of them for whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.utils.timezone import localdate

from cheji.engine.pay import Deal, Given
from cheji.reads.pay.deals import WHOLE
from cheji.reads.pay.returns import splits_of
from cheji.records.models import PaySplit


def parted(then: Mapping[int, Given], back: Mapping[str, date]) -> dict[int, list[Deal]]:
    """By person the deals as they stood when they came `back`, by the split approved last.

    What they amount to was frozen of whoever was paid them; he may have no part of it any more.
    """
    found: dict[int, list[Deal]] = {}
    for source, rows in splits_of(back).items():
        days = [(row.parts, localdate(row.decided_at)) for row in rows]
        parts = [parts for parts, day in days if day <= back[source]]
        for who, deal in _parted(then, source, parts[-1]) if parts else ():
            found.setdefault(who, []).append(deal)
    return found


def _parted(
    then: Mapping[int, Given], source: str, parts: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, Deal]]:
    held = {who: one for who, own in then.items() for one in own.deals if one.source == source}
    other = next(iter(held.values()))._replace(credit=Fraction(0))
    shares = tuple(Fraction(part, WHOLE) for _, part in parts)
    for who in held.keys() - dict(parts):
        yield who, held[who]._replace(pay=Fraction(0), shares=(), place=0)
    for place, (who, _) in enumerate(parts):
        yield who, held.get(who, other)._replace(pay=shares[place], shares=shares, place=place)


def rests_on_others(people: Sequence[int]) -> bool:
    """Whether these have a part of a returned car: of whom it was paid first tells what it was."""
    splits = PaySplit.objects.filter(approved=True, order__deliveries__void=True)
    return any(splits.filter(parts__contains=[[who]]).exists() for who in people)
