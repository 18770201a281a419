"""What the editor of pay plans offers of a component is what has an effect on its kind."""

from typing import get_args

import pytest

from cheji.engine.definitions import Component
from cheji.engine.definitions.pay_components import ComponentKind
from cheji.engine.pay.ignored import SWITCHES
from cheji.web import editors, pay_plans
from typing_in import sent

LIMITS = "cap", "floor", "budget"
SEVERAL = "plus", "minus", "ties"


@pytest.mark.parametrize("kind", get_args(ComponentKind))
def test_a_component_is_offered_the_limits_that_it_keeps(kind):
    part = {"code": "a", "zh": "名", "en": "Name", "kind": kind}
    typed = pay_plans.typed({"components": [part]}, frozenset())
    (row,) = editors.shown(pay_plans.EDITOR, typed, frozenset(), {}).cards["components"].rows
    offered = {box.entry.name for box in row.blocks.get("limits", ())}
    works = {key for key in LIMITS if SWITCHES[key].works(Component("a", "名", "Name", kind))}
    assert offered & {*LIMITS} == works


def test_an_event_is_taken_by_its_name_as_by_its_code():
    for named, code in (("上牌", "plates"), ("plates", "plates"), ("hand_over", "hand_over")):
        held = {"share": "20", "release": named, "components": ["a"], "code": "held"}
        body = pay_plans.said({"components": [], "holdbacks": [held]}, "plan", frozenset())
        assert [one["release"] for one in body["holdbacks"]] == [code]


def test_what_is_added_to_the_base_is_chosen_by_name_one_after_another():
    """In its order, with an empty choice for the next; what nobody offers stays."""
    share = {"code": "share", "kind": "share", "of": "gross", "first": "day",
             "tiers": [{"from": 0, "rate": "1%"}],
             "plus": ["own", "rebate"], "minus": ["gifts"]}  # fmt: skip
    given = pay_plans.typed({"code": "a", "zh": "甲", "components": [share]}, frozenset())
    offers = {"measures": [("rebate", "返利"), ("gifts", "赠送"), ("gross", "毛利")]}
    shown = editors.shown(pay_plans.EDITOR, given, frozenset(), {}, offers)
    boxes = {box.entry.name: box for box in shown.cards["components"].rows[0].blocks["deals"]}
    assert {name: [_said(pick) for pick in boxes[name].picks] for name in SEVERAL} == {
        "plus": ["own", "返利", "—"], "minus": ["赠送", "—"], "ties": ["—"],
    }  # fmt: skip
    post = sent(shown)
    post["components.0.plus.2"], post["components.0.minus.0"] = "gross", ""
    read = pay_plans.coded(editors.read(pay_plans.EDITOR, post))
    part = pay_plans.said(read, "a", frozenset())["components"][0]
    assert (part["plus"], part.get("minus")) == (["own", "rebate", "gross"], None)


def _said(pick: editors.Box) -> str:
    return next(str(label) for _code, label, on in pick.choices if on)
