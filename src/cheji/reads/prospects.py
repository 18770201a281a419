"""Customers and their prospects (意向): lists, and one of each with everything that happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cheji.reads.asking import EVERYTHING, Asked, Listing, Page, equals, flag, since, until
from cheji.reads.filters import customer_matches, in_outlet, of_person
from cheji.reads.seen import (
    CustomerSeen,
    Event,
    Link,
    Where,
    Who,
    customer_seen,
    identity_seen,
    known,
    newest_first,
    own_seen,
    where,
    who,
)
from cheji.records.models import Customer, Delivery, Prospect, ProspectStep
from cheji.records.visibility import Scope, Viewer, of, one


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer; `level` and `state` of the newest prospect that the viewer sees, else empty."""

    id: int
    customer: CustomerSeen
    number: str
    outlet: Where
    owner: Who | None
    channel: str
    created_on: date
    level: str
    state: str
    version: int
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProspectRow:
    """A prospect; `overdue` when an open one's next follow-up is past, `age` in days."""

    id: int
    number: str
    outlet: Where
    customer: CustomerSeen | None
    owner: Who | None
    level: str
    state: str
    channel: str
    model: str
    opened_on: date
    age: int
    closed_on: date | None
    expected_on: date | None
    next_follow_up_on: date | None
    overdue: bool
    reason: str
    rival: str
    version: int
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProspectDetail:
    """One prospect with its steps and what else the viewer sees of its customer."""

    row: ProspectRow
    note: str
    orders: tuple[Link, ...]
    timeline: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class CustomerDetail:
    """One customer with every prospect, order and visit that the viewer sees of him."""

    row: CustomerRow
    has_phone: bool
    identity: str
    consent_on: date | None
    note: str
    prospects: tuple[ProspectRow, ...]
    orders: tuple[Link, ...]
    timeline: tuple[Event, ...]


def customers(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[CustomerRow]:
    """Customers, newest first.

    Filters: outlet, owner, channel, company, level, state, since, until. Sorts: created_on,
    number. Search also finds a whole phone or ID number, or a phone's last four digits.
    """
    scope = of(viewer)
    return CUSTOMERS.page(scope, scope.customers(), asked, lambda rows: _ready(scope, rows))


def customer(viewer: Viewer, customer_id: int) -> CustomerDetail:
    """One customer.

    Raises:
        NotFound: he is not in scope.
    """
    scope = of(viewer)
    ready = _ready(scope, scope.customers())
    found = one(ready, "customer", customer_id, id=customer_id)
    cards = _ready_cards(scope, scope.prospects().filter(customer=found))
    rows = [_prospect_row(scope, card) for card in cards.order_by("-opened_on", "-id")]
    return CustomerDetail(
        _customer_row(scope, found),
        found.phone_cipher is not None,
        identity_seen(found),
        found.consent_on,
        found.note,
        tuple(rows),
        _order_links(scope, Q(customer=found)),
        newest_first(_events(scope, found.pk)),
    )


def prospects(viewer: Viewer, asked: Asked = EVERYTHING) -> Page[ProspectRow]:
    """Prospects, newest first; totals: open, overdue.

    Filters: outlet, owner, level, state, channel, model, due (by today), overdue, since, until.
    Sorts: opened_on, level, next_follow_up_on, expected_on, number.
    """
    scope = of(viewer)
    return PROSPECTS.page(scope, scope.prospects(), asked, lambda rows: _ready_cards(scope, rows))


def prospect(viewer: Viewer, prospect_id: int) -> ProspectDetail:
    """One prospect.

    Raises:
        NotFound: it is not in scope.
    """
    scope = of(viewer)
    found = one(_ready_cards(scope, scope.prospects()), "prospect", prospect_id, id=prospect_id)
    return ProspectDetail(
        _prospect_row(scope, found),
        found.note,
        _order_links(scope, Q(prospect=found)),
        newest_first(_events(scope, found.customer_id, found.pk)),
    )


# -- timelines ---------------------------------------------------------------------------------


def _order_links(scope: Scope, which: Q) -> tuple[Link, ...]:
    rows = scope.orders().filter(which).order_by("-signed_on", "-id")
    return tuple(Link("order", pk, number) for pk, number in rows.values_list("id", "number"))


def _events(scope: Scope, customer_id: int, card: int | None = None) -> Iterator[Event]:
    """What the viewer may know of a customer, or of one prospect of his."""
    yield from _steps(scope, customer_id, card)
    if card is None:
        yield from _visits_and_leads(scope, customer_id)
    wanted = Q(customer=customer_id) if card is None else Q(prospect=card)
    for order in scope.orders().filter(wanted):
        yield Event(order.signed_on, "order", order.pk, "signed", order.number)
        if order.cancelled_on:
            yield Event(order.cancelled_on, "order", order.pk, "cancelled", order.cancel_reason)
    orders = scope.orders().filter(wanted).values("id")
    for handed in scope.deliveries().filter(order__in=orders, void=False):
        yield _handed(handed)


def _handed(row: Delivery) -> Event:
    return Event(row.on_date, "delivery", row.pk, "delivered", row.vin)


def _steps(scope: Scope, customer_id: int, card: int | None) -> Iterator[Event]:
    cards = scope.prospects().filter(customer=customer_id)
    wanted = cards.filter(id=card) if card is not None else cards
    steps = ProspectStep.objects.filter(prospect__in=wanted.values("id")).select_related("owner")
    for step in steps.order_by("on_date", "id"):
        yield Event(
            step.on_date,
            "prospect",
            step.prospect_id,
            step.kind,
            step.reason,
            step.level,
            who(step.owner),
        )


def _visits_and_leads(scope: Scope, customer_id: int) -> Iterator[Event]:
    for visit in scope.visits().filter(customer=customer_id).select_related("person"):
        kind = "visit_first" if visit.first else "visit_return"
        yield Event(visit.on_date, "visit", visit.pk, kind, visit.note, who=who(visit.person))
    for lead in scope.leads().filter(customer=customer_id).select_related("person"):
        yield Event(lead.received_on, "lead", lead.pk, "lead", lead.provider, who=who(lead.person))


# -- rows --------------------------------------------------------------------------------------


def _ready(scope: Scope, rows: "QuerySet[Customer]") -> "QuerySet[Customer]":
    newest = scope.prospects().filter(customer=OuterRef("pk")).order_by("-opened_on", "-id")
    return rows.select_related("outlet", "owner").annotate(
        card_level=newest.values("level")[:1], card_state=newest.values("state")[:1]
    )


def _customer_rows(scope: Scope, rows: Sequence[Any]) -> list[CustomerRow]:
    return [_customer_row(scope, row) for row in rows]


def _customer_row(scope: Scope, row: Any) -> CustomerRow:
    seen = customer_seen(scope, row, known=True)
    assert seen is not None
    return CustomerRow(
        row.pk,
        seen,
        row.number,
        where(row.outlet),
        who(row.owner),
        row.channel,
        row.created_on,
        row.card_level or "",
        row.card_state or "",
        row.version,
        own_seen(scope, row.custom),
    )


def _ready_cards(scope: Scope, rows: "QuerySet[Prospect]") -> "QuerySet[Prospect]":
    joined = rows.select_related("outlet", "customer", "owner")
    return joined.annotate(known=known(scope))


def _prospect_rows(scope: Scope, rows: Sequence[Any]) -> list[ProspectRow]:
    return [_prospect_row(scope, row) for row in rows]


def _prospect_row(scope: Scope, row: Any) -> ProspectRow:
    on = scope.viewer.on
    due = row.next_follow_up_on
    return ProspectRow(
        row.pk,
        row.number,
        where(row.outlet),
        customer_seen(scope, row.customer, known=row.known),
        who(row.owner),
        row.level,
        row.state,
        row.channel,
        row.model,
        row.opened_on,
        max(((row.closed_on or on) - row.opened_on).days, 0),
        row.closed_on,
        row.expected_on,
        due,
        row.state == Prospect.State.OPEN and due is not None and due < on,
        row.reason,
        row.rival,
        row.version,
        own_seen(scope, row.custom),
    )


# -- lists -------------------------------------------------------------------------------------


def overdue(scope: Scope) -> Q:
    return Q(state=Prospect.State.OPEN, next_follow_up_on__lt=scope.viewer.on)


def due(scope: Scope) -> Q:
    """Open and to be followed up on the day, or earlier."""
    return Q(state=Prospect.State.OPEN, next_follow_up_on__lte=scope.viewer.on)


def _card(scope: Scope, **where_: object) -> Q:
    return Q(Exists(scope.prospects().filter(customer=OuterRef("pk"), **where_)))


def _totals(scope: Scope, rows: "QuerySet[Prospect]") -> tuple[tuple[str, int | None], ...]:
    sums = rows.aggregate(
        open=Count("id", filter=Q(state=Prospect.State.OPEN)),
        overdue=Count("id", filter=overdue(scope)),
    )
    return ("open", sums["open"]), ("overdue", sums["overdue"])


CUSTOMERS = Listing[Customer, CustomerRow](
    filters={
        "outlet": in_outlet(),
        "owner": of_person("owner"),
        "channel": equals("channel"),
        "company": flag("company"),
        "level": lambda scope, value: _card(scope, level__in=value.split(",")),
        "state": lambda scope, value: _card(scope, state__in=value.split(",")),
        "since": since("created_on"),
        "until": until("created_on"),
    },
    sorts={"created_on": ("created_on",), "number": ("number",)},
    default="-created_on",
    search=customer_matches,
    show=_customer_rows,
    own="customer",
)
PROSPECTS = Listing[Prospect, ProspectRow](
    filters={
        "outlet": in_outlet(),
        "owner": of_person("owner"),
        "level": equals("level"),
        "state": equals("state"),
        "channel": equals("channel"),
        "model": equals("model"),
        "due": lambda scope, _value: due(scope),
        "overdue": lambda scope, _value: overdue(scope),
        "since": since("opened_on"),
        "until": until("opened_on"),
    },
    sorts={
        "opened_on": ("opened_on",),
        "level": ("level",),
        "next_follow_up_on": ("next_follow_up_on",),
        "expected_on": ("expected_on",),
        "number": ("number",),
    },
    default="-opened_on",
    search=lambda scope, text: (
        Q(number__istartswith=text)
        | Q(model__icontains=text)
        | customer_matches(scope, text, "customer")
    ),
    show=_prospect_rows,
    totals=_totals,
    own="prospect",
)
