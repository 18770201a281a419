"""Who moves, leaves, comes late or is left out: each balance and each deal counts once."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.facts import post
from cheji.reads import pay
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    paid,
    planned,
)

PLATES = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
          "share": "20%", "release": "plates"}  # fmt: skip
DRAW = {"code": "draw", "zh": "预支", "en": "Draw", "kind": "recoverable", "amount": 5000}


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def moves(sold: Sold, on: date, to: m.Unit | None) -> m.Person:
    """Zhang leaves his post on that day, for one at another outlet or for none."""
    zhang = sold.cast.people["zhang"]
    m.Post.objects.filter(person=zhang, until=None).update(until=on)
    if to is not None:
        m.Post.objects.create(person=zhang, unit=to, role="consultant", since=on)
    return zhang


def left(run: m.Run, who: m.Person) -> list[tuple[str, int]]:
    rows = m.PayBalance.objects.filter(run=run, person=who).order_by("kind", "source")
    return [(row.kind, row.fen) for row in rows]


# -- balances ------------------------------------------------------------------------------------


def test_what_is_held_and_drawn_moves_with_the_person_once(sold: Sold) -> None:
    planned(holdbacks=[PLATES], draws=[DRAW])
    cast = sold.cast
    first = closed(cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), cast.sister)
    assert left(first, zhang) == [("drawn", 206_000), *[("held", 12_000)] * 3]
    verbs.release_event(
        by=cast["finance"],
        at=LATER,
        kind="plates",
        source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 5),
    )
    old, new = closed(cast, MARCH), closed(cast, MARCH, outlet="N2")
    assert left(old, zhang) == []
    assert paid(new, zhang) == [("plates", "release", 12_000), ("draw", "draw", 488_000)]
    assert left(new, zhang) == [("drawn", 694_000), ("held", 12_000), ("held", 12_000)]
    after = [closed(cast, APRIL), closed(cast, APRIL, outlet="N2")]
    assert [left(run, zhang)[:1] for run in after] == [[], [("drawn", 1_194_000)]]
    assert [one.broken for one in replayed(cast["finance"])] == [()] * 5


def test_a_run_waits_for_what_another_outlet_leaves_it(sold: Sold) -> None:
    planned(holdbacks=[PLATES])
    cast = sold.cast
    february = calculated(cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), cast.sister)
    new = brought(cast, calculated(cast, MARCH, outlet="N2"), "review", "approve")
    with pytest.raises(verbs.EarlierIsOpen, match="2026-02 "):
        brought(cast, new, "close")
    later = LATER + timedelta(hours=1)
    brought(cast, february, "review", "approve", "close", at=later)
    with pytest.raises(verbs.OutOfDate, match="北一店 2026-02"):
        brought(cast, new, "close", at=later + timedelta(hours=1))
    verbs.send_back(by=cast["finance"], at=later, run=new.pk, reason="重算")
    again = calculated(cast, MARCH, outlet="N2", at=later + timedelta(hours=1))
    assert left(again, zhang) == [("held", 12_000)] * 3


def test_posts_put_right_between_two_calculations_do_not_double_a_balance(sold: Sold) -> None:
    planned(holdbacks=[PLATES])
    cast = sold.cast
    closed(cast, FEBRUARY)
    here = brought(cast, calculated(cast, MARCH), "review", "approve")
    zhang = moves(sold, date(2026, 3, 1), cast.sister)
    there = closed(cast, MARCH, outlet="N2")
    assert left(there, zhang) == [("held", 12_000)] * 3
    with pytest.raises(verbs.OutOfDate, match="北二店 2026-03"):
        brought(cast, here, "close")


def test_what_is_held_of_a_car_returned_after_the_move_is_given_back(sold: Sold) -> None:
    planned(holdbacks=[PLATES])
    cast = sold.cast
    closed(cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), cast.sister)
    sold.returned(sold.cars[0])
    there, here = closed(cast, MARCH, outlet="N2"), closed(cast, MARCH)
    assert paid(there, zhang) == [("plates", "adjustment", 12_000)]
    owed = [fen for _, entry, fen in paid(here, zhang) if entry != "carry"]
    assert sum(owed) == 2 * 50_000 + 100_000 - 330_000
    assert [left(run, zhang) for run in (there, here)] == [
        [("held", 12_000)] * 2, [("due", 130_000)]
    ]  # fmt: skip


def test_a_leaver_is_paid_what_a_cap_carried_and_what_was_withheld(sold: Sold) -> None:
    cap = {"code": "most", "zh": "封顶", "en": "Cap", "amount": 3000, "beyond": "carry"}
    planned(caps=[cap])
    first = closed(sold.cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), None)
    assert left(first, zhang) == [("carried", 30_000)]
    second = closed(sold.cast, MARCH)
    assert (paid(second, zhang), left(second, zhang)) == ([("most", "carry", 30_000)], [])


@pytest.mark.parametrize(
    ("draw", "share"),
    [(DRAW, 1), ({**DRAW, "share": "50%", "recover_first": 9}, 2), ({**DRAW, "limit": 60}, 2)],
)
def test_what_a_leaver_drew_is_taken_from_what_is_released_later(
    sold: Sold, draw: dict[str, object], share: int
) -> None:
    """As the plan says, but nothing is left to him first. What he pays back is a typed line."""
    planned(holdbacks=[PLATES], draws=[draw])
    cast, taken = sold.cast, 12_000 // share
    closed(cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), None)

    def due(last: date) -> int:
        return pay.leaver_sheet(cast["hr"], "ZHANG", "N1", last).due

    def released(car: int) -> None:
        verbs.release_event(
            by=cast["finance"], at=LATER, kind="plates", on=date(2026, 3, 5),
            source=f"delivery:{sold.cars[car].pk}",
        )  # fmt: skip

    assert due(date(2026, 2, 28)) == 206_000
    released(1)
    assert due(date(2026, 3, 1)) == 206_000 - taken
    march = closed(cast, MARCH)
    assert paid(march, zhang) == [("plates", "release", 12_000), ("draw", "recovery", -taken)]
    assert left(march, zhang)[0] == ("drawn", 206_000 - taken)
    assert due(date(2026, 2, 28)) == 206_000 - taken
    if share == 1:
        asked = verbs.Asked(cast.outlet.pk, MARCH, zhang.pk, 194_000, "已交回预支")
        line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
        verbs.approve_manual(by=cast["region_head"], at=LATER, line=line)
        released(0)
        april = closed(cast, APRIL)
        assert sum(fen for _, _, fen in paid(april, zhang)) == 12_000
        assert (left(april, zhang), due(date(2026, 3, 1))) == ([("held", 12_000)], 0)
    assert [one.broken for one in replayed(cast["finance"])] == [()] * (3 if share == 1 else 2)


def test_a_draw_that_is_no_more_is_taken_from_what_a_leaver_has_coming(sold: Sold) -> None:
    """A release, and a car that is handed over after he left and accepted as it stands."""
    planned(holdbacks=[PLATES], draws=[DRAW])
    cast = sold.cast
    closed(cast, FEBRUARY)
    planned(date(2026, 3, 1), holdbacks=[PLATES])
    zhang = moves(sold, date(2026, 3, 1), None)
    sold.car("zhang", date(2026, 3, 10))
    calculated(cast, MARCH)
    row = m.PayException.objects.get(state="open")
    verbs.decide_exception(
        by=cast["finance"], at=LATER, exception=row.pk, how="accept", decision="离职前所售"
    )
    march = closed(cast, MARCH, at=LATER + timedelta(hours=1))
    assert paid(march, zhang)[-1] == ("draw", "recovery", -90_000)
    assert m.PayInput.objects.get(run=march, person=zhang).payable == 0


# -- deals of who is not in post -------------------------------------------------------------------


@pytest.mark.parametrize(("how", "money"), [("accept", [50_000, 50_000]), ("leave_out", [])])
def test_a_car_delivered_after_its_seller_left_waits_for_a_decision(
    sold: Sold, how: str, money: list[int]
) -> None:
    planned(draws=[DRAW])
    cast = sold.cast
    closed(cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), cast.sister)
    car = sold.car("zhang", date(2026, 3, 10))
    run = brought(cast, calculated(cast, MARCH), "review")
    row = m.PayException.objects.get(state="open")
    assert (row.kind, row.source, row.person, paid(run, zhang)) == ("no_post", car.pk, zhang, [])
    later = LATER + timedelta(hours=1)
    verbs.decide_exception(
        by=cast["finance"], at=later, exception=row.pk, how=how, decision="离职前所售"
    )
    with pytest.raises(verbs.OutOfDate, match=f"order {car.order.number} changed"):
        verbs.approve(by=cast["region_head"], at=later, run=run.pk)
    verbs.send_back(by=cast["finance"], at=later, run=run.pk, reason="重算")
    again = calculated(cast, MARCH, at=later + timedelta(hours=1))
    assert [fen for _, _, fen in paid(again, zhang)] == money


def test_a_quarter_returns_to_who_left_also_in_a_month_with_a_car_of_his(sold: Sold) -> None:
    """A fifth of February's 3,300, and of the car that is handed over after he left."""
    caught = {"code": "quarter", "zh": "打通", "en": "Quarter", "grain": "quarter",
              "look": {"by": "kpi", "of": "deliveries"}, "from": 4, "returns": ["low"]}  # fmt: skip
    gate = {"code": "low", "zh": "门槛", "en": "Gate", "effect": "reduce", "rate": "80%",
            "look": {"by": "kpi", "of": "deliveries"}, "below": 100}  # fmt: skip
    planned(catch_ups=[caught], gates=[gate])
    cast = sold.cast
    first = closed(cast, FEBRUARY)
    zhang = moves(sold, date(2026, 3, 1), None)
    assert left(first, zhang) == [("withheld", 66_000)]
    sold.car("zhang", date(2026, 3, 10))
    calculated(cast, MARCH)
    row = m.PayException.objects.get(state="open")
    verbs.decide_exception(
        by=cast["finance"], at=LATER, exception=row.pk, how="accept", decision="离职前所售"
    )
    march = closed(cast, MARCH, at=LATER + timedelta(hours=1))
    assert paid(march, zhang)[-2:] == [("low", "gate", -20_000), ("quarter", "catch_up", 86_000)]
    assert left(march, zhang) == []
    assert [one.broken for one in replayed(cast["finance"])] == [()] * 2


def test_a_share_of_the_deal_of_who_left_is_paid_as_a_deal(sold: Sold) -> None:
    planned()
    cast, li = sold.cast, sold.cast.people["li"]
    zhang = moves(sold, date(2026, 2, 1), None)
    order = sold.cars[0].order
    split = verbs.share_deal(
        by=cast["manager"], at=LATER, order=order.pk, reason="接手交车",
        parts=[(li.pk, 5_000), (zhang.pk, 5_000)],
    )  # fmt: skip
    verbs.decide_split(by=cast["finance"], at=LATER, split=split.id, approve=True)
    run = calculated(cast, FEBRUARY)
    rows = m.PayLine.objects.filter(run=run, person=li, source=sold.cars[0].pk, fen__gt=0)
    assert [row.fen for row in rows.order_by("id")] == [25_000, 25_000]
    assert not m.PayLine.objects.filter(run=run, person=li, entry="earning", source=None).exists()


# -- what comes late ------------------------------------------------------------------------------


def test_a_post_entered_late_is_paid_once(sold: Sold) -> None:
    planned()
    cast = sold.cast
    zhang = moves(sold, date(2026, 2, 1), None)
    run = calculated(cast, FEBRUARY)
    for row in m.PayException.objects.filter(state="open"):
        verbs.decide_exception(
            by=cast["finance"], at=LATER, exception=row.pk, how="leave_out", decision="待补岗位"
        )
    first = closed(cast, FEBRUARY, at=LATER + timedelta(minutes=1))
    assert (first.pk, paid(first, zhang)) == (run.pk, [])
    m.Post.objects.filter(person=zhang).update(until=None)
    later = LATER + timedelta(hours=1)
    months = [closed(cast, month, at=later) for month in (MARCH, APRIL)]
    assert [sum(fen for _, _, fen in paid(run, zhang)) for run in months] == [330_000, 0]


def test_what_was_left_out_is_paid_once_it_is_put_right(sold: Sold) -> None:
    planned()
    cast, li = sold.cast, sold.cast.people["li"]
    car = sold.car("li", date(2026, 2, 25), cost=None)
    calculated(cast, FEBRUARY)
    row = m.PayException.objects.get()
    verbs.decide_exception(
        by=cast["finance"], at=LATER, exception=row.pk, how="leave_out", decision="下月补"
    )
    first = closed(cast, FEBRUARY, at=LATER + timedelta(minutes=1))
    march = closed(cast, MARCH, at=LATER + timedelta(minutes=2))
    car.order.lines.update(cost=9_500_000)
    post("delivery", [car.pk], at=LATER)
    april = closed(cast, APRIL, at=LATER + timedelta(minutes=3))
    sums = [[fen for _, _, fen in paid(run, li)] for run in (first, march, april)]
    assert sums == [[50_000, 50_000], [], [50_000, 50_000]]


def test_a_split_deal_left_out_is_paid_to_neither_and_in_no_total(sold: Sold) -> None:
    planned()
    cast = sold.cast
    zhang, li = (cast.people[key] for key in ("zhang", "li"))
    car = sold.car("zhang", date(2026, 2, 25), cost=None)
    split = verbs.share_deal(
        by=cast["manager"], at=LATER, order=car.order.pk, reason="合作",
        parts=[(zhang.pk, 5_000), (li.pk, 5_000)],
    )  # fmt: skip
    verbs.decide_split(by=cast["finance"], at=LATER, split=split.id, approve=True)
    calculated(cast, FEBRUARY)
    row = m.PayException.objects.get()
    verbs.decide_exception(
        by=cast["finance"], at=LATER, exception=row.pk, how="leave_out", decision="下月补"
    )
    run = calculated(cast, FEBRUARY, at=LATER + timedelta(minutes=1))
    assert (run.total, m.PayLine.objects.filter(run=run, source=car.pk).count()) == (430_000, 0)


def test_a_car_that_passes_to_a_colleague_is_no_return(sold: Sold) -> None:
    planned(clawback={"policy": "prorated", "window": 20})
    cast = sold.cast
    zhang, li = (cast.people[key] for key in ("zhang", "li"))
    closed(cast, FEBRUARY)
    order = sold.cars[0].order
    order.shares.update(person=li)
    post("order", [order.pk], at=LATER)
    post("delivery", [sold.cars[0].pk], at=LATER)
    march = closed(cast, MARCH, at=LATER + timedelta(minutes=1))
    owed = m.PayLine.objects.filter(run=march).exclude(entry="carry")
    sums = {who: sum(row.fen for row in owed.filter(person=who)) for who in (zhang, li)}
    assert sums == {zhang: 2 * 50_000 + 100_000 - 330_000, li: 100_000}
    assert set(owed.values_list("entry", flat=True)) == {"adjustment"}


def test_no_month_is_closed_over_one_that_was_never_worked_out(sold: Sold) -> None:
    planned()
    cast = sold.cast
    closed(cast, FEBRUARY)
    sold.car("zhang", date(2026, 3, 2))
    april = brought(cast, calculated(cast, APRIL), "review", "approve")
    with pytest.raises(verbs.MonthIsMissing) as refusal:
        brought(cast, april, "close")
    assert refusal.value.place == {"period": "2026-03", "outlet": "北一店"}
    assert closed(cast, MARCH).state == "closed"


def test_a_car_is_paid_by_the_plan_of_the_post_on_its_day(sold: Sold) -> None:
    """Zhang leads a team from the 12th, and has no post from the 20th on: his last plan pays."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned()
    planned(code="lead_pay", posts=["team_lead"])
    post = m.Post.objects.get(person=zhang)
    m.Post.objects.filter(pk=post.pk).update(until=date(2026, 2, 12))
    zhang.posts.create(
        unit=post.unit, role="team_lead", since=date(2026, 2, 12), until=date(2026, 2, 20)
    )
    sold.car("zhang", date(2026, 2, 25))
    for plan, days in (("consultant_pay", (3, 10)), ("lead_pay", (17, 25))):
        run = calculated(cast, FEBRUARY, plan=plan)
        assert paid(run, zhang) == [
            ("unit_bonus", "earning", 50_000), ("unit_bonus", "earning", 50_000),
            ("gross_share", "earning", 50_000), ("gross_share", "earning", 50_000),
        ]  # fmt: skip
        cars = m.PayLine.objects.filter(run=run, person=zhang).values("source")
        on = m.Delivery.objects.filter(pk__in=cars).order_by("on_date")
        assert [car.on_date.day for car in on] == list(days)


def test_of_two_posts_at_once_the_one_begun_last_pays_a_car(sold: Sold) -> None:
    """Zhang stands in as a lead for a week and stays consultant: no car is paid twice."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned()
    planned(code="lead_pay", posts=["team_lead"])
    unit = m.Post.objects.get(person=zhang).unit
    since, until = date(2026, 2, 8), date(2026, 2, 15)
    zhang.posts.create(unit=unit, role="team_lead", since=since, until=until)
    found = {}
    for plan in ("consultant_pay", "lead_pay"):
        run = calculated(cast, FEBRUARY, plan=plan)
        cars = m.PayLine.objects.filter(run=run, person=zhang).values("source")
        on = m.Delivery.objects.filter(pk__in=cars).order_by("on_date")
        found[plan] = [car.on_date.day for car in on]
    assert found == {"consultant_pay": [3, 17], "lead_pay": [10]}


@pytest.mark.parametrize("consultant_since", [date(2026, 1, 1), date(2026, 1, 9)])
def test_an_override_leaves_out_ones_own_cars_whichever_post_began_last(
    sold: Sold, consultant_since: date
) -> None:
    """A plan that pays no single deal pays none twice: all of one's own is one's own."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned()
    override = {"code": "override", "zh": "带队", "en": "Override", "kind": "share", "of": "gross",
                "whose": "team", "own": "exclude",
                "tiers": [{"from": 0, "rate": "10%"}]}  # fmt: skip
    planned(code="lead_pay", posts=["team_lead"], components=[override])
    own = m.Post.objects.get(person=zhang)
    m.Post.objects.filter(pk=own.pk).update(since=consultant_since)
    zhang.posts.create(unit=own.unit, role="team_lead", since=date(2026, 1, 5))
    assert paid(calculated(cast, FEBRUARY, plan="lead_pay"), zhang) == [
        ("override", "earning", 50_000)
    ]


@pytest.mark.parametrize("whose", ["team", "outlet"])
def test_an_override_leaves_out_ones_own_cars_whichever_plan_pays_them(
    sold: Sold, whose: str
) -> None:
    """Zhang leads from the 12th: the lead's plan pays the car of the 17th, and 10 % of Li's two."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned()
    override = {"code": "override", "zh": "带队", "en": "Override", "kind": "share", "of": "gross",
                "whose": whose, "own": "exclude",
                "tiers": [{"from": 0, "rate": "10%"}]}  # fmt: skip
    units = {"code": "car", "zh": "台", "en": "Car", "kind": "units", "of": "deliveries",
             "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip
    planned(code="lead_pay", posts=["team_lead"], components=[units, override])
    own = m.Post.objects.get(person=zhang)
    m.Post.objects.filter(pk=own.pk).update(until=date(2026, 2, 12))
    zhang.posts.create(unit=own.unit, role="team_lead", since=date(2026, 2, 12))
    run = brought(cast, calculated(cast, FEBRUARY, plan="lead_pay"), "review", "approve", "close")
    assert paid(run, zhang) == [("car", "earning", 10_000), ("override", "earning", 50_000)]
    sold.returned(sold.cars[0])
    assert paid(calculated(cast, MARCH, plan="lead_pay"), zhang) == []
