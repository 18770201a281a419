"""Events that set held money free, and taking them back."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db.models import Max, Q, QuerySet

from cheji.actions.dates import happened
from cheji.actions.deeds import Deed
from cheji.actions.locking import changed, locked
from cheji.actions.pay.ground import Done, IsDecided, OwnPay, pay_duty
from cheji.actions.pay.taken import of_deal, to_ask_again, to_ask_back
from cheji.actions.pay.words import SHORT, checked
from cheji.engine.pay import RELEASES
from cheji.engine.periods import key_text, month_key
from cheji.records.calculations import any_of, split
from cheji.records.models import Delivery, ManualLine, Order, PayEvent, PayLine, PaySplit, Run
from cheji.records.pay_codes import BY_HAND, because_of, events_of, held_until, plans_until
from cheji.records.pay_events import Key, about, deals_of, named_by, stands
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import Words, one_of

OF_DEALS: Final = Words("须为交车（delivery）或订单（order）", "it must be a delivery or an order")


class WaitsNoMore(Refused):
    """What was held of order {order} waits for this no more: by {period} it was paid or ran out.

    If it is due all the same, ask for the amount as a typed line.
    """

    zh = (
        "订单 {order} 的暂扣已不再等待该事件：到 {period} 为止已发放、退还或到期作废。"
        "如仍应发放，请按金额申请手工项。"
    )


def release_event(
    *, by: Viewer, at: datetime, kind: str, source: str, on: date, evidence: str = ""
) -> Done:
    """Say that something happened to a deal that sets held money free: plates, a loan paid out.

    `kind` is an event that a pay plan of the outlet waits for, `source` the deal, as `delivery:12`
    or `order:5`; of an order it is about its deliveries too, whenever they are made. Entered anew
    after one that was taken back, what that asked back is asked for again as typed lines, which
    another approves.

    Raises:
        OwnPay: the viewer is paid for the deal.
        WaitsNoMore: closed runs have paid what was held of it, or it ran out.
    """
    with pay_duty("release_event", by=by, at=at, right="pay.release") as doing:
        noun, record = split(source)
        order, since = _deal(doing, noun, record)
        known = events_of(order.outlet_id)
        if kind not in known:
            named = {code: RELEASES.get(code, (code, code)) for code in known}
            raise BadValue(field="kind", value=kind, why=one_of(named))
        happened(on, today=by.on, field="on", since=since)
        _not_own(by, order)
        _still_waits(order, kind, noun, record)
        made = PayEvent.objects.create(
            outlet=order.outlet, kind=kind, source_kind=noun, source=record or 0, on_date=on,
            evidence=checked("evidence", evidence, SHORT, needed=False), made_by_id=by.user,
            made_at=at,
        )  # fmt: skip
        again = _asked_again(made, by, at)
        doing.tell(
            subject=made.pk, outlet=order.outlet_id, kind=kind, on=on, source=source, lines=again
        )
        return Done(made.pk, made.version)


def _deal(doing: Deed, noun: str, record: int | None) -> tuple[Order, date]:
    """The order of a deal of an outlet whose pay one sees, and the day since when there is one."""
    reach = doing.scope.reach("pay_runs")
    if noun == "order":
        orders: QuerySet[Order] = Order.objects.all()
        if not reach.everything:
            orders = orders.filter(outlet__in=reach.outlets)
        order = one(orders, "order", record, pk=record)
        return order, order.signed_on
    rows = Delivery.objects.filter(void=False).select_related("order__outlet")
    if noun != "delivery":
        raise BadValue(field="source", value=noun, why=OF_DEALS)
    if not reach.everything:
        rows = rows.filter(order__outlet__in=reach.outlets)
    delivery = one(rows, "delivery", record, pk=record)
    return delivery.order, delivery.on_date


def _not_own(by: Viewer, order: Order) -> None:
    """Nobody sets free what is held of his own deals."""
    if by.person is None:
        return
    own = order.shares.filter(person=by.person).exists()
    parts = PaySplit.objects.filter(order=order, approved=True).values_list("parts", flat=True)
    if own or any(who == by.person for split_ in parts for who, _share in split_):
        raise OwnPay


def _still_waits(order: Order, kind: str, noun: str, record: int | None) -> None:
    """Refuse an event that sets nothing free: of a car that is not closed yet it may."""
    cars = _cars(order) if noun == "order" else [record or 0]
    if not cars:
        return
    deals = about(noun, record)
    voided = PayEvent.objects.filter(any_of(named_by(deals)), kind=kind, void=True)
    lines = PayLine.objects.filter(
        any_of(deals), component__in=held_until(order.outlet_id, kind), run__state__in=Run.FIXED
    ).filter(Q(entry__in=("reserve", "release", "forfeit")) | Q(code="reserve_back"))
    rows = list(lines.values_list("source_kind", "source", "entry", "fen", "amount", "run__period"))
    held = -sum(int(amount) if entry == "forfeit" else fen for *_, entry, fen, amount, _on in rows)
    known = {number for one, number, *_ in rows if one == "delivery"}
    waits = held > 0 or _may_be_held(order, kind, {*cars} - known)
    if rows and not waits and not voided.exists():
        last = key_text("month", max(period for *_, period in rows))
        raise WaitsNoMore(order=order.number, period=last)


def _may_be_held(order: Order, kind: str, cars: AbstractSet[int]) -> bool:
    """Whether a plan that waits for such an event has yet to close the month of one of these."""
    last = order.deliveries.filter(pk__in=cars).aggregate(Max("on_date"))["on_date__max"]
    if last is None:
        return False
    closed = Run.objects.filter(
        kind="pay", grain="month", outlet=order.outlet_id, state__in=Run.FIXED,
        period__gte=month_key(last, order.outlet.closing_day),
    )  # fmt: skip
    codes = closed.order_by().values_list("definition", flat=True).distinct()
    return not plans_until(order.outlet_id, kind) <= {*codes}


def _cars(order: Order) -> list[int]:
    """The deliveries of an order that is handed over as a whole; none of one that still waits."""
    rows = list(order.deliveries.filter(void=False).values_list("pk", "units"))
    return [car for car, _ in rows] if sum(units for _, units in rows) >= order.units else []


def void_event(
    *, by: Viewer, at: datetime, event: int, reason: str, version: int | None = None
) -> Done:
    """Take back an event that did not happen.

    What closed runs released by it is asked back as typed lines, which another approves.

    Raises:
        IsDecided: it is taken back already.
    """
    with pay_duty("void_event", by=by, at=at, right="pay.release") as doing:
        row = locked(doing.scope.pay_events(), "event", event, version)
        if row.void:
            raise IsDecided
        said = checked("reason", reason)
        changed(row, void=True)
        back = _asked_back(row, said, by, at)
        doing.tell(subject=row.pk, outlet=row.outlet_id, reason=said, lines=back)
        return Done(row.pk, row.version)


def _asked_back(event: PayEvent, reason: str, by: Viewer, at: datetime) -> list[int]:
    """Amounts asked for by hand against what is paid because of such an event; their ids."""
    held = held_until(event.outlet_id, event.kind)
    wanted = [
        (deal, one._replace(fen=to_ask_back(one.fen, _lines(deal, one), held)))
        for deal in _deals(event)
        if not stands(event.kind, deal.key)
        for one in _sums([*_released(event, deal), *_typed(deal)])
        if one.fen > 0
    ]
    return [_asked(deal, one, reason, by, at) for deal, one in wanted if one.fen]


def _asked_again(event: PayEvent, by: Viewer, at: datetime) -> list[int]:
    """What was asked back when such an event was taken back: no run holds it any more; ids."""
    held = held_until(event.outlet_id, event.kind)
    wanted = [
        (deal, one._replace(fen=-to_ask_again(-one.fen, _lines(deal, one), held)))
        for deal in _deals(event)
        for one in _sums(_typed(deal))
        if one.fen < 0
    ]
    reason = event.on_date.isoformat()
    return [_asked(deal, one, reason, by, at) for deal, one in wanted if one.fen]


def _lines(deal: "_Deal", paid: "_Sum") -> list[PayLine]:
    return of_deal(deal.source, paid.person, paid.plan)


class _Deal(NamedTuple):
    """A deal that an event is about, with how the reasons of typed lines begin that name both."""

    key: Key
    source: str
    named: str


def _deals(event: PayEvent) -> list[_Deal]:
    sources = [(key, f"{key[0]}:{key[1]}") for key in deals_of(event)]
    return [_Deal(key, source, because_of(source, event.kind)) for key, source in sources]


def _released(event: PayEvent, deal: _Deal) -> Iterable[Sequence[Any]]:
    """What closed runs released of the deal because of such an event."""
    noun, record = deal.key
    rows = PayLine.objects.filter(
        source_kind=noun, source=record, run__state__in=Run.FIXED, entry="release",
        code="released", component__in=held_until(event.outlet_id, event.kind),
    ).order_by("id")  # fmt: skip
    return rows.values_list("run__outlet", "person", "run__definition", "run__period", "fen")


def _typed(deal: _Deal) -> Iterable[Sequence[Any]]:
    """Amounts that were asked for because of such an event of the deal, and not declined."""
    rows = ManualLine.objects.filter(reason__startswith=deal.named, component=BY_HAND)
    rows = rows.exclude(state=ManualLine.State.DECLINED).order_by("id")
    return rows.values_list("outlet", "person", "definition", "period", "fen")


class _Sum(NamedTuple):
    """Fen of a person under a plan at an outlet, with the last month of them."""

    outlet: int
    person: int
    plan: str
    period: int
    fen: int


def _sums(rows: Iterable[Sequence[Any]]) -> list[_Sum]:
    found: dict[tuple[Any, ...], _Sum] = {}
    for row in map(_Sum._make, rows):
        one = found.get(row[:3], row._replace(fen=0))
        found[row[:3]] = one._replace(period=max(one.period, row.period), fen=one.fen + row.fen)
    return list(found.values())


def _asked(deal: _Deal, paid: _Sum, reason: str, by: Viewer, at: datetime) -> int:
    """Ask for the opposite of a sum; the line's id."""
    made = ManualLine.objects.create(
        outlet_id=paid.outlet, period=paid.period, person_id=paid.person, definition=paid.plan,
        component=BY_HAND, fen=-paid.fen, reason=f"{deal.named}{reason}"[:SHORT],
        asked_by_id=by.user, asked_at=at,
    )  # fmt: skip
    return made.pk
