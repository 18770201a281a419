"""Writing signed orders, one or a hundred thousand: lines, shares, cards, and their facts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Max

from cheji.facts import post as post_facts
from cheji.facts.book import Book
from cheji.facts.new_orders import Card, NewOrders, Share, Signed, Step, post_new_orders
from cheji.records.bulk import copy, ids, table_of, update
from cheji.records.models import (
    Channel,
    Customer,
    Order,
    OrderLine,
    OrderShare,
    Prospect,
    ProspectStep,
)

from .numbers import many
from .order_cards import date_openings, day_of, days_of
from .prospects import NewCard, NewStep, add_steps, first_steps, open_cards
from .visits import recount

if TYPE_CHECKING:
    from .orders import Line

K = ProspectStep.Kind
OPENS = (K.OPENED, K.REACTIVATED, K.RETURNED)
CLOSED_CARD = ("id", "outlet", "customer", "closed_on")
ORDER_COLUMNS = (
    "id", "outlet_id", "number", "customer_id", "prospect_id", "channel", "model", "units",
    "signed_on", "promised_on", "deposit_kind", "deposit", "state", "cancel_reason", "note",
    "version",
)  # fmt: skip
LINE_COLUMNS = ("order_id", "kind", "title", "revenue", "cost")
SHARE_COLUMNS = ("order_id", "since", "person_id", "share")


class NewOrder(NamedTuple):
    """An order as entered; `customer` None when the source keeps none; shares in 1/10,000."""

    outlet: int
    number: str
    signed_on: date
    lines: "tuple[Line, ...]"
    shares: tuple[tuple[int, int], ...] = ()
    customer: int | None = None
    channel: str = Channel.WALK_IN.value
    model: str = ""
    units: int = 1
    promised_on: date | None = None
    deposit: int = 0
    deposit_kind: str = Order.Deposit.EARNEST.value
    note: str = ""


@dataclass(frozen=True)
class Written:
    """New orders in the order of their rows, and the cards that they opened or closed."""

    orders: list[int]
    opened: list[int]
    closed: list[int]


#: Outlet, customer and day of signing: who buys twice a day buys from one card.
Buyer = tuple[int, int, date]


@dataclass
class Cards:
    """The cards that orders close: found open, or opened on the day of the order."""

    of_buyer: dict[Buyer, int] = field(default_factory=dict)
    found: list[int] = field(default_factory=list)
    opened: dict[int, NewCard] = field(default_factory=dict)


def write(
    rows: Sequence[NewOrder],
    at: datetime,
    book: Book | None = None,
    *,
    added: Collection[int] = frozenset(),
) -> Written:
    """Write orders that are not there yet, with lines, shares and cards, and post their facts.

    A customer without an open card, or one written soon after, gets one on the day of the order:
    he counts as new intent and as an order of it (the source's rule for walk-ins who buy at
    once). Further orders of the same day stay on the card that the first one closed.

    Args:
        rows: the orders.
        at: when they are written.
        book: see `post`.
        added: customers who were added with these rows, so that nothing of theirs is there yet.
    """
    known = {row.customer for row in rows if row.customer is not None}.difference(added)
    cards = _cards(rows, known, at)
    new = ids(Order, len(rows))
    pairs = list(zip(new, rows, strict=True))
    orders = (_order(pk, row, cards) for pk, row in pairs)
    copy(table_of(Order), ORDER_COLUMNS, orders, streamed=True)
    copy(table_of(OrderLine), LINE_COLUMNS, _lines(pairs), streamed=True)
    copy(table_of(OrderShare), SHARE_COLUMNS, _shares(pairs), streamed=True)
    book = book or Book()
    post_facts("prospect", cards.found, at=at, book=book)
    post_new_orders(_new_orders(pairs, cards, known), at=at, book=book)
    recount(known, at, book)
    return Written(new, list(cards.opened), cards.found)


def _cards(rows: Sequence[NewOrder], known: set[int], at: datetime) -> Cards:
    """Find or open the card of each order's customer and close it as ordered."""
    first: dict[Buyer, NewOrder] = {}
    for row in sorted(rows, key=lambda r: r.signed_on):
        if row.customer is not None:
            first.setdefault(_buyer(row), row)
    cards = Cards()
    if known:
        _hold(known)
        _find(cards, {key: row for key, row in first.items() if row.customer in known}, known)
    missing = [row for key, row in first.items() if key not in cards.of_buyer]
    numbers = many("P", missing[0].signed_on, len(missing)) if missing else []
    new = [
        NewCard(
            row.outlet, number, row.customer or 0, row.signed_on, str(row.channel), row.model,
            "H", _first_person(row), ordered_on=row.signed_on,
        )
        for row, number in zip(missing, numbers, strict=True)
    ]  # fmt: skip
    _close(cards, first, at)
    cards.opened = dict(zip(open_cards(new, at), new, strict=True))
    for row, pk in zip(missing, cards.opened, strict=True):
        cards.of_buyer[_buyer(row)] = pk
    return cards


def _hold(customers: Collection[int]) -> None:
    """Who signs, loses or opens a card of these customers meanwhile waits, and sees what we did."""
    rows = Customer.objects.filter(id__among=customers)
    list(rows.order_by("id").select_for_update().values_list("id"))
    cards = Prospect.objects.filter(customer__among=customers, state=Prospect.State.OPEN)
    list(cards.order_by("id").select_for_update().values_list("id"))


def _buyer(row: NewOrder) -> Buyer:
    return row.outlet, row.customer or 0, row.signed_on


def _find(cards: Cards, first: dict[Buyer, NewOrder], customers: Collection[int]) -> None:
    """Cards ordered that very day, and the open card of one of each customer's orders."""
    known = Prospect.objects.filter(customer__among=customers)
    ordered = known.filter(state=Prospect.State.ORDERED).order_by("-id")
    for pk, outlet, customer, closed_on in ordered.values_list(*CLOSED_CARD):
        if (outlet, customer, closed_on) in first:
            cards.of_buyer[outlet, customer, closed_on] = pk
    opens = known.filter(state=Prospect.State.OPEN, steps__kind__in=OPENS)
    columns = opens.values_list("id", "outlet", "customer")
    days = days_of([buyer for buyer in first if buyer not in cards.of_buyer])
    since = columns.annotate(Max("steps__on_date"), Count("steps"))
    for pk, outlet, customer, opened, times in since:
        day = day_of(days[outlet, customer], opened, late=times == 1)
        if day is not None:
            cards.of_buyer[outlet, customer, day] = pk
            cards.found.append(pk)


def _close(cards: Cards, first: dict[Buyer, NewOrder], at: datetime) -> None:
    """Close the cards that were found open as ordered."""
    if not cards.found:
        return
    days = {pk: first[key].signed_on for key, pk in cards.of_buyer.items()}
    changing = list(Prospect.objects.filter(id__among=cards.found).order_by("id"))
    for card in changing:
        card.state, card.closed_on = Prospect.State.ORDERED, days[card.pk]
        card.version += 1
    steps = (NewStep(c.pk, days[c.pk], K.ORDERED, c.level, c.owner_id) for c in changing)
    add_steps(steps, at)
    update(changing, ["state", "closed_on", "version"])
    date_openings(changing)


def _first_person(row: NewOrder) -> int | None:
    return row.shares[0][0] if row.shares else None


def _order(pk: int, row: NewOrder, cards: Cards) -> tuple[object, ...]:
    card = cards.of_buyer.get(_buyer(row))
    return (
        pk, row.outlet, row.number, row.customer, card, str(row.channel), row.model, row.units,
        row.signed_on, row.promised_on, str(row.deposit_kind), row.deposit, "signed", "",
        row.note, 1,
    )  # fmt: skip


def _lines(pairs: Iterable[tuple[int, NewOrder]]) -> Iterable[tuple[object, ...]]:
    for pk, row in pairs:
        for line in row.lines:
            yield pk, str(line.kind), line.title, line.revenue, line.cost


def _shares(pairs: Iterable[tuple[int, NewOrder]]) -> Iterable[tuple[object, ...]]:
    for pk, row in pairs:
        for person, share in row.shares:
            yield pk, row.signed_on, person, share


def _new_orders(
    pairs: Sequence[tuple[int, NewOrder]], cards: Cards, known: Collection[int]
) -> NewOrders:
    """What the facts need of what was written."""
    return NewOrders(
        orders=[_signed(pk, row, cards) for pk, row in pairs],
        revenue={pk: sum(line.revenue for line in row.lines) for pk, row in pairs},
        shares={pk: tuple(map(Share._make, row.shares)) for pk, row in pairs},
        cards=[_card(pk, card) for pk, card in cards.opened.items()],
        steps={
            pk: [Step(s.on_date, s.kind, s.level, s.owner) for s in first_steps(pk, card)]
            for pk, card in cards.opened.items()
        },
        known=known,
    )


def _signed(pk: int, row: NewOrder, cards: Cards) -> Signed:
    card = cards.of_buyer.get(_buyer(row))
    return Signed(
        pk, row.outlet, row.customer, card, row.model, str(row.channel), row.units, row.signed_on
    )


def _card(pk: int, card: NewCard) -> Card:
    return Card(
        id=pk,
        outlet=card.outlet,
        opened_on=card.opened_on,
        closed_on=card.ordered_on,
        rival="",
        customer=card.customer,
        model=card.model,
        channel=card.channel,
    )
