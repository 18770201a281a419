"""KPIs that rest on targets: the order reserve and the plan achieved, from outlet to nation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from beginnings import begun
from cast import AT, ON, Cast, load_pack
from cheji.engine.periods import month_key, week_key
from cheji.reads import kpis
from cheji.reads.kpis import By
from cheji.reads.kpis.ground import Ground, Slice
from cheji.records import models as m

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH, APRIL = 202601, 202602, 202603, 202604


class Aimed:
    """Two outlets with 6 and 2 open orders and 3 deliveries in March, and targets of three months.

    The far outlet has orders and no target.
    """

    def __init__(self) -> None:
        load_pack()
        self.cast = Cast()
        places = (self.cast.outlet, self.cast.sister, self.cast.far)
        for place, signed in zip(places, (9, 2, 4), strict=True):
            self.say("order_signed", place, signed)
        self.say("delivery", self.cast.outlet, 3)
        for place, *goals in ((places[0], 4, 6, 12), (places[1], 1, 2, 4)):
            for month, goal in zip((FEBRUARY, MARCH, APRIL), goals, strict=True):
                self.aim(place, month, goal)
        self.aim(self.cast.outlet, APRIL, 5, model="Model")

    def say(self, kind: str, place: m.Unit, units: int) -> None:
        on = date(2026, 3, 9)
        m.Fact.objects.create(
            kind=kind, on_date=on, week=week_key(on), month=month_key(on), outlet=place.pk,
            person=self.cast.people["zhang"].pk, quantity=units * 10_000, source_kind="order",
            source=1, recorded_at=AT,
        )  # fmt: skip

    def aim(self, place: m.Unit, month: int, goal: int, model: str = "") -> None:
        m.Target.objects.create(
            kpi="deliveries", unit=place, model=model, grain="month", period=month,
            value=goal * 10_000,
        )  # fmt: skip

    def figures(
        self, kpi: str, by: By, grain: str = "month", key: int = MARCH, who: str = "group_manager"
    ) -> dict[str, object]:
        table = kpis.values(self.cast[who], kpis=[kpi], by=by, grain=grain, first=key, last=key)
        return {row.of.code: row.cells[0].value for row in table.rows}


@pytest.fixture
def aimed(db: None) -> Iterator[Aimed]:
    with begun(Aimed) as made:
        yield made


def test_the_reserve_is_of_next_months_target_and_none_without(aimed: Aimed) -> None:
    found = aimed.figures("reserve_rate", "outlet")
    assert (found["N1"], found["N2"], found["S1"]) == (Fraction(1, 2), Fraction(1, 2), None)


def test_the_plan_is_of_its_own_month_and_adds_up_over_a_quarter(aimed: Aimed) -> None:
    assert aimed.figures("plan_rate", "outlet")["N1"] == Fraction(3, 6)
    quarter = "plan_rate", "outlet", "quarter", 20261
    assert aimed.figures(*quarter)["N1"] is None, "January has no target"
    aimed.aim(aimed.cast.outlet, JANUARY, 5)
    assert aimed.figures(*quarter)["N1"] == Fraction(3, 15)


def test_a_quarters_reserve_is_that_of_its_last_month(aimed: Aimed) -> None:
    assert aimed.figures("reserve_rate", "outlet", "quarter", 20261)["N1"] == Fraction(1, 2)


def test_a_region_rests_on_the_targets_of_its_outlets(aimed: Aimed) -> None:
    (region,) = {value for value in aimed.figures("reserve_rate", "region").values() if value}
    assert region == Fraction(8, 16)


def test_a_nation_has_none_until_every_open_outlet_has_a_target(aimed: Aimed) -> None:
    def found() -> set[object]:
        """Of the table and of the reason that it opens."""
        who = aimed.cast["group_manager"]
        table = kpis.values(
            who, kpis=["reserve_rate"], by="nation", grain="month", first=MARCH, last=MARCH
        )
        ((cell,),) = (row.cells for row in table.rows)
        return {cell.value, kpis.reason(who, cell.key).value}

    assert found() == {None}
    m.Unit.objects.filter(pk=aimed.cast.far.pk).update(closed_on=date(2026, 4, 1))
    assert found() == {Fraction(12, 16)}
    m.Unit.objects.filter(pk=aimed.cast.far.pk).update(closed_on=None)
    aimed.aim(aimed.cast.far, APRIL, 8)
    assert found() == {Fraction(12, 24)}


@pytest.mark.parametrize("by", ["person", "team", "model", "channel"])
def test_a_part_of_an_outlet_has_no_target_to_rest_on(aimed: Aimed, by: By) -> None:
    assert set(aimed.figures("plan_rate", by).values()) == {None}


def test_a_week_has_none(aimed: Aimed) -> None:
    found = aimed.figures("plan_rate", "outlet", "week", week_key(ON))
    assert set(found.values()) == {None}


def test_a_page_and_its_reason_tell_the_same_figure(aimed: Aimed) -> None:
    table = kpis.values(
        aimed.cast["manager"], kpis=["reserve_rate"], by="outlet", grain="month", first=MARCH,
        last=MARCH,
    )  # fmt: skip
    ((cell,),) = (row.cells for row in table.rows)
    told = kpis.reason(aimed.cast["manager"], cell.key)
    assert told.value == cell.value == Fraction(1, 2)
    aim = next(part for part in told.reason.parts if part.code == "deliveries_target_next")
    assert (aim.value, aim.get("target"), aim.get("ago")) == (12, "deliveries", -1)
    assert {measure.code: measure.rows_open for measure in told.measures} == {
        "orders_left": True, "deliveries_target_next": False,
    }  # fmt: skip


def test_a_plan_has_no_light_while_its_month_runs(aimed: Aimed) -> None:
    def light(on: date, month: int) -> str:
        ground = Ground(replace(aimed.cast["manager"], on=on))
        plan = ground.ruling("month", month).ruling.kpi["plan_rate"]
        return ground.light(Slice(aimed.cast.outlet.pk), "month", month, plan, Fraction(1, 2))

    days = date(2026, 3, 30), date(2026, 3, 31)
    assert [light(day, MARCH) for day in days] == ["", "bad"]
    assert [light(day, FEBRUARY) for day in days] == ["bad", "bad"]
