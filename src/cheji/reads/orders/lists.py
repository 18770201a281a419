"""Lists of orders and deliveries, newest first, with what they add up to."""

from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from cheji.reads.asking import (
    EVERYTHING,
    Asked,
    Filtering,
    Listing,
    Page,
    day,
    equals,
    flag,
    since,
    until,
)
from cheji.reads.filters import contains, customer_matches, in_outlet
from cheji.records.models import Delivery, Order, OrderLine, OrderShare
from cheji.records.visibility import Scope, Viewer, of

from .rows import (
    delivery_rows,
    figures_shown,
    order_rows,
    ready_deliveries,
    ready_orders,
)
from .shapes import DeliveryRow, OrderRow

MOST_SUMMED: Final = 10_000  # orders whose positions are added up below a list
_UNPRICED: Final = Q(pk__in=OrderLine.objects.filter(cost=None).values("order"))


def orders(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[OrderRow]:
    """Orders, newest first; totals: units, revenue, gross (fen; None without figures), unpriced.

    The gross is that of the orders whose costs are known; without one of them there is none.
    `unpriced` counts the others. Of more than 10,000 orders the units alone are added up.

    Filters: outlet, person, state, channel, model, late, cost (`unknown`, `known`), since, until,
    delivered (`FROM..TO`, both days included), cancelled_since, cancelled_until. Sorts: signed_on,
    number, state, promised_on.
    """
    scope = of(viewer)
    return ORDERS.page(scope, scope.orders(), asked, lambda rows: ready_orders(scope, rows))


def count(viewer: Viewer, asked: Asked) -> int:
    """How many orders fit, of those in scope."""
    scope = of(viewer)
    return ORDERS.narrowed(scope, scope.orders(), asked).count()


def deliveries(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[DeliveryRow]:
    """Deliveries, newest first; totals: units (without void ones).

    Filters: outlet, person, channel, model, trade_in, void, since, until. Sorts: on, number.
    """
    scope = of(viewer)
    ready = lambda rows: ready_deliveries(scope, rows)  # noqa: E731  a name for the one use
    return DELIVERIES.page(scope, scope.deliveries(), asked, ready)


def _order_totals(scope: Scope, rows: "QuerySet[Order]") -> tuple[tuple[str, int | None], ...]:
    found = rows.aggregate(count=Count("id"), units=Sum("units", default=0))
    units = found["units"]
    if not figures_shown(scope) or found["count"] > MOST_SUMMED:
        return ("units", units), ("revenue", None), ("gross", None), ("unpriced", None)
    whole = _lines_added(rows)
    kept_back = _lines_added(rows.filter(_UNPRICED))
    unpriced = rows.filter(_UNPRICED).count()
    known = whole["lines"] > kept_back["lines"] or not unpriced
    gross = whole["left"] - kept_back["left"] if known else None
    return ("units", units), ("revenue", whole["brought"]), ("gross", gross), ("unpriced", unpriced)


def _lines_added(rows: "QuerySet[Order]") -> dict[str, int]:
    lines = OrderLine.objects.filter(order__in=rows.order_by().values("id"))
    return lines.aggregate(
        lines=Count("id"),
        brought=Sum("revenue", default=0),
        left=Sum(F("revenue") - F("cost"), default=0),
    )


def _delivery_totals(
    _scope: Scope, rows: "QuerySet[Delivery]"
) -> tuple[tuple[str, int | None], ...]:
    return (("units", rows.filter(void=False).aggregate(n=Sum("units"))["n"] or 0),)


def shared_by(column: str = "pk") -> Filtering:
    """By staff numbers of those who have or had a share; `-` is without any."""

    def narrow(_scope: Scope, value: str) -> Q:
        shares = OrderShare.objects.filter(order=OuterRef(column))
        if value == "-":
            return ~Q(Exists(shares))
        return Q(Exists(shares.filter(person__number__in=value.split(","))))

    return narrow


def _late(scope: Scope, value: str) -> Q:
    late = Q(state=Order.State.SIGNED, promised_on__lt=scope.viewer.on)
    return late if value in {"1", "true", "yes"} else ~late


def _cost(scope: Scope, value: str) -> Q:
    """By whether all costs are known; a cancelled order of which nothing is handed over needs none.

    It fits nothing for whom no figures are shown.
    """
    if not figures_shown(scope):
        return Q(pk__in=[])
    handed = Q(pk__in=Delivery.objects.filter(void=False).values("order"))
    missing = _UNPRICED & (~Q(state=Order.State.CANCELLED) | handed)
    return missing if value == "unknown" else ~missing


def _delivered(_scope: Scope, value: str) -> Q:
    first, _, last = value.partition("..")
    days = {"on_date__gte": day(first), "on_date__lte": day(last)}
    return Q(Exists(Delivery.objects.filter(order=OuterRef("pk"), void=False, **days)))


def _find_order(scope: Scope, text: str) -> Q:
    found = Q(number__istartswith=text) | contains("model", text)
    found |= customer_matches(scope, text, "customer")
    if not text.isascii():
        return found
    handed = Delivery.objects.filter(vin__iendswith=text).exclude(vin="").values("order")
    return found | Q(pk__in=handed)


def _find_delivery(scope: Scope, text: str) -> Q:
    found = Q(number__istartswith=text) | Q(order__number__istartswith=text)
    found |= customer_matches(scope, text, "order__customer")
    return found | Q(vin__iendswith=text) if text.isascii() else found


ORDERS = Listing[Order, OrderRow](
    filters={
        "outlet": in_outlet(),
        "person": shared_by(),
        "state": equals("state"),
        "channel": equals("channel"),
        "model": equals("model"),
        "late": _late,
        "cost": _cost,
        "delivered": _delivered,
        "since": since("signed_on"),
        "until": until("signed_on"),
        "cancelled_since": since("cancelled_on"),
        "cancelled_until": until("cancelled_on"),
    },
    sorts={
        "signed_on": ("signed_on",),
        "number": ("number",),
        "state": ("state",),
        "promised_on": ("promised_on",),
    },
    default="-signed_on",
    search=_find_order,
    show=order_rows,
    totals=_order_totals,
    own="order",
)
DELIVERIES = Listing[Delivery, DeliveryRow](
    filters={
        "outlet": in_outlet("order__outlet"),
        "person": shared_by("order"),
        "channel": equals("order__channel"),
        "model": equals("order__model"),
        "trade_in": flag("trade_in"),
        "void": flag("void"),
        "since": since("on_date"),
        "until": until("on_date"),
    },
    sorts={"on": ("on_date",), "number": ("number",)},
    default="-on",
    search=_find_delivery,
    show=delivery_rows,
    totals=_delivery_totals,
)
