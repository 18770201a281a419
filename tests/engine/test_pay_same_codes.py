"""No two parts of a pay plan have one code: a line must be of one part."""

import pytest

from cheji.engine.pay import blocking, lint
from engine.plans import named, part, plan

LOOK = {"by": "kpi", "of": "closing"}
HELD = {"components": ["u"], "share": "20%", "release": "plates"}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"factors": [named("u", kind="look", look=LOOK, tiers=[{"from": 0, "rate": 1}])]},
         "factors"),
        ({"gates": [named("u", look=LOOK, below="30%")]}, "gates"),
        ({"caps": [named("u", amount=500)]}, "caps"),
        ({"holdbacks": [named("u", **HELD)]}, "holdbacks"),
        ({"draws": [named("u", kind="guarantee", amount=500)]}, "draws"),
        ({"caps": [named("k", amount=500)],
          "catch_ups": [named("u", grain="year", look=LOOK, returns=["k"])]}, "catch_ups"),
    ],
)  # fmt: skip
def test_a_part_may_not_have_the_code_of_a_component(fields, place):
    found = [one for one in lint(plan(part("u", bands=((0, 100),)), **fields))
             if one.code == "same_code"]  # fmt: skip
    assert [one.place for one in found] == [f"pay_plans.plan.{place}.u.code"]
    assert blocking(found) == found


def test_both_parts_are_named_in_both_languages():
    made = plan(
        part("u", bands=((0, 100),)),
        caps=[named("k", amount=500)],
        holdbacks=[named("k", **HELD)],
    )
    (found,) = (one for one in lint(made) if one.code == "same_code")
    assert found.zh == "封顶“名k”与暂扣“名k”同用代码 k：补差与预算会混在一起"
    assert found.en.startswith("The cap “Name k” and the holdback “Name k” have the same code k:")


def test_parts_with_codes_of_their_own_are_not_found():
    made = plan(
        part("u", bands=((0, 100),)), caps=[named("k", amount=500)], holdbacks=[named("h", **HELD)]
    )
    assert [one for one in lint(made) if one.code == "same_code"] == []


@pytest.mark.parametrize("code", ["coefficient", "rounding", "balance", "manual", "dispute"])
def test_no_part_may_have_the_code_of_a_line_that_the_program_brings(code):
    (found,) = (one for one in lint(plan(part(code, bands=((0, 100),)))) if one.code == "same_code")
    assert found.place == f"pay_plans.plan.components.{code}.code"
    assert found.en.startswith("The program's line “")


@pytest.mark.parametrize("code", ["manual", "dispute"])
def test_a_component_that_is_typed_may_have_the_code_of_typed_lines(code):
    typed = part(code, "manual", "", ())
    cap = named(code, amount=500)
    found = [one.place for one in lint(plan(typed, caps=[cap])) if one.code == "same_code"]
    assert found == [f"pay_plans.plan.caps.{code}.code"]


@pytest.mark.parametrize("stage", [("plates", "待上牌"), ("delivered", "待delivered")])
def test_no_part_may_have_the_code_of_a_stage_of_earning(stage):
    event, name = stage
    stages = [{"event": "signed", "share": "30%"}, {"event": event, "share": "70%"}]
    held = {**HELD, "release": event}
    made = plan(
        part("u", bands=((0, 100),)), earned_at=stages,
        holdbacks=[named("earned_signed", **held), named(f"earned_{event}", **held)],
    )  # fmt: skip
    (found,) = (one for one in lint(made) if one.code == "same_code")
    assert found.zh.startswith(f"分阶段“{name}”与暂扣“名earned_{event}”同用代码 earned_{event}：")
