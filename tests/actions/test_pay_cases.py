"""What waits for decisions beside a pay run: typed amounts, disputes, signatures, settlements."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import pytest

from beginnings import begun
from cast import Cast
from cheji.actions import pay as verbs
from cheji.actions.pay import About, Asked, Effect, Ruling, Sheet
from cheji.actions.pay.disputes import OtherSideNeeded
from cheji.reads import pay
from cheji.records import models as m
from cheji.records.refusals import Refused
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    earned,
    gone,
    paid,
    planned,
)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


def test_a_typed_amount_needs_two_and_is_paid_once(sold: Sold) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    asked = Asked(cast.outlet.pk, FEBRUARY, zhang.pk, 20_000, "月度冠军")
    line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
    with pytest.raises(Refused) as refusal:
        verbs.approve_manual(by=cast["finance"], at=LATER, line=line)
    assert refusal.value.code == "AskedItYourself"
    verbs.approve_manual(by=cast["hr"], at=LATER, line=line)
    run = closed(cast, FEBRUARY)
    assert ("manual", "manual", 20_000) in paid(run, zhang)
    assert m.ManualLine.objects.get().run == run
    assert paid(calculated(cast, MARCH), zhang) == []


EVIDENCE = {"order", "timelines"}


def seen_evidence(cast: Cast) -> dict[str, set[str]]:
    """What of the one dispute each reads."""
    return {who: set(pay.cases(cast[who]).rows[0].frozen) for who in ("li", "zhang", "manager")}


def test_spouses_count_as_one_customer(sold: Sold) -> None:
    """Who served the wife claims the husband's car: her card is evidence and rules count it."""
    cast, people, car = sold.cast, sold.cast.people, sold.cars[2]
    closed(cast, FEBRUARY)
    wife = sold.floor.customer(cast.outlet, people["li"], phone="13812340000")
    before = car.order.signed_on - timedelta(days=2)
    sold.floor.prospect(wife, on=before)
    about = About(outlet=cast.outlet.pk, period=FEBRUARY, order=car.order.number,
                  against=people["zhang"].pk)  # fmt: skip
    given: dict[str, Any] = {"by": cast["li"], "at": LATER, "kind": "collision", "text": "夫妻"}
    for phone in ("", "13999999999"):
        with pytest.raises(Refused, match="no card"):
            verbs.dispute(about=replace(about, relative=phone), **given)
    told = replace(about, relative=" 138 1234 0000 ")
    with pytest.raises(Refused, match="no card"):
        verbs.dispute(about=told, **{**given, "by": cast["wang"]})

    made = verbs.dispute(about=told, **given)
    row = m.Dispute.objects.get(pk=made.id)
    assert row.relative == wife
    own = row.frozen["timelines"][str(people["li"].pk)]
    assert [(one["on"], one["kind"]) for one in own] == [(str(before), "opened")]
    seen = pay.case(cast["manager"], row.pk)
    assert (seen.relative and seen.relative.id) == wife.pk
    first = next(rule for rule in seen.rules if rule.code == "first_valid")
    assert [(one.id, share) for one, share in first.shares if share] == [(people["li"].pk, 10_000)]
    ruling = Ruling(rule="first_valid")
    verbs.decide(by=cast["manager"], at=LATER, dispute=row.pk, how="upheld", decision="夫妻一户",
                 ruling=ruling)  # fmt: skip
    assert m.PaySplit.objects.get().parts == [[people["li"].pk, 10_000]]


def test_two_who_claim_a_car_share_it_as_decided(sold: Sold) -> None:
    cast, people = sold.cast, sold.cast.people
    closed(cast, FEBRUARY)
    about = About(outlet=cast.outlet.pk, period=FEBRUARY, order=sold.cars[2].order.number,
                  against=people["zhang"].pk)  # fmt: skip
    with pytest.raises(Refused, match="no card"):
        verbs.dispute(by=cast["li"], at=LATER, kind="collision", about=about, text="我先建卡")
    for kind, field in (("collision", "against"), ("cross_outlet", "colleague")):
        alone = replace(about, against=None)
        with pytest.raises(OtherSideNeeded) as refusal:
            verbs.dispute(by=cast["li"], at=LATER, kind=kind, about=alone, text="我先建卡")
        assert refusal.value.place == {"field": field}
    customer = sold.floor.customer(cast.outlet, people["li"])
    sold.floor.prospect(customer, on=date(2026, 1, 20))
    m.Order.objects.filter(pk=sold.cars[2].order_id).update(customer=customer)
    made = verbs.dispute(by=cast["li"], at=LATER, kind="collision", about=about, text="我先建卡")
    assert seen_evidence(cast) == {"li": {"order"}, "zhang": {"order"}, "manager": EVIDENCE}
    row = m.Dispute.objects.get(pk=made.id)
    assert set(row.frozen["timelines"]) == {str(people[who].pk) for who in ("li", "zhang")}
    offered = [rule.code for rule in pay.case(cast["manager"], row.pk).rules]
    m.OrderShare.objects.create(
        order_id=sold.cars[2].order_id, person_id=people["wang"].pk, since=date(2026, 1, 1),
        share=10_000,
    )  # fmt: skip
    third = [rule.code for rule in pay.case(cast["manager"], row.pk).rules]
    assert [code for code in offered if code not in third] == ["second"]
    m.OrderShare.objects.filter(person=people["wang"]).delete()
    verbs.answer(by=cast["zhang"], at=LATER, dispute=row.pk, text="客户认我")
    with pytest.raises(Refused, match="answered already"):
        verbs.answer(by=cast["zhang"], at=LATER, dispute=row.pk, text="我先接待")
    assert pay.cases(cast["manager"]).rows[0].answer == "客户认我"
    assert seen_evidence(cast) == dict.fromkeys(("li", "zhang", "manager"), EVIDENCE)
    for who in ("li", "zhang", "lead"):
        with pytest.raises(Refused):
            verbs.decide(by=cast[who], at=LATER, dispute=row.pk, how="upheld", decision="各半")
    waited = verbs.share_deal(
        by=cast["hr"], at=LATER, order=sold.cars[2].order_id, parts=[(people["li"].pk, 10_000)],
        reason="代交",
    )  # fmt: skip
    verbs.decide(
        by=cast["manager"], at=LATER + timedelta(days=1), dispute=row.pk, how="upheld",
        decision="各半", ruling=Ruling("half", effects=[Effect(people["li"].pk, 1_000)]),
    )  # fmt: skip
    told = m.AuditEntry.objects.get(verb="pay.decide", refused=False)
    assert json.loads(told.body)["replaced"] == [waited.id]
    assert paid(calculated(cast, MARCH), people["li"]) == []
    effect, split = m.ManualLine.objects.get(), m.PaySplit.objects.get(approved=None)
    for who in ("li", "zhang", "manager"):
        with pytest.raises(Refused):
            verbs.approve_manual(by=cast[who], at=LATER, line=effect.pk)
        with pytest.raises(Refused):
            verbs.decide_split(by=cast[who], at=LATER, split=split.pk, approve=True)
    later = LATER + timedelta(days=2)
    verbs.approve_manual(by=cast["finance"], at=later, line=effect.pk)
    verbs.decide_split(by=cast["finance"], at=later, split=split.pk, approve=True)
    march = calculated(cast, MARCH)
    assert sum(fen for *_, fen in paid(march, people["li"])) == 25_000 + 25_000 + 1_000
    assert sum(fen for *_, fen in earned(march, people["zhang"])) == -30_000 - 25_000
    with pytest.raises(Refused) as refusal:
        verbs.withdraw(by=cast["li"], at=LATER, dispute=row.pk)
    assert refusal.value.code == "DisputeIsDecided"


def test_a_car_sold_across_outlets_is_decided_over_both(sold: Sold) -> None:
    cast, people, floor = sold.cast, sold.cast.people, sold.floor
    there = floor.customer(cast.sister, people["sister_consultant"], phone="13900000001")
    car = floor.order(cast.sister, people["sister_consultant"], customer=there)
    about = About(outlet=cast.outlet.pk, period=FEBRUARY, order=car.number,
                  colleague="SISTER_CONSULTANT")  # fmt: skip

    def said(about: About, kind: str = "cross_outlet") -> int:
        made = verbs.dispute(by=cast["zhang"], at=LATER, kind=kind, about=about, text="客户先找我")
        return made.id

    def refused(about: About, kind: str = "cross_outlet") -> str:
        with pytest.raises(Refused) as refusal:
            said(about, kind)
        assert not refusal.value.place
        return refusal.value.code

    assert refused(about) == "NotOfBoth"
    assert refused(about, "collision") == "OnlyAcrossOutlets"
    floor.prospect(floor.customer(cast.outlet, people["zhang"], phone="13900000001"))
    others = ("NOBODY", "ZHANG", "HR", "FAR_CONSULTANT", "SISTER_MANAGER")
    assert {refused(replace(about, colleague=number)) for number in others} == {"NotOfBoth"}
    assert {refused(replace(about, order=order)) for order in ("", "NONE")} == {"NotOfBoth"}
    number = said(about)
    told = m.Message.objects.filter(kind="pay.disputed").values_list("person__number", flat=True)
    assert set(told) == {"SISTER_CONSULTANT", "REGION_HEAD", "GROUP_MANAGER", "FINANCE", "HR"}
    ruling = Ruling(effects=[Effect(people["sister_consultant"].pk, -20_000),
                             Effect(people["zhang"].pk, 20_000)])  # fmt: skip

    def decide(who: str, ruling: Ruling) -> None:
        verbs.decide(
            by=cast[who], at=LATER, dispute=number, how="upheld", decision="两店均分", ruling=ruling
        )

    for who, wanted, code in (
        ("manager", ruling, "OverBothOutlets"), ("region_head", Ruling("half"), "ByAmountsAlone"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            decide(who, wanted)
        assert refusal.value.code == code
    m.Post.objects.filter(person=people["sister_consultant"]).update(unit=cast.outlet)
    assert [pay.case(cast[who], number).seen.barred for who in ("manager", "region_head")] == [
        True, False,
    ]  # fmt: skip
    decide("region_head", ruling)
    lines = m.ManualLine.objects.order_by("fen").values_list("outlet__code", "fen")
    assert list(lines) == [("N2", -20_000), ("N1", 20_000)]


def test_a_statement_is_signed_by_whose_it_is(sold: Sold) -> None:
    cast, run = sold.cast, closed(sold.cast, FEBRUARY)
    seen = pay.statement(cast["zhang"], "ZHANG", FEBRUARY)
    with pytest.raises(Refused) as refusal:
        verbs.acknowledge(by=cast["li"], at=LATER, run=run.pk, outcome=seen.outcome)
    assert refusal.value.code == "OtherStatement"
    verbs.acknowledge(by=cast["zhang"], at=LATER, run=run.pk, outcome=seen.outcome)
    assert m.Acknowledgement.objects.get().person == cast.people["zhang"]


HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip


def test_a_settlement_lists_what_is_earned_held_and_open(sold: Sold) -> None:
    planned(holdbacks=[HELD])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    run = closed(cast, FEBRUARY)
    sold.car("zhang", date(2026, 3, 2))
    waiting = sold.floor.order(cast.outlet, zhang, on=date(2026, 3, 3))
    gone(sold, "zhang")
    sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 20))
    assert (sheet.earned, sheet.held, sheet.due) == (294_000, 36_000 + 10_000, 0)
    plan = "consultant_pay"
    assert sheet.body["earned"] == [
        {"plan": plan, "period": FEBRUARY, "run": run.pk, "fen": 294_000}
    ]
    assert sheet.body["running"] == [{"plan": plan, "period": MARCH, "run": None, "fen": 90_000}]
    assert [one["number"] for one in sheet.body["open"]] == [waiting.number]
    drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
    with pytest.raises(Refused) as refusal:
        verbs.approve_settlement(by=cast["hr"], at=LATER, settlement=drawn)
    assert refusal.value.code == "AskedItYourself"
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
    verbs.pay_settlement(by=cast["finance"], at=LATER, settlement=drawn)
    assert m.Settlement.objects.get().state == "paid"
    assert pay.settled(run.pk) == {zhang.pk: 294_000}


def test_a_settlement_lists_each_month_that_is_not_closed_as_its_run_will_pay_it(
    sold: Sold,
) -> None:
    """February is worked out, March not even that: what is typed and carried counts once."""
    cap = {"code": "most", "zh": "封顶", "en": "Cap", "amount": 3_000, "beyond": "carry"}
    planned(caps=[cap])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    calculated(cast, FEBRUARY)
    sold.car("zhang", date(2026, 4, 2))
    gone(sold, "zhang", last=date(2026, 4, 20))
    asked = Asked(cast.outlet.pk, FEBRUARY, zhang.pk, 10_000, "补发")
    line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
    verbs.approve_manual(by=cast["region_head"], at=LATER, line=line)

    def running() -> list[tuple[int, int]]:
        sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 4, 20))
        return [(row["period"], row["fen"]) for row in sheet.body["running"]]

    told = running()
    assert told == [(FEBRUARY, 300_000), (MARCH, 40_000), (APRIL, 100_000)]
    for at, (month, fen) in enumerate(told, 1):
        run = closed(cast, month)
        assert m.PayInput.objects.get(run=run, person=zhang).payable == fen
        assert running() == told[at:]


def test_a_settlement_drawn_up_late_says_what_is_held_and_owed_by_now(sold: Sold) -> None:
    """The run of the month after he left has taken up what the one before left."""
    planned(holdbacks=[HELD])
    cast = sold.cast
    closed(cast, FEBRUARY)
    gone(sold, "zhang")
    sold.returned(sold.cars[0])
    found = []
    for month in (MARCH, APRIL):
        closed(cast, month)
        sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 20))
        found.append((sheet.held, sheet.due))
    assert found == [(20_000, 114_000)] * 2


def test_a_settlement_is_of_all_plans_of_the_outlet(sold: Sold) -> None:
    """Whichever stands first: the plan by which he was paid, and that of the post he took since."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    fixed = {"code": "lead", "zh": "主管", "en": "Lead", "kind": "fixed",
             "tiers": [{"from": 0, "rate": 1_000}]}  # fmt: skip
    advance = {"code": "advance", "zh": "预支", "en": "Advance", "kind": "recoverable",
               "amount": 4_000}  # fmt: skip
    planned(posts=["consultant"], holdbacks=[HELD])
    planned(code="a_lead_pay", posts=["team_lead"], components=[fixed], draws=[advance])
    m.Post.objects.filter(person=zhang).update(until=date(2026, 2, 15))
    m.Post.objects.create(person=zhang, unit=cast.outlet, role="team_lead", since=date(2026, 2, 15))
    runs = []
    for plan in ("a_lead_pay", "consultant_pay"):
        run = calculated(cast, FEBRUARY, plan=plan)
        runs.append(brought(cast, run, "review", "approve", "close"))
    gone(sold, "zhang")
    sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 20))
    owed = [200_000, 294_000]
    assert sheet.body["earned"] == [
        {"plan": run.definition, "period": FEBRUARY, "run": run.pk, "fen": fen}
        for run, fen in zip(runs, owed, strict=True)
    ]
    drawn = 258_065  # in March: its run takes the 1,000 of February back and fills up anew
    assert [row["fen"] for row in sheet.body["running"]] == [drawn]
    assert (sheet.earned, sheet.held, sheet.due) == (494_000, 36_000, drawn)
    assert {one["plan"] for one in sheet.body["held"]} == {"consultant_pay"}
    made = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=made)
    assert [pay.settled(run.pk) for run in runs] == [{zhang.pk: fen} for fen in owed]


def test_a_run_is_settled_once(sold: Sold) -> None:
    cast, run = sold.cast, closed(sold.cast, FEBRUARY)
    gone(sold, "zhang", "li")
    sheets = [pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, day)) for day in (20, 21)]
    one, two = (
        verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
        for sheet in sheets
    )
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=one)
    with pytest.raises(Refused) as refusal:
        verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=two)
    assert refusal.value.code == "OtherSheet"
    again = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 22))
    assert (again.earned, again.body["earned"]) == (0, [])
    li = pay.leaver_sheet(cast["hr"], "LI", "N1", date(2026, 3, 20))
    drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(li))).id
    brought(cast, run, "pay")
    with pytest.raises(Refused) as refusal:
        verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
    assert refusal.value.code == "OtherSheet"


def test_who_stays_is_not_settled(sold: Sold) -> None:
    """Nor before the last day that is entered: his own runs pay him."""
    cast, _run = sold.cast, closed(sold.cast, FEBRUARY)

    def refused(on: date) -> str:
        sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", on)
        try:
            verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet)))
        except Refused as refusal:
            return refusal.code
        return ""

    assert refused(date(2026, 3, 20)) == "StillInPost"
    gone(sold, "zhang", last=date(2026, 3, 20))
    assert [refused(date(2026, 3, day)) for day in (19, 20)] == ["StillInPost", ""]


def test_a_run_of_which_settlements_pay_everybody_is_paid(sold: Sold) -> None:
    cast, run = sold.cast, closed(sold.cast, FEBRUARY)
    gone(sold, "zhang", "li")
    states = []
    for who in ("ZHANG", "LI"):
        sheet = pay.leaver_sheet(cast["hr"], who, "N1", date(2026, 3, 20))
        drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=Sheet(**asdict(sheet))).id
        verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
        verbs.pay_settlement(by=cast["finance"], at=LATER, settlement=drawn)
        run.refresh_from_db()
        states.append(run.state)
    assert states == ["closed", "paid"]
    last = m.RunStep.objects.filter(run=run).latest("pk")
    assert (last.state, last.by_id) == ("paid", cast["finance"].user)


def test_cases_and_exceptions_are_listed_for_whom_they_are(sold: Sold) -> None:
    sold.car("li", date(2026, 2, 25), cost=None)
    run = calculated(sold.cast, FEBRUARY)
    line = m.PayLine.objects.filter(run=run, person=sold.cast.people["zhang"]).first()
    assert line is not None
    verbs.dispute(
        by=sold.cast["zhang"], at=LATER, kind="amount", about=About(line=line.pk), text="少算"
    )
    seen = {
        role: [
            (case.about, case.kind, case.left, case.barred)
            for case in pay.cases(sold.cast[role]).rows
        ]
        for role in ("zhang", "li", "lead", "manager", "auditor", "far_manager")
    }
    one = [("pay", "amount", 7, False)]
    assert seen == {
        "zhang": [("pay", "amount", 7, True)], "li": [], "lead": [], "manager": one,
        "auditor": one, "far_manager": [],
    }  # fmt: skip
    found = pay.exceptions(sold.cast["finance"], sold.cast.outlet.pk, FEBRUARY)
    assert [(row.kind, row.person.number if row.person else "") for row in found] == [
        ("missing_cost", "LI")
    ]
    assert pay.exceptions(sold.cast["li"], sold.cast.outlet.pk, FEBRUARY) == ()
