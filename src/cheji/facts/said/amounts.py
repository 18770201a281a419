"""An order's money by kind of line, and how it falls on units handed over and units to come."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Sum

from cheji.engine.money import largest_remainder
from cheji.records.models import OrderLine

from .chosen import chosen

Amounts = dict[str, tuple[int, int]]


def amounts_of(orders: Sequence[int] | None) -> dict[int, Amounts]:
    """Per order and kind of line: revenue and cost in fen."""
    lines = chosen(OrderLine.objects.all(), orders, "order")
    found: dict[int, Amounts] = defaultdict(dict)
    sums = lines.values("order", "kind").annotate(r=Sum("revenue"), c=Sum("cost")).order_by()
    for order, kind, revenue, cost in sums.values_list("order", "kind", "r", "c"):
        found[order][kind] = (revenue, cost)
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
        kind: list(
            zip(largest_remainder(revenue, weights), largest_remainder(cost, weights), strict=True)
        )
        for kind, (revenue, cost) in amounts.items()
    }
    return [{kind: parts[i] for kind, parts in split.items()} for i in range(len(weights))]
