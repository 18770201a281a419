"""Orders and deliveries: lists with totals, and one order with lines, shares and timeline."""

from .details import delivery, order
from .lists import DELIVERIES, MOST_SUMMED, ORDERS, count, deliveries, orders, shared_by
from .rows import figures_shown
from .shapes import DeliveryRow, LineSeen, OrderDetail, OrderRow, ShareSeen

__all__ = [
    "DELIVERIES",
    "MOST_SUMMED",
    "ORDERS",
    "DeliveryRow",
    "LineSeen",
    "OrderDetail",
    "OrderRow",
    "ShareSeen",
    "count",
    "deliveries",
    "delivery",
    "figures_shown",
    "order",
    "orders",
    "shared_by",
]
