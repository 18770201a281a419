"""A draft of a pay plan on a real person, beside the plan in force."""

from datetime import date

import pytest

from cheji.reads import pay
from cheji.reads.pay import examples
from cheji.records.refusals import NotFound
from cheji.web.templatetags.figures import gap
from reads.test_loading import scheme_from
from web.test_pay_plan_editor import LIVE, PLANS, _april, cast, form, words, world

__all__ = ["_april", "cast", "world"]


def test_a_real_person_is_paid_by_the_draft_beside_the_plan_in_force(faces, world):
    seller = world.cast.people["zhang"].pk
    before = pay.statement(world.cast["hr"], "ZHANG", 202603)
    units = sum(line.fen for line in before.lines if line.component == "unit_bonus")
    doubled = {f"components.0.tiers.{at}.rate": str(2 * rate) for at, rate in RATES.items()}
    shown = {"code": "consultant_pay", "example-outlet": "N1", "example-month": "202603",
             "example-person": str(seller)}  # fmt: skip
    live = faces["hr"].post(LIVE, {**form(**doubled), **shown})
    seen = live.context["example"]
    assert (seen.person.id, seen.old) == (seller, before.payable)
    own = next(one for one in seen.sums if one.code == "unit_bonus")
    assert (own.old, own.new) == (units, 2 * units)
    assert "In force for this person" in words(live)
    assert f"Difference {gap(seen.new - seen.old)}" in words(live)


def test_a_month_before_the_drafts_scheme_is_worked_out_without_scores(faces, world):
    scheme_from(date(2026, 4, 1))  # the draft's scores are by it
    seller = world.cast.people["zhang"].pk
    shown = {"code": "consultant_pay", "example-outlet": "N1", "example-month": "202603",
             "example-person": str(seller), "scheme": "late_scheme"}  # fmt: skip
    live = words(faces["hr"].post(LIVE, {**form(), **shown}))
    assert "scheme was not in force in Mar 2026. Nobody has a score then" in live
    assert "Nobody whom the plan is for" not in live
    shown["scheme"] = "consultant_monthly"
    assert "not in force" not in words(faces["hr"].post(LIVE, {**form(), **shown}))


RATES = {at: int(band.rate) for at, band in enumerate(PLANS["consultant_pay"].components[0].tiers)}


def test_pay_of_others_is_tried_only_where_it_is_seen(world):
    plan, li = PLANS["consultant_pay"], world.cast.people["li"].pk
    sees = {
        who: {one.code for one in examples.outlets(world.cast[who])}
        for who in ("zhang", "lead", "manager", "hr")
    }
    assert sees == {"zhang": set(), "lead": set(), "manager": {"N1"}, "hr": {"N1", "N2", "S1"}}
    assert examples.example(world.cast["manager"], "N1", 202603, plan, li).person.id == li
    for who, outlet in (("zhang", "N1"), ("lead", "N1"), ("manager", "S1")):
        with pytest.raises(NotFound):
            examples.example(world.cast[who], outlet, 202603, plan, li)
