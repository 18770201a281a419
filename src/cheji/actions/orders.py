"""Verbs of orders: sign, share, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from cheji.engine.kpis import decimal_text
from cheji.facts import post as post_facts
from cheji.records.models import (
    Channel,
    Delivery,
    Order,
    OrderLine,
    OrderShare,
    Prospect,
    ProspectStep,
    Unit,
)
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer
from cheji.records.words import ORDERS

from . import messages
from .customers import NewCustomer, customer_of
from .dates import happened
from .deeds import Deed, deed
from .filling import Values, first
from .filling import write as fill_in
from .locking import changed, locked
from .numbers import fresh
from .order_cards import returned_on
from .outlets import default_owner, in_post, outlet_of
from .prospects import NewStep, add_steps, post_cards
from .signing import NewOrder, write

K = ProspectStep.Kind


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


@dataclass(frozen=True)
class Done:
    id: int
    number: str


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
        number = _free(where, number or fresh("O", on))
        whose = _whose(doing, where, number, shares, on)
        owner = whose[0][0] if whose else None
        new = NewCustomer(outlet, name, on, phone, channel=channel, owner=owner)
        customer = customer_of(doing, where, customer, new, customer_own)
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


def _free(where: Unit, number: str) -> str:
    if Order.objects.filter(outlet=where, number=number).exists():
        raise NumberTaken(number=number)
    return number


def _whose(
    doing: Deed, where: Unit, number: str, shares: Sequence[tuple[int, int]], on: date
) -> tuple[tuple[int, int], ...]:
    """The shares of a new order: those given, else all of it for who enters it."""
    check_shares(number, shares)
    me = default_owner(doing.scope, where, on)
    whose = tuple(shares) or (((me, 10_000),) if me else ())
    for person, _ in whose:
        in_post(person, where, on)
    return whose


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
            raise NotSigned(number=row.number, state=ORDERS[row.state])
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
            raise NotSigned(number=row.number, state=ORDERS[row.state])
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
    on = returned_on({card.pk: on})[card.pk]
    add_steps([NewStep(card.pk, on, K.RETURNED, card.level, card.owner_id, reason)], at)
    changed(card, state=Prospect.State.OPEN, closed_on=None)
    post_cards([card.pk], at)
