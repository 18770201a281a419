"""Verbs of deliveries: hand vehicles over, or take a wrong entry back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from cheji.facts import post as post_facts
from cheji.records.models import Delivery, Order, Vehicle
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, one

from .dates import happened
from .deeds import amended, deed
from .locking import changed, locked, told


class OrderIsCancelled(Refused):
    """Order {number} is cancelled and cannot be delivered. Sign a new order."""

    zh = "订单 {number} 已退订，不能交车。请另签新订单。"


class TooManyUnits(Refused):
    """Order {number} has {left} units left to deliver, not {units}."""

    zh = "订单 {number} 还有 {left} 台未交，不能交 {units} 台。"


class VinIsDelivered(Refused):
    """The frame number {vin} is already delivered. Check the number."""

    zh = "车架号 {vin} 已经交车。请核对车架号。"


class NoUnits(Refused):
    """{units} is not a number of vehicles. Enter 1 or more."""

    zh = "台数 {units} 无效，请填写 1 或以上。"


class AlreadyVoid(Refused):
    """This delivery was taken back before. Nothing is left to do."""

    zh = "该交车记录此前已作废，无需再次操作。"


@dataclass(frozen=True)
class Done:
    id: int
    number: str


def deliver(
    *,
    by: Viewer,
    at: datetime,
    order: int,
    on: date,
    vin: str = "",
    units: int = 1,
    trade_in: bool = False,
    note: str = "",
) -> Done:
    """Hand vehicles of an order over (交车); a vehicle in stock with that VIN leaves it."""
    with deed("deliveries.deliver", by=by, at=at, right="deliveries.write") as doing:
        row = locked(doing.scope.orders(), "order", order)
        happened(on, today=by.on, field="on", since=row.signed_on)
        delivery = add(row, on, vin, units, trade_in=trade_in, note=note)
        post(row, delivery, at)
        doing.tell(subject=delivery.pk, outlet=row.outlet_id, order=row.number, on=on, vin=vin)
        return Done(delivery.pk, delivery.number)


def add(
    row: Order, on: date, vin: str, units: int, *, trade_in: bool, note: str = "", number: str = ""
) -> Delivery:
    """Write a delivery of a locked order; the caller posts."""
    if row.state == Order.State.CANCELLED:
        raise OrderIsCancelled(number=row.number)
    left = open_units(row)
    _fits(row, units, left)
    count = row.deliveries.count()
    vehicle = in_stock(row.outlet_id, [vin], on).get(vin) if vin else None
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                order=row,
                number=number or f"{row.number}-{count + 1}",
                on_date=on,
                units=units,
                vin=vin,
                vehicle=vehicle,
                trade_in=trade_in,
                note=note,
            )
    except IntegrityError as clash:
        raise VinIsDelivered(vin=vin or number) from clash
    if vehicle:
        changed(vehicle, left_on=on)
    if units == left:
        changed(row, state=Order.State.DELIVERED)
    return delivery


def _fits(row: Order, units: int, left: int) -> None:
    if units < 1:
        raise NoUnits(units=units)
    if units > left:
        raise TooManyUnits(number=row.number, left=left, units=units)


def amend(
    *,
    by: Viewer,
    at: datetime,
    delivery: int,
    version: int,
    reason: str,
    on: date,
    vin: str = "",
    units: int = 1,
    trade_in: bool = False,
    note: str = "",
) -> Done:
    """Correct a delivery that stands; its vehicles leave stock, or return to it, accordingly."""
    with deed("deliveries.amend", by=by, at=at, right="deliveries.amend") as doing:
        visible = one(doing.scope.deliveries(), "delivery", delivery, pk=delivery)
        order = Order.objects.select_for_update().get(pk=visible.order_id)
        row = locked(doing.scope.deliveries(), "delivery", delivery, version)
        if row.void:
            raise AlreadyVoid
        happened(on, today=by.on, field="on", since=order.signed_on)
        _fits(order, units, open_units(order) + row.units)
        before = row.vehicle_id
        vehicle = _instead(row, order, vin, on)
        differs = _rewrite(
            row, on_date=on, vin=vin, units=units, trade_in=trade_in, note=note, vehicle=vehicle
        )
        amended(reason, differs)
        differs.pop("vehicle", None)
        if order.state != Order.State.CANCELLED:
            done = open_units(order) == 0
            changed(order, state=Order.State.DELIVERED if done else Order.State.SIGNED)
        post(order, row, at)
        post_facts("vehicle", [before] if before else [], at=at)
        doing.tell(subject=delivery, outlet=order.outlet_id, changes=told(differs), reason=reason)
        return Done(delivery, row.number)


def _rewrite(row: Delivery, **values: object) -> dict[str, list[object]]:
    try:
        with transaction.atomic():
            return changed(row, **values)
    except IntegrityError as clash:
        raise VinIsDelivered(vin=row.vin) from clash


def _instead(row: Delivery, order: Order, vin: str, on: date) -> Vehicle | None:
    """The vehicle in stock that the delivery takes now; another one that it took is back."""
    held = row.vehicle
    if vin == row.vin:
        if held is not None:
            changed(held, left_on=max(on, held.stocked_on))
        return held
    if held is not None:
        _return_to_stock(held)
    vehicle = in_stock(order.outlet_id, [vin], on).get(vin) if vin else None
    if vehicle:
        changed(vehicle, left_on=on)
    return vehicle


def in_stock(outlet: int, vins: Sequence[str], on: date) -> dict[str, Vehicle]:
    """The outlet's own vehicles of those VINs that stand in stock on the day, locked."""
    held = Vehicle.objects.select_for_update().filter(outlet=outlet, left_on__isnull=True)
    return {row.vin: row for row in held.filter(vin__in=vins, stocked_on__lte=on)}


def open_units(row: Order) -> int:
    handed = row.deliveries.filter(void=False).values_list("units", flat=True)
    return row.units - sum(handed)


def post(row: Order, delivery: Delivery, at: datetime) -> None:
    """Post an order and all its deliveries: amounts fall on them by units."""
    post_facts("order", [row.pk], at=at)
    post_facts("delivery", list(row.deliveries.values_list("id", flat=True)), at=at)
    if delivery.vehicle_id:
        post_facts("vehicle", [delivery.vehicle_id], at=at)


def void(*, by: Viewer, at: datetime, delivery: int, version: int, reason: str) -> Done:
    """Take a wrong delivery back: its facts are reversed, the order is open again."""
    with deed("deliveries.void", by=by, at=at, right="orders.cancel") as doing:
        visible = one(doing.scope.deliveries(), "delivery", delivery, pk=delivery)
        order = Order.objects.select_for_update().get(pk=visible.order_id)
        row = locked(doing.scope.deliveries(), "delivery", delivery, version)
        if row.void:
            raise AlreadyVoid
        changed(row, void=True, note=reason)
        if row.vehicle:
            _return_to_stock(row.vehicle)
        if order.state == Order.State.DELIVERED:
            changed(order, state=Order.State.SIGNED)
        post(order, row, at)
        doing.tell(subject=delivery, outlet=order.outlet_id, reason=reason)
        return Done(delivery, row.number)


def _return_to_stock(vehicle: Vehicle) -> None:
    """Into stock again, unless the VIN was meanwhile taken in anew."""
    if not Vehicle.objects.filter(vin=vehicle.vin, left_on__isnull=True).exists():
        changed(vehicle, left_on=None)
