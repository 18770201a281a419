"""One order with everything on it, and one delivery."""

from collections.abc import Sequence

from cheji.facts.said.excess import margin_of
from cheji.reads.seen import Event, newest_first
from cheji.records.models import Order
from cheji.records.visibility import Viewer, of, one

from .rows import (
    delivery_row,
    line_seen,
    order_row,
    ready_deliveries,
    ready_orders,
    share_seen,
)
from .shapes import DeliveryRow, OrderDetail, ShareSeen


def order(viewer: Viewer, order_id: int) -> OrderDetail:
    """One order.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    rows = ready_orders(scope, scope.orders()).select_related("prospect").prefetch_related("lines")
    found = one(rows, "order", order_id, id=order_id)
    handed = ready_deliveries(scope, scope.deliveries().filter(order=found))
    deliveries_ = tuple(delivery_row(scope, row) for row in handed.order_by("on_date", "id"))
    card = scope.prospects().filter(id=found.prospect_id or 0).first()
    shares = tuple(share_seen(row) for row in found.shares.all())
    return OrderDetail(
        order_row(scope, found),
        tuple(line_seen(scope, line) for line in found.lines.all()),
        shares,
        deliveries_,
        card.pk if card else None,
        card.number if card else "",
        found.cancel_reason,
        found.note,
        _timeline(found, shares, deliveries_),
        *(margin_of(found) if viewer.sees("facts") else ()),
    )


def delivery(viewer: Viewer, delivery_id: int) -> DeliveryRow:
    """One delivery.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    rows = ready_deliveries(scope, scope.deliveries())
    return delivery_row(scope, one(rows, "delivery", delivery_id, id=delivery_id))


def _timeline(
    row: Order, shares: Sequence[ShareSeen], handed: Sequence[DeliveryRow]
) -> tuple[Event, ...]:
    events = [Event(row.signed_on, "order", row.pk, "signed", row.number)]
    events += [
        Event(share.since, "order", row.pk, "handed_over", who=share.person)
        for share in shares
        if share.since > row.signed_on
    ]
    events += [
        Event(item.on, "delivery", item.id, "void" if item.void else "delivered", item.vin)
        for item in handed
    ]
    if row.cancelled_on:
        events.append(Event(row.cancelled_on, "order", row.pk, "cancelled", row.cancel_reason))
    return newest_first(events)
