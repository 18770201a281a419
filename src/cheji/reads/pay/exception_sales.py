"""The sale behind an exception: which car, at what price, against which floor price."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from cheji.engine.tallies import UNPRICED
from cheji.reads.seen import Link
from cheji.records.models import Delivery, Fact, Order, OrderLine, PayException, PayLine
from cheji.records.pay_codes import components_of
from cheji.records.visibility import Scope

Source = tuple[str, int]
"""A noun and the id of its record."""
FLOOR = "floor"
NOT_KNOWN = "unknown"
"""The code of a line whose base is not known, as the engine writes it."""


@dataclass(frozen=True, slots=True)
class SaleSeen:
    """What a decision about a sale needs, as it stands today; amounts in fen.

    `on` is the day of delivery, `price` the vehicle's less its discount; `floor` and `excess` are
    None where no floor price is known, and all three where the viewer sees no figures. `unpriced`
    are the kinds of lines of which no cost is known.
    """

    order: Link
    model: str
    vin: str
    signed: date
    on: date | None
    price: int | None = None
    floor: int | None = None
    excess: int | None = None
    unpriced: tuple[str, ...] = ()


def sales(scope: Scope, sources: Iterable[Source]) -> dict[Source, SaleSeen]:
    """The orders and deliveries among these records that the viewer may open."""
    wanted = set(sources)
    handed = scope.deliveries().filter(id__among=_ids(wanted, "delivery")).select_related("order")
    found: dict[Source, tuple[Order, Delivery | None]] = {
        ("delivery", row.pk): (row.order, row) for row in handed
    }
    signed = scope.orders().filter(id__among=_ids(wanted, "order"))
    found |= {("order", row.pk): (row, None) for row in signed}
    amounts = _amounts(found) if scope.viewer.sees("facts") else {}
    unpriced = _unpriced(order.pk for order, _ in found.values())
    return {
        source: _sale(order, handed, amounts.get(source, {}), unpriced[order.pk])
        for source, (order, handed) in found.items()
    }


def _ids(sources: Iterable[Source], noun: str) -> list[int]:
    return [record for kind, record in sources if kind == noun]


def _amounts(sources: Iterable[Source]) -> dict[Source, dict[str, int]]:
    """What the facts of each say: the price, and the parts of an excess profit."""
    found: dict[Source, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    wanted = list(sources)
    for noun in {noun for noun, _ in wanted}:
        facts = Fact.objects.filter(source_kind=noun, source__among=_ids(wanted, noun))
        rows = facts.filter(kind__in=("line_revenue", UNPRICED, "excess")).order_by()
        for record, kind, tag, fen in rows.values_list("source", "kind", "tags").annotate(
            Sum("fen")
        ):
            if kind == "excess":
                found[noun, record][FLOOR if tag == FLOOR else "above"] += fen
            elif tag in ("vehicle", "discount"):
                found[noun, record]["price"] += fen
    return found


def _unpriced(orders: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The kinds of lines without a cost, by order."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    rows = OrderLine.objects.filter(order__among=list(orders), cost=None).order_by("order", "kind")
    for order, kind in rows.values_list("order", "kind").distinct():
        found[order] += (kind,)
    return found


def _sale(
    order: Order, handed: Delivery | None, amounts: Mapping[str, int], unpriced: tuple[str, ...]
) -> SaleSeen:
    floor = -amounts.get(FLOOR, 0)
    return SaleSeen(
        Link("order", order.pk, order.number), order.model, handed.vin if handed else "",
        order.signed_on, handed.on_date if handed else None, amounts.get("price"),
        floor or None, amounts.get("above", 0) - floor if floor else None, unpriced,
    )  # fmt: skip


def waiting_components(
    scope: Scope, rows: Iterable[PayException]
) -> dict[int, tuple[tuple[str, str], ...]]:
    """By exception: the components whose base its record leaves unknown, as its run has them."""
    asked = {
        (row.outlet_id, row.period, row.definition, row.source_kind, row.source): row.pk
        for row in rows
        if row.kind in ("missing_cost", "missing_floor")
    }
    if not asked:
        return {}
    lines = scope.pay_rows(PayLine).filter(
        code=NOT_KNOWN, source__in={key[-1] for key in asked},
        run__outlet__in={key[0] for key in asked}, run__period__in={key[1] for key in asked},
    )  # fmt: skip
    columns = ("run__outlet", "run__period", "run__definition", "source_kind", "source")
    found: dict[int, tuple[tuple[str, str], ...]] = defaultdict(tuple)
    names: dict[str, dict[str, tuple[str, str]]] = {}
    told = lines.order_by("component").values_list(*columns, "run__digest", "component")
    for *key, digest, component in told.distinct():
        if (row := asked.get(tuple(key))) is not None:
            called = names.get(digest) or names.setdefault(digest, components_of(digest))
            found[row] += (called.get(component, (component,) * 2),)
    return found
