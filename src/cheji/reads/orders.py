"""Orders and deliveries: lists with totals, and one order with lines, shares and timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

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
from cheji.reads.filters import customer_matches, in_outlet
from cheji.reads.seen import (
    CustomerSeen,
    Event,
    Where,
    Who,
    customer_seen,
    known,
    newest_first,
    own_seen,
    where,
)
from cheji.records.models import Delivery, Order, OrderLine, OrderShare
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """A consultant's part of an order from a date on, in 1/10,000."""

    person: Who
    part: int
    since: date


@dataclass(frozen=True, slots=True)
class LineSeen:
    """One position; money in fen, None where the viewer sees no figures or a cost is not known.

    `unpriced` says the latter.
    """

    id: int
    kind: str
    title: str
    revenue: int | None
    cost: int | None
    gross: int | None
    unpriced: bool = False


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order; money in fen, None where the viewer sees no figures; `shares` now in force.

    An order of which a cost is not known is `unpriced` and has no gross.
    """

    id: int
    number: str
    outlet: Where
    customer: CustomerSeen | None
    model: str
    units: int
    delivered: int
    signed_on: date
    promised_on: date | None
    late: bool
    state: str
    channel: str
    deposit_kind: str
    deposit: int | None
    revenue: int | None
    gross: int | None
    cancelled_on: date | None
    shares: tuple[ShareSeen, ...]
    version: int
    unpriced: bool = False
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """Vehicles handed over against an order; a void one does not count."""

    id: int
    number: str
    order: int
    order_number: str
    outlet: Where
    customer: CustomerSeen | None
    model: str
    on: date
    units: int
    vin: str
    channel: str
    trade_in: bool
    void: bool
    days: int
    note: str
    version: int


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with everything on it; `prospect` and `customer` link where they may be opened."""

    row: OrderRow
    lines: tuple[LineSeen, ...]
    sharings: tuple[ShareSeen, ...]
    deliveries: tuple[DeliveryRow, ...]
    prospect: int | None
    prospect_number: str
    cancel_reason: str
    note: str
    timeline: tuple[Event, ...]


def orders(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[OrderRow]:
    """Orders, newest first; totals: units, revenue, gross (fen; None without figures), unpriced.

    The gross is that of the orders whose costs are known; without one of them there is none.
    `unpriced` counts the others.

    Filters: outlet, person, state, channel, model, late, cost (`unknown`, `known`), since, until,
    delivered (`FROM..TO`, both days included), cancelled_since, cancelled_until. Sorts: signed_on,
    number, state, promised_on.
    """
    scope = of(viewer)
    return ORDERS.page(scope, scope.orders(), asked, lambda rows: _ready(scope, rows))


def count(viewer: Viewer, asked: Asked) -> int:
    """How many orders fit, of those in scope."""
    scope = of(viewer)
    return ORDERS.narrowed(scope, scope.orders(), asked).count()


def order(viewer: Viewer, order_id: int) -> OrderDetail:
    """One order.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    rows = _ready(scope, scope.orders()).select_related("prospect").prefetch_related("lines")
    found = one(rows, "order", order_id, id=order_id)
    handed = _ready_deliveries(scope, scope.deliveries().filter(order=found))
    deliveries_ = tuple(_delivery_row(scope, row) for row in handed.order_by("on_date", "id"))
    card = scope.prospects().filter(id=found.prospect_id or 0).first()
    shares = tuple(_share(row) for row in found.shares.all())
    return OrderDetail(
        _row(scope, found),
        tuple(_line(scope, line) for line in found.lines.all()),
        shares,
        deliveries_,
        card.pk if card else None,
        card.number if card else "",
        found.cancel_reason,
        found.note,
        _timeline(found, shares, deliveries_),
    )


def deliveries(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[DeliveryRow]:
    """Deliveries, newest first; totals: units (without void ones).

    Filters: outlet, person, channel, model, trade_in, void, since, until. Sorts: on, number.
    """
    scope = of(viewer)
    ready = lambda rows: _ready_deliveries(scope, rows)  # noqa: E731  a name for the one use
    return DELIVERIES.page(scope, scope.deliveries(), asked, ready)


def delivery(viewer: Viewer, delivery_id: int) -> DeliveryRow:
    """One delivery.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    rows = _ready_deliveries(scope, scope.deliveries())
    return _delivery_row(scope, one(rows, "delivery", delivery_id, id=delivery_id))


# -- rows --------------------------------------------------------------------------------------


def _sum(column: str) -> Subquery:
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Subquery(lines.annotate(total=Sum(column)).values("total"))


def _handed() -> Subquery:
    handed = Delivery.objects.filter(order=OuterRef("pk"), void=False).order_by().values("order")
    return Subquery(handed.annotate(total=Sum("units")).values("total"))


def _ready(scope: Scope, rows: "QuerySet[Order]") -> "QuerySet[Order]":
    shares = OrderShare.objects.select_related("person").order_by("since", "id")
    return (
        rows.select_related("outlet", "customer")
        .prefetch_related(Prefetch("shares", shares))
        .annotate(
            known=known(scope),
            revenue=_sum("revenue"),
            cost=_sum("cost"),
            unpriced=Exists(_unpriced_lines()),
            handed=_handed(),
        )
    )


def _unpriced_lines() -> "QuerySet[OrderLine]":
    return OrderLine.objects.filter(order=OuterRef("pk"), cost=None)


def figures_shown(scope: Scope) -> bool:
    """Whether money of orders is the viewer's to see: with facts, not for care and stock."""
    return scope.viewer.sees("facts")


def _rows(scope: Scope, rows: Sequence[Any]) -> list[OrderRow]:
    return [_row(scope, row) for row in rows]


def _row(scope: Scope, row: Any) -> OrderRow:
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
    shares = [_share(share) for share in row.shares.all()]
    begun = [share.since for share in shares if share.since <= on]
    first = max(begun) if begun else min((share.since for share in shares), default=None)
    return tuple(share for share in shares if share.since == first)


def _share(share: OrderShare) -> ShareSeen:
    person = share.person
    return ShareSeen(Who(person.pk, person.number, person.name), share.share, share.since)


def _line(scope: Scope, line: OrderLine) -> LineSeen:
    if not figures_shown(scope):
        return LineSeen(line.pk, line.kind, line.title, None, None, None)
    if line.cost is None:
        return LineSeen(line.pk, line.kind, line.title, line.revenue, None, None, unpriced=True)
    gross = line.revenue - line.cost
    return LineSeen(line.pk, line.kind, line.title, line.revenue, line.cost, gross)


def _ready_deliveries(scope: Scope, rows: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
    joined = rows.select_related("order", "order__outlet", "order__customer")
    return joined.annotate(known=known(scope, "order__customer"))


def _delivery_rows(scope: Scope, rows: Sequence[Delivery]) -> list[DeliveryRow]:
    return [_delivery_row(scope, row) for row in rows]


def _delivery_row(scope: Scope, row: Any) -> DeliveryRow:
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


# -- lists -------------------------------------------------------------------------------------


def _order_totals(scope: Scope, rows: "QuerySet[Order]") -> tuple[tuple[str, int | None], ...]:
    units = rows.aggregate(n=Sum("units"))["n"] or 0
    if not figures_shown(scope):
        return ("units", units), ("revenue", None), ("gross", None), ("unpriced", None)
    lines = OrderLine.objects.filter(order__in=rows.order_by().values("id"))
    blank = OrderLine.objects.filter(cost=None).values("order")
    whole, kept_back = (
        found.aggregate(
            lines=Count("id"),
            orders=Count("order", distinct=True),
            brought=Sum("revenue", default=0),
            left=Sum(F("revenue") - F("cost"), default=0),
        )
        for found in (lines, lines.filter(order__in=blank))
    )
    unpriced = kept_back["orders"]
    known = whole["lines"] > kept_back["lines"] or not unpriced
    gross = whole["left"] - kept_back["left"] if known else None
    return ("units", units), ("revenue", whole["brought"]), ("gross", gross), ("unpriced", unpriced)


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
    handed = Delivery.objects.filter(order=OuterRef("pk"), void=False)
    missing = Q(Exists(_unpriced_lines())) & (~Q(state=Order.State.CANCELLED) | Q(Exists(handed)))
    return missing if value == "unknown" else ~missing


def _delivered(_scope: Scope, value: str) -> Q:
    first, _, last = value.partition("..")
    days = {"on_date__gte": day(first), "on_date__lte": day(last)}
    return Q(Exists(Delivery.objects.filter(order=OuterRef("pk"), void=False, **days)))


def _find_order(scope: Scope, text: str) -> Q:
    handed = Delivery.objects.filter(order=OuterRef("pk"), vin__iendswith=text)
    return (
        Q(number__istartswith=text)
        | Q(model__icontains=text)
        | Q(Exists(handed))
        | customer_matches(scope, text, "customer")
    )


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
    show=_rows,
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
    search=lambda scope, text: (
        Q(number__istartswith=text)
        | Q(order__number__istartswith=text)
        | Q(vin__iendswith=text)
        | customer_matches(scope, text, "order__customer")
    ),
    show=_delivery_rows,
    totals=_delivery_totals,
)
