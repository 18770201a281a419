"""Importing what follows an order: cancellations and deliveries."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from cheji.actions.deliveries import OrderIsCancelled, TooManyUnits, VinIsDelivered
from cheji.actions.locking import changed
from cheji.actions.order_cards import cancelling_moved, returned_on
from cheji.actions.prospects import NewStep, add_steps, post_cards
from cheji.facts import post as post_facts
from cheji.records.bulk import copy, ids, table_of, update
from cheji.records.models import Delivery, Order, Prospect, ProspectStep, Vehicle
from cheji.records.refusals import Refused

from .cards import card_snapshots
from .floor import numbered
from .given import not_cleared, require
from .lookups import Lookups
from .once import Once
from .plan import Committing, Entry, Planned, attempt, decide, resolve
from .sales import move_card, order_snapshots
from .simple import Resolved, snapshot

COLUMNS = (
    "id", "order_id", "number", "on_date", "units", "vin", "vehicle_id", "trade_in", "void",
    "note", "version",
)  # fmt: skip


class UnknownOrder(Refused):
    """There is no order “{number}” at {outlet}. Import orders first, or check the number."""

    zh = "{outlet} 没有订单号“{number}”。请先导入订单，或核对订单号。"


class BeforeSigning(Refused):
    """{on} lies before the order was signed on {since}. Check the date."""

    zh = "{on} 早于签单日期 {since}。请核对日期。"


class AlreadyDelivered(Refused):
    """Order “{number}” is delivered and cannot be cancelled. Take the delivery back first."""

    zh = "订单“{number}”已交车，不能退订。请先在交车页面“撤回”该交车。"


class DeliveryIsVoid(Refused):
    """Delivery “{number}” was taken back by hand. Give a new one another number."""

    zh = "交车记录“{number}”已被人工撤回。新的交车请使用其他编号。"


class OtherVin(Refused):
    """Delivery “{number}” is of frame number “{vin}”. Take it back first if that was wrong."""

    zh = "交车记录“{number}”的车架号为“{vin}”。如有误，请先撤回该交车。"


def orders_of(entries: Sequence[Entry], look: Lookups) -> list[tuple[Entry, Order]]:
    """Each row with its order; a row without one is a trouble."""
    pairs = resolve(entries, look, _order_key, "on_date")
    known = numbered(Order, [resolved for _, resolved in pairs])
    rows = ((entry, known.get(resolved.key)) for entry, resolved in pairs)
    return attempt(rows, look, _known_order, "on_date")


def _order_key(entry: Entry, look: Lookups) -> Resolved:
    outlet = look.outlet(entry.values["outlet_code"])
    look.happened(entry.values.get("on_date"))
    return Resolved((outlet.pk, entry.values["order_no"]), {})


def _known_order(entry: Entry, order: Order | None) -> Order:
    given = entry.values
    if order is None:
        raise UnknownOrder(number=given["order_no"], outlet=given["outlet_code"], column="order_no")
    if (given.get("on_date") or order.signed_on) < order.signed_on:
        raise BeforeSigning(on=given["on_date"], since=order.signed_on)
    return order


class Cancellations:
    """One row per cancelled order; the customer's card opens again."""

    right = "imports.write"

    def __init__(self) -> None:
        self._once = Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        def plan(entry: Entry, order: Order) -> Planned:
            return self._once.plan(order.pk, entry, look, lambda: self._planned(entry, order))

        return decide(orders_of(entries, look), look, plan, "order_no")

    def _planned(self, entry: Entry, order: Order) -> Planned:
        """The payload is the day and the reason; what the file does not say stays."""
        given = entry.values
        if order.state == Order.State.DELIVERED:
            raise AlreadyDelivered(number=order.number)
        again = order.state == Order.State.CANCELLED
        require(given, "on_date", record=order if again else None)
        told = given.get("on_date", order.cancelled_on), given.get("reason") or ""
        if not again:
            return Planned(entry, "create", told, order)
        if "reason" not in given:
            told = told[0], order.cancel_reason
        if told[0] != order.cancelled_on:
            cancelling_moved(order, told[0])
        same = told == (order.cancelled_on, order.cancel_reason)
        return Planned(entry, "same" if same else "update", told, order)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        rows = [row for row in planned if row.doing != "same"]
        befores = order_snapshots([row.record for row in rows])
        for row in rows:
            order = row.record
            before = befores[order.pk]
            order.state = Order.State.CANCELLED
            order.cancelled_on, order.cancel_reason = row.payload
            order.version += 1
            doing.touch("order", order.pk, before, order.version)
        orders = [row.record for row in rows]
        update(orders, ["state", "cancelled_on", "cancel_reason", "version"])
        for row in rows:
            if row.doing == "update":
                self._move_card(row.record, doing)
        self._return_cards([row for row in rows if row.doing == "create"], doing)
        post_facts("order", [order.pk for order in orders], at=doing.at, book=doing.book)

    def _move_card(self, order: Order, doing: Committing) -> None:
        """The card's return follows the corrected day."""
        assert order.cancelled_on is not None  # it was cancelled before
        moved = cancelling_moved(order, order.cancelled_on)
        if moved is not None:
            move_card(order, moved, doing)

    def _return_cards(self, rows: Sequence[Planned], doing: Committing) -> None:
        """Cards whose only order is cancelled are open again, unless the customer has another."""
        cards = Prospect.objects.in_bulk(
            [row.record.prospect_id for row in rows if row.record.prospect_id]
        )
        busy = set(
            Prospect.objects.filter(
                customer__in=[card.customer_id for card in cards.values()],
                state=Prospect.State.OPEN,
            ).values_list("customer", "outlet")
        )
        live = set(
            Order.objects.filter(prospect__in=cards)
            .filter(~Q(state=Order.State.CANCELLED) | Q(deliveries__void=False))
            .values_list("prospect", flat=True)
        )
        befores = card_snapshots(list(cards.values()))
        cancelled, returned = {}, []
        for row in rows:
            card = cards.pop(row.record.prospect_id or 0, None)
            if card is None or card.pk in live or (card.customer_id, card.outlet_id) in busy:
                continue
            busy.add((card.customer_id, card.outlet_id))
            doing.touch("prospect", card.pk, befores[card.pk], card.version + 1)
            card.state, card.closed_on, card.version = "open", None, card.version + 1
            cancelled[card.pk] = row.entry.values["on_date"]
            returned.append(card)
        on, kind = returned_on(cancelled), ProspectStep.Kind.RETURNED
        add_steps([NewStep(c.pk, on[c.pk], kind, c.level, c.owner_id) for c in returned], doing.at)
        update(returned, ["state", "closed_on", "version"])
        post_cards([card.pk for card in returned], doing.at, doing.book)


class Deliveries:
    """One row per hand-over; without a delivery number, date and VIN identify it."""

    right = "imports.write"

    def __init__(self) -> None:
        self._once = Once()

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Planned]:
        pairs = orders_of(entries, look)
        known = self._known([order.pk for _, order in pairs])
        vins = self._vins(entries)
        handed: Counter[int] = Counter()
        for delivery in known.values():
            handed[delivery.order_id] += 0 if delivery.void else delivery.units

        def plan(entry: Entry, order: Order) -> Planned:
            def do() -> Planned:
                return self._planned(entry, order, known, vins, handed)

            key = order.pk, delivery_number(entry.values)
            return self._once.plan(key, entry, look, do)

        return decide(pairs, look, plan, "order_no")

    def _known(self, orders: Sequence[int]) -> dict[Any, Delivery]:
        found: dict[Any, Delivery] = {}
        for delivery in Delivery.objects.filter(order__among=orders):
            found[delivery.order_id, delivery.number] = delivery
        return found

    def _vins(self, entries: Sequence[Entry]) -> dict[str, int]:
        vins = [entry.values.get("vin") for entry in entries if entry.values.get("vin")]
        taken = Delivery.objects.filter(vin__among=vins, void=False)
        return dict(taken.values_list("vin", "order"))

    def _planned(
        self,
        entry: Entry,
        order: Order,
        known: dict[Any, Delivery],
        vins: dict[str, int],
        handed: Counter[int],
    ) -> Planned:
        given = entry.values
        if order.state == Order.State.CANCELLED:
            raise OrderIsCancelled(number=order.number)
        number, vin = delivery_number(given), given.get("vin") or ""
        units = given.get("units") or order.units
        record = known.get((order.pk, number))
        require(given, "on_date", record=record)
        if record is not None:
            units = units if "units" in given else record.units
            handed[order.pk] += units - record.units
            return self._again(entry, record, order, (units, handed[order.pk]))
        if vin in vins:
            raise VinIsDelivered(vin=vin)
        left = order.units - handed[order.pk]
        if units > left:
            raise TooManyUnits(number=order.number, left=left, units=units)
        handed[order.pk] += units
        if vin:
            vins[vin] = order.pk
        return Planned(entry, "create", (number, units, handed[order.pk] == order.units), order)

    def _again(
        self, entry: Entry, record: Delivery, order: Order, told: tuple[int, int]
    ) -> Planned:
        """The row of a delivery that is there; told: its units, and those of the order with it."""
        units, handed = told
        if record.void:
            raise DeliveryIsVoid(number=record.number)
        not_cleared(entry.values, "vin")
        if entry.values.get("vin") not in (None, "", record.vin):
            raise OtherVin(number=record.number, vin=record.vin or "—", column="vin")
        if handed > order.units:
            left = order.units - handed + units
            raise TooManyUnits(number=order.number, left=left, units=units)
        day_and_memo = _day_and_memo(entry, record)
        same = (record.units, record.on_date, record.trade_in) == (units, *day_and_memo)
        done = handed == order.units
        return Planned(entry, "same" if same else "update", (record.number, units, done), record)

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        new = [row for row in planned if row.doing == "create"]
        again = [row for row in planned if row.doing == "update"]
        created = self._create(new, doing)
        self._update(again, doing)
        orders = [row.record.pk for row in new] + [row.record.order_id for row in again]
        post_facts("order", orders, at=doing.at, book=doing.book)
        if not again and self._whole(new):
            post_facts("delivery", created, at=doing.at, book=doing.book, fresh=True)
            return
        related = Delivery.objects.filter(order__among=orders).values_list("id", flat=True)
        post_facts("delivery", list(related), at=doing.at, book=doing.book)

    def _whole(self, rows: Sequence[Planned]) -> bool:
        """Whether every order is delivered in one part, so that no other delivery changes."""
        return all(row.payload[1] == row.record.units for row in rows)

    def _create(self, rows: Sequence[Planned], doing: Committing) -> list[int]:
        stock = self._stock(rows)
        new = ids(Delivery, len(rows))
        copy(
            table_of(Delivery),
            COLUMNS,
            (self._tuple(pk, row, stock) for pk, row in zip(new, rows, strict=True)),
        )
        for pk in new:
            doing.touch("delivery", pk)
        self._close([row.record for row in rows if row.payload[2]], doing)
        self._leave_stock(rows, stock, doing)
        return new

    def _stock(self, rows: Sequence[Planned]) -> dict[str, Vehicle]:
        """The vehicles that these deliveries take out of their own outlet's stock."""
        places = {
            row.entry.values["vin"]: (row.record.outlet_id, row.entry.values["on_date"])
            for row in rows
            if row.entry.values.get("vin")
        }
        held = Vehicle.objects.filter(vin__among=list(places), left_on__isnull=True)
        return {
            v.vin: v
            for v in held
            if v.outlet_id == places[v.vin][0] and v.stocked_on <= places[v.vin][1]
        }

    def _tuple(self, pk: int, row: Planned, stock: dict[str, Vehicle]) -> tuple[object, ...]:
        given, (number, units, _) = row.entry.values, row.payload
        vin = given.get("vin") or ""
        vehicle = stock[vin].pk if vin in stock else None
        return (
            pk, row.record.pk, number, given["on_date"], units, vin, vehicle,
            bool(given.get("trade_in")), False, "", 1,
        )  # fmt: skip

    def _close(self, orders: Sequence[Order], doing: Committing) -> None:
        for order in orders:
            doing.touch("order", order.pk, _standing(order), order.version + 1)
            order.state, order.version = Order.State.DELIVERED, order.version + 1
        update(orders, ["state", "version"])

    def _leave_stock(
        self, rows: Sequence[Planned], stock: dict[str, Vehicle], doing: Committing
    ) -> None:
        left: dict[str, date] = {
            row.entry.values["vin"]: row.entry.values["on_date"]
            for row in rows
            if row.entry.values.get("vin") in stock
        }
        for vin, on in left.items():
            doing.touch("vehicle", stock[vin].pk, snapshot(stock[vin]), stock[vin].version + 1)
            stock[vin].left_on, stock[vin].version = on, stock[vin].version + 1
        gone = [stock[vin] for vin in left]
        update(gone, ["left_on", "version"])
        post_facts("vehicle", [v.pk for v in gone], at=doing.at, book=doing.book)

    def _update(self, rows: Sequence[Planned], doing: Committing) -> None:
        orders = Order.objects.in_bulk([row.record.order_id for row in rows])
        for row in rows:
            record = row.record
            before = snapshot(record)
            record.units = row.payload[1]
            record.on_date, record.trade_in = _day_and_memo(row.entry, record)
            record.version += 1
            record.save()
            doing.touch("delivery", record.pk, before, record.version)
            order = orders[record.order_id]
            state = Order.State.DELIVERED if row.payload[2] else Order.State.SIGNED
            if order.state != state:
                doing.touch("order", order.pk, _standing(order), order.version + 1)
                changed(order, state=state.value)


def _standing(order: Order) -> dict[str, Any]:
    """What a delivery changes of its order, to restore it by."""
    return {"state": order.state, "version": order.version}


def _day_and_memo(entry: Entry, record: Delivery) -> tuple[date, bool]:
    """The day and the trade-in memo of a delivery as a row says, or as they are."""
    given = entry.values
    return given.get("on_date", record.on_date), bool(given.get("trade_in", record.trade_in))


def delivery_number(given: Any) -> str:
    """The row's own number, else its date and VIN."""
    if given.get("number"):
        return given["number"]
    require(given, "on_date")
    return f"{given['on_date']:%Y%m%d}{'-' if given.get('vin') else ''}{given.get('vin') or ''}"[
        :80
    ]
