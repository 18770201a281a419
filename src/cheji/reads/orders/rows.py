"""Rows of orders and deliveries as values: what a screen shows of each, by the viewer's scope."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, Sum

from cheji.reads.seen import Who, customer_seen, known, own_seen, where
from cheji.records.models import Delivery, Order, OrderLine, OrderShare
from cheji.records.visibility import Scope

from .shapes import DeliveryRow, LineSeen, OrderRow, ShareSeen


def _sum(column: str) -> Subquery:
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Subquery(lines.annotate(total=Sum(column)).values("total"))


def _handed() -> Subquery:
    handed = Delivery.objects.filter(order=OuterRef("pk"), void=False).order_by().values("order")
    return Subquery(handed.annotate(total=Sum("units")).values("total"))


def ready_orders(scope: Scope, rows: "QuerySet[Order]") -> "QuerySet[Order]":
    shares = OrderShare.objects.select_related("person").order_by("since", "id")
    return (
        rows.select_related("outlet", "customer")
        .prefetch_related(Prefetch("shares", shares))
        .annotate(
            known=known(scope),
            revenue=_sum("revenue"),
            cost=_sum("cost"),
            unpriced=Exists(OrderLine.objects.filter(order=OuterRef("pk"), cost=None)),
            handed=_handed(),
        )
    )


def figures_shown(scope: Scope) -> bool:
    """Whether money of orders is the viewer's to see: with facts, not for care and stock."""
    return scope.viewer.sees("facts")


def order_rows(scope: Scope, rows: Sequence[Any]) -> list[OrderRow]:
    return [order_row(scope, row) for row in rows]


def order_row(scope: Scope, row: Any) -> OrderRow:
    shown = figures_shown(scope)
    revenue, cost = row.revenue or 0, row.cost or 0
    is_open = row.state == Order.State.SIGNED
    late = is_open and row.promised_on is not None and row.promised_on < scope.viewer.on
    return OrderRow(
        row.pk,
        row.number,
        where(row.outlet),
        customer_seen(scope, row.customer, known=row.known),
        row.model,
        row.units,
        row.handed or 0,
        row.signed_on,
        row.promised_on,
        late,
        row.state,
        row.channel,
        row.deposit_kind,
        row.deposit if shown else None,
        revenue if shown else None,
        revenue - cost if shown and not row.unpriced else None,
        row.cancelled_on,
        _in_force(row, scope.viewer.on),
        row.version,
        unpriced=shown and row.unpriced,
        own=own_seen(scope, row.custom),
    )


def _in_force(row: Order, on: date) -> tuple[ShareSeen, ...]:
    """The latest set of shares that has begun; the first, when none has."""
    shares = [share_seen(share) for share in row.shares.all()]
    begun = [share.since for share in shares if share.since <= on]
    first = max(begun) if begun else min((share.since for share in shares), default=None)
    return tuple(share for share in shares if share.since == first)


def share_seen(share: OrderShare) -> ShareSeen:
    person = share.person
    return ShareSeen(Who(person.pk, person.number, person.name), share.share, share.since)


def line_seen(scope: Scope, line: OrderLine) -> LineSeen:
    if not figures_shown(scope):
        return LineSeen(line.pk, line.kind, line.title, None, None, None)
    if line.cost is None:
        return LineSeen(line.pk, line.kind, line.title, line.revenue, None, None, unpriced=True)
    gross = line.revenue - line.cost
    return LineSeen(line.pk, line.kind, line.title, line.revenue, line.cost, gross)


def ready_deliveries(scope: Scope, rows: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
    joined = rows.select_related("order", "order__outlet", "order__customer")
    return joined.annotate(known=known(scope, "order__customer"))


def delivery_rows(scope: Scope, rows: Sequence[Delivery]) -> list[DeliveryRow]:
    return [delivery_row(scope, row) for row in rows]


def delivery_row(scope: Scope, row: Any) -> DeliveryRow:
    parent = row.order
    return DeliveryRow(
        row.pk,
        row.number,
        parent.pk,
        parent.number,
        where(parent.outlet),
        customer_seen(scope, parent.customer, known=row.known),
        parent.model,
        row.on_date,
        row.units,
        row.vin,
        parent.channel,
        row.trade_in,
        row.void,
        (row.on_date - parent.signed_on).days,
        row.note,
        row.version,
    )
