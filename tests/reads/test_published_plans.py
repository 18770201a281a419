"""Every example of a published pay plan is tried on somebody of a house that has the usual pack."""

from datetime import date

import pytest

from beginnings import begun
from cheji.engine.definitions import PayPlan, body_of
from cheji.engine.pay import NOTES, lint
from cheji.packs import load
from cheji.reads import versions
from cheji.reads.pay import examples
from cheji.records import models as m
from reads.world import packed_world

pytestmark = pytest.mark.django_db
MARCH = 202603
#: What a person should think about in each plan; nothing in them keeps them from being published.
TOLD = {
    "toy_consultant": ["cliff", "cliff", *["zero_divisor"] * 2],
    "grp_consultant": [*["cliff"] * 4, *["zero_divisor"] * 3],
    "srh_consultant": ["cliff", *["zero_divisor"] * 3],
    "lb_consultant": ["cliff"],
    "bgz_consultant": ["cliff", "cliff", *["zero_divisor"] * 2],
    "bgz_manager": [],
    "ye_consultant": [*["cliff"] * 3, *["zero_divisor"] * 3],
    "sd_director": [*["cliff"] * 3, *["zero_divisor"] * 8],
    "gmp_general_manager": [],
    "gms_general_manager": ["cliff", "cliff", "negative_pay", "zero_divisor"],
    "preset_consultant": [*["cliff"] * 6, *["zero_divisor"] * 4],
    "preset_internet": [*["cliff"] * 3, "zero_divisor"],
    "preset_lead": ["cliff", "cliff", "zero_divisor", "zero_divisor"],
    "preset_manager": [*["cliff"] * 4, "zero_divisor"],
    "preset_second_tier": [],
    "preset_aftersales": ["cliff"] * 3,
    "preset_motorcycle": [],
}
PLANS = {
    plan.code: plan
    for pack in map(load, ("published", "presets"))
    for plan in pack.definitions.pay_plans
    if ("pay_plans", plan.code) in pack.own
}


@pytest.fixture(scope="module")
def world(django_db_blocker):
    with django_db_blocker.unblock(), begun(packed_world) as made:
        yield made


def test_each_is_told_of_as_it_should_be() -> None:
    found = {code: sorted(one.code for one in lint(plan)) for code, plan in PLANS.items()}
    assert found == TOLD
    assert {code for codes in TOLD.values() for code in codes} <= set(NOTES)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_each_is_tried_on_a_real_person_with_the_definitions_of_the_usual_pack(
    world, plan: PayPlan
) -> None:
    """It stands on measures that are in force, and is worked out for who holds one of its posts."""
    cast, on = world.cast, date(2026, 4, 1)
    findings, _notes = versions.pay_plan_findings(plan.code, body_of(plan), on=on)
    alone = {"override_of_nobody"} if plan.code == "bgz_manager" else set()
    assert {one.code for one in findings} - {"paid_twice"} == alone
    somebody = cast.people["li"].pk
    m.Post.objects.filter(person=somebody).update(role=(plan.posts or ("consultant",))[0])
    seen = examples.example(cast["group_manager"], "N1", MARCH, plan, somebody)
    assert {one.code for one in seen.sums if one.new is not None} >= {
        part.code for part in plan.components if part.kind == "base"
    }
    assert seen.new == sum(one.new or 0 for one in seen.sums)
