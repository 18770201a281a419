"""Verbs of orders: sign, share, cancel."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Count, Max

from cheji.engine.kpis import decimal_text
from cheji.facts import post as post_facts
from cheji.facts.book import Book
from cheji.records.bulk import copy, ids, table_of, update
from cheji.records.models import (
    Channel,
    Customer,
    Delivery,
    Order,
    OrderLine,
    OrderShare,
    Prospect,
    ProspectStep,
)
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

from . import messages
from .customers import NewCustomer, keep_one
from .dates import happened
from .deeds import deed
from .filling import Values, first
from .filling import write as fill_in
from .locking import changed, locked
from .numbers import fresh, many
from .order_cards import date_openings, day_of, days_of, returned_on
from .outlets import default_owner, in_post, outlet_of
from .prospects import NewCard, NewStep, add_steps, open_cards, post_cards
from .visits import recount

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


class SharesDoNotAddUp(Refused):
    """The shares of order {number} add up to {sum} %, not 100 %. Correct the parts."""

    zh = "订单 {number} 的分成合计为 {sum}%，应为 100%。请更正。"


class NumberTaken(Refused):
    """Order number {number} is already used at this outlet. Choose another one."""

    zh = "本店已有订单号 {number}，请换一个。"


class BadParts(Refused):
    """Each share of order {number} names another person with more than 0 %. Correct the parts."""

    zh = "订单 {number} 的每份分成须对应不同的人员，且大于 0%。请更正。"


class NotSigned(Refused):
    """Order {number} is {state}; only an open order can be changed this way."""

    zh = "订单 {number} 状态为 {state}；只有未完成的订单可以这样修改。"


class NothingSold(Refused):
    """An order needs at least one vehicle line. Enter the vehicle's price."""

    zh = "订单至少要有一行整车。请填写车价。"


@dataclass(frozen=True, slots=True)
class Line:
    """A typed line; revenue and cost in fen.

    A cost that is not given is not known (None) of goods; all else costs nothing then: of
    insurance, finance or a licence the revenue is what the outlet itself earns.
    """

    kind: str
    revenue: int
    cost: int | None = None
    title: str = ""

    def __post_init__(self) -> None:
        """Tell a cost that is not known from none."""
        if self.cost is None and self.kind not in OrderLine.GOODS:
            object.__setattr__(self, "cost", 0)


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as entered; `customer` None when the source keeps none; shares in 1/10,000."""

    outlet: int
    number: str
    signed_on: date
    lines: tuple[Line, ...]
    shares: tuple[tuple[int, int], ...] = ()
    customer: int | None = None
    channel: str = Channel.WALK_IN
    model: str = ""
    units: int = 1
    promised_on: date | None = None
    deposit: int = 0
    deposit_kind: str = Order.Deposit.EARNEST
    note: str = ""


@dataclass(frozen=True)
class Done:
    id: int
    number: str


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
    opened: list[int] = field(default_factory=list)


def write(rows: Sequence[NewOrder], at: datetime, book: Book | None = None) -> Written:
    """Write orders that are not there yet, with lines, shares and cards, and post their facts.

    A customer without an open card, or one written soon after, gets one on the day of the order:
    he counts as new intent and as an order of it (the source's rule for walk-ins who buy at
    once). Further orders of the same day stay on the card that the first one closed.
    """
    cards = _cards(rows, at)
    new = ids(Order, len(rows))
    pairs = list(zip(new, rows, strict=True))
    copy(table_of(Order), ORDER_COLUMNS, (_order(pk, row, cards) for pk, row in pairs))
    copy(table_of(OrderLine), LINE_COLUMNS, _lines(pairs))
    copy(table_of(OrderShare), SHARE_COLUMNS, _shares(pairs))
    book = book or Book()
    post_facts("prospect", cards.found, at=at, book=book)
    post_facts("prospect", cards.opened, at=at, book=book, fresh=True)
    post_facts("order", new, at=at, book=book, fresh=True)
    recount({row.customer for row in rows}, at, book)
    return Written(new, cards.opened, cards.found)


def _cards(rows: Sequence[NewOrder], at: datetime) -> Cards:
    """Find or open the card of each order's customer and close it as ordered."""
    first: dict[Buyer, NewOrder] = {}
    for row in sorted(rows, key=lambda r: r.signed_on):
        if row.customer is not None:
            first.setdefault(_buyer(row), row)
    _hold({row.customer for row in first.values()})
    cards = Cards()
    _find(cards, first)
    missing = [row for key, row in first.items() if key not in cards.of_buyer]
    numbers = many("P", missing[0].signed_on, len(missing)) if missing else []
    new = [
        NewCard(
            row.outlet, number, row.customer or 0, row.signed_on, row.channel, row.model,
            Prospect.Level.H.value, _first_person(row), ordered_on=row.signed_on,
        )
        for row, number in zip(missing, numbers, strict=True)
    ]  # fmt: skip
    _close(cards, first, at)
    cards.opened = open_cards(new, at)
    for row, pk in zip(missing, cards.opened, strict=True):
        cards.of_buyer[_buyer(row)] = pk
    return cards


def _hold(customers: Collection[int | None]) -> None:
    """Who signs, loses or opens a card of these customers meanwhile waits, and sees what we did."""
    rows = Customer.objects.filter(id__among=customers)
    list(rows.order_by("id").select_for_update().values_list("id"))
    cards = Prospect.objects.filter(customer__among=customers, state=Prospect.State.OPEN)
    list(cards.order_by("id").select_for_update().values_list("id"))


def _buyer(row: NewOrder) -> Buyer:
    return row.outlet, row.customer or 0, row.signed_on


def _find(cards: Cards, first: dict[Buyer, NewOrder]) -> None:
    """Cards ordered that very day, and the open card of one of each customer's orders."""
    known = Prospect.objects.filter(customer__among={customer for _, customer, _ in first})
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
        row.signed_on, row.promised_on, str(row.deposit_kind), row.deposit,
        Order.State.SIGNED.value, "", row.note, 1,
    )  # fmt: skip


def _lines(pairs: Iterable[tuple[int, NewOrder]]) -> Iterable[tuple[object, ...]]:
    for pk, row in pairs:
        for line in row.lines:
            yield pk, str(line.kind), line.title, line.revenue, line.cost


def _shares(pairs: Iterable[tuple[int, NewOrder]]) -> Iterable[tuple[object, ...]]:
    for pk, row in pairs:
        for person, share in row.shares:
            yield pk, row.signed_on, person, share


def check_shares(number: str, shares: Sequence[tuple[int, int]]) -> None:
    """Refuse shares that do not add up to the whole, or are not parts of different people."""
    if not shares:
        return
    if len({person for person, _ in shares}) < len(shares) or min(s for _, s in shares) < 1:
        raise BadParts(number=number)
    total = sum(share for _, share in shares)
    if total != 10_000:
        raise SharesDoNotAddUp(number=number, sum=decimal_text(Fraction(total, 100)))


def sign(
    *,
    by: Viewer,
    at: datetime,
    outlet: int,
    on: date,
    lines: Sequence[Line],
    name: str = "",
    phone: str = "",
    customer: int | None = None,
    shares: Sequence[tuple[int, int]] = (),
    channel: str = Channel.WALK_IN,
    model: str = "",
    units: int = 1,
    number: str = "",
    promised_on: date | None = None,
    deposit: int = 0,
    deposit_kind: str = Order.Deposit.EARNEST,
    note: str = "",
    own: Values | None = None,
    customer_own: Values | None = None,
) -> Done:
    """Sign an order: contract and first money (定金/订金/全款).

    `own` are the house's own fields of the order, `customer_own` those of a customer who is added.
    """
    with deed("orders.sign", by=by, at=at, right="orders.write") as doing:
        where = outlet_of(doing.scope, outlet)
        happened(on, today=by.on, field="on")
        if units < 1 or not any(line.kind == OrderLine.Kind.VEHICLE for line in lines):
            raise NothingSold
        number = number or fresh("O", on)
        if Order.objects.filter(outlet=where, number=number).exists():
            raise NumberTaken(number=number)
        check_shares(number, shares)
        me = default_owner(doing.scope, where, on)
        whose = tuple(shares) or (((me, 10_000),) if me else ())
        for person, _ in whose:
            in_post(person, where, on)
        if customer is not None:
            here = doing.scope.customers().filter(outlet=where)
            customer = locked(here, "customer", customer).pk
        elif name or phone:
            owner = whose[0][0] if whose else None
            new = NewCustomer(outlet, name, on, phone, channel=channel, owner=owner)
            customer = keep_one(new, customer_own, doing)
        row = NewOrder(
            outlet, number, on, tuple(lines), whose, customer, channel, model, units,
            promised_on, deposit, deposit_kind, note,
        )  # fmt: skip
        values = first("order", own, by)
        pk = write([row], at).orders[0]
        if values:
            fill_in("order", {pk: values}, at)
        doing.tell(subject=pk, outlet=outlet, number=number, on=on, shares=whose, units=units)
        return Done(pk, number)


def share_out(
    *,
    by: Viewer,
    at: datetime,
    order: int,
    version: int,
    on: date,
    shares: Sequence[tuple[int, int]],
    reason: str = "",
) -> Done:
    """Hand an open order over, or share it, from a day on; what was before stays."""
    with deed("orders.share_out", by=by, at=at, right="prospects.assign") as doing:
        row = locked(doing.scope.orders(), "order", order, version)
        if row.state != Order.State.SIGNED:
            raise NotSigned(number=row.number, state=row.state)
        happened(on, today=by.on, field="on", since=row.signed_on)
        if not shares:
            raise SharesDoNotAddUp(number=row.number, sum="0")
        check_shares(row.number, shares)
        for person, _ in shares:
            in_post(person, row.outlet, on)
        held = set(row.shares.values_list("person", flat=True))
        OrderShare.objects.filter(order=row, since=on).delete()
        parts = [OrderShare(order=row, since=on, person_id=p, share=s) for p, s in shares]
        OrderShare.objects.bulk_create(parts)
        row.version += 1
        row.save(update_fields=["version"])
        post_facts("order", [order], at=at)
        post_facts("delivery", list(row.deliveries.values_list("id", flat=True)), at=at)
        body = {"noun": "order", "id": order, "number": row.number}
        new = [person for person, _ in shares if person not in held]
        messages.tell_others(by, new, "orders.shared", body, at)
        doing.tell(subject=order, outlet=row.outlet_id, on=on, shares=list(shares), reason=reason)
        return Done(order, row.number)


def cancel(
    *,
    by: Viewer,
    at: datetime,
    order: int,
    version: int,
    on: date,
    reason: str,
    returns: bool = True,
) -> Done:
    """Cancel an open order (退订); the customer's card opens again unless `returns` is False."""
    with deed("orders.cancel", by=by, at=at, right="orders.cancel") as doing:
        row = locked(doing.scope.orders(), "order", order, version)
        if row.state != Order.State.SIGNED:
            raise NotSigned(number=row.number, state=row.state)
        happened(on, today=by.on, field="on", since=row.signed_on)
        cancel_order(row, on, reason, at, returns=returns)
        doing.tell(subject=order, outlet=row.outlet_id, on=on, reason=reason)
        return Done(order, row.number)


def cancel_order(row: Order, on: date, reason: str, at: datetime, *, returns: bool) -> None:
    """Write the cancellation and post; the caller runs the transaction and the audit."""
    changed(row, state=Order.State.CANCELLED, cancelled_on=on, cancel_reason=reason)
    if returns and row.prospect is not None:
        _return_card(row.prospect, on, reason, at)
    post_facts("order", [row.pk], at=at)


def _return_card(card: Prospect, on: date, reason: str, at: datetime) -> None:
    others = Prospect.objects.filter(
        customer=card.customer_id, outlet=card.outlet_id, state=Prospect.State.OPEN
    )
    live = Order.objects.filter(prospect=card).exclude(state=Order.State.CANCELLED)
    handed = Delivery.objects.filter(order__prospect=card, void=False)
    busy = others.exists() or live.exists() or handed.exists()
    if busy or card.state != Prospect.State.ORDERED:
        return
    on = returned_on(card.pk, on)
    add_steps([NewStep(card.pk, on, K.RETURNED, card.level, card.owner_id, reason)], at)
    changed(card, state=Prospect.State.OPEN, closed_on=None)
    post_cards([card.pk], at)
