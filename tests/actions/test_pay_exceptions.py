"""Records that pay cannot rest on: each waits for a decision, none is paid as nothing."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay.exceptions import OwnException
from cheji.facts import post
from cheji.records import models as m
from paying import FEBRUARY, LATER, PLAN, Sold, brought, calculated, planned


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


BY_CLASS = {"code": "large", "zh": "大排量", "en": "Large", "kind": "units", "of": "deliveries",
            "rows": [{"where": {"displacement": {"in": ["over_250"]}},
                      "tiers": [{"from": 0, "rate": 200}]}],
            "tiers": [{"from": 0, "rate": 60}]}  # fmt: skip
BY_NAME = {**BY_CLASS, "rows": [{**BY_CLASS["rows"][0], "where": {"model": {"in": ["甲"]}}}]}


@pytest.mark.parametrize(
    ("kind", "part", "models", "order"),
    [
        ("unknown_model", BY_CLASS, ["甲"], {"model": "乙"}),
        ("unknown_model", BY_CLASS, [], {"model": "乙"}),
        ("unknown_model", BY_NAME, ["甲"], {"model": "乙"}),
        ("unknown_model", BY_NAME, [], {"model": ""}),
        ("negative_price", BY_NAME, [], {"model": "甲", "price": -100}),
        ("negative_price", BY_NAME, [], {"model": "甲", "price": 0}),
        ("missing_cost", PLAN["components"][1], [], {"cost": None}),
    ],
)
def test_each_row_that_pay_cannot_rest_on_blocks_the_close(
    sold: Sold, kind: str, part: dict[str, Any], models: list[str], order: dict[str, Any]
) -> None:
    """It would be paid like any other, by the bands of the rest, or with nothing."""
    planned(components=[part])
    m.Order.objects.update(model="甲")
    m.VehicleModel.objects.bulk_create([m.VehicleModel(name=name) for name in models])
    car = sold.car("li", date(2026, 2, 25), **order)
    run = brought(sold.cast, calculated(sold.cast, FEBRUARY), "review")
    found = m.PayException.objects.filter(source_kind="delivery", source=car.pk)
    assert list(found.values_list("kind", "state")) == [(kind, "open")]
    with pytest.raises(verbs.ExceptionsWait):
        verbs.approve(by=sold.cast["region_head"], at=LATER, run=run.pk)


ON = date(2026, 2, 25)
SIGNED = {**BY_CLASS, "of": "orders_signed"}


@pytest.mark.parametrize(
    ("kind", "part", "order"),
    [
        ("negative_price", {**SIGNED, "rows": []}, {"price": -100}),
        ("negative_price", {**SIGNED, "rows": []}, {"price": 0}),
        ("unknown_model", SIGNED, {"model": "乙"}),
        ("", PLAN["components"][0], {"price": 0}),
    ],
)
def test_an_order_that_is_paid_on_signing_is_looked_at_as_a_car_is(
    sold: Sold, kind: str, part: dict[str, Any], order: dict[str, Any]
) -> None:
    """One on which nothing is paid before it is delivered waits for nobody."""
    planned(components=[part])
    m.Order.objects.update(model="甲")
    m.VehicleModel.objects.create(name="甲", displacement="over_250")
    made = sold.floor.order(
        sold.cast.outlet, sold.cast.people["li"], on=ON, **{"model": "甲", **order}
    )
    calculated(sold.cast, FEBRUARY)
    found = m.PayException.objects.values_list("kind", "source_kind", "source", "state")
    assert list(found) == ([(kind, "order", made.pk, "open")] if kind else [])


def test_a_plan_that_asks_nothing_of_models_takes_any(sold: Sold) -> None:
    m.VehicleModel.objects.create(name="甲")
    calculated(sold.cast, FEBRUARY)
    assert not m.PayException.objects.exists()


def test_a_decided_exception_is_gone_when_its_reason_is(sold: Sold) -> None:
    car = sold.car("li", date(2026, 2, 25), cost=None)
    calculated(sold.cast, FEBRUARY)
    car.order.lines.update(cost=9_500_000)
    post("delivery", [car.pk], at=LATER)
    calculated(sold.cast, FEBRUARY)
    assert m.PayException.objects.get().state == "gone"


UNITS = PLAN["components"][0]
OVERRIDE = {"code": "over", "zh": "管理提成", "en": "Override", "kind": "share", "of": "gross",
            "whose": "outlet", "tiers": [{"from": 0, "rate": "1%"}]}  # fmt: skip
POT = {**OVERRIDE, "kind": "pool", "divide": "equal"}
BY_AVERAGE = {"code": "bonus", "zh": "奖金", "en": "Bonus", "kind": "fixed",
              "look": {"by": "average", "of": "gross", "per": "deliveries", "whose": "outlet"},
              "tiers": [{"from": 0, "rate": 0}, {"from": 4000, "rate": 500}]}  # fmt: skip
OF_UNITS = {**OVERRIDE, "kind": "units", "of": "deliveries", "tiers": UNITS["tiers"]}


@pytest.mark.parametrize(
    ("part", "waits"), [(OVERRIDE, 1), (POT, 1), (BY_AVERAGE, 1), (OF_UNITS, 0)]
)
def test_a_cost_that_a_total_of_the_outlet_lacks_blocks_who_is_paid_on_it(
    sold: Sold, part: dict[str, Any], waits: int
) -> None:
    """The manager's own plan, where the seller's asks for no cost; left out, the total is whole."""
    planned(components=[UNITS])
    planned(code="manager_pay", posts=["outlet_manager"], components=[part])
    car = sold.car("li", date(2026, 2, 25), cost=None)
    calculated(sold.cast, FEBRUARY)
    run = calculated(sold.cast, FEBRUARY, plan="manager_pay")
    found = m.PayException.objects.values_list("definition", "kind", "source", "person__number")
    assert list(found) == [("manager_pay", "missing_cost", car.pk, "LI")] * waits
    verbs.review(by=sold.cast["hr"], at=LATER, run=run.pk)
    if waits:
        with pytest.raises(verbs.ExceptionsWait):
            verbs.approve(by=sold.cast["region_head"], at=LATER, run=run.pk)


BY_KPI = {"code": "bonus", "zh": "奖金", "en": "Bonus", "kind": "fixed",
          "look": {"by": "kpi", "of": "gross"},
          "tiers": [{"from": 0, "rate": 0}, {"from": 9000, "rate": 500}]}  # fmt: skip
OF_OUTLET = {"look": {**BY_KPI["look"], "whose": "outlet"}}
COEFFICIENT = {"code": "a", "zh": "系数", "en": "Factor", "parts": [{"kpi": "gross_per_unit"}]}


@pytest.mark.parametrize(
    ("plan", "posts", "waits"),
    [
        ({"components": [BY_KPI]}, ["consultant"], 1),
        ({"components": [BY_KPI]}, ["outlet_manager"], 0),
        ({"components": [{**BY_KPI, **OF_OUTLET}]}, ["outlet_manager"], 1),
        ({"components": [UNITS], "factors": [COEFFICIENT]}, ["consultant"], 1),
        ({"components": [{**BY_KPI, "look": {"by": "kpi", "of": "td_rate"}}]}, ["consultant"], 0),
    ],
)
def test_a_cost_that_a_kpi_lacks_blocks_whose_pay_looks_at_it(
    sold: Sold, plan: dict[str, Any], posts: list[str], waits: int
) -> None:
    planned(posts=posts, **plan)
    car = sold.car("li", date(2026, 2, 25), cost=None)
    calculated(sold.cast, FEBRUARY)
    found = m.PayException.objects.filter(kind="missing_cost")
    assert list(found.values_list("source", "person__number")) == [(car.pk, "LI")] * waits


@pytest.mark.parametrize(("who", "waits"), [("zhang", 1), ("wang", 0), ("li", 1)])
def test_a_total_of_a_team_lacks_only_costs_of_its_own_deals(
    sold: Sold, who: str, waits: int
) -> None:
    planned(components=[UNITS])
    planned(code="lead_pay", posts=["team_lead"], components=[{**OVERRIDE, "whose": "team"}])
    sold.car(who, date(2026, 2, 25), cost=None)
    calculated(sold.cast, FEBRUARY, plan="lead_pay")
    assert m.PayException.objects.count() == waits


def test_whom_the_run_pays_decides_nothing_of_what_his_total_rests_on(sold: Sold) -> None:
    planned(code="manager_pay", posts=["outlet_manager"], components=[OVERRIDE])
    sold.car("li", date(2026, 2, 25), cost=None)
    calculated(sold.cast, FEBRUARY, plan="manager_pay")
    waits = m.PayException.objects.get(definition="manager_pay")
    given = {"exception": waits.pk, "how": "leave_out", "decision": "成本待补"}
    with pytest.raises(OwnException):
        verbs.decide_exception(by=sold.cast["manager"], at=LATER, **given)
    verbs.decide_exception(by=sold.cast["region_head"], at=LATER, **given)
    waits.refresh_from_db()
    assert waits.state == "decided"
