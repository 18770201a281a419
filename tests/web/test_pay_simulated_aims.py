"""What a simulation says of people without a target, and of first deals at other volumes."""

from datetime import date

from django.utils.translation import override

from cheji.engine.definitions import pay_plan_of
from cheji.reads.pay import Tried
from cheji.reads.pay.loading import Cell
from cheji.records import models as m
from cheji.web.simulation_aims import scoreless
from paying import PLAN, planned
from reads.test_loading import scheme_from
from web.test_pay_simulations import ask, cast, page, words, work

__all__ = ["cast"]

GATE = {"code": "least", "zh": "达成", "en": "Least", "below": "60%", "effect": "reduce",
        "rate": "50%", "look": {"by": "attainment", "of": "deliveries"}}  # fmt: skip
FIRST = {**PLAN["components"][0], "code": "first", "zh": "首单", "en": "First", "first": "day",
         "among": "outlet", "mode": "marginal", "tiers": [{"from": 0, "rate": 100}]}  # fmt: skip
NONE = "3 of 3 people had no target that this plan looks at, in 3 months of theirs together"
METHOD = "a deal that is counted twice is of the same day and never a further first."


def done(faces, cast):
    """The newest plan in force, held against the draft."""
    rows = m.DefinitionVersion.objects.filter(kind="pay_plan")
    newest = rows.filter(state="published").latest("id")
    draft = rows.exclude(state="published").get()
    plans = {"against": f"version:{newest.pk}", "plans": [f"version:{draft.pk}"]}
    return work(ask(faces["hr"], cast, **plans))


def test_people_without_a_target_are_told_with_the_way_to_set_one(faces, cast):
    planned(gates=[GATE])
    row = done(faces, cast)
    m.PaySimulation.objects.filter(pk=row.pk).update(name="试算")
    link = '<a href="/targets?outlet=N1&amp;period=202602">'
    told = {who: page(faces[who], row, "?plan=0") for who in ("manager", "auditor")}
    assert {who: NONE in words(one) for who, one in told.items()} == dict.fromkeys(told, True)
    assert {who: link in one.text for who, one in told.items()} == {
        "manager": True, "auditor": False,
    }  # fmt: skip
    assert "had no target" not in words(page(faces["manager"], row, "?plan=1"))
    for name in ("zhang", "li", "wang"):
        m.Target.objects.create(
            outlet=cast.outlet, person=cast.people[name], kpi="deliveries", grain="month",
            period=202602, value=20_000,
        )  # fmt: skip
    again = done(faces, cast)
    assert "had no target" not in words(page(faces["hr"], again, "?plan=0"))


def test_one_kept_before_that_was_looked_for_says_nothing_of_it(faces, cast):
    planned(gates=[GATE])
    row = done(faces, cast)
    for plan in row.result["plans"]:
        del plan["aimless"]
    m.PaySimulation.objects.filter(pk=row.pk).update(result=row.result)
    answer = page(faces["hr"], row, "?plan=0")
    assert (answer.status_code, "had no target" in words(answer)) == (200, False)


def test_what_is_taken_for_a_first_deal_is_said_where_a_plan_pays_some(faces, cast):
    row = done(faces, cast)
    assert METHOD not in words(page(faces["hr"], row))
    planned(components=[FIRST])
    row = done(faces, cast)
    assert METHOD in words(page(faces["hr"], row))


def test_months_without_the_scheme_of_a_plan_are_told_with_what_is_assumed(faces, cast):
    scheme_from(date(2026, 3, 1))
    parts = [{**part, "coefficient": True} for part in PLAN["components"]]
    planned(date(2026, 3, 1), components=parts, scheme="late_scheme")
    row = done(faces, cast)
    told = words(page(faces["hr"], row, "?plan=0"))
    assert "3 of 3 people had no score that this plan goes by, in 3 months of theirs" in told
    assert "their coefficient is taken as 1" in told
    assert "scheme was not in force in Feb 2026." in told
    assert "had no score" not in words(page(faces["hr"], row, "?plan=1"))
    parts = words(faces["hr"].get(f"/pay/simulations/{row.pk}/people/ZHANG"))
    assert "Units ¥1,800.00 ¥3,000.00 Gross ¥1,500.00 — Total ¥3,300.00 ¥3,000.00" in parts


def test_one_month_without_a_score_is_told_as_one():
    cell = Cell(1, "N1", 202602)
    tried = Tried(pay_plan_of(PLAN), {cell: 0}, {}, {}, {}, scoreless=(cell,))
    with override("en"):
        told = scoreless(tried)
    assert told.startswith("1 of 1 people had no score that this plan goes by, in 1 month: the")
