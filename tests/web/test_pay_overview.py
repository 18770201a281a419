"""What pay costs: months by state, cars and gross, what is held, budgets; each within his reach."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client

from beginnings import begun
from cast import Cast
from cheji.actions import pay as verbs
from cheji.reads import pay
from cheji.reads.pay.overview import overview
from cheji.records import models as m
from paying import FEBRUARY, LATER, MARCH, PLAN, Sold, brought, calculated, closed, gone, planned

HELD = [{"code": "until_plates", "zh": "上牌暂扣", "en": "Held", "components": ["unit_bonus"],
         "share": "20%", "release": "plates"}]  # fmt: skip


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def test_months_cars_gross_and_what_is_held(sold: Sold) -> None:
    planned(holdbacks=HELD)
    run = closed(sold.cast, FEBRUARY)
    march = calculated(sold.cast, MARCH)
    found = overview(sold.cast["finance"], MARCH)
    costs = dict(found.months)
    february = costs[FEBRUARY]
    assert (february.unpaid, february.paid, february.going) == (run.total, 0, 0)
    assert (february.units, february.gross) == (4, 2_000_000)
    assert february.held == 46_000
    assert (february.per_unit, february.of_gross) == (
        Fraction(run.total, 4), Fraction(run.total, 2_000_000),
    )  # fmt: skip
    assert costs[MARCH].going == march.total
    brought(sold.cast, run, "pay")
    assert dict(overview(sold.cast["finance"], MARCH).months)[FEBRUARY].paid == run.total


def test_what_a_settlement_pays_is_paid_when_it_pays(sold: Sold) -> None:
    planned()
    cast, run = sold.cast, closed(sold.cast, FEBRUARY)

    def seen() -> tuple[int, int]:
        february = dict(overview(cast["finance"], FEBRUARY).months)[FEBRUARY]
        return february.unpaid, february.paid

    gone(sold, "zhang", "li")
    li, zhang = (_approved(cast, who) for who in ("LI", "ZHANG"))
    assert seen() == (430_000, 0)
    verbs.pay_settlement(by=cast["finance"], at=LATER, settlement=li)
    assert seen() == (330_000, 100_000)
    brought(cast, run, "pay")
    assert seen() == (330_000, 100_000)
    verbs.pay_settlement(by=cast["finance"], at=LATER, settlement=zhang)
    assert seen() == (0, 430_000)


def _approved(cast: Cast, who: str) -> int:
    sheet = pay.leaver_sheet(cast["hr"], who, "N1", date(2026, 3, 20))
    made = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=verbs.Sheet(**asdict(sheet)))
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=made.id)
    return made.id


def test_each_sees_the_outlets_in_his_reach(sold: Sold, monkeypatch) -> None:
    planned()
    closed(sold.cast, FEBRUARY)
    codes = {
        key: [place.code for place, _brand, _cost in overview(sold.cast[key], FEBRUARY).outlets]
        for key in ("manager", "finance", "group_manager", "far_manager")
    }
    assert codes == {
        "manager": ["N1"], "finance": ["N1", "N2"], "group_manager": ["N1", "N2", "S1"],
        "far_manager": ["S1"],
    }  # fmt: skip
    assert dict(overview(sold.cast["far_manager"], FEBRUARY).months)[FEBRUARY].total == 0
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 20))
    statuses = {}
    for key in ("manager", "auditor", "zhang", "lead"):
        client = Client()
        client.force_login(m.User.objects.get(username=key))
        addresses = ("/pay/overview?period=202602&by=brand", "/pay/overview?outlet=S1")
        statuses[key] = [client.get(address).status_code for address in addresses]
    assert statuses == {
        "manager": [200, 404], "auditor": [200, 200], "zhang": [404] * 2, "lead": [404] * 2,
    }  # fmt: skip


def test_brands_are_added_up_and_budgets_say_what_is_left(sold: Sold) -> None:
    spiff = {**PLAN["components"][0], "code": "spiff", "budget": 1_000}
    planned(components=[*PLAN["components"], spiff])
    m.Unit.objects.filter(code="N2").update(brand="吉利")
    run = calculated(sold.cast, FEBRUARY)
    found = overview(sold.cast["finance"], FEBRUARY)
    assert {brand: cost.total for brand, cost in found.brands} == {"": run.total, "吉利": 0}
    [budget] = found.budgets
    [everybodys] = overview(sold.cast["group_manager"], FEBRUARY).budgets
    assert (budget.whole, everybodys.whole) == (False, True)
    used = m.PayLine.objects.filter(run=run, component="spiff").values_list("fen", flat=True)
    assert (budget.limit, budget.used) == (100_000, sum(used))
    assert budget.used > 0


def test_what_was_not_calculated_is_not_called_nothing(sold: Sold, monkeypatch) -> None:
    """Of a month where one of two outlets has a run, and of the one after it."""
    day = [date(2026, 4, 2)]
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: day[0])
    planned()
    run = calculated(sold.cast, FEBRUARY)
    client = Client()
    client.force_login(m.User.objects.get(username="finance"))
    partly, none = (client.get(f"/pay/overview?period={month}") for month in (FEBRUARY, MARCH))
    totals = [[row.cells[1] for row in page.context["table"].rows] for page in (partly, none)]
    assert totals == [[run.total, None], [None, None]]
    assert [page.context["cards"][0].value for page in (partly, none)] == [run.total, None]
    assert none.context["cards"][0].previous == run.total
    day[0] = date(2026, 3, 20)
    running = client.get(f"/pay/overview?period={MARCH}").context["cards"][0]
    assert running.previous is None  # a part of a month is not held against a whole one
    day[0] = date(2026, 4, 2)
    sold.car("sister_consultant", date(2026, 2, 25), outlet=sold.cast.sister)
    short = client.get(f"/pay/overview?period={FEBRUARY}").context
    assert [card.value for card in short["cards"][3:]] == [None, None]
    assert short["table"].rows[0].cells[5] == Fraction(run.total, 4)
    assert client.get(f"/pay/overview?period={MARCH}").context["cards"][0].previous is None
    told = [page.context["uncalculated"] for page in (partly, none)]
    assert told == ["本月共 2 次计算，其中 1 次尚未计算。", "本月尚未计算。"]
    assert all(
        text in page.content.decode() for text, page in zip(told, (partly, none), strict=True)
    )


def test_one_plan_of_two_is_a_part_of_what_an_outlet_pays(sold: Sold) -> None:
    """A plan for a post that is held there counts; one for a post that nobody has does not."""
    planned()
    planned(code="stock_pay", posts=["second_tier"])
    run = calculated(sold.cast, FEBRUARY)
    [north, _sister] = overview(sold.cast["finance"], FEBRUARY).outlets
    assert (north[2].lacking, north[2].per_unit) == (False, Fraction(run.total, 4))
    planned(code="lead_pay", posts=["team_lead"])
    [north, _sister] = overview(sold.cast["finance"], FEBRUARY).outlets
    assert (north[2].lacking, north[2].per_unit, north[2].total) == (True, None, run.total)
    calculated(sold.cast, FEBRUARY, plan="lead_pay")
    [north, _sister] = overview(sold.cast["finance"], FEBRUARY).outlets
    assert (north[2].lacking, north[2].per_unit) == (False, Fraction(run.total, 4))
