"""The first deals of each day, week, weekend or month: by date, then ties, then as recorded."""

import json
from collections.abc import Hashable, Iterable
from datetime import date

from cheji.engine.definitions import Component, as_json
from cheji.engine.pay.fitting import attributes_of, fits
from cheji.engine.pay.given import Deal
from cheji.engine.tallies import Key

SATURDAY = 6


def firsts(part: Component, deals: Iterable[Deal]) -> tuple[Key, ...]:
    """Sources of the deals that come first, of those that fit the component and are paid.

    `deals` stand in the order in which they were recorded. Of one day the deal with more of `ties`
    comes first, then the one recorded first; what is not known yet counts as nothing.
    """
    best: dict[Hashable, tuple[tuple[int, ...], Key]] = {}
    for deal in deals:
        span = span_of(part.first, deal.on_date)
        if span is None or not _counts(part, deal):
            continue
        mark = (deal.on_date.toordinal(), *(-(deal.amounts.get(code) or 0) for code in part.ties))
        if span not in best or mark < best[span][0]:
            best[span] = mark, deal.source
    return tuple(source for _, source in best.values())


def span_of(first: str, on: date) -> Hashable:
    """The day, week from Monday on, weekend or month that a day lies in; None is in none.

    A week of two months is one in each of them: a period knows its own deals alone.
    """
    if first == "day":
        return on
    if first == "month":
        return on.year, on.month
    weekend = on.isoweekday() >= SATURDAY
    return on.isocalendar()[:2] if first == "week" or weekend else None


def _counts(part: Component, deal: Deal) -> bool:
    """Whether it may be first: nothing that was cancelled or that the component leaves out."""
    amount = deal.amounts.get(part.of, 0)
    paid = deal.pay > 0 and (amount is None or amount > 0)
    return paid and not fits(part.where, part.ranges, attributes_of(deal))


def sought(part: Component) -> str:
    """What the first deals of a group are called by: the same for components that seek the same."""
    where = [[item.dimension, item.inside, item.values] for item in part.where]
    ranges = [[one.of, one.start, one.below] for one in part.ranges]
    return json.dumps(as_json([part.first, part.of, part.ties, where, ranges]), ensure_ascii=False)
