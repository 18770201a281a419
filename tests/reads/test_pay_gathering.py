"""What pay is gathered from: whose days, whose team, whose balances, which returns, which lines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.engine.definitions import PayPlan
from cheji.engine.pay import frozen, prepared, thawed
from cheji.engine.pay.order import RULES
from cheji.facts import mark, post
from cheji.reads import pay
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.gathered import Extra
from cheji.reads.pay.gathering import gather
from cheji.reads.pay.late import corrections
from cheji.reads.pay.ledgers import keeper
from cheji.reads.pay.moved import moved
from cheji.reads.pay.returns import returned
from cheji.reads.pay.whom import nth, stints
from cheji.records import models as m
from paying import APRIL, FEBRUARY, LATER, MARCH, PLAN, Sold, closed, planned

POOL = {"code": "pot", "zh": "团队奖", "en": "Pot", "kind": "pool", "whose": "team", "pot": "fixed",
        "amount": 1000, "divide": "days", "tiers": [{"from": 0, "rate": 1}]}  # fmt: skip
MANAGERS = {
    "code": "manager_pay", "posts": ["outlet_manager"],
    "components": [{**PLAN["components"][0], "code": "cars", "whose": "outlet"}],
}  # fmt: skip


FIRST = {"zh": "首单", "en": "First", "kind": "units", "of": "deliveries", "first": "week",
         "ties": ["gross"], "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def month_of(sold: Sold, month: int) -> Month:
    ground = Ground(sold.cast["operator"])
    return Month(ground, ground.places[sold.cast.outlet.pk], month, mark())


@pytest.mark.parametrize(
    ("homes", "keeps"),
    [((), 1), ((1,), 1), ((2,), 2), ((1, 2), 1), ((2, 1), 1), ((2, 3), 3)],
)
def test_one_outlet_keeps_what_another_left(homes: tuple[int, ...], keeps: int) -> None:
    assert keeper(1, homes) == keeps


@pytest.mark.parametrize(
    ("came", "month", "closing", "number"),
    [
        (date(2025, 12, 31), 202601, 0, 2),
        (date(2026, 1, 31), 202601, 0, 1),
        (None, 202712, 0, 1),
        (date(2025, 12, 26), 202601, 25, 1),
        (date(2025, 12, 25), 202601, 25, 2),
    ],
)
def test_periods_are_counted_from_the_month_in_which_somebody_came(
    came: date | None, month: int, closing: int, number: int
) -> None:
    assert nth(came, month, closing) == number


def test_without_a_hire_date_periods_are_counted_from_the_first_post(sold: Sold) -> None:
    planned()
    zhang = sold.cast.people["zhang"]
    m.Person.objects.filter(pk=zhang.pk).update(hired_on=None)
    m.Post.objects.filter(person=zhang).update(since=date(2026, 1, 15))
    asked = month_of(sold, MARCH)
    assert stints(asked, asked.catalogue.pay_plan())[zhang.pk].nth == 3


def test_who_changes_the_team_is_one_of_the_last_by_his_days_there(sold: Sold) -> None:
    planned(components=[POOL])
    cast, wang = sold.cast, sold.cast.people["wang"]
    m.Post.objects.filter(person=wang).update(until=date(2026, 2, 19))
    m.Post.objects.create(person=wang, unit=cast.team, role="consultant", since=date(2026, 2, 19))
    asked = month_of(sold, FEBRUARY)
    made = gather(asked, asked.catalogue.pay_plan())
    team = made.givens[wang.pk].team
    assert team is not None
    days = {member.person: member.days for member in team.members}
    people = (cast.people["li"], wang, cast.people["zhang"])
    assert days == dict(zip([f"person:{who.pk}" for who in people], (28, 10, 28), strict=True))


OVERRIDE = {**PLAN["components"][0], "code": "override", "whose": "team", "own": "exclude",
            "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip


@pytest.mark.parametrize(("rules", "team"), [(3, 100), (2, -200)])
def test_own_cars_of_another_team_are_not_left_out_of_the_new_teams(
    sold: Sold, rules: int, team: int
) -> None:
    """Zhang's three cars of February and Li's one are the old team's; the new one has two.

    One of the two is his: the other one is what he is paid on.
    """
    planned(components=[OVERRIDE, {**OVERRIDE, "code": "whole", "whose": "outlet"}])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    new = m.Unit.objects.create(kind="team", code="T9", name="新组", parent=cast.outlet)
    moves = date(2026, 2, 20)
    m.Post.objects.filter(person=zhang).update(until=moves)
    for who in (zhang, cast.people["wang"]):
        m.Post.objects.create(person=who, unit=new, role="consultant", since=moves)
    m.Post.objects.filter(person=cast.people["wang"]).exclude(unit=new).update(until=moves)
    for who in ("zhang", "wang"):
        sold.car(who, date(2026, 2, 24))
    asked = month_of(sold, FEBRUARY)
    made = gather(asked, asked.catalogue.pay_plan(), extra=Extra(rules=rules))
    given = made.givens[zhang.pk]
    assert given.team is not None
    assert (given.team.totals["deliveries"], given.totals["deliveries"]) == (20_000, 40_000)
    text = frozen(made.plan, given, rules)
    paid = {line.component: line.fen // 100 for line in thawed(text).lines}
    assert paid == {"override": team, "whole": 200}


@pytest.mark.parametrize(("rules", "paid"), [(3, {"own_car": 20_000}), (2, {})])
def test_an_override_counts_the_others_own_cars_and_not_their_overrides(
    sold: Sold, rules: int, paid: dict[str, int]
) -> None:
    """Lead and manager are paid on each other's own pay: nothing of that goes in a circle."""
    since, each = date(2019, 6, 1), {"tiers": [{"from": 0, "rate": 200}]}
    over = {"zh": "带队", "en": "Override", "kind": "share", "of_pay": ["unit_bonus", "desk"],
            "whose": "outlet", "tiers": [{"from": 0, "rate": "10%"}]}  # fmt: skip
    own = {**PLAN["components"][0], "code": "own_car", "mode": "marginal", **each}
    desk = {**over, "code": "desk", "kind": "fixed", "of_pay": [], "whose": "person", **each}
    planned()
    planned(since, code="lead_pay", posts=["team_lead"], components=[own, {**over, "code": "over"}])
    wide = {**over, "code": "wide", "of_pay": ["own_car", "over"]}
    planned(since, code="manager_pay", posts=["outlet_manager"], components=[desk, wide])
    sold.car("lead", date(2026, 2, 6))
    asked, found = month_of(sold, FEBRUARY), {}
    for who, code in (("manager", "manager_pay"), ("lead", "lead_pay")):
        made = gather(asked, asked.catalogue.pay_plan(code), extra=Extra(rules=rules))
        group = made.givens[sold.cast.people[who].pk].outlet
        found[who] = {} if group is None else dict(group.paid)
    assert found["manager"] == paid
    assert found["lead"] == {"unit_bonus": 230_000, **({"desk": 20_000} if paid else {})}


def test_the_first_deal_of_a_week_is_looked_for_among_the_team_or_everybody(sold: Sold) -> None:
    ways = ("person", "team", "outlet")
    planned(components=[{**FIRST, "code": f"of_{among}", "among": among} for among in ways])
    sold.car("wang", date(2026, 2, 2))
    asked = month_of(sold, FEBRUARY)
    made = gather(asked, asked.catalogue.pay_plan())
    payer = prepared(made.plan)
    found = {
        who: [sum(line.fen for line in payer.pay(made.givens[sold.cast.people[who].pk]).lines
                  if line.component == f"of_{among}") // 10_000 for among in ways]
        for who in ("zhang", "li", "wang")
    }  # fmt: skip
    assert found == {"zhang": [3, 3, 2], "li": [1, 0, 0], "wang": [1, 1, 1]}


@pytest.mark.parametrize("among", ["team", "outlet"])
@pytest.mark.parametrize(
    ("span", "other", "fen"),
    [("day", 26, 10_000), ("week", 26, 0), ("week", 28, 0), ("day", 28, 10_000)],
)
def test_the_next_car_may_be_a_groups_first(
    sold: Sold, among: str, span: str, other: int, fen: int
) -> None:
    """It is worth what the car brings that is really sold; of one day more gross comes first."""
    planned(components=[{**FIRST, "code": "first", "first": span, "among": among}])
    sold.car("li", date(2026, 2, 24))
    sold.car("li", date(2026, 2, other), cost=9_900_000)
    zhang, last = sold.cast["zhang"], date(2026, 2, 28)
    before = pay.what_if(zhang, "ZHANG", FEBRUARY)
    sold.car("zhang", last)
    after = pay.statement(zhang, "ZHANG", FEBRUARY).payable
    assert after - before.payable == before.cars[0].worths[0] == fen


def test_a_late_first_deal_moves_the_bonus_from_one_to_another(sold: Sold) -> None:
    planned(components=[{**FIRST, "code": "first", "among": "outlet"}])
    closed(sold.cast, FEBRUARY)
    sold.car("li", date(2026, 2, 2))
    asked = month_of(sold, MARCH)
    owed = corrections(asked, asked.catalogue.pay_plan())
    people = {who: sold.cast.people[who].pk for who in ("zhang", "li")}
    found = {who: [one.fen for one in owed[pk]] for who, pk in people.items()}
    assert found == {"zhang": [-10_000], "li": [10_000]}


def test_a_plan_is_for_the_levels_that_it_names(sold: Sold) -> None:
    planned(levels=["senior"])
    zhang, li = (sold.cast.people[key] for key in ("zhang", "li"))
    m.Post.objects.filter(person=zhang).update(level="senior")
    m.Post.objects.filter(person=li).update(level="junior")
    asked = month_of(sold, FEBRUARY)
    given = gather(asked, asked.catalogue.pay_plan()).givens
    assert list(given) == [zhang.pk]
    assert given[zhang.pk].attributes["level"] == "senior"
    seen = pay.statements(sold.cast["finance"], "N1", FEBRUARY)
    assert [one.person.id for one in seen] == [zhang.pk]


def test_a_return_is_of_the_day_in_the_outlets_zone(sold: Sold) -> None:
    car = sold.cars[0]
    m.Delivery.objects.filter(pk=car.pk).update(void=True)
    post("delivery", [car.pk], at=datetime(2026, 3, 1, 17, tzinfo=UTC))
    sources = [f"delivery:{one.pk}" for one in sold.cars]
    assert returned(sources, sold.cast.outlet.pk) == {sources[0]: date(2026, 3, 2)}


def test_a_delivery_entered_anew_for_its_order_is_no_return(sold: Sold) -> None:
    car = sold.cars[0]
    m.Delivery.objects.filter(pk=car.pk).update(void=True)
    sold.floor.delivery(car.order, date(2026, 2, 4))
    post("delivery", [car.pk], at=LATER)
    assert returned([f"delivery:{car.pk}"], sold.cast.outlet.pk) == {}


def test_a_typed_amount_is_in_the_run_of_one_plan(sold: Sold) -> None:
    planned()
    planned(**MANAGERS)
    cast = sold.cast
    asked = {}
    for key in ("zhang", "manager", "lead"):
        asked[key] = verbs.ask_manual(
            by=cast["region_head"], at=LATER,
            asked=verbs.Asked(cast.outlet.pk, FEBRUARY, cast.people[key].pk, 1_000, "补发"),
        ).id  # fmt: skip
        verbs.approve_manual(by=cast["finance"], at=LATER, line=asked[key])
    month = month_of(sold, FEBRUARY)
    typed = {
        code: sorted(gather(month, month.catalogue.pay_plan(code)).typed)
        for code in ("consultant_pay", "manager_pay")
    }
    assert typed == {
        "consultant_pay": sorted([asked["zhang"], asked["lead"]]),
        "manager_pay": [asked["manager"]],
    }


def test_a_month_is_looked_at_again_only_for_what_came_after_the_last_close(sold: Sold) -> None:
    planned()
    cast = sold.cast
    closed(cast, FEBRUARY)
    sold.car("zhang", date(2026, 2, 20))

    def again(month: int) -> list[int]:
        asked = month_of(sold, month)
        return [run.period for run in moved(asked, asked.catalogue.pay_plan())]

    before = again(MARCH)
    closed(cast, MARCH)
    after = again(APRIL)
    order = m.Order.objects.filter(deliveries=sold.cars[0]).get()
    split = verbs.share_deal(
        by=cast["manager"], at=LATER, order=order.pk, reason="合作",
        parts=[(cast.people["zhang"].pk, 5_000), (cast.people["li"].pk, 5_000)],
    )  # fmt: skip
    verbs.decide_split(
        by=cast["finance"], at=datetime(2027, 1, 6, tzinfo=UTC), split=split.id, approve=True
    )
    assert (before, after, again(APRIL)) == ([FEBRUARY], [], [FEBRUARY])


def test_a_statement_reads_its_own_inputs_alone(sold: Sold) -> None:
    planned()
    closed(sold.cast, FEBRUARY)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        pay.statement(sold.cast["finance"], "ZHANG", FEBRUARY)
    (inputs,) = [q["sql"] for q in queries if 'FROM "records_payinput"' in q["sql"]]
    assert f'"person_id" IN ({sold.cast.people["zhang"].pk})' in inputs


def test_a_plan_may_ask_what_a_deals_model_is(sold: Sold) -> None:
    m.VehicleModel.objects.create(name="大排", displacement="over_250", key=True)
    rows = [{"where": {"displacement": {"in": ["over_250"]}}, "tiers": [{"from": 0, "rate": 900}]}]
    component = {**PLAN["components"][0], "mode": "marginal", "rows": rows}
    planned(components=[component])
    sold.car("li", date(2026, 2, 6), model="大排")
    lines = pay.statement(sold.cast["li"], "LI", FEBRUARY).lines
    assert [line.fen for line in lines] == [50_000, 90_000]


LIMITED = [
    {**PLAN["components"][1], "least": 300},
    {**PLAN["components"][1], "code": "most", "rounding": "cumulative", "most": 400},
    {**PLAN["components"][0], "credit": "whole"},
]


def paid_in(sold: Sold, rules: int = RULES) -> dict[str, list[int]]:
    """Fen of Zhang's and Li's lines of their shared car, by the rules."""
    made = gather(month_of(sold, FEBRUARY), pay_plan(sold), extra=Extra(runs=False, rules=rules))
    payer, car = prepared(made.plan), f"delivery:{sold.cars[0].pk}"
    people = {key: sold.cast.people[key].pk for key in ("zhang", "li")}
    return {
        key: [line.fen for line in payer.pay(made.givens[who]).lines if line.source == car]
        for key, who in people.items()
    }


def pay_plan(sold: Sold) -> PayPlan:
    return month_of(sold, FEBRUARY).catalogue.pay_plan()


def shared(sold: Sold, car: m.Delivery, share: int = 5_000) -> m.Order:
    """Zhang has this part of a car on its order card, in 1/10,000, and Li the rest."""
    order = car.order
    order.shares.update(share=share)
    order.shares.create(person=sold.cast.people["li"], share=10_000 - share, since=order.signed_on)
    post("order", [order.pk], at=LATER)
    post("delivery", [car.pk], at=LATER)
    return order


def test_a_car_shared_on_its_order_card_is_paid_as_one_whose_pay_is_split(sold: Sold) -> None:
    """Its 500 of gross is over the least of 300, and over the most of 400, before it is shared.

    By rules 2 each part was a deal; what comes late to such a month is worked out so.
    """
    planned(components=LIMITED)
    sold.car("li", date(2026, 2, 20))
    order = shared(sold, sold.cars[0])
    each = [25_000, 20_000, 30_000]
    assert paid_in(sold) == {"zhang": each, "li": each}
    parts = [30_000, 25_000, 25_000]
    assert paid_in(sold, 2) == {"zhang": parts, "li": parts}
    both = [(sold.cast.people[key].pk, 5_000) for key in ("zhang", "li")]
    split = verbs.share_deal(
        by=sold.cast["manager"], at=LATER, order=order.pk, reason="合作", parts=both
    )
    verbs.decide_split(by=sold.cast["finance"], at=LATER, split=split.id, approve=True)
    assert paid_in(sold) == {"zhang": each, "li": each}


def test_a_plan_without_units_knows_whose_a_shared_car_is(sold: Sold) -> None:
    planned(components=LIMITED[:1])
    shared(sold, sold.cars[0], 3_000)
    assert paid_in(sold) == {"zhang": [15_000], "li": [35_000]}
    made = gather(month_of(sold, FEBRUARY), pay_plan(sold), extra=Extra(runs=False))
    totals = {made.givens[sold.cast.people[key].pk].totals["gross"] for key in ("zhang", "li")}
    assert totals == {1_150_000, 850_000}


def test_the_next_car_is_like_a_shared_one_as_a_whole(sold: Sold) -> None:
    """Three of 5,000 gross and a half of one of 1,000: four cars that bring 4,000 each."""
    planned()
    shared(sold, sold.car("zhang", date(2026, 2, 20), cost=9_900_000))
    found = pay.what_if(sold.cast["zhang"], "ZHANG", FEBRUARY).cars[0]
    assert (found.like, found.amounts["gross"]) == (4, 400_000)


def split_in_halves(sold: Sold, order: m.Order, *people: m.Person) -> None:
    split = m.PaySplit(order=order, parts=[[who.pk, 5_000] for who in people])
    split.reason, split.asked_at = "x", LATER
    split.save()
    split.approved, split.decided_at, split.decided_by_id = True, LATER, sold.cast["finance"].user
    split.save()


def test_a_part_of_a_deal_lies_in_the_team_of_its_own(sold: Sold) -> None:
    """Half of Wang's car is paid to Li; as Wang is in no team, it is not in the team's totals."""
    planned(components=[OVERRIDE])
    sold.car("wang", date(2026, 2, 6))
    cast, li = sold.cast, sold.cast.people["li"]
    wang = cast.people["wang"]
    for order in m.Order.objects.filter(shares__person__in=[li, wang]):
        split_in_halves(sold, order, li, wang)
    asked = month_of(sold, FEBRUARY)
    given = gather(asked, asked.catalogue.pay_plan()).givens[li.pk]
    assert (given.totals["deliveries"], given.outside["deliveries"]) == (10_000, 5_000)


def test_a_split_deal_that_was_undone_within_the_month_is_none(sold: Sold) -> None:
    """Its least would be paid to both for nothing; by the rules of older runs it was."""
    planned(components=[{**PLAN["components"][1], "least": 50}])
    zhang, li = (sold.cast.people[name] for name in ("zhang", "li"))
    split_in_halves(sold, sold.cars[0].order, zhang, li)

    def counts(rules: int = RULES) -> list[int]:
        asked = month_of(sold, FEBRUARY)
        made = gather(asked, asked.catalogue.pay_plan("consultant_pay"), extra=Extra(rules=rules))
        return [len(made.givens[who.pk].deals) for who in (zhang, li)]

    assert counts() == [3, 2]
    sold.returned(sold.cars[0])
    assert (counts(), counts(2)) == ([2, 1], [3, 2])


def test_a_catch_up_is_given_the_figures_that_it_looks_at(sold: Sold) -> None:
    """Three cars of Zhang in the quarter, four of his team, five of the outlet."""
    sold.car("manager", date(2026, 2, 6))
    fine = {"code": "fine", "zh": "扣", "en": "Fine", "kind": "fine", "of": "deliveries",
            "tiers": [{"from": 0, "rate": 1}]}  # fmt: skip
    caught = [
        {"code": whose, "zh": whose, "en": whose, "grain": "quarter", "returns": ["fine"],
         "look": {"by": "kpi", "of": "deliveries", "whose": whose}}
        for whose in ("person", "team", "outlet")
    ]  # fmt: skip
    planned(components=[PLAN["components"][0], fine], catch_ups=caught)
    zhang = sold.cast.people["zhang"].pk

    def spans(month: int) -> dict[str, int]:
        asked = month_of(sold, month)
        given = gather(asked, asked.catalogue.pay_plan()).givens[zhang]
        return {name: int(own.values["deliveries"] or 0) for name, own in given.spans.items()}

    assert spans(MARCH) == {"quarter": 3, "quarter:team": 4, "quarter:outlet": 5}
    assert spans(FEBRUARY) == {}
