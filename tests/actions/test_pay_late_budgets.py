"""What comes late where everybody shares a budget: who had it keeps it, the rest goes round."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.facts import mark
from cheji.reads import pay
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay import late
from cheji.records import models as m
from cheji.records.visibility import operator
from paying import APRIL, FEBRUARY, LATER, MARCH, Sold, calculated, closed, decide_all, planned


def spiff(code: str = "spiff", budget: int = 400, **more: object) -> dict[str, Any]:
    return {"code": code, "zh": "专项", "en": "Spiff", "kind": "units", "of": "deliveries",
            "extra": True, "budget": budget, "tiers": [{"from": 0, "rate": 100}],
            **more}  # fmt: skip


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned(components=[spiff()])
        yield made


def passed_on(sold: Sold, car: m.Delivery, to: str) -> None:
    """The pay of a car goes to somebody else."""
    cast = sold.cast
    asked = verbs.share_deal(
        by=cast["manager"], at=LATER, order=car.order_id, parts=[(cast.people[to].pk, 10_000)],
        reason="撞单",
    )  # fmt: skip
    verbs.decide_split(
        by=cast["finance"], at=LATER + timedelta(days=2), split=asked.id, approve=True
    )


def late_to(sold: Sold, month: int, *people: str) -> dict[str, int]:
    """By person what corrections in a month come to, asked of everybody or of these alone."""
    asked = Month(ground := Ground(operator(LATER.date())), ground.place("N1"), month, mark())
    plan = asked.catalogue.pay_plan("consultant_pay")
    names = {who.pk: name for name, who in sold.cast.people.items()}
    wanted = [sold.cast.people[name].pk for name in people] or None
    owed = late.corrections(asked, plan, wanted)
    return {names[who]: sum(one.fen for one in own) for who, own in owed.items()}


def taken(run: m.Run, code: str = "spiff") -> dict[str, int]:
    """By person's number what a run pays of a component or puts right of it."""
    rows = m.PayLine.objects.filter(run=run, component=code)
    found: dict[str, int] = {}
    for who, fen in rows.values_list("person__number", "fen"):
        found[who] = found.get(who, 0) + fen
    return {who: fen for who, fen in found.items() if fen}


def test_one_alone_is_owed_what_others_give_back_of_a_budget(sold: Sold) -> None:
    """The budget is spent: a car that passes to Li brings her what Zhang gives back of it."""
    closed(sold.cast, FEBRUARY)
    passed_on(sold, sold.cars[0], "li")
    whole = late_to(sold, MARCH)
    assert whole == {"zhang": -10_000, "li": 10_000}
    assert (late_to(sold, MARCH, "li"), late_to(sold, MARCH, "zhang")) == (
        {"li": 10_000}, {"zhang": -10_000}
    )  # fmt: skip


def test_one_alone_is_owed_nothing_that_somebody_else_has_of_a_budget(sold: Sold) -> None:
    """Of 500 yuan 100 are left, and two want them: the first by staff number has them."""
    planned(components=[spiff(budget=500)])
    closed(sold.cast, FEBRUARY)
    for who in ("zhang", "li"):
        sold.car(who, date(2026, 2, 20))
    assert late_to(sold, MARCH) == {"li": 10_000}
    assert (late_to(sold, MARCH, "li"), late_to(sold, MARCH, "zhang")) == ({"li": 10_000}, {})


def test_two_who_give_back_what_the_other_wants_both_have_it(sold: Sold) -> None:
    """Of each budget all of it is paid, as if the month were paid anew."""
    small, large = ({"where": {"model": {"in": [name]}}} for name in ("小", "大"))
    planned(components=[spiff("small", 200, **small), spiff("large", 200, **large)])
    cast = sold.cast
    cars = [("zhang", "大"), ("zhang", "大"), ("li", "小"), ("li", "小")]
    gone = [sold.car(who, date(2026, 2, 20), model=model) for who, model in cars]
    closed(cast, FEBRUARY)
    for car in (gone[0], gone[2]):
        sold.returned(car)
    sold.car("zhang", date(2026, 2, 21), model="小")
    sold.car("li", date(2026, 2, 21), model="大")
    march = closed(cast, MARCH)
    assert taken(march, "small") == {"LI": -10_000, "ZHANG": 10_000}
    assert taken(march, "large") == {"LI": 10_000, "ZHANG": -10_000}
    assert calculated(cast, APRIL).total == 0


def test_a_car_taken_back_at_its_rate_is_taken_once_of_a_budget(sold: Sold) -> None:
    """What Zhang gave back Li had in March; what comes to February after that changes neither."""
    planned(components=[spiff()], clawback={"policy": "original_rate"})
    cast = sold.cast
    closed(cast, FEBRUARY)
    sold.returned(sold.cars[0])
    sold.car("li", date(2026, 2, 20))
    assert taken(closed(cast, MARCH)) == {"LI": 10_000, "ZHANG": -10_000}
    sold.car("wang", date(2026, 2, 21))
    assert taken(calculated(cast, APRIL)) == {}


def test_what_ones_own_cap_takes_off_is_there_for_the_others(sold: Sold) -> None:
    """Of 500 yuan Li's four cars take the 300 of her cap, so that Zhang's three have 200.

    Her fourth car brought her nothing: that it comes back changes nothing, the third brings Zhang
    100 more.
    """
    planned(components=[spiff(budget=500, cap=300)])
    cast = sold.cast
    cars = [sold.car("li", date(2026, 2, day)) for day in (18, 19, 20)]
    assert taken(closed(cast, FEBRUARY)) == {"LI": 30_000, "ZHANG": 20_000}
    sold.returned(cars[0])
    assert taken(calculated(cast, MARCH)) == {}
    sold.returned(cars[1])
    assert taken(closed(cast, MARCH)) == {"LI": -10_000, "ZHANG": 10_000}


def test_an_override_rests_on_what_was_paid_of_a_budget_and_came_late(sold: Sold) -> None:
    """The team keeps its 400 yuan: a car that the other team adds has none of the budget."""
    over = {"code": "over", "zh": "带队", "en": "Override", "kind": "share", "of": "gross",
            "of_pay": ["spiff"], "whose": "team",
            "tiers": [{"from": 0, "rate": "10%"}]}  # fmt: skip
    planned(date(2019, 6, 1), code="lead_pay", posts=["team_lead"], components=[over])
    cast = sold.cast
    closed(cast, FEBRUARY)
    lead = _lead(sold, FEBRUARY)
    assert lead == {"over": 4_000}
    sold.car("wang", date(2026, 2, 21))
    assert _lead(sold, MARCH) == {}
    sold.returned(sold.cars[0])
    assert _lead(sold, MARCH) == {"over": -1_000}
    assert taken(closed(cast, MARCH)) == {"WANG": 10_000, "ZHANG": -10_000}
    assert _lead(sold, MARCH) == {"over": -1_000}


def _lead(sold: Sold, month: int) -> dict[str, int]:
    """What the lead's plan pays in a month by component; February is closed at once."""
    if month == FEBRUARY:
        made = pay.calculation(sold.cast["hr"], "N1", month, plan="lead_pay")
        run = m.Run.objects.get(pk=verbs.calculate(by=sold.cast["hr"], at=LATER, made=made).id)
        decide_all(sold.cast)
        for verb, who in (("review", "manager"), ("approve", "region_head"), ("close", "finance")):
            getattr(verbs, verb)(by=sold.cast[who], at=LATER, run=run.pk)
    else:
        run = calculated(sold.cast, month, plan="lead_pay")
    rows = m.PayLine.objects.filter(run=run).exclude(component="balance")
    return {row.component: row.fen for row in rows if row.fen}


# -- before the month is calculated ------------------------------------------------------------


def test_an_estimate_knows_what_others_are_paid_of_a_budget(sold: Sold) -> None:
    """Of 300 yuan Li has 100 for her car: of Zhang's three cars two are paid, a fourth is not."""
    planned(components=[spiff(budget=300)])
    zhang = sold.cast["zhang"]
    seen = pay.statement(zhang, "ZHANG", FEBRUARY)
    assert (seen.payable, pay.statement(sold.cast["li"], "LI", FEBRUARY).payable) == (
        20_000, 10_000
    )  # fmt: skip
    assert pay.what_if(zhang, "ZHANG", FEBRUARY).payable == 20_000
    made = pay.calculation(sold.cast["hr"], "N1", FEBRUARY)
    assert {one.person: one.payable for one in made.people if one.payable} == {
        sold.cast.people["zhang"].pk: 20_000, sold.cast.people["li"].pk: 10_000
    }  # fmt: skip


def test_a_first_car_would_bring_what_others_leave_of_a_budget(sold: Sold) -> None:
    """Li has 100 of 150 yuan, Wang, who comes next and sold nothing yet, the other 50."""
    planned(components=[spiff(budget=150)])
    wang = pay.what_if(sold.cast["wang"], "WANG", FEBRUARY, models=False)
    assert (wang.payable, wang.cars[0].worths[:2]) == (0, (5_000, 5_000))
