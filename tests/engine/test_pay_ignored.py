"""No switch of a component is taken without a word and left without effect."""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest

from cheji.engine.definitions import Component, pay_plan_of
from cheji.engine.findings import Refused
from cheji.engine.pay import (
    Deal,
    Figures,
    Given,
    Group,
    Member,
    blocking,
    lint,
    plan_words,
    prepared,
)
from cheji.engine.pay.ignored import SWITCHES, USUAL, gathers
from engine.pay_making import inputs
from engine.pay_making import plan as at_random
from engine.plans import body, part, plan

FIXED_LOOK = {"look": {"by": "score"}}
HALF = Fraction(1, 2)
#: For each kind a part, and parts of it on which a switch may also be tried.
STEPS = ((0, "22/3"), (2, "31/3"), (3, 0))
AT_SCORE = ((0, "22/3"), (70, "31/3"))
PERCENT = ((0, "1/7"), ("200.33", "1/3"))
SLOPED = {"tiers": [{"from": -9, "rate": "22/3", "slope": "7/3"}]}
CONTEXTS = {
    "units": [
        part("p", "units", "cars", STEPS),
        part("p", "units", "cars", STEPS, whose="team"),
        part("p", "units", "cars", STEPS, against="short"),
        part("p", "units", "cars", STEPS, first="day"),
        part("p", "units", "cars", STEPS, most=5),
    ],
    "share": [
        part("p", "share", "gross", PERCENT),
        part("p", "share", "gross", PERCENT, whose="team"),
        part("p", "share", "gross", PERCENT, against="over"),
        part("p", "share", "gross", PERCENT, first="day"),
        part("p", "share", "gross", PERCENT, most=50),
        part(
            "p",
            "share",
            "gross",
            ((0, "1/7"), ("333.33", "1/3")),
            mode="retroactive",
            scope="per_deal",
        ),
    ],
    "fine": [
        part("p", "fine", "cars", STEPS),
        part("p", "fine", "cars", STEPS, against="short"),
        part("p", "fine", "cars", STEPS, whose="team"),
        part("p", "fine", "cars", STEPS, most=5),
        part("p", "fine", "cars", ((0, "0.335"),)),
    ],
    "fixed": [
        part("p", "fixed", "cars", (), **SLOPED),
        part("p", "fixed", "", AT_SCORE, **FIXED_LOOK),
        part("p", "fixed", "cars", (), whose="team", **SLOPED),
    ],
    "base": [
        part("p", "base", "cars", (), **SLOPED),
        part("p", "base", "", AT_SCORE, **FIXED_LOOK),
        part("p", "base", "cars", (), whose="team", **SLOPED),
    ],
    "pool": [
        part("p", "pool", "gross", PERCENT, whose="team"),
        part("p", "pool", "cars", STEPS, whose="team", pot="units"),
        part("p", "pool", "", AT_SCORE, whose="team", pot="fixed", **FIXED_LOOK),
    ],
    "prize": [part("p", "prize", "cars", ((1, 600), (2, 200)), whose="team")],
    "manual": [part("p", "manual", "", ())],
}
VALUES = {
    "of": ["gross", "cars"],
    "scope": ["per_deal"],
    "mode": ["retroactive"],
    "base": ["positive"],
    "round_to": ["yuan"],
    "rounding": ["each"],
    "coefficient": [True],
    "plus": [["more"]],
    "minus": [["more"]],
    "whose": ["team", "outlet"],
    "own": ["exclude"],
    "of_pay": [["other"]],
    "look": [{"by": "score"}, {"by": "units", "of": "cars", "whose": "outlet"}],
    "bound": ["upper"],
    "rows": [[{"where": {"model": {"in": ["m1"]}}, "tiers": [{"from": 0, "rate": "1/2"}]}],
             [{"where": {"level": {"in": ["old"]}}, "tiers": [{"from": 0, "rate": 99}]}]],
    "where": [{"model": {"in": ["m1"]}}],
    "ranges": [[{"of": "day", "below": 3}]],
    "least": [6],
    "most": [2],
    "pool_negatives": [True],
    "cap": [1],
    "floor": [500],
    "amount": [3],
    "credit": ["whole"],
    "split": ["split_first"],
    "budget": [1],
    "stack": ["same"],
    "extra": [True],
    "against": ["short", "over"],
    "level": ["base"],
    "pot": ["units", "fixed"],
    "divide": ["days"],
    "ties": [["more"]],
    "still_equal": ["all"],
    "prorate": [True],
    "first": ["day"],
    "among": ["team"],
}  # fmt: skip
#: What goes with a switch where it can have an effect at all.
WITH = {
    "mode": {"look": None},
    "look": {"mode": "retroactive"},
    "of_pay": {"whose": "team"},
    "own": {"whose": "team"},
}


def deal(number, on, cars, gross, more, **rest):
    amounts = {"cars": cars * 10000, "gross": gross, "more": more}
    model = {"model": "m1" if number % 2 else "m2"}
    return Deal(f"d{number}", date(2026, 6, on), amounts, model, **rest)


def person(cars=1):
    """Deals of one month, some shared, some at a loss, in a team and an outlet."""
    shared = {"credit": HALF, "pay": HALF, "shares": (HALF, HALF)}
    deals = (
        deal(1, 1, 1, 33_333, 10_000),
        deal(2, 1, 1, -20_033, 20_000, **shared),
        deal(3, 2, -1, 55_555, 0),
        deal(4, 6, 3 * cars, 70_077, 10_000, **shared),
        deal(5, 6, 1, 5_011, 90_000),
        deal(6, 28, -1, -7_007, 0),
    )
    goals = Figures(
        {}, {"cars": Fraction(9, 2), "gross": Fraction(100)}, {"cars": 2, "gross": 5}, {}, {}
    )
    low, high = ({"cars": n * 10000, "gross": n * 90_099, "more": 50_000 * n} for n in (2, 5))
    members = (
        Member("me", 10000, Fraction(90), 20, {"cars": 1, "more": 1}),
        Member("you", 20000, Fraction(60), 13, {"cars": 1, "more": 2}),
        Member("she", 0, None, 4, {"cars": 1, "more": 1}),
    )
    seek = '["day", "{}", [], [], []]'
    firsts = {seek.format(of): ("d4",) for of in ("cars", "gross")}
    paid = {"other": 123_456}
    return Given(
        deals, {}, goals, Fraction(70), Fraction(9, 10), "me", {"level": "old"}, 10, 30,
        team=Group(low, goals, paid, members, Fraction(80), firsts),
        outlet=Group(high, goals, paid, members[:2], Fraction(50)),
    )  # fmt: skip


def outcome(made):
    """What a statement comes to, for several people's inputs."""
    found = []
    for one in (person(), person(cars=2), replace(person(), person="she")):
        statement = prepared(made).pay(one)
        found.append(
            [(line.step, line.component, line.entry, line.fen) for line in statement.lines]
        )
    return found


def planned(of):
    """With another component on the same deals before it, by which stacks and overrides differ."""
    stack = {"stack": of["stack"]} if of.get("stack") else {}
    return body(
        part("other", "share", "gross", ((0, "1%"),), **stack), of, scheme="scheme",
        gates=[{"code": "g", "zh": "g", "en": "g", "veto": True}],
    )  # fmt: skip


def made(of, key, value=None):
    """A plan with a part and what a switch goes with; a value turns the switch."""
    turned = {} if value is None else {key: value}
    bare = {**of, **WITH.get(key, {}), **turned}
    return pay_plan_of(planned({name: one for name, one in bare.items() if one is not None}))


def tried(of, key, value):
    """Whether a switch changes what is paid; None where the plan with it is refused."""
    try:
        usual, other = made(of, key), made(of, key, value)
    except Refused:
        return None
    place = f"pay_plans.plan.components.p.{key}"
    found = [one for one in blocking(lint(other)) if one.place == place]
    return None if found else outcome(usual) != outcome(other)


def test_the_table_has_every_field_of_a_component():
    text = {"code", "zh", "en", "kind", "tiers", "note_zh", "note_en"}
    assert {field.name for field in fields(Component)} - text == set(VALUES)
    # What the reader refuses by itself needs no word of the linter.
    assert set(VALUES) - set(SWITCHES) == {"against", "first"}


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize("kind", CONTEXTS)
def test_each_switch_of_each_kind_changes_pay_or_is_refused(kind, key):
    found = [tried(of, key, value) for of in CONTEXTS[kind] for value in VALUES[key]]
    taken = [one for one in found if one is not None]
    assert not taken or any(taken)


def random_parts():
    for seed in range(250):
        rnd = Random(seed)
        yield rnd, at_random(rnd)


@pytest.mark.parametrize("kind", CONTEXTS)
def test_what_changes_pay_changes_the_words(kind):
    """A switch that a person cannot read in the plan would change pay behind his back."""
    every = [(of, key, value) for of in CONTEXTS[kind] for key in VALUES for value in VALUES[key]]
    silent = [(key, value) for of, key, value in every if tried(of, key, value)
              and plan_words(made(of, key)) == plan_words(made(of, key, value))]  # fmt: skip
    assert silent == []


def test_what_is_called_ignored_can_be_left_out():
    """Random plans: without the switches that the linter calls ignored the same is paid."""
    left_out = 0
    for rnd, one in random_parts():
        given = inputs(rnd, one)
        named = [f.place.split(".")[2:] for f in lint(one) if f.code == "ignored_switch"]
        keys = {(at[1], at[2]) for at in named if at[0] == "components" and at[2] in SWITCHES}
        # Those that pay, and pay wrongly: refused for another reason than having no effect.
        keys -= {(part.code, "of_pay") for part in one.components}
        # What comes without a deal is not paid beside any stack, though it be of one component.
        keys -= {(part.code, "stack") for part in one.components if gathers(part)}
        keys -= {(part.code, "bound") for part in one.components if part.kind == "prize"}
        parts = tuple(
            replace(p, **{key: USUAL[key] for code, key in keys if code == p.code})
            for p in one.components
        )
        before, after = (
            prepared(replace(one, components=each)).pay(given) for each in (one.components, parts)
        )
        assert [(x.component, x.source, x.fen) for x in before.lines] == [
            (x.component, x.source, x.fen) for x in after.lines
        ], keys
        left_out += len(keys)
    assert left_out > 100


def test_a_budget_of_a_fixed_amount_is_refused_in_both_languages():
    (found,) = blocking(lint(plan(part("x", "fixed", "", ((0, 100),), budget=50))))
    assert (found.code, found.place) == ("ignored_switch", "pay_plans.plan.components.x.budget")
    assert found.zh == (
        "“全员预算”在本项不起作用：只用于按台数、按金额比例、扣罚和冠军奖；定额、底薪与奖金池用“本期封顶”"
    )
    assert found.en == (
        "“budget for everybody” has no effect on this component: it goes with units, shares, fines"
        " and prizes; fixed amounts, base pay and pots have a cap in the period"
    )
    assert found.mend_zh == "删去“全员预算”，或把本项改成适用它的种类或设置"


@pytest.mark.parametrize("key", ["base", "pool_negatives"])
def test_what_is_advised_against_a_loss_of_a_total_can_be_published(key):
    """A floor of 0, and beside it no budget."""
    share = {**part("x", "share", "gross", ((0, "10%"),), whose="team"), "budget": 900}
    loss = {**share, key: "positive" if key == "base" else True}

    def told(body):
        return [one for one in blocking(lint(plan(body))) if one.place.startswith(
            "pay_plans.plan.components.x.")]  # fmt: skip

    (found,) = told(loss)
    assert found.place.endswith(f".{key}")
    assert "以“本期封顶”代替“全员预算”" in found.zh
    assert "a cap in the period in place of the budget for everybody" in found.en
    assert [one.code for one in told({**share, "floor": 0})] == ["floor_beside_budget"]
    del share["budget"]
    assert told({**share, "floor": 0, "cap": 900}) == []
    (plain,) = told({**share, key: loss[key]})
    assert plain.zh.endswith("要以 0 为底，写“本期保底 0”")


@pytest.mark.parametrize(
    ("of", "key"),
    [
        (part("x", "fixed", "", ((0, 1),), rows=[{"where": {"level": {"in": ["a"]}}, "weight": 2}]),
         "rows[0].weight"),
        (part("x", "prize", whose="team", tiers=[{"from": 1, "rate": 1, "slope": 2}]),
         "tiers[0].slope"),
        (part("x", "fixed", "cars", look={"by": "score"}), "of"),
        (part("x", "fixed", "cars", look={"by": "kpi", "of": "nps"}, base="positive"), "base"),
        (part("x", "share", "gross", ((0, 1),), whose="team", base="positive"), "base"),
        (part("x", "units", "cars", whose="team", of_pay=["y"]), "of_pay"),
    ],
)  # fmt: skip
def test_what_is_ignored_for_another_switch_is_found(of, key):
    places = [one.place for one in lint(plan(of)) if one.code == "ignored_switch"]
    assert f"pay_plans.plan.components.x.{key}" in places


@pytest.mark.parametrize(
    "of",
    [
        part("x", "fixed", "cars", look={"by": "attainment"}, base="positive"),
        part("x", "fixed", "cars", look={"by": "kpi", "of": "cars"}, minus=["more"]),
        part("x", "share", "gross", ((0, 1),), whose="team", of_pay=["y"], against="over"),
        part("x", "units", "cars", scope="per_deal", round_to="yuan", against="short"),
    ],
)
def test_what_has_an_effect_in_its_surroundings_is_none(of):
    places = [one.place for one in lint(plan(of)) if one.code == "ignored_switch"]
    assert [place for place in places if not place.endswith("scope")] == []
