"""Excess profit over the floor price: which price holds, what it is made of, what is not known."""

from collections.abc import Iterator
from datetime import date
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from beginnings import begun, begun_apart
from cast import AT, Cast, Floor
from cheji.actions import imports, registers
from cheji.actions.imports import Entry
from cheji.actions.registers import About
from cheji.actions.registers.rules import FieldMissing, OnlyFromAbove
from cheji.facts import post, rebuilding
from cheji.facts.said.excess import margin_of
from cheji.records import models as m
from cheji.records.refusals import NotYours
from cheji.records.registers import REGISTERS
from cheji.records.visibility import of

pytestmark = pytest.mark.django_db
JAN, FEB, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
SOLD = date(2026, 2, 10)


class House:
    """Zhang's outlet, floor prices entered by finance, cars sold for 100,000 yuan."""

    def __init__(self) -> None:
        self.cast, self.floor = Cast(), Floor()

    def price(
        self, since: date, yuan: int | None, *, by: str = "finance", where: str = "outlet",
        model: str = "星越", **more: str,
    ) -> m.RegisterRow:  # fmt: skip
        values: dict[str, Any] = {"since": since, "reach": "outlet", **more}
        values["price"] = None if yuan is None else yuan * 100
        outlet = getattr(self.cast, where)
        done = registers.enter(
            by=self.cast[by], at=AT, register="floor_price", outlet=outlet.pk, values=values,
            about=About(model=model),
        )  # fmt: skip
        return m.entries("floor_price").get(pk=done.id)

    def amend(self, row: m.RegisterRow, by: str = "finance", **values: Any) -> None:
        stands = {name: getattr(row, name) for name in ("since", "price", "vin", "reach")}
        registers.amend(
            by=self.cast[by], at=AT, register="floor_price", entry=row.pk, version=row.version,
            reason="误录", values={**stands, **values}, about=About(model=row.model),
        )  # fmt: skip

    def car(
        self, *people: str, on: date = SOLD, where: str = "outlet", vin: str = "", **more: Any
    ) -> m.Delivery:
        who = [self.cast.people[name] for name in people or ("zhang",)]
        outlet = getattr(self.cast, where)
        order = self.floor.order(outlet, *who, on=on, model="星越", **more)
        return self.floor.delivery(order, date(2026, 3, 5), vin=vin)


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """Whatever a test did, the facts equal a rebuild at its end."""
    with begun(House) as made:
        yield made
        rebuilding.rebuild()
        assert rebuilding.differences() == []


def said(delivery: m.Delivery) -> dict[str, int]:
    """What stands of a delivery's excess, in yuan, by part; what is not known by its lack."""
    found: dict[str, int] = {}
    kinds = ("excess", "excess_unknown", "below_floor")
    for fact in m.Fact.objects.filter(source_kind="delivery", source=delivery.pk, kind__in=kinds):
        name = fact.tags if fact.kind == "excess" else f"{fact.kind} {fact.tags}".strip()
        amount = fact.fen // 100 if fact.kind == "excess" else fact.quantity // 10_000
        found[name] = found.get(name, 0) + amount
    return {name: amount for name, amount in found.items() if amount}


def test_a_car_without_a_floor_price_has_an_excess_that_is_not_known(house: House) -> None:
    car = house.car()
    assert said(car) == {"excess_unknown floor": 1}
    house.price(MARCH, 90_000)
    assert said(car) == {"excess_unknown floor": 1}
    house.price(FEB, 98_000)
    assert said(car) == {"price": 100_000, "floor": -98_000}


def test_it_is_made_of_price_gifts_agent_and_accessories(house: House) -> None:
    """99,000 − 500 − 800 + (3,000 − 1,800) − 100,000 = −1,100; the vehicle's cost does not matter.

    Two cars at once count the floor price twice.
    """
    house.price(JAN, 100_000)
    car, order = house.car(cost=None), m.Order.objects.get()
    order.lines.create(kind="discount", revenue=-100_000, cost=0)
    order.lines.create(kind="gift", cost=50_000)
    order.lines.create(kind="agent", cost=80_000)
    accessory = order.lines.create(kind="accessory", revenue=300_000, cost=180_000)
    order.lines.create(kind="insurance", revenue=120_000, cost=0)
    post("order", [order.pk], at=AT)
    post("delivery", [car.pk], at=AT)
    parts = {"price": 99_000, "gift": -500, "agent": -800, "accessory": 1_200, "floor": -100_000}
    assert said(car) == {**parts, "below_floor": 1}
    accessory.cost = None
    accessory.save()
    post("delivery", [car.pk], at=AT)
    assert said(car) == {"excess_unknown accessory": 1}
    two = house.car(units=2, price=21_000_000)
    assert said(two) == {"price": 210_000, "floor": -200_000}


def test_the_price_of_the_day_of_signing_holds(house: House) -> None:
    house.price(JAN, 95_000)
    house.price(SOLD, 97_000)
    house.price(MARCH, 99_000)
    before, on = house.car(on=date(2026, 2, 9)), house.car(on=SOLD)
    last, first = house.car(on=date(2026, 2, 28)), house.car(on=MARCH)
    floors = [said(car)["floor"] for car in (before, on, last, first)]
    assert floors == [-95_000, -97_000, -97_000, -99_000]


def test_the_vehicles_own_goes_before_the_models_and_the_outlets_before_the_groups(
    house: House,
) -> None:
    house.price(JAN, 90_000, by="group_manager", reach="group")
    house.price(JAN, 92_000)
    house.price(JAN, 85_000, vin="LVIN1")
    house.price(JAN, 80_000, model="缤越")
    assert said(house.car(where="far"))["floor"] == -90_000
    assert said(house.car())["floor"] == -92_000
    assert said(house.car(vin="lvin1"))["floor"] == -85_000
    house.price(FEB, None)
    house.price(FEB, None, vin="LVIN1")
    assert said(house.car(vin="LVIN9"))["floor"] == -90_000


def test_an_order_of_several_goes_by_the_price_of_each_vehicle(house: House) -> None:
    """What the page of the order says of it is what its deliveries come to."""
    house.price(JAN, 98_000)
    house.price(JAN, 90_000, vin="LVIN1")
    zhang = house.cast.people["zhang"]
    order = house.floor.order(
        house.cast.outlet, zhang, on=SOLD, model="星越", units=3, price=30_000_000
    )
    first, second, third = (
        order.deliveries.create(number=vin, on_date=MARCH, units=1, vin=vin)
        for vin in ("LVIN1", "LVIN2", "LVIN3")
    )
    third.void = True
    third.save()
    post("delivery", [first.pk, second.pk], at=AT)
    assert [said(car)["floor"] for car in (first, second)] == [-90_000, -98_000]
    assert margin_of(order) == (28_600_000, 1_400_000)
    house.price(JAN, 97_000, vin="LVIN3")
    third.void = False
    third.save()
    post("delivery", [third.pk], at=AT)
    assert margin_of(order) == (28_500_000, 1_500_000)
    assert sum(sum(said(car).values()) for car in (first, second, third)) == 15_000


def test_shares_of_a_car_add_up(house: House) -> None:
    house.price(JAN, 98_000)
    car = house.car("zhang", "li", "wang", price=10_000_001)
    facts = m.Fact.objects.filter(source=car.pk, source_kind="delivery", kind="excess")
    assert sum(fact.fen for fact in facts) == 200_001
    assert [fact.quantity for fact in facts.filter(tags="floor").order_by("id")] == [
        3_334, 3_333, 3_333,
    ]  # fmt: skip


def test_a_price_put_right_or_taken_back_is_followed_by_the_cars(house: House) -> None:
    row, car = house.price(JAN, 98_000), house.car()
    house.amend(row, price=9_700_000)
    assert said(car)["floor"] == -97_000
    row.refresh_from_db()
    house.amend(row, since=MARCH)
    assert said(car) == {"excess_unknown floor": 1}
    row.refresh_from_db()
    house.amend(row, since=JAN)
    row.refresh_from_db()
    registers.void(
        by=house.cast["finance"], at=AT, register="floor_price", entry=row.pk,
        version=row.version, reason="误录",
    )  # fmt: skip
    assert said(car) == {"excess_unknown floor": 1}


def test_an_import_brings_prices_and_its_undoing_takes_them_back(house: House) -> None:
    car, row = house.car(), {"since": JAN, "price": 9_600_000, "model": "星越", "reach": "outlet"}
    by = house.cast["manager"]
    batch = imports.start(by=by, at=AT, kind="floor_prices", name="限价.csv", content=b"x")
    rows = [{**row, "outlet_code": "N1"}, {**row, "outlet_code": "N1", "reach": "group"},
            {**row, "outlet_code": "N1", "model": ""}]  # fmt: skip
    entries = [Entry(place, one) for place, one in enumerate(rows, start=2)]
    report = imports.commit(by=by, at=AT, batch=batch, entries=entries, skip=True)
    assert report.create == 1
    assert {trouble.column for trouble in report.troubles} == {"reach", "model"}
    assert said(car)["floor"] == -96_000
    imports.undo(by=by, at=AT, batch=batch.pk)
    assert said(car) == {"excess_unknown floor": 1}


def test_who_enters_them_and_who_sees_what_holds_for_all(house: House) -> None:
    for name in ("zhang", "lead", "stock", "hr"):
        with pytest.raises(NotYours):
            house.price(JAN, 98_000, by=name)
    with pytest.raises(OnlyFromAbove):
        house.price(JAN, 98_000, by="manager", reach="group")
    with pytest.raises(FieldMissing):
        house.price(JAN, 98_000, model=" ")
    house.price(JAN, 98_000, by="manager")
    shared = house.price(JAN, 97_000, by="group_manager", where="far", reach="group")
    with pytest.raises(OnlyFromAbove):
        house.amend(shared, by="manager", reach="outlet")
    register = REGISTERS["floor_price"]
    seen = {
        name: of(house.cast[name]).register(register).count()
        for name in ("zhang", "lead", "manager", "far_manager", "finance", "group_manager")
    }
    assert seen == {
        "zhang": 0, "lead": 0, "manager": 2, "far_manager": 1, "finance": 2, "group_manager": 2,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_car_posted_while_its_price_is_entered_waits_and_follows(db: None) -> None:
    """Two at once: who waited for the price takes back what stands then, not what stood before."""
    with begun_apart(House) as house:
        car = house.car(vin="LVIN1")
        outcomes: list[object] = []

        def delivers() -> None:
            try:
                outcomes.append(post("delivery", [car.pk], at=AT))
            finally:
                connection.close()

        other = Thread(target=delivers)
        with transaction.atomic():
            house.price(JAN, 98_000)
            other.start()
            while not _waits() and other.is_alive():
                other.join(0.01)
        other.join()
        assert outcomes == [0]
        assert said(car) == {"price": 100_000, "floor": -98_000}


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        return cursor.fetchone() is not None
