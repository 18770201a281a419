"""What comes after a pay run is closed: the next one puts it right, line by line."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from beginnings import begun
from cheji.actions import orders
from cheji.actions import pay as verbs
from cheji.actions.pay import Asked, OutOfDate
from cheji.engine.pay.why import WHY
from cheji.facts import post
from cheji.reads import pay
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    PLAN,
    Sold,
    brought,
    calculated,
    closed,
    earned,
    paid,
    planned,
)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


# -- what comes late -----------------------------------------------------------------------------


def test_a_returned_car_is_put_right_in_the_next_run_by_replay(sold: Sold) -> None:
    first, zhang = closed(sold.cast, FEBRUARY), sold.cast.people["zhang"]
    sold.returned(sold.cars[0])
    second = calculated(sold.cast, MARCH)
    lines = paid(second, zhang)
    assert sum(fen for *_, fen in lines[:-1]) == 2 * 50_000 + 100_000 - 330_000
    assert lines[-1] == ("balance", "carry", 130_000)
    origins = m.PayLine.objects.filter(run=second, person=zhang, fen__lt=0)
    assert {row.origin_run for row in origins} == {first.pk}
    assert {row.entry for row in origins} == {"clawback", "adjustment"}
    brought(sold.cast, second, "review", "approve", "close")
    third = calculated(sold.cast, APRIL)
    assert (third.total, earned(third, zhang)) == (0, [])
    assert [one.broken for one in replayed(sold.cast["finance"])] == [(), (), ()]


@pytest.mark.parametrize(
    ("clawback", "taken"),
    [
        ({"policy": "original_rate"}, -110_000),
        ({"policy": "replay"}, -130_000),
        ({"policy": "original_rate", "window": 30}, 0),
    ],
)
def test_a_return_goes_by_the_plans_policy_and_once(
    sold: Sold, clawback: dict[str, object], taken: int
) -> None:
    planned(clawback=clawback)
    zhang = sold.cast.people["zhang"]
    closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    sold.car("zhang", date(2026, 3, 3))
    sold.car("zhang", date(2026, 3, 4))
    march = closed(sold.cast, MARCH)
    assert sum(fen for _, _, fen in paid(march, zhang)) == 2 * 100_000 + taken
    april = calculated(sold.cast, APRIL)
    assert paid(april, zhang) == []


@pytest.mark.parametrize(("day", "taken"), [(date(2026, 3, 5), -110_000), (date(2026, 3, 6), 0)])
def test_a_return_counts_from_the_day_of_its_cancellation(
    sold: Sold, day: date, taken: int
) -> None:
    """The car of 3 February is entered as returned weeks after the customer brought it back."""
    planned(clawback={"policy": "original_rate", "window": 30})
    cast, car = sold.cast, sold.cars[0]
    closed(cast, FEBRUARY)
    sold.returned(car)
    version = m.Order.objects.get(pk=car.order_id).version
    orders.cancel(by=cast["manager"], at=LATER, order=car.order_id, version=version, on=day,
                  reason="客户退车")  # fmt: skip
    sold.car("zhang", date(2026, 3, 3))
    sold.car("zhang", date(2026, 3, 4))
    march = closed(cast, MARCH)
    assert sum(fen for _, _, fen in paid(march, cast.people["zhang"])) == 2 * 100_000 + taken


@pytest.mark.parametrize(("own", "fen"), [("exclude", -20_000), ("include", -40_000)])
def test_an_override_goes_by_the_cars_that_stayed(sold: Sold, own: str, fen: int) -> None:
    """A car of the leader's own and one of his team come back: 200 for each that he had counted."""
    over = {"code": "over", "zh": "带队", "en": "Override", "kind": "units", "of": "deliveries",
            "whose": "team", "own": own, "tiers": [{"from": 0, "rate": 200}]}  # fmt: skip
    planned(date(2019, 6, 1), code="lead_pay", posts=["team_lead"], components=[over])
    cast, lead = sold.cast, sold.cast.people["lead"]
    cars = [sold.car("lead", date(2026, 2, day)) for day in (6, 7)]
    run = brought(cast, calculated(cast, FEBRUARY, plan="lead_pay"), "review", "approve", "close")
    assert paid(run, lead)[0] == ("over", "earning", {"exclude": 80_000, "include": 120_000}[own])
    sold.returned(cars[0])
    sold.returned(sold.cars[0])
    assert earned(calculated(cast, MARCH, plan="lead_pay"), lead) == [("over", "adjustment", fen)]


@pytest.mark.parametrize("whose", ["team", "outlet"])
def test_ones_own_car_that_stands_after_its_return_is_in_no_override(
    sold: Sold, whose: str
) -> None:
    """Past the days of the clawback Zhang keeps his car, and 10 yuan of Li's car, which stays."""
    over = {"code": "over", "zh": "带队", "en": "Override", "kind": "units", "of": "deliveries",
            "whose": whose, "own": "exclude", "tiers": [{"from": 0, "rate": 10}]}  # fmt: skip
    clawback = {"policy": "original_rate", "window": 1}
    planned(components=[PLAN["components"][0], over], clawback=clawback)
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    assert paid(closed(cast, FEBRUARY), zhang)[-1] == ("over", "earning", 1_000)
    sold.returned(sold.cars[0])
    assert paid(calculated(cast, MARCH), zhang) == []


def test_a_cost_that_comes_late_is_paid_by_the_next_run(sold: Sold) -> None:
    li = sold.cast.people["li"]
    car = sold.car("li", date(2026, 2, 25), cost=None)
    run = closed(sold.cast, FEBRUARY)
    assert m.PayLine.objects.filter(run=run, person=li, code="unknown").count() == 1
    car.order.lines.update(cost=9_000_000)
    post("delivery", [car.pk], at=LATER)
    assert paid(calculated(sold.cast, MARCH), li) == [("gross_share", "adjustment", 100_000)]


def test_what_is_held_is_released_by_its_event_or_given_back(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    february = closed(cast, FEBRUARY)
    reserves = m.PayLine.objects.filter(run=february, person=zhang, entry="reserve")
    assert [row.fen for row in reserves.order_by("id")] == [-12_000] * 3
    verbs.release_event(
        by=cast["finance"],
        at=LATER,
        kind="plates",
        source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 2),
    )
    march = closed(cast, MARCH)
    released = m.PayLine.objects.get(run=march, person=zhang, entry="release")
    assert (released.fen, released.origin_run, released.origin) == (
        12_000, february.pk, reserves.get(source=sold.cars[1].pk).pk,
    )  # fmt: skip
    left = m.PayBalance.objects.filter(run=march, person=zhang)
    assert {row.source for row in left} == {
        f"delivery:{sold.cars[0].pk}", f"delivery:{sold.cars[2].pk}"
    }  # fmt: skip


def test_what_was_held_of_a_returned_car_is_given_back_once(sold: Sold) -> None:
    """With it the fifth of the 100 by which each of the others is worth less."""
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    sold.returned(sold.cars[0])
    given = [one for one in paid(closed(cast, MARCH), zhang) if one[0] == "plates"]
    assert given == [("plates", "adjustment", fen) for fen in (12_000, 2_000, 2_000)]
    assert earned(calculated(cast, APRIL), zhang) == []


def test_an_event_taken_back_before_the_close_releases_nothing(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    deal = f"delivery:{sold.cars[1].pk}"
    event = verbs.release_event(
        by=cast["finance"], at=LATER, kind="plates", source=deal, on=date(2026, 3, 2)
    ).id
    march = calculated(cast, MARCH)
    assert paid(march, zhang) == [("plates", "release", 12_000)]
    verbs.void_event(by=cast["finance"], at=LATER, event=event, reason="误录")
    with pytest.raises(OutOfDate, match=f"“plates” of order {sold.cars[1].order.number}"):
        brought(cast, march, "review", "approve")
    verbs.send_back(by=cast["finance"], at=LATER, run=march.pk, reason="登记已撤销")
    assert paid(closed(cast, MARCH), zhang) == []


def test_a_leaver_is_paid_what_is_released_after_he_left(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates", "expires": 1}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    m.Post.objects.filter(person=zhang).update(until=date(2026, 3, 1))
    march = closed(cast, MARCH)
    assert paid(march, zhang) == []
    verbs.release_event(
        by=cast["finance"],
        at=LATER,
        kind="plates",
        source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 20),
    )
    assert paid(calculated(cast, APRIL), zhang) == [("plates", "release", 12_000)]


def test_what_a_run_paid_for_an_earlier_one_is_not_taken_for_its_own(sold: Sold) -> None:
    zhang = sold.cast.people["zhang"]
    closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    closed(sold.cast, MARCH)
    sold.car("zhang", date(2026, 3, 30))
    april = calculated(sold.cast, APRIL)
    assert earned(april, zhang) == [
        ("unit_bonus", "adjustment", 50_000), ("gross_share", "adjustment", 50_000)
    ]  # fmt: skip


def test_what_was_carried_and_withheld_is_not_lost_by_leaving(sold: Sold) -> None:
    cap = {"code": "most", "zh": "封顶", "en": "Cap", "amount": 2_000, "beyond": "carry"}
    caught = {"code": "quarter", "zh": "打通", "en": "Quarter", "grain": "quarter",
              "look": {"by": "kpi", "of": "deliveries"}, "from": 3, "returns": ["low"]}  # fmt: skip
    gate = {"code": "low", "zh": "门槛", "en": "Gate", "effect": "reduce", "rate": "80%",
            "look": {"by": "kpi", "of": "deliveries"}, "below": 100}  # fmt: skip
    planned(caps=[cap], catch_ups=[caught], gates=[gate])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    january = closed(cast, FEBRUARY)
    assert january.state == "closed"
    left = {row.kind: row.fen for row in m.PayBalance.objects.filter(run=january, person=zhang)}
    assert left == {"carried": 64_000, "withheld": 66_000}
    plan = "consultant_pay"
    sheets = [pay.leaver_sheet(cast["hr"], "ZHANG", "N1", on)
              for on in (date(2026, 2, 28), date(2026, 3, 1))]  # fmt: skip
    withheld = {"plan": plan, "catch_up": "quarter", "fen": 66_000}
    assert [(x.body["running"], x.body["carried"], x.body["withheld"]) for x in sheets] == [
        ([], [{"plan": plan, "cap": "most", "fen": 64_000}], [withheld]),
        ([{"plan": plan, "period": MARCH, "run": None, "fen": 64_000 + 66_000}], [], []),
    ]  # fmt: skip
    m.Post.objects.filter(person=zhang).update(until=date(2026, 3, 1))
    march = calculated(cast, MARCH)
    assert paid(march, zhang) == [("most", "carry", 64_000), ("quarter", "catch_up", 66_000)]


def test_a_typed_line_of_another_plan_is_that_plans(sold: Sold) -> None:
    """Of two plans of an outlet one pays it: that which is named, or that of the post."""
    cast, people = sold.cast, sold.cast.people
    planned(code="lead_pay", posts=["team_lead"])
    for who, plan in (("lead", ""), ("zhang", ""), ("li", "lead_pay"), ("marketing", "")):
        asked = Asked(cast.outlet.pk, FEBRUARY, people[who].pk, 1_000, "奖", plan=plan)
        line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
        verbs.approve_manual(by=cast["hr"], at=LATER, line=line)
    found = {}
    for plan in ("consultant_pay", "lead_pay"):
        made = pay.calculation(cast["hr"], "N1", FEBRUARY, plan=plan)
        run = m.Run.objects.get(pk=verbs.calculate(by=cast["hr"], at=LATER, made=made).id)
        lines = m.PayLine.objects.filter(run=run, source_kind="manual").order_by("person__number")
        found[plan] = list(lines.values_list("person__number", flat=True))
    assert found == {"consultant_pay": ["MARKETING", "ZHANG"], "lead_pay": ["LEAD", "LI"]}


# -- what gates, caps and quarters make of it ------------------------------------------------------

LOW = {"code": "low", "zh": "门槛", "en": "Gate", "effect": "zero", "below": 4,
       "look": {"by": "kpi", "of": "deliveries"}}  # fmt: skip


def test_what_a_gate_took_is_not_taken_again_by_a_return(sold: Sold) -> None:
    planned(gates=[LOW], clawback={"policy": "original_rate"})
    zhang = sold.cast.people["zhang"]
    assert sum(fen for *_, fen in paid(closed(sold.cast, FEBRUARY), zhang)) == 0
    sold.returned(sold.cars[0])
    assert paid(calculated(sold.cast, MARCH), zhang) == []


def test_what_a_late_car_brings_beyond_a_cap_that_carries_is_not_lost(sold: Sold) -> None:
    cap = {"code": "most", "zh": "封顶", "en": "Cap", "amount": 2_000, "beyond": "carry"}
    planned(caps=[cap])
    zhang = sold.cast.people["zhang"]
    assert paid(closed(sold.cast, FEBRUARY), zhang)[-1] == ("most", "cap", -130_000)
    sold.car("zhang", date(2026, 2, 20))
    assert paid(closed(sold.cast, MARCH), zhang) == [
        ("most", "carry", 130_000), ("unit_bonus", "adjustment", 60_000),
        ("gross_share", "adjustment", 50_000),
    ]  # fmt: skip
    assert paid(calculated(sold.cast, APRIL), zhang) == []


def test_what_a_quarter_returns_is_not_paid_by_a_correction_too(sold: Sold) -> None:
    """A late car lifts February over the gate before the quarter ends, one in March after it."""
    caught = {"code": "quarter", "zh": "打通", "en": "Quarter", "grain": "quarter",
              "look": {"by": "kpi", "of": "deliveries"}, "from": 3, "returns": ["low"]}  # fmt: skip
    planned(catch_ups=[caught], gates=[LOW])
    zhang = sold.cast.people["zhang"]
    assert sum(fen for *_, fen in paid(closed(sold.cast, FEBRUARY), zhang)) == 0
    sold.car("zhang", date(2026, 2, 20))
    sold.car("zhang", date(2026, 3, 2))
    march = paid(closed(sold.cast, MARCH), zhang)
    assert [line for line in march if line[0] in ("quarter", "low")] == [
        ("low", "gate", -100_000), ("quarter", "catch_up", 100_000), ("low", "adjustment", 330_000),
    ]  # fmt: skip
    assert sum(fen for *_, fen in march) == 4 * 110_000 + 100_000
    sold.car("zhang", date(2026, 3, 20))
    april = paid(closed(sold.cast, APRIL), zhang)
    assert april == [("unit_bonus", "adjustment", 50_000), ("gross_share", "adjustment", 50_000)]
    assert paid(calculated(sold.cast, 202605), zhang) == []
    assert [one.broken for one in replayed(sold.cast["finance"])] == [()] * 4


@pytest.mark.parametrize(("more", "sign"), [({"extra": True}, 1), ({"kind": "fine"}, -1)])
def test_what_comes_late_spends_no_more_than_is_left_of_a_budget(
    sold: Sold, more: dict[str, object], sign: int
) -> None:
    """Of 500 yuan 400 are spent; each of the two delivered one more, and one of the two is paid."""
    spiff = {"code": "spiff", "zh": "专项", "en": "Spiff", "kind": "units", "of": "deliveries",
             "budget": 500, "tiers": [{"from": 0, "rate": 100}], **more}  # fmt: skip
    planned(components=[spiff, PLAN["components"][1]])
    cast, people = sold.cast, sold.cast.people
    closed(cast, FEBRUARY)
    late = [sold.car(who, date(2026, 2, 20)) for who in ("zhang", "li")]
    march = closed(cast, MARCH)

    def spiffs(run: m.Run, who: str) -> list[int]:
        return [fen for code, _, fen in paid(run, people[who]) if code == "spiff"]

    assert (spiffs(march, "li"), spiffs(march, "zhang")) == ([10_000 * sign], [])
    sold.returned(late[1])
    april = calculated(cast, APRIL)
    assert spiffs(april, "li") == [-10_000 * sign]


@pytest.mark.parametrize(("mine", "other"), [("zhang", "li"), ("li", "zhang")])
def test_what_a_car_gives_back_of_a_budget_is_there_for_who_gets_the_car(
    sold: Sold, mine: str, other: str
) -> None:
    """The budget is spent; whichever of the two is worked out first, a car's 100 yuan pass on."""
    spiff = {"code": "spiff", "zh": "专项", "en": "Spiff", "kind": "units", "of": "deliveries",
             "extra": True, "budget": 400, "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip
    planned(components=[spiff])
    cast, people = sold.cast, sold.cast.people
    assert closed(cast, FEBRUARY).total == 40_000
    order = m.Order.objects.filter(shares__person=people[mine]).earliest("pk")
    asked = verbs.share_deal(
        by=cast["manager"], at=LATER, order=order.pk, parts=[(people[other].pk, 10_000)],
        reason="撞单",
    )  # fmt: skip
    verbs.decide_split(
        by=cast["finance"], at=LATER + timedelta(days=2), split=asked.id, approve=True
    )
    march = closed(cast, MARCH)
    assert (paid(march, people[mine])[0], paid(march, people[other])[0]) == (
        ("spiff", "adjustment", -10_000), ("spiff", "adjustment", 10_000)
    )  # fmt: skip
    assert paid(calculated(cast, APRIL), people[other]) == []


@pytest.mark.parametrize(
    ("policy", "fen"),
    [
        ({"policy": "original_rate"}, -110_000 + 12_000),
        ({"policy": "replay"}, -130_000 + 12_000 + 2 * 2_000),
        ({"policy": "prorated", "window": 672}, -55_000 + 6_000),
    ],
)
def test_what_was_forfeited_of_a_returned_car_is_not_taken_once_more(
    sold: Sold, policy: dict[str, object], fen: int
) -> None:
    """120 of the 600 for a car ran out in March: a return in April takes the 480 that were paid.

    By replay the others are worth 100 less each, of which 20 ran out.
    """
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates", "expires": 1}  # fmt: skip
    planned(holdbacks=[held], clawback=policy)
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    closed(cast, MARCH)
    sold.returned(sold.cars[0])
    run = closed(cast, APRIL)
    assert sum(fen for *_, fen in earned(run, zhang)) == fen
    back = m.PayLine.objects.get(run=run, person=zhang, component="plates", fen__gt=2_000)
    assert WHY[back.code] == (
        "此前已作废或已扣回的部分，不重复追回",
        "forfeited or taken back before: not taken back once more",
    )
    assert earned(calculated(cast, 202605), zhang) == []
