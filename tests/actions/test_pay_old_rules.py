"""A month that was closed by the rules of then is put right by them, and by the plan of then."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

import pytest

from beginnings import begun
from cheji.engine.pay import freezer, prepared
from cheji.facts import mark, post
from cheji.reads import pay
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay import calculating, gathering, late
from cheji.reads.pay.gathered import Extra
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.visibility import operator
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
    decide_all,
    planned,
)

UNITS, SHARE = PLAN["components"]
#: By rules 2 each half of a shared car is a deal of its own under `most`.
CAPPED = [UNITS, {**SHARE, "most": 300}]
OVERRIDE: dict[str, Any] = {
    "code": "lead_pay", "posts": ["team_lead"],
    "components": [{"code": "over", "zh": "带队", "en": "Override", "kind": "share",
                    "of_pay": ["gross_share"], "of": "gross", "whose": "team",
                    "tiers": [{"from": 0, "rate": "10%"}]}],
}  # fmt: skip


class Shared(Sold):
    """Zhang shares a fourth car with Wang on its order card; of one of Li's the cost is unknown."""

    def __init__(self) -> None:
        super().__init__()
        shared = self.car("zhang", date(2026, 2, 21))
        share = shared.order.shares.get()
        m.OrderShare.objects.filter(pk=share.pk).update(share=5_000)
        wang = self.cast.people["wang"]
        m.OrderShare.objects.create(order=shared.order, person=wang, share=5_000, since=share.since)
        self.unknown = self.car("li", date(2026, 2, 20), cost=None)
        post("order", [shared.order_id], at=LATER)
        post("delivery", [shared.pk], at=LATER)


@pytest.fixture
def sold(db: None) -> Iterator[Shared]:
    with begun(Shared) as made:
        planned(components=CAPPED)
        yield made


@contextmanager
def rules_2() -> Iterator[None]:
    """The program works pay out as it did under rules 2."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (calculating, gathering):
            patch.setattr(module, "Extra", partial(Extra, rules=2))
        patch.setattr(calculating, "prepared", partial(prepared, version=2))
        patch.setattr(calculating, "freezer", partial(freezer, rules=2))
        yield


def worth(sold: Sold, plan: str = "") -> dict[int, int]:
    """By person what February is worth by rules 2 as things stand now."""
    with rules_2():
        made = pay.calculation(sold.cast["hr"], "N1", FEBRUARY, plan=plan)
    return {one.person: one.payable for one in made.people}


def close_by_rules_2(sold: Sold, *plans: str) -> None:
    with rules_2():
        for plan in plans:
            run = calculated(sold.cast, FEBRUARY, plan=plan)
            brought(sold.cast, run, "review", "approve", "close")
    texts = m.PayInput.objects.values_list("text", flat=True)
    assert all('"rules":2' in text for text in texts)


def put_right(run: m.Run) -> dict[int, int]:
    """By person what a run pays or takes of earlier ones."""
    found: dict[int, int] = {}
    rows = m.PayLine.objects.filter(run=run, entry__in=("adjustment", "clawback"))
    for who, fen in rows.values_list("person", "fen"):
        found[who] = found.get(who, 0) + fen
    return found


def changes(before: dict[int, int], after: dict[int, int]) -> dict[int, int]:
    people = before.keys() | after.keys()
    found = {who: after.get(who, 0) - before.get(who, 0) for who in people}
    return {who: fen for who, fen in found.items() if fen}


def test_what_comes_late_is_worked_out_by_the_rules_of_then(sold: Shared) -> None:
    before = worth(sold)
    close_by_rules_2(sold, "consultant_pay")
    sold.returned(sold.cars[0])
    sold.car("wang", date(2026, 2, 25))
    sold.unknown.order.lines.update(cost=9_000_000)
    post("delivery", [sold.unknown.pk], at=LATER)
    due = changes(before, worth(sold))
    assert len(due) == 3
    march = closed(sold.cast, MARCH)
    assert put_right(march) == due
    assert put_right(calculated(sold.cast, APRIL)) == {}
    assert [one.broken for one in replayed(sold.cast["finance"])] == [(), (), ()]


def test_an_override_rests_on_what_others_earned_by_the_rules_of_then(sold: Shared) -> None:
    planned(date(2019, 6, 1), **OVERRIDE)
    before = worth(sold, "lead_pay")
    close_by_rules_2(sold, "consultant_pay", "lead_pay")
    loss = {"price": 9_000_012, "cost": 9_500_000}
    sold.car("wang", date(2026, 2, 25), **loss)
    assert changes(before, worth(sold, "lead_pay")) == {}
    assert put_right(calculated(sold.cast, MARCH, plan="lead_pay")) == {}


def test_an_override_takes_no_base_pay_of_who_is_paid_for_a_deal_alone(sold: Shared) -> None:
    base = {"code": "base", "zh": "底薪", "en": "Base", "kind": "fixed", "amount": 3_000,
            "tiers": [{"from": 0, "rate": "100%"}]}  # fmt: skip
    over = {**OVERRIDE["components"][0], "of_pay": ["base"], "whose": "outlet"}
    planned(components=[base, *CAPPED])
    planned(date(2019, 6, 1), **{**OVERRIDE, "components": [over]})
    sold.car("sister_consultant", date(2026, 2, 26))
    calculated(sold.cast, FEBRUARY)
    decide_all(sold.cast)
    consultants = 3
    assert calculated(sold.cast, FEBRUARY, plan="lead_pay").total == consultants * 30_000


def test_an_override_rests_on_no_more_than_is_left_of_a_budget(sold: Shared) -> None:
    """Of 400 yuan a tenth is 40, whoever of the outlet had them; two cars too many bring nothing.

    By rules 2 the override rested on the 600 that all six would have brought.
    """
    spiff = {**UNITS, "code": "spiff", "budget": 400, "extra": True,
             "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip
    over = {**OVERRIDE["components"][0], "of_pay": ["spiff"], "whose": "outlet"}
    planned(components=[spiff])
    planned(date(2019, 6, 1), **{**OVERRIDE, "components": [over]})
    calculated(sold.cast, FEBRUARY)
    decide_all(sold.cast)
    assert calculated(sold.cast, FEBRUARY).total == 40_000
    assert calculated(sold.cast, FEBRUARY, plan="lead_pay").total == 4_000
    assert sum(worth(sold, "lead_pay").values()) == 6_000


def test_one_person_alone_is_owed_what_the_run_will_pay_him(sold: Shared) -> None:
    """By the plan and rules of the run, though it knows nothing of him and the plan was changed."""
    close_by_rules_2(sold, "consultant_pay")
    planned(date(2026, 2, 1), components=[{**UNITS, "tiers": [{"from": 0, "rate": 9_000}]}])
    there = sold.cast.people["sister_consultant"]
    sold.car("sister_consultant", date(2026, 2, 26))
    calculated(sold.cast, MARCH)
    decide_all(sold.cast)
    asked = Month(ground := Ground(operator(LATER.date())), ground.place("N1"), MARCH, mark())
    plan = asked.catalogue.pay_plan("consultant_pay")
    whole, alone = (late.corrections(asked, plan, people) for people in (None, [there.pk]))
    assert sum(one.fen for one in whole[there.pk]) == 50_000 + 30_000
    assert alone[there.pk] == whole[there.pk]


def test_each_of_two_posts_at_once_pays_a_car_by_the_rules_of_then(sold: Shared) -> None:
    zhang = sold.cast.people["zhang"]
    own = m.Post.objects.get(person=zhang)
    planned(code="lead_pay", posts=["team_lead"], components=CAPPED)
    zhang.posts.create(unit=own.unit, role="team_lead", since=own.since)
    assert worth(sold)[zhang.pk] == worth(sold, "lead_pay")[zhang.pk] > 0
    now = pay.calculation(sold.cast["hr"], "N1", FEBRUARY, plan="consultant_pay")
    assert zhang.pk not in {one.person for one in now.people if one.payable}
