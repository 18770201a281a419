"""No switch of factors, gates, draws and the like is taken and left without effect."""

from dataclasses import MISSING, fields, replace
from random import Random

import pytest

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import blocking, lint, prepared
from cheji.packs import load
from cheji.packs.loading import codes
from engine.pay_making import inputs
from engine.pay_making import plan as at_random
from engine.plans import body, named, part, plan

SCORE = {"by": "score"}
PARTS = [{"kpi": "nps"}]
ATTAINED = {"by": "attainment", "of": "cars"}


def places(made):
    return [
        one.place.removeprefix("pay_plans.plan.")
        for one in blocking(lint(made))
        if one.code == "ignored_switch"
    ]


def factor(**more):
    return {"factors": [named("f", **{"kind": "product", "parts": PARTS, **more})]}


def gate(**more):
    return {"gates": [named("g", **{"look": SCORE, "below": 60, **more})]}


def draw(kind, **more):
    return {"draws": [named("d", kind=kind, amount=2000, **more)]}


HELD = {"components": ["unit_bonus"], "share": "10%", "release": "plates"}
CAUGHT = {"grain": "quarter", "look": {"by": "kpi", "of": "nps"}, "returns": ["g"]}
BANDS = [{"from": 0, "rate": 1}, {"from": 80, "rate": "1.1"}]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (factor(parts=[{"kpi": "nps", "weight": "50%"}]), "factors.f.parts.nps.weight"),
        (factor(tiers=BANDS), "factors.f.tiers"),
        (factor(look=SCORE), "factors.f.look"),
        (factor(bound="upper"), "factors.f.bound"),
        (factor(kind="look", look=SCORE), "factors.f.parts"),
        (gate(rate="50%"), "gates.g.rate"),
        (gate(effect="reduce"), "gates.g.rate"),
        (gate(amount=100), "gates.g.amount"),
        (gate(look=None, below=None, veto=True, missing="act"), "gates.g.missing"),
        ({"holdbacks": [named("h", **HELD, at_expiry="release")]}, "holdbacks.h.at_expiry"),
        ({**gate(), "catch_ups": [named("c", **CAUGHT, **{"from": 2, "most": 3})]},
         "catch_ups.c.from"),
        *(
            (draw(kind, **{key: value}), f"draws.d.{key}")
            for kind in ("non_recoverable", "guarantee")
            for key, value in (("recover_first", 4), ("share", "50%"), ("keep", 0), ("limit", 9))
        ),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_refused(more, place):
    assert places(plan(part(bands=((0, 500),)), **bare(more))) == [place]


def bare(more):
    """Without what is None."""
    return {
        kind: [{key: one for key, one in item.items() if one is not None} for item in items]
        for kind, items in more.items()
    }


@pytest.mark.parametrize(
    "more",
    [
        factor(parts=[{"kpi": "nps", "weight": "50%"}, {"kpi": "csi", "weight": "50%"}],
               kind="weighted"),
        factor(kind="look", look=SCORE, tiers=BANDS, bound="upper", parts=None),
        gate(effect="reduce", rate="50%", missing="act"),
        gate(effect="lower", amount=100),
        {"holdbacks": [named("h", **HELD, expires=3, at_expiry="release")]},
        {**gate(), "catch_ups": [named("c", **CAUGHT, most=3)]},
        draw("recoverable", recover_first=4, share="50%", keep=0, limit=9),
        draw("recoverable_guarantee", recover_first=4, share="50%", keep=0, limit=9),
    ],
)  # fmt: skip
def test_what_has_an_effect_is_none(more):
    assert places(plan(part(bands=((0, 500),)), **bare(more))) == []


OUTSIDE = (
    part("prize", "prize", whose="team", bands=((1, 600),)),
    part("fine", "fine", "returns", ((0, 50),)),
    part("spiff", bands=((0, 50),), extra=True, budget=500),
    part("typed", "manual", "", ()),
)


@pytest.mark.parametrize(("make", "kind"), [(factor, "factors.f"), (gate, "gates.g")])
def test_factors_and_gates_name_only_what_they_act_on(make, kind):
    own = part(bands=((0, 500),))
    wanted = ["unit_bonus", *(one["code"] for one in OUTSIDE)]
    made = plan(own, *OUTSIDE, **make(components=wanted))
    assert places(made) == [f"{kind}.components"] * 4
    assert places(plan(own, *OUTSIDE, **make(components=["unit_bonus"]))) == []
    assert places(plan(own, *OUTSIDE, **make())) == []


def test_what_stands_outside_is_told_by_its_name():
    own = plan(part(bands=((0, 500),)), OUTSIDE[0], **gate(components=["prize"]))
    (found,) = [one for one in lint(own) if one.code == "ignored_switch"]
    assert found.zh == "门槛对“项prize”不起作用：专项奖励、冠军奖、扣罚和手工项在系数与门槛之外"
    assert found.en == (
        "The gate has no effect on “Part prize”: spiffs, prizes, fines and typed lines stand"
        " outside factors and gates"
    )


def test_a_stack_of_one_is_refused():
    one, two = (part(code, bands=((0, 500),), stack="car") for code in ("a", "b"))
    assert places(plan(one, two)) == []
    assert places(plan(one, {**two, "stack": "other"})) == [
        "components.a.stack", "components.b.stack",
    ]  # fmt: skip
    total = part("b", bands=((0, 500),), stack="car", whose="team")
    assert places(plan(one, total)) == ["components.b.stack", "components.a.stack"]


LUMP = part("lump", "fixed", "", ((0, 300),))


@pytest.mark.parametrize("own", [*OUTSIDE, LUMP], ids=lambda own: own["code"])
def test_holdbacks_name_only_what_can_be_held(own):
    """What is of no single deal is held where it is paid at expiry; a fine never is."""
    idle = ["holdbacks.h.components"]
    held = named("h", **{**HELD, "components": ["unit_bonus", own["code"]]})
    paid_later = {**held, "expires": 3, "at_expiry": "release"}
    made = [plan(part(bands=((0, 500),)), own, holdbacks=[one]) for one in (held, paid_later)]
    later = idle if own["kind"] in {"fine", "manual"} else []
    assert [places(one) for one in made] == [[] if own["code"] == "spiff" else idle, later]


def test_a_scheme_that_nothing_asks_for_is_refused():
    own, score = part(bands=((0, 500),)), {"divide": "score", "whose": "team"}
    pot = part("p", "pool", "gross", ((0, "1%"),), **score)
    by_score = part("f", "fixed", "", ((0, 1), (80, 2)), look=SCORE)
    assert places(plan(own, scheme="s")) == ["scheme"]
    for more in ([part(bands=((0, 500),), coefficient=True)], [own, pot], [own, by_score]):
        assert places(plan(*more, scheme="s")) == []
    assert places(plan(own, scheme="s", **gate())) == []


def usual(item, key):
    """An item of a plan with what the linter calls ignored at its default."""
    if key.startswith("parts."):
        parts = [replace(p, weight=type(p)("x").weight) for p in item.parts]
        return replace(item, parts=tuple(parts))
    key = {"from": "start"}.get(key, key)
    (field,) = [one for one in fields(item) if one.name == key]
    assert field.default is not MISSING
    return replace(item, **{key: field.default})


def test_what_is_called_ignored_can_be_left_out():
    """Random plans: without the switches that the linter calls ignored the same is paid."""
    left_out = 0
    for seed in range(250):
        rnd = Random(seed)
        one = at_random(rnd)
        given = inputs(rnd, one)
        other = one
        for found in lint(one):
            if found.code != "ignored_switch" or ".components" in found.place:
                continue
            if found.place.endswith(".scheme"):
                other = replace(other, scheme="")
                continue
            _, _, kind, code, *rest = found.place.split(".")
            key = ".".join(rest)
            if key == "rate" and any(g.code == code and g.effect == "reduce" for g in one.gates):
                continue
            items = [usual(x, key) if x.code == code else x for x in getattr(other, kind)]
            other = replace(other, **{kind: tuple(items)})
            left_out += 1
        before, after = (prepared(each).pay(given) for each in (one, other))
        assert [(x.component, x.source, x.fen) for x in before.lines] == [
            (x.component, x.source, x.fen) for x in after.lines
        ]
    assert left_out > 20, left_out


@pytest.mark.parametrize("pack", codes())
def test_our_own_plans_have_no_switch_without_effect(pack):
    found = [one for made in load(pack).definitions.pay_plans for one in lint(made)]
    assert [one.place for one in found if one.code == "ignored_switch"] == []


def test_a_plan_in_force_with_such_a_switch_is_still_read_and_paid():
    made = pay_plan_of(body(part(bands=((0, 500),)), **draw("guarantee", keep=0)))
    assert made.draws[0].keep == 0
    assert prepared(made).digest
