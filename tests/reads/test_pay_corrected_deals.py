"""Deals whose records were put right within the month: pay goes by what stands now."""

from collections.abc import Iterator
from datetime import date

import pytest

from beginnings import begun
from cheji.facts import mark, post
from cheji.reads import pay
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.calculating import worked_out
from cheji.reads.pay.gathered import Extra
from cheji.reads.pay.gathering import gather
from cheji.records import models as m
from paying import FEBRUARY, LATER, MARCH, PLAN, Sold, calculated, closed, planned


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def month_of(sold: Sold, month: int) -> Month:
    ground = Ground(sold.cast["operator"])
    return Month(ground, ground.places[sold.cast.outlet.pk], month, mark())


def moved_to(car: m.Delivery, on: date) -> None:
    """The delivery was on another day than the one entered."""
    m.Delivery.objects.filter(pk=car.pk).update(on_date=on)
    post("delivery", [car.pk], at=LATER)


@pytest.mark.parametrize(("before", "after", "fen"), [("甲", "乙", 0), ("乙", "甲", 300_000)])
def test_models_that_were_put_right_are_paid_as_what_they_are(
    sold: Sold, before: str, after: str, fen: int
) -> None:
    """Of a run, which reads facts up to its mark, and of an estimate, which knew the first ones."""
    only = {"model": {"in": ["甲"]}}
    planned(components=[{**PLAN["components"][0], "mode": "marginal", "where": only,
                         "tiers": [{"from": 0, "rate": 500}]}])  # fmt: skip
    cars = [sold.car("li", date(2026, 2, day), model=before) for day in range(6, 12)]
    assert pay.statement(sold.cast["li"], "LI", FEBRUARY).payable == 300_000 - fen
    m.Order.objects.filter(pk__in=[car.order_id for car in cars]).update(model=after)
    post("order", [car.order_id for car in cars], at=LATER)
    post("delivery", [car.pk for car in cars], at=LATER)
    assert pay.statement(sold.cast["li"], "LI", FEBRUARY).payable == fen
    assert calculated(sold.cast, FEBRUARY).total == fen


def test_a_delivery_is_of_the_day_on_which_it_stands(sold: Sold) -> None:
    planned()
    first, second = sold.cars[0], sold.cars[1]
    moved_to(first, date(2026, 2, 25))
    asked = month_of(sold, FEBRUARY)
    for until in (None, asked.mark):
        dates = gather(asked, asked.catalogue.pay_plan(), extra=Extra(until=until)).sold.dates
        assert dates["delivery", first.pk] == date(2026, 2, 25)
        assert dates["delivery", second.pk] == second.on_date


def test_a_run_reads_corrections_up_to_its_mark_as_it_does_its_month(sold: Sold) -> None:
    """A car that moves to the next month while that is worked out is in both places at once."""
    planned()
    closed(sold.cast, FEBRUARY)
    before = month_of(sold, MARCH)
    moved_to(sold.cars[0], date(2026, 3, 2))
    zhang = sold.cast.people["zhang"].pk
    found = [worked_out(asked, "").people for asked in (before, month_of(sold, MARCH))]
    own = [[line.fen for one in people if one.person == zhang for line in one.lines]
           for people in found]  # fmt: skip
    assert own[0] == []
    assert 50_000 in own[1]
    assert min(own[1]) < 0
