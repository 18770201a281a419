"""Inputs of simulations: read once while nothing they rest on changes, read again when it does."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.engine.definitions import PayPlan, pay_plan_of
from cheji.packs import load
from cheji.reads.pay import Simulation, Trial, simulation
from cheji.reads.pay.loading import forget
from cheji.reads.pay.resting import stamp
from cheji.records import models as m
from cheji.records.refusals import NotFound
from paying import FEBRUARY, LATER, MARCH, PLAN, Sold, planned

GATES = [
    {"code": "least", "zh": "达成", "en": "Least", "look": {"by": "attainment", "of": "deliveries"},
     "below": "60%", "effect": "reduce", "rate": "50%"},
    {"code": "parking", "zh": "挂单", "en": "Parked", "veto": True},
]  # fmt: skip
TRIED = pay_plan_of({**PLAN, "gates": GATES})
#: Read on the way, and of no weight: facts are asked for by their ids, sessions change nothing.
BESIDE = {"records_fact", "pg_locks", "pg_database", "records_runline"}


def floor() -> Sold:
    planned()
    return Sold()


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    forget()
    with begun(floor) as made:
        yield made
    forget()


def tried(sold: Sold, *plans: PayPlan, who: str = "finance", last: int = FEBRUARY) -> Simulation:
    months = [month for month in (FEBRUARY, MARCH) if month <= last]
    return simulation(sold.cast[who], Trial(["N1"], months, plans or [TRIED], deep=True))


def tables(act: Callable[[], object]) -> set[str]:
    with CaptureQueriesContext(connection) as asked:
        act()
    found = re.findall(r'(?:FROM|JOIN) "?([a-z_]+)"?', str([q["sql"] for q in asked]))
    return {name for name in found if name.startswith(("records_", "pg_"))}


def with_rate(plan: PayPlan, rate: int) -> PayPlan:
    [first, *rest] = plan.components
    tiers = tuple(replace(band, rate=band.rate * rate) for band in first.tiers)
    return replace(plan, components=(replace(first, tiers=tiers), *rest))


def test_another_number_is_tried_on_what_was_read(sold: Sold) -> None:
    tried(sold)
    turned = with_rate(TRIED, 2)
    reads = []
    found = simulation(
        sold.cast["finance"],
        Trial(["N1"], [FEBRUARY], [TRIED, turned], deep=True),
        lambda *done: reads.append(done),
    )
    forget()
    assert reads == []
    assert found == tried(sold, TRIED, turned)
    assert found.tried[1].cost > found.tried[0].cost


def late_car(sold: Sold) -> None:
    sold.car("li", date(2026, 2, 20))


def returned_car(sold: Sold) -> None:
    sold.returned(sold.cars[0])


def ended_post(sold: Sold) -> None:
    m.Post.objects.filter(person=sold.cast.people["li"]).update(until="2026-02-01")


def high_target(sold: Sold, cars: int = 10) -> None:
    m.Target.objects.create(
        outlet=sold.cast.outlet, person=sold.cast.people["zhang"], kpi="deliveries", grain="month",
        period=FEBRUARY, value=cars * 10_000,
    )  # fmt: skip


def violation(sold: Sold) -> None:
    m.Violation.objects.create(
        outlet=sold.cast.outlet, person=sold.cast.people["zhang"], on_date="2026-02-08",
        code="parking", text="x", made_at=LATER, state="decided", decided_at=LATER, heard="x",
        decision="x", made_by_id=sold.cast["manager"].user, decided_by_id=sold.cast["hr"].user,
    )  # fmt: skip


def split_deal(sold: Sold) -> None:
    parts = [(sold.cast.people[who].pk, 5_000) for who in ("zhang", "li")]
    asked = verbs.share_deal(
        by=sold.cast["manager"], at=LATER, order=sold.cars[0].order_id, parts=parts, reason="x"
    )
    verbs.decide_split(by=sold.cast["hr"], at=LATER, split=asked.id, approve=True)


@pytest.mark.parametrize(
    "change", [late_car, returned_car, ended_post, high_target, violation, split_deal]
)
def test_whatever_changed_is_read_again(sold: Sold, change: Callable[[Sold], None]) -> None:
    before = tried(sold).tried
    change(sold)
    after = tried(sold).tried
    forget()
    assert after == tried(sold).tried
    assert after != before


def test_what_came_after_the_months_leaves_them_alone(sold: Sold) -> None:
    tried(sold)
    sold.car("zhang", date(2026, 3, 3))
    reads = []
    trial = Trial(["N1"], [FEBRUARY], [TRIED], deep=True)
    simulation(sold.cast["finance"], trial, lambda *done: reads.append(done))
    assert reads == []


def test_what_was_read_for_one_is_not_there_for_another(sold: Sold) -> None:
    tried(sold)
    with pytest.raises(NotFound):
        tried(sold, who="far_manager")


def test_every_table_that_is_read_is_in_the_stamp(sold: Sold) -> None:
    split_deal(sold)
    plans = [p for name in ("dealership", "presets") for p in load(name).definitions.pay_plans]
    read = tables(lambda: tried(sold, *plans, last=MARCH))
    outlet = [sold.cast.outlet.pk]
    held = tables(lambda: stamp(outlet, MARCH, date(2026, 4, 1)))
    assert read - held - BESIDE == set()
    assert {"records_target", "records_post", "records_paysplit"} <= read


def test_a_gate_opens_with_the_next_car(sold: Sold) -> None:
    """3 of 6 are 50 %: half of 3,300 yuan. 4 of 6 are 66.7 %: all of 4,400."""
    high_target(sold, cars=6)
    [found] = tried(sold).tried
    assert found.nexts == ((1, 1, 100_000), (3, 1, 440_000 - 165_000))


def test_what_an_outlet_sold_goes_along(sold: Sold) -> None:
    """The manager sold none himself: 100 yuan for each of 4 cars of others, or 3.2, or 5.2."""
    part = {**PLAN["components"][0], "whose": "outlet", "mode": "marginal",
            "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip
    body = {"code": "m", "zh": "m", "en": "m", "posts": ["outlet_manager"], "components": [part]}
    [found] = tried(sold, pay_plan_of(body)).tried
    curve = dict(found.curve)
    assert (curve[-20], curve[0], curve[30]) == (32_000, 40_000, 52_000)
    assert found.nexts == ()


def test_who_has_no_target_is_counted_where_the_plan_looks_at_one(sold: Sold) -> None:
    """Of Zhang, Li and Wang, Zhang has a target for February."""
    high_target(sold, cars=6)
    looking, blind = tried(sold, TRIED, pay_plan_of(PLAN), last=MARCH).tried
    people = {name: sold.cast.people[name].pk for name in ("zhang", "li", "wang")}
    every = {(who, month) for who in people.values() for month in (FEBRUARY, MARCH)}
    found = {(cell.person, cell.month) for cell in looking.aimless or ()}
    assert found == every - {(people["zhang"], FEBRUARY)}
    assert blind.aimless == ()


FIRST = {"code": "first", "zh": "首单", "en": "First", "kind": "units", "of": "deliveries",
         "first": "month", "among": "outlet", "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip


@pytest.mark.parametrize("among", ["outlet", "team"])
def test_where_a_first_deal_is_left_out_the_next_one_is_first(sold: Sold, among: str) -> None:
    """Zhang's of the 3rd is left out at fewer deals: Li's of the 5th pays, or else Zhang's own."""
    plan = pay_plan_of({**PLAN, "components": [{**FIRST, "among": among}]})
    fewer = dict.fromkeys((-20, -10, 0, 10, 20, 30), 10_000)
    assert dict(tried(sold, plan).tried[0].curve) == fewer
    asked = Trial(["N1"], [FEBRUARY], [plan], ["ZHANG"], deep=True)
    assert dict(simulation(sold.cast["finance"], asked).tried[0].curve) == fewer


def test_what_is_sought_first_is_read_anew_where_a_number_in_it_changes(sold: Sold) -> None:
    """The first deals of a group stand in what was read by what was sought."""
    body = {**FIRST, "ranges": [{"of": "weekday", "from": 1}]}
    other = {**FIRST, "ranges": [{"of": "weekday", "from": 2}]}
    plans = [pay_plan_of({**PLAN, "components": [part]}) for part in (body, other)]
    assert [tried(sold, plan).tried[0].cost for plan in plans] == [10_000, 10_000]


def scheme_from(day: date, code: str = "late_scheme") -> None:
    """The dealership's scheme under another code, in force from a day on."""
    first = m.DefinitionVersion.objects.filter(kind="scheme").earliest("id")
    body = {**first.body, "code": code}
    m.DefinitionVersion.objects.create(
        kind="scheme", code=code, valid_from=day, body=body, digest="x" * 64, state="published"
    )


def test_months_before_a_scheme_begins_are_tried_without_it(sold: Sold) -> None:
    """The coefficient is 1 there; who has no score by it and since when it holds are told."""
    scheme_from(date(2026, 3, 1))
    flagged = [{**part, "coefficient": True} for part in PLAN["components"]]
    own = pay_plan_of({**PLAN, "scheme": "late_scheme", "components": flagged})
    named = pay_plan_of({**PLAN, "scheme": "late_scheme"})
    with_it, without, plain = tried(sold, own, named, pay_plan_of(PLAN), last=MARCH).tried
    february = {cell: fen for cell, fen in with_it.by_cell.items() if cell.month == FEBRUARY}
    assert february == {c: fen for c, fen in plain.by_cell.items() if c.month == FEBRUARY}
    assert sum(february.values()) > 0
    assert {*february} <= {*(with_it.scoreless or ())}
    assert (with_it.schemeless, without.schemeless, plain.schemeless) == ((FEBRUARY,), (), ())
    assert (without.scoreless, plain.scoreless) == ((), ())
