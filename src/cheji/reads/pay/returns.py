"""Deals that came undone after they were paid: what nobody is credited with any more, and when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Sum

from cheji.records.calculations import any_of, split
from cheji.records.models import Delivery, Fact, Order, PaySplit, Unit
from cheji.records.pay_events import Key

Owners = dict[str, set[int]]
Times = Mapping[int, tuple[datetime, datetime]]


def owners(sources: Iterable[object]) -> Owners:
    """Who is credited with each record now, or has a share of its pay; nobody if it is undone."""
    keys = {split(str(source)) for source in sources}
    facts = Fact.objects.filter(any_of(keys)).order_by()
    columns = ("source_kind", "source", "person", "kind")
    found: Owners = {f"{noun}:{record}": set() for noun, record in keys}
    sums = facts.values_list(*columns).annotate(Sum("quantity"), Sum("fen"), Sum("value"))
    for noun, record, person, _, *net in sums:
        if any(net):
            found[f"{noun}:{record}"].add(person or 0)
    _with_splits(found)
    return found


def _with_splits(found: Owners) -> None:
    """Who has a share of the pay of an order that is not undone is one of those it belongs to."""
    splits = splits_of(source for source, people in found.items() if people)
    for source, rows in splits.items():
        found[source] = {person for person, _ in rows[-1].parts}


def splits_of(sources: Iterable[str]) -> dict[str, list[PaySplit]]:
    """The approved splits of the pay of the order behind each of these, the last one last."""
    keys = {source: split(source) for source in sources}
    orders = _orders(keys.values())
    by_order = {
        source: record if noun == "order" else orders.get(record or 0)
        for source, (noun, record) in keys.items()
    }
    rows = PaySplit.objects.filter(order__in=set(by_order.values()) - {None}, approved=True)
    found: dict[int | None, list[PaySplit]] = {}
    for row in rows.order_by("decided_at", "id"):
        found.setdefault(row.order_id, []).append(row)
    return {source: found[order] for source, order in by_order.items() if order in found}


def _orders(keys: Iterable[Key]) -> dict[int, int]:
    """The order of each delivery among these."""
    ids = [record for noun, record in keys if noun == "delivery" and record is not None]
    return dict(Delivery.objects.filter(pk__in=ids).values_list("pk", "order"))


def returned(sources: Iterable[str], outlet: int) -> dict[str, date]:
    """The day on which each of these came back, of those undone.

    It is the day in the outlet's zone on which it was written back, or that of the order's
    cancellation where that is earlier: a return may be entered days after the customer came.
    A record that only passed to somebody else, or was entered anew for the same order, is none.
    """
    undone = [source for source, people in owners(sources).items() if not people]
    again = _entered_anew(undone)
    keys = [split(source) for source in undone if source not in again]
    rows = Fact.objects.filter(any_of(keys), reverses__isnull=False).order_by()
    zone = ZoneInfo(Unit.objects.values_list("timezone", flat=True).get(pk=outlet))
    last = rows.values_list("source_kind", "source").annotate(Max("recorded_at"))
    days = {f"{noun}:{record}": at.astimezone(zone).date() for noun, record, at in last}
    cancelled = _cancelled(days)
    return {source: min(day, cancelled.get(source, day)) for source, day in days.items()}


def last_of_each(back: Mapping[str, date]) -> dict[str, date]:
    """Of a car that was entered anew, and came back each time, the last time alone."""
    ids = _orders(map(split, back))
    rows = Delivery.objects.filter(order__in=ids.values()).select_related("order").order_by("pk")
    cars: dict[int, list[Delivery]] = {}
    for car in rows:
        cars.setdefault(car.order_id, []).append(car)
    again = _on_the_same_day(cars.values())
    last = {
        (car.order_id, _which(car)): f"delivery:{car.pk}" for car in rows if car.pk not in again
    }
    stays = {*last.values(), *(source for source in back if split(source)[0] != "delivery")}
    return {source: day for source, day in back.items() if source in stays}


def _which(car: Delivery) -> str | int:
    """Which car of its order it is; without a VIN each of several is another one."""
    return "" if car.order.units == 1 else car.vin or car.pk


def _cancelled(sources: Iterable[str]) -> dict[str, date]:
    """The day on which the order of each of these deliveries was cancelled, where it was."""
    of_order = _orders(map(split, sources))
    rows = Order.objects.filter(pk__in=of_order.values(), cancelled_on__isnull=False)
    days = {order: day for order, day in rows.values_list("pk", "cancelled_on") if day}
    return {f"delivery:{row}": days[order] for row, order in of_order.items() if order in days}


def _entered_anew(undone: Iterable[str]) -> dict[str, list[str]]:
    """By delivery those by which its order is delivered all the same.

    They have the VIN of its car, or the order is delivered in full by now, or they were entered
    for the same day once it was undone: a VIN was put right.
    """
    rows = _orders(map(split, undone))
    cars: dict[int, list[Delivery]] = {}
    for car in Delivery.objects.filter(order__in=rows.values()).select_related("order"):
        cars.setdefault(car.order_id, []).append(car)
    again = _on_the_same_day([own for own in cars.values() if not all(car.void for car in own)])
    found = {f"delivery:{row}": _instead(row, cars[order], again) for row, order in rows.items()}
    return {source: others for source, others in found.items() if others}


def _instead(delivery: int, cars: Iterable[Delivery], again: Mapping[int, Delivery]) -> list[str]:
    """Of all deliveries of an order those that stand for one that is undone."""
    [own] = [car for car in cars if car.pk == delivery]
    living = [car for car in cars if not car.void]
    full = sum(car.units for car in living) >= own.order.units
    same = [car for car in living if own.vin and car.vin == own.vin]
    while own.pk in again:
        own = again[own.pk]
    found = same or (living if full else [] if own.void else [own])
    return [f"delivery:{car.pk}" for car in found]


def _on_the_same_day(orders: Iterable[Sequence[Delivery]]) -> dict[int, Delivery]:
    """By undone delivery the one of its order that was entered after it for as many on its day.

    Each stands for one: of the same VIN, else for the last that was undone before.
    """
    whole = list(orders)
    times = _times(car.pk for cars in whole for car in cars)
    found: dict[int, Delivery] = {}
    for cars in whole:
        for new in sorted(cars, key=lambda car: car.pk):
            open_ones = [old for old in cars if old.pk not in found and _may_be(old, new, times)]
            if open_ones:
                last = max(open_ones, key=lambda old: (old.vin == new.vin, times[old.pk][1]))
                found[last.pk] = new
    return found


def _may_be(old: Delivery, new: Delivery, times: Times) -> bool:
    alike = (old.on_date, old.units) == (new.on_date, new.units)
    return old.void and old.pk < new.pk and alike and times[old.pk][1] < times[new.pk][0]


def _times(deliveries: Iterable[int]) -> Times:
    """When the first and the last fact of each of these was recorded."""
    facts = Fact.objects.filter(any_of({("delivery", car) for car in deliveries})).order_by()
    rows = facts.values_list("source").annotate(Min("recorded_at"), Max("recorded_at"))
    return {car: (first, last) for car, first, last in rows}


def whose_anew(sources: Iterable[str]) -> Owners:
    """Of deliveries that were entered anew whom those belong to that stand for them."""
    others = {own: more for own, more in _entered_anew(sources).items() if own not in more}
    whose = owners({one for more in others.values() for one in more})
    return {own: set().union(*(whose[one] for one in more)) for own, more in others.items()}
