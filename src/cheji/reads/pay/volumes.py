"""What pay is worked out from if there had been more or fewer deals: the method is a plain one.

Deals are left out or counted twice in turn, so many of a hundred, in order of people and dates;
totals follow their deals. Scores, targets, KPI values and figures of teams stay as they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final

from cheji.engine.pay import Deal, Given

VOLUMES: Final = (-20, -10, 10, 20, 30)
HUNDRED: Final = 100
CAR: Final = "delivery:"


def at_volume(given: Sequence[Given], percent: int) -> list[Given]:
    """The same people and months with so many percent more deals, or fewer."""
    found, seen = [], 0
    for one in given:
        deals: list[Deal] = []
        for deal in sorted(one.deals, key=attrgetter("on_date")):
            steps = (seen + 1) * percent // HUNDRED - seen * percent // HUNDRED
            deals += [deal, *([_again(deal)] * steps)][: 1 + steps]
            seen += 1
        found.append(_with(one, deals))
    return found


def with_one_more(given: Given) -> Given:
    """With the last car once more, or the last deal where no car was handed over."""
    own = _cars(given) or list(given.deals)
    last = max(own, key=attrgetter("on_date"))
    return _with(given, [*given.deals, _again(last)])


def sold(given: Given) -> int:
    """Cars handed over; where there is none, deals."""
    return len(_cars(given)) or len(given.deals)


def _cars(given: Given) -> list[Deal]:
    return [deal for deal in given.deals if str(deal.source).startswith(CAR)]


def _again(deal: Deal) -> Deal:
    return deal._replace(source=f"{deal.source}+1")


def _with(given: Given, deals: Sequence[Deal]) -> Given:
    """With other deals; what of the totals is no single deal stays."""
    before, after = _sums(given.deals), _sums(deals)
    totals = {
        code: total + after.get(code, 0) - before.get(code, 0)
        for code, total in given.totals.items()
    }
    return replace(given, deals=tuple(deals), totals=totals)


def _sums(deals: Sequence[Deal]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for deal in deals:
        for code, amount in deal.amounts.items():
            found[code] = found.get(code, 0) + int((amount or 0) * deal.pay)
    return found
