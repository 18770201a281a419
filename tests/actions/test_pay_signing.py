"""Events of orders that are paid on signing: the order's own amount is held, and its cars' too."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.facts import post
from cheji.reads.pay.by_hand import deal_named
from cheji.records import models as m
from cheji.records.refusals import Refused
from paying import APRIL, FEBRUARY, LATER, MARCH, Sold, closed, planned

SIGNED: dict[str, Any] = {
    "code": "signed", "zh": "签单", "en": "Signed", "kind": "units", "of": "orders_signed",
    "tiers": [{"from": 0, "rate": 100}],
}  # fmt: skip
HANDED = {**SIGNED, "code": "handed", "zh": "交车", "en": "Handed over", "of": "deliveries"}
HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["signed"],
        "share": "20%", "release": "plates"}  # fmt: skip


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def event(sold: Sold, named: str, on: date = date(2026, 3, 2)) -> int:
    finance = sold.cast["finance"]
    source = deal_named(finance, sold.cast.outlet.pk, named)
    return verbs.release_event(by=finance, at=LATER, kind="plates", source=source, on=on).id


def released(run: m.Run) -> list[tuple[str, int, int]]:
    rows = m.PayLine.objects.filter(run=run, entry="release").order_by("source_kind", "source")
    return list(rows.values_list("source_kind", "source", "fen"))


@pytest.mark.parametrize("by", ["number", "vin"])
def test_an_event_of_an_order_of_one_car_is_about_its_own_amount(sold: Sold, by: str) -> None:
    car = sold.cars[0]
    m.Delivery.objects.filter(pk=car.pk).update(vin="VIN1")
    planned(components=[SIGNED], holdbacks=[HELD])
    closed(sold.cast, FEBRUARY)
    number = event(sold, car.order.number if by == "number" else "VIN1")
    assert released(closed(sold.cast, MARCH)) == [("order", car.order_id, 2_000)]
    verbs.void_event(by=sold.cast["finance"], at=LATER, event=number, reason="未上牌")
    assert list(m.ManualLine.objects.values_list("fen", flat=True)) == [-2_000]


def test_an_order_waits_as_long_as_its_own_amount_does(sold: Sold) -> None:
    """Its cars were released one by one."""
    zhang = sold.cast.people["zhang"]
    order = sold.floor.order(sold.cast.outlet, zhang, on=date(2026, 2, 1), units=2)
    for vin in ("VIN1", "VIN2"):
        order.deliveries.create(number=vin, on_date=date(2026, 2, 20), units=1, vin=vin)

    post("delivery", list(order.deliveries.values_list("pk", flat=True)), at=LATER)
    planned(components=[SIGNED, HANDED],
            holdbacks=[{**HELD, "components": ["signed", "handed"]}])  # fmt: skip
    closed(sold.cast, FEBRUARY)
    for vin in ("VIN1", "VIN2"):
        event(sold, vin)
    assert [noun for noun, *_ in released(closed(sold.cast, MARCH))] == ["delivery", "delivery"]
    event(sold, order.number)
    assert released(closed(sold.cast, APRIL)) == [("order", order.pk, 4_000)]
    with pytest.raises(Refused, match="waits for this no more"):
        event(sold, order.number)


def test_an_order_whose_own_amount_was_released_waits_no_more(sold: Sold) -> None:
    """Nothing is held of its car, and the month of the car is closed; of the other one not yet."""
    who, place = sold.cast.people["zhang"], sold.cast.outlet
    planned(components=[SIGNED], holdbacks=[HELD])
    done, other = (sold.floor.order(place, who, on=date(2026, 1, day)) for day in (5, 6))
    sold.floor.delivery(done, date(2026, 1, 9))
    closed(sold.cast, 202601)
    for order in (done, other):
        event(sold, order.number, date(2026, 2, 9))
    sold.floor.delivery(other, date(2026, 3, 1))
    assert len(released(closed(sold.cast, FEBRUARY))) == 2
    with pytest.raises(Refused, match="waits for this no more"):
        event(sold, done.number)
    assert event(sold, other.number)
