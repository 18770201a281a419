"""Which plans a month's list has for an outlet: those by which somebody is paid, or was."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cast import totals, unit
from cheji.reads.pay import months
from cheji.reads.pay.overview import overview
from cheji.records import models as m
from paying import FEBRUARY, LATER, PLAN, Sold, calculated, planned

JANUARY, MARCH = 202601, 202603
BOTH = {("N1", "consultant_pay"), ("N2", "consultant_pay")}
UNITS, GROSS = PLAN["components"]


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    """A plan for consultants, and one for a post that no outlet has."""
    with begun(Sold) as made:
        planned()
        planned(code="tier_pay", posts=["second_tier"])
        yield made


def listed(sold: Sold, month: int = FEBRUARY) -> set[tuple[str, str]]:
    found = months.month(sold.cast["finance"], months.MonthAsked(month))
    assert months.uncalculated(sold.cast["finance"], months.MonthAsked(month))[1] == found.count
    return {(row.outlet.code, row.plan) for row in found.rows}


def waits(run: m.Run) -> set[tuple[str, str, int | None]]:
    """What a run waits for: the plan that found it, its kind, and whose it is."""
    rows = m.PayException.objects.filter(outlet=run.outlet_id, period=run.period)
    return {*rows.values_list("definition", "kind", "person")}


def without_consultants(sold: Sold) -> None:
    """The one consultant of N2 sells to the second tier instead."""
    sister = sold.cast.people["sister_consultant"]
    m.Post.objects.filter(person=sister).update(role="second_tier")


def test_a_plan_for_whose_posts_an_outlet_has_nobody_is_not_to_be_calculated(sold: Sold) -> None:
    assert listed(sold) == BOTH
    unit, person = sold.cast.sister, sold.cast.people["sister_consultant"]
    m.Post.objects.create(person=person, unit=unit, role="second_tier", since=date(2026, 2, 20))
    assert listed(sold) == {*BOTH, ("N2", "tier_pay")}
    assert listed(sold, JANUARY) == BOTH


def test_who_sells_at_an_outlet_without_such_a_post_is_not_lost_from_sight(sold: Sold) -> None:
    """His deals go through the plan of consultants, whom the outlet has none of."""
    without_consultants(sold)
    without = {("N1", "consultant_pay"), ("N2", "tier_pay")}
    assert listed(sold) == without
    sold.car("sister_consultant", date(2026, 2, 18), outlet=sold.cast.sister)
    assert listed(sold) == without
    sold.car("zhang", date(2026, 2, 20), outlet=sold.cast.sister)
    assert listed(sold) == {*BOTH, ("N2", "tier_pay")}
    run = calculated(sold.cast, FEBRUARY, outlet="N2", plan="consultant_pay")
    assert waits(run) == {("consultant_pay", "no_post", sold.cast.people["zhang"].pk)}


def test_the_overview_takes_cars_for_paid_only_once_his_plan_was_worked_out(sold: Sold) -> None:
    without_consultants(sold)
    sold.car("zhang", date(2026, 2, 25), outlet=sold.cast.sister)

    def lacking() -> bool:
        return overview(sold.cast["finance"], FEBRUARY).outlets[1][2].lacking

    calculated(sold.cast, FEBRUARY, outlet="N2", plan="tier_pay")
    assert lacking()
    calculated(sold.cast, FEBRUARY, outlet="N2", plan="consultant_pay")
    assert not lacking()


def test_an_outlet_has_its_own_plans_before_those_of_the_group(sold: Sold) -> None:
    """N2 has one for its stock keepers and one in the place of the group's; N1 has neither."""
    sister, keeper = sold.cast.sister, sold.cast.people["stock"]
    m.Post.objects.filter(person=keeper).update(unit=sister)
    sold.car("sister_consultant", date(2026, 2, 18), outlet=sister)
    planned(code="keeper_pay", posts=["stock"], outlet=sister)
    assert listed(sold) == {*BOTH, ("N2", "keeper_pay")}
    calculated(sold.cast, FEBRUARY, outlet="N2", plan="consultant_pay")
    assert overview(sold.cast["finance"], FEBRUARY).outlets[1][2].lacking
    planned(code="sister_pay", replaces=["consultant_pay"], outlet=sister)
    march = {("N1", "consultant_pay"), ("N2", "keeper_pay"), ("N2", "sister_pay")}
    assert listed(sold, MARCH) == {*march, ("N2", "consultant_pay")}
    seen = months.month(sold.cast["finance"], months.MonthAsked(MARCH))
    codes = ["consultant_pay", "tier_pay", "keeper_pay", "sister_pay"]
    assert [code for code, *_names in seen.plans] == codes
    planned(code="sister_pay", posts=["second_tier"])
    assert listed(sold, MARCH) == {*march, ("N2", "consultant_pay")}


def test_whom_pay_was_split_to_is_not_lost_from_sight(sold: Sold) -> None:
    """The keeper has no facts and no plan there: what was approved last says that he is paid."""
    without_consultants(sold)
    keeper, seller = (sold.cast.people[key] for key in ("stock", "sister_consultant"))
    m.Post.objects.filter(person=keeper).update(unit=sold.cast.sister)
    order = sold.car("sister_consultant", date(2026, 2, 18), outlet=sold.cast.sister).order
    parts = [[seller.pk, 5_000], [keeper.pk, 5_000]]
    asked, decided = (m.User.objects.get(username=key) for key in ("manager", "finance"))
    split = m.PaySplit.objects.create(
        order=order, parts=parts, reason="x", asked_by=asked, asked_at=LATER
    )
    without = {("N1", "consultant_pay"), ("N2", "tier_pay")}
    assert listed(sold) == without
    said = {"approved": True, "decided_by": decided, "decided_at": LATER}
    m.PaySplit.objects.filter(pk=split.pk).update(**said)
    assert listed(sold) == {*BOTH, ("N2", "tier_pay")}
    assert listed(sold, JANUARY) == without
    run = calculated(sold.cast, FEBRUARY, outlet="N2", plan="consultant_pay")
    assert waits(run) == {("consultant_pay", "no_plan", keeper.pk)}


def test_an_order_of_nobody_waits_in_each_plan_that_counts_it(sold: Sold) -> None:
    planned(components=[GROSS])
    planned(code="tier_pay", posts=["second_tier"], components=[{**UNITS, "of": "orders_signed"}])
    assert listed(sold) == BOTH
    sold.floor.order(sold.cast.outlet, on=date(2026, 2, 18))
    assert listed(sold) == {*BOTH, ("N1", "tier_pay")}
    run = calculated(sold.cast, FEBRUARY, plan="tier_pay")
    assert waits(run) == {("tier_pay", "no_post", None)}


def test_a_plan_looks_at_deals_of_which_it_cannot_know_the_amount(sold: Sold) -> None:
    without_consultants(sold)
    planned(components=[GROSS])
    assert listed(sold) == {("N1", "consultant_pay"), ("N2", "tier_pay")}
    sold.car("zhang", date(2026, 2, 20), outlet=sold.cast.sister, cost=None)
    assert listed(sold) == {*BOTH, ("N2", "tier_pay")}
    run = calculated(sold.cast, FEBRUARY, outlet="N2", plan="consultant_pay")
    assert ("consultant_pay", "no_post", sold.cast.people["zhang"].pk) in waits(run)


def test_a_plan_on_totals_of_the_outlet_looks_at_its_cars_too(sold: Sold) -> None:
    """Its run counts them to share by, so a car of somebody from elsewhere waits in it."""
    without_consultants(sold)
    planned(components=[{**UNITS, "of": "orders_signed", "whose": "outlet"}])
    order = sold.floor.order(sold.cast.sister, sold.cast.people["zhang"], on=date(2026, 1, 5))
    assert listed(sold) == {("N1", "consultant_pay"), ("N2", "tier_pay")}
    sold.floor.delivery(order, date(2026, 2, 20))
    assert listed(sold) == {*BOTH, ("N2", "tier_pay")}
    run = calculated(sold.cast, FEBRUARY, outlet="N2", plan="consultant_pay")
    assert waits(run) == {("consultant_pay", "no_post", sold.cast.people["zhang"].pk)}


def test_a_total_of_an_outlet_is_nobodys_deal(sold: Sold) -> None:
    totals(sold.cast.outlet, date(2026, 2, 18), deliveries_walk_in=3)
    assert m.Fact.objects.get(source_kind="total").kind == "delivery"
    assert listed(sold) == BOTH
    assert waits(calculated(sold.cast, FEBRUARY)) == set()


def test_a_month_asks_no_more_for_more_outlets_with_people_from_elsewhere(sold: Sold) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            months.month(sold.cast["finance"], months.MonthAsked(FEBRUARY))
        return len(queries)

    def opened(code: str) -> None:
        sold.car("zhang", date(2026, 2, 20), outlet=unit("outlet", code, sold.cast.north, code))

    opened("N3")
    _read, one = asked(), asked()  # definitions are read once
    for code in ("N4", "N5", "N6"):
        opened(code)
    assert {(code, "consultant_pay") for code in ("N3", "N4", "N5", "N6")} <= listed(sold)
    assert asked() == one


def test_where_it_once_had_a_run_each_month_has_one(sold: Sold) -> None:
    post = m.Post.objects.filter(person=sold.cast.people["li"])
    post.update(role="second_tier", until=date(2026, 2, 1))
    sold.car("li", date(2026, 1, 5))
    calculated(sold.cast, JANUARY, plan="tier_pay")
    assert listed(sold) == {*BOTH, ("N1", "tier_pay")}


@pytest.mark.parametrize("plan", ["tier_pay", ""])
def test_what_is_typed_waits_in_sight(sold: Sold, plan: str) -> None:
    m.ManualLine.objects.create(
        outlet=sold.cast.outlet, period=FEBRUARY, person=sold.cast.people["zhang"], fen=100,
        definition=plan, reason="x", state="asked", asked_at=LATER,
    )  # fmt: skip
    assert listed(sold) == {*BOTH, ("N1", "tier_pay")}


def test_who_comes_from_elsewhere_goes_through_the_plan_that_goes_on_there(sold: Sold) -> None:
    """The first plan was replaced at the outlet alone: no run of it would ask about his car."""
    planned(code="own_pay", replaces=["consultant_pay"], outlets=["N2"])
    sold.car("zhang", date(2026, 2, 12), outlet=sold.cast.sister)
    assert ("N2", "own_pay") in listed(sold)
    run = calculated(sold.cast, FEBRUARY, outlet="N2", plan="own_pay")
    assert waits(run) == {("own_pay", "no_post", sold.cast.people["zhang"].pk)}
