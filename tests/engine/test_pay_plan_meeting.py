"""Which pay plans pay the same people, and which gives way to which."""

from dataclasses import replace

import pytest

from cheji.engine.definitions import PayPlan, ended, heirs, is_for, paid_twice, pay_plan_of
from cheji.engine.definitions.pay_plan_meeting import (
    AMONG_OTHERS,
    gave_way,
    no_such_plan,
    not_told,
)
from cheji.engine.findings import Refused
from cheji.packs import load

OLD = replace(load("dealership").definitions.pay_plan["consultant_pay"], posts=())


def plan(code: str, **more: tuple[str, ...]) -> PayPlan:
    return replace(OLD, code=code, **more)


def twice(new: PayPlan, *others: PayPlan) -> list[str]:
    return [one.code for one in paid_twice(new, others)]


def test_plans_meet_in_post_level_and_outlet():
    others = [
        plan("everybody"),
        plan("seniors", levels=("senior",)),
        plan("leads", posts=("team_lead",)),
        plan("there", outlets=("N2",)),
    ]
    assert twice(OLD, OLD, *others) == ["everybody", "seniors", "there"]
    assert twice(replace(OLD, outlets=("N1",), levels=("junior",)), *others) == ["everybody"]
    assert twice(plan("both", posts=("consultant", "team_lead")), *others)[2] == "leads"


@pytest.mark.parametrize("key", ["replaces", "beside"])
def test_either_of_two_plans_may_say_how_they_stand(key):
    said = plan("new", **{key: (OLD.code,)})
    assert twice(said, OLD) == []
    assert twice(OLD, said) == []
    assert twice(plan("third"), said, OLD)[0] == "new"


def test_what_a_third_plan_replaces_is_not_met_where_it_does():
    heir = plan("heir", replaces=(OLD.code,))
    third = plan("third", replaces=("heir",))
    assert twice(third, OLD, heir) == []
    here = plan("here", outlets=("N1",), replaces=(OLD.code,))
    assert twice(plan("next", outlets=("N1",), replaces=("here",)), OLD, here) == []
    assert twice(plan("next", outlets=("N2",), replaces=("here",)), OLD, here) == [OLD.code]
    assert twice(plan("next", replaces=("here",)), OLD, here) == [OLD.code]
    some = plan("some", levels=("senior",), replaces=(OLD.code,))
    assert twice(plan("next", replaces=("some",)), OLD, some) == [OLD.code]


def test_a_plan_ends_where_others_pay_everybody_whom_it_was_for():
    both = plan("both", posts=("consultant", "team_lead"), levels=("a", "b"))
    sellers = plan("sellers", replaces=("both",))
    leads = plan("leads", posts=("team_lead",), levels=("a", "b", "c"), replaces=("both",))
    assert not ended(both, [both, sellers], "N1")
    assert ended(both, [both, sellers, leads], "N1")
    assert not ended(both, [both, sellers, replace(leads, levels=("a",))], "N1")
    assert not ended(OLD, [plan("some", levels=("a",), replaces=(OLD.code,))], "N1")
    there = plan("there", outlets=("N2",), replaces=(OLD.code,))
    assert [ended(OLD, [OLD, there], outlet) for outlet in ("N1", "N2")] == [False, True]
    assert heirs(OLD, [OLD, there, sellers], "N2") == [there]


def test_whom_a_plan_is_for():
    one = plan("one", outlets=("N1",), levels=("a",))
    assert is_for(one, "N1", "consultant", "a")
    assert [is_for(one, *asked) for asked in (
        ("N2", "consultant", "a"), ("N1", "team_lead", "a"), ("N1", "consultant", ""),
    )] == [False, False, False]  # fmt: skip
    assert is_for(plan("all"), "N7", "consultant", "")


def body(**more: list[str]) -> dict[str, object]:
    tiers = [{"from": 0, "rate": 1}]
    part = {"code": "u", "zh": "台", "en": "U", "kind": "units", "of": "deliveries", "tiers": tiers}
    return {"code": "one", "zh": "一", "en": "One", "components": [part], **more}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"replaces": ["one"]}, "replaces"),
        ({"beside": ["one", "two"]}, "beside"),
        ({"replaces": ["two"], "beside": ["two"]}, "beside"),
    ],
)
def test_a_plan_stands_to_another_in_one_way_and_to_itself_in_none(more, place):
    with pytest.raises(Refused) as refused:
        pay_plan_of(body(**more))
    assert [one.place for one in refused.value.findings] == [place]
    found = pay_plan_of(body(replaces=["two"], beside=["three"]))
    assert (found.replaces, found.beside) == (("two",), ("three",))


def test_what_is_said_names_the_other_plan_and_both_ways_out():
    new = plan("new")
    told = not_told(new, OLD, "2026-03-01")
    assert (told.code, told.place) == ("paid_twice", "pay_plans.new.replaces")
    assert OLD.zh in told.zh
    assert "另发" in told.mend_zh
    assert gave_way(OLD, new).place == "pay_plans.consultant_pay.code"
    assert no_such_plan(new, "beside", "gone").place == "pay_plans.new.beside"
    every = (told, gave_way(OLD, new), no_such_plan(new, "beside", "gone"))
    assert {one.code for one in every} == AMONG_OTHERS


def test_a_plan_without_any_name_is_one_finding():
    body = {
        "code": "own",
        "components": [{"code": "typed", "kind": "manual", "zh": "手", "en": "T"}],
    }
    with pytest.raises(Refused) as refusal:
        pay_plan_of(body)
    assert [(one.code, one.place, one.key) for one in refusal.value.findings] == [
        ("missing_key", "", "zh")
    ]
    with pytest.raises(Refused) as refusal:
        pay_plan_of({**body, "en": "Own"})
    assert [one.key for one in refusal.value.findings] == ["zh"]
