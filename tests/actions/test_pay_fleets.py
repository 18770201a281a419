"""Held pay of orders of several cars: an event is about all of them unless it names one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from beginnings import begun
from cheji.actions import deliveries
from cheji.actions import pay as verbs
from cheji.reads.pay.by_hand import deal_named
from cheji.records import models as m
from cheji.records.refusals import NotFound, Refused
from paying import APRIL, FEBRUARY, LATER, MARCH, Sold, closed, earned, planned

HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip
DAY = date(2026, 3, 2)


class Fleet(Sold):
    """Zhang's order of three cars beside his own; of each car's units 20% are held."""

    def __init__(self) -> None:
        super().__init__()
        zhang = self.cast.people["zhang"]
        self.order = self.floor.order(self.cast.outlet, zhang, on=date(2026, 2, 1), units=3)
        self.at = LATER

    def next(self) -> datetime:
        """One entry after the other."""
        self.at += timedelta(seconds=1)
        return self.at

    def handed(self, *vins: str, on: int = 20) -> list[str]:
        """Cars of the order that are handed over on a day of February, as the engine calls them."""
        made = [
            deliveries.deliver(
                by=self.cast["manager"], at=self.next(), order=self.order.pk,
                on=date(2026, 2, on), vin=vin,
            )
            for vin in vins
        ]  # fmt: skip
        return [f"delivery:{one.id}" for one in made]

    def event(self, named: str, at: datetime = LATER) -> int:
        finance = self.cast["finance"]
        source = deal_named(finance, self.cast.outlet.pk, named)
        return verbs.release_event(by=finance, at=at, kind="plates", source=source, on=DAY).id

    def returned_car(self, source: str) -> int:
        """A car of the order is undone; its number."""
        number = int(source.partition(":")[2])
        deliveries.void(
            by=self.cast["manager"], at=self.next(), delivery=number, version=1, reason="录错"
        )
        return number

    def void(self, number: int) -> None:
        finance = self.cast["finance"]
        verbs.void_event(by=finance, at=LATER, event=number, reason="未上牌")

    def typed(self) -> list[tuple[str, int]]:
        rows = m.ManualLine.objects.order_by("id").values_list("reason", "fen")
        return [(reason.partition(" ")[0], fen) for reason, fen in rows]


@pytest.fixture
def fleet(db: None) -> Iterator[Fleet]:
    with begun(Fleet) as made:
        yield made


def released(run: m.Run) -> set[str]:
    rows = m.PayLine.objects.filter(run=run, entry="release")
    return {f"delivery:{row}" for row in rows.values_list("source", flat=True)}


def test_an_event_is_about_every_car_of_its_order_or_the_one_that_is_named(fleet: Fleet) -> None:
    finance, place = fleet.cast["finance"], fleet.cast.outlet.pk
    planned(holdbacks=[HELD])
    cars = fleet.handed("VIN1", "VIN2", "VIN3")
    number = fleet.order.number
    named = [
        deal_named(finance, place, one) for one in (number, "vin2", fleet.cars[0].order.number)
    ]
    assert named == [f"order:{fleet.order.pk}", cars[1], f"delivery:{fleet.cars[0].pk}"]
    for unknown in ("VIN9", ""):
        with pytest.raises(NotFound):
            deal_named(finance, place, unknown)
    with pytest.raises(NotFound):
        deal_named(fleet.cast["far_manager"], place, "VIN2")
    closed(fleet.cast, FEBRUARY)
    fleet.event("VIN2")
    assert released(closed(fleet.cast, MARCH)) == {cars[1]}
    fleet.event(number)
    assert released(closed(fleet.cast, APRIL)) == {cars[0], cars[2]}


def test_an_event_of_an_order_that_is_entered_anew_names_the_same_cars(fleet: Fleet) -> None:
    """Entered before the cars were handed over, and once more afterwards."""
    planned(holdbacks=[HELD])
    number = fleet.event(fleet.order.number)
    cars = fleet.handed("VIN1", "VIN2")
    closed(fleet.cast, FEBRUARY)
    assert released(closed(fleet.cast, MARCH)) == {*cars}
    fleet.void(number)
    [[first, back], [second, also]] = fleet.typed()
    assert ([first, second], back, also < 0) == (cars, also, True)
    fleet.event(fleet.order.number, LATER + timedelta(hours=1))
    assert fleet.typed()[2:] == [(car, -back) for car in cars]


def test_an_event_of_an_order_is_refused_once_nothing_of_its_cars_waits(fleet: Fleet) -> None:
    """Of three nothing is held any more; a fourth may still be handed over."""
    planned(holdbacks=[HELD])
    vins = ("VIN1", "VIN2", "VIN3")
    fleet.handed(*vins)
    closed(fleet.cast, FEBRUARY)
    for vin in vins:
        fleet.event(vin)
    closed(fleet.cast, MARCH)
    with pytest.raises(Refused) as refusal:
        fleet.event(fleet.order.number)
    assert refusal.value.code == "WaitsNoMore"
    assert refusal.value.place == {"order": fleet.order.number, "period": "2026-03"}
    m.Order.objects.filter(pk=fleet.order.pk).update(units=4)
    assert fleet.event(fleet.order.number)


@pytest.mark.parametrize(
    ("vins", "on", "entry"),
    [
        (("VIN1", "VIN1"), 21, "adjustment"),
        (("VIN1", "VIN3"), 20, "adjustment"),
        (("", ""), 20, "adjustment"),
        (("VIN1", "VIN3"), 21, "clawback"),
        (("", ""), 21, "clawback"),
    ],
)
def test_a_car_of_several_is_entered_anew_by_its_vin_or_for_its_day(
    fleet: Fleet, vins: tuple[str, str], on: int, entry: str
) -> None:
    """The third is not handed over yet; one of another day may be that one: it is a return."""
    planned(clawback={"policy": "prorated", "window": 672})
    cars = fleet.handed(vins[0], "VIN2")
    closed(fleet.cast, FEBRUARY)
    number = fleet.returned_car(cars[0])
    fleet.handed(vins[1], on=on)
    march = closed(fleet.cast, MARCH)
    lines = m.PayLine.objects.filter(run=march, source=number)
    assert set(lines.values_list("entry", flat=True)) == {entry}
    assert (march.total == 0) is (entry == "adjustment")


def test_what_is_entered_anew_stands_for_one_car(fleet: Fleet) -> None:
    """Its VIN was put right twice; the other car of the day, undone between, came back."""
    planned(clawback={"policy": "prorated", "window": 672})
    wrong, other = fleet.handed("VIN1", "VIN2")
    closed(fleet.cast, FEBRUARY)
    back = fleet.returned_car(other)
    anew = fleet.returned_car(wrong)
    fleet.returned_car(*fleet.handed("VIN8"))
    fleet.handed("VIN9")
    lines = m.PayLine.objects.filter(run=closed(fleet.cast, MARCH))
    found = {number: set(lines.filter(source=number).values_list("entry", flat=True))
             for number in (back, anew)}  # fmt: skip
    assert found == {back: {"clawback"}, anew: {"adjustment"}}


def test_what_ran_out_of_an_order_goes_with_the_half_that_passes_on(fleet: Fleet) -> None:
    """The order is delivered in full; none of its cars stands for another."""
    cast, people = fleet.cast, fleet.cast.people
    planned(holdbacks=[{**HELD, "expires": 1}])
    cars = fleet.handed("VIN1", "VIN2", "VIN3")
    closed(cast, FEBRUARY)
    closed(cast, MARCH)
    asked = verbs.share_deal(
        by=cast["manager"], at=LATER + timedelta(hours=1), order=fleet.order.pk, reason="撞单",
        parts=[(people["zhang"].pk, 5_000), (people["li"].pk, 5_000)],
    )  # fmt: skip
    later = LATER + timedelta(hours=2)
    verbs.decide_split(by=cast["finance"], at=later, split=asked.id, approve=True)
    april = closed(cast, APRIL, at=later + timedelta(hours=1))
    lost = [line for line in earned(april, people["zhang"]) if line[0] == "plates"]
    assert lost == [("plates", "adjustment", 6_000)] * len(cars)


def test_a_car_whose_vin_was_put_right_comes_back_once(fleet: Fleet) -> None:
    planned(clawback={"policy": "prorated", "window": 672})
    wrong, _other = fleet.handed("VIN1", "VIN2")
    closed(fleet.cast, FEBRUARY)
    fleet.returned_car(wrong)
    [right] = fleet.handed("VIN9")
    closed(fleet.cast, MARCH, at=LATER + timedelta(hours=1))
    assert [_kept(wrong), _kept(right)] == [0, 76_667]
    fleet.at = LATER + timedelta(days=1)
    fleet.returned_car(right)
    closed(fleet.cast, APRIL, at=LATER + timedelta(days=2))
    assert [_kept(wrong), _kept(right)] == [0, 36_508]


def _kept(delivery: str) -> int:
    source = int(delivery.partition(":")[2])
    lines = m.PayLine.objects.filter(run__state__in=m.Run.FIXED, source_kind="delivery")
    return sum(lines.filter(source=source).values_list("fen", flat=True))
