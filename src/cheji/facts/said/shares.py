"""Whose an order is on a day, and how its amounts fall on them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cheji.engine.money import largest_remainder
from cheji.records.models import OrderShare

from .chosen import chosen


class Share(NamedTuple):
    """A person's part in 1/10,000; `person` None when nobody is named."""

    person: int | None
    part: int


class Sharing(NamedTuple):
    """The set of shares in force from a date on."""

    since: date
    shares: tuple[Share, ...]


NOBODY = (Share(None, 10_000),)


def sharings_of(ids: Sequence[int] | None) -> dict[int, list[Sharing]]:
    """Each order's sets of shares in order of date."""
    found: dict[int, dict[date, list[Share]]] = defaultdict(lambda: defaultdict(list))
    rows = chosen(OrderShare.objects.all(), ids, "order")
    columns = rows.order_by("order", "since", "id").values_list("order", "since", "person", "share")
    for order, since, person, part in columns:
        found[order][since].append(Share(person, part))
    return {
        order: [Sharing(since, tuple(shares)) for since, shares in sets.items()]
        for order, sets in found.items()
    }


def since_signing(sharings: Sequence[Sharing], signed_on: date) -> list[Sharing]:
    """The sets from the signing on: before the first person was named it was nobody's."""
    if sharings and sharings[0].since <= signed_on:
        return list(sharings)
    return [Sharing(signed_on, NOBODY), *sharings]


def shares_on(sharings: Sequence[Sharing], on: date) -> tuple[Share, ...]:
    """The set in force on a day; before the first set, the first."""
    shares = sharings[0].shares if sharings else NOBODY
    for sharing in sharings:
        if sharing.since <= on:
            shares = sharing.shares
    return shares


def divide(fen: int, shares: Sequence[Share]) -> list[int]:
    """Money by shares; the parts add up to the whole."""
    if len(shares) == 1:
        return [fen]
    return largest_remainder(fen, [share.part for share in shares])
