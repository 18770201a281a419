"""An order's money by kind of line, and how it falls on units handed over and units to come."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models import Count, Q, Sum

from cheji.engine.money import largest_remainder
from cheji.records.models import OrderLine

from .chosen import chosen

OF_VEHICLE: Final = frozenset({"vehicle", "discount", "gift", "agent"})
"""The kinds of lines that make the gross of a vehicle together."""
Amounts = dict[str, tuple[int, int | None]]
"""Revenue and cost by kind of line; a cost is None while one of its lines is not known."""


def amounts_of(orders: Sequence[int] | None) -> dict[int, Amounts]:
    """Per order and kind of line: revenue and cost in fen."""
    lines = chosen(OrderLine.objects.all(), orders, "order")
    found: dict[int, Amounts] = defaultdict(dict)
    grouped = lines.values("order", "kind").order_by()
    sums = grouped.annotate(r=Sum("revenue"), c=Sum("cost"), n=Count("id", filter=Q(cost=None)))
    for order, kind, revenue, cost, blank in sums.values_list("order", "kind", "r", "c", "n"):
        found[order][kind] = (revenue, None if blank else cost)
    return found


def whole(amounts: Amounts) -> bool:
    """Whether every cost is known; one that is not leaves the order without a gross."""
    return all(cost is not None for _, cost in amounts.values())


def known_costs(amounts: Amounts) -> dict[str, int]:
    """The costs of the kinds of lines whose own gross is known, in fen.

    A discount, a gift or an agent's fee belongs to the vehicle, so these have one gross together;
    every other kind of line has its own.
    """
    found = {kind: cost for kind, (_, cost) in amounts.items() if cost is not None}
    if not OF_VEHICLE & amounts.keys() <= found.keys():
        return {kind: cost for kind, cost in found.items() if kind not in OF_VEHICLE}
    return found


def by_units(units: int, handed: Sequence[int], amounts: Amounts) -> list[Amounts]:
    """The amounts on each delivery's units in their order, and last on the units to come.

    The parts of every line kind add up to it, to the fen.
    """
    rest = max(0, units - sum(handed))
    if not rest and len(handed) == 1:
        return [amounts, dict.fromkeys(amounts, (0, 0))]
    weights = [*handed, rest]
    split = {
        kind: list(zip(largest_remainder(revenue, weights), _costs(cost, weights), strict=True))
        for kind, (revenue, cost) in amounts.items()
    }
    return [{kind: parts[i] for kind, parts in split.items()} for i in range(len(weights))]


def _costs(cost: int | None, weights: Sequence[int]) -> Sequence[int | None]:
    return [None] * len(weights) if cost is None else largest_remainder(cost, weights)
