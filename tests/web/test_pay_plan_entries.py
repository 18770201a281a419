"""What the editor of pay plans offers of a component is what has an effect on its kind."""

from typing import get_args

import pytest

from cheji.engine.definitions import Component
from cheji.engine.definitions.pay_components import ComponentKind
from cheji.engine.pay.ignored import SWITCHES
from cheji.web import editors, pay_plans

LIMITS = "cap", "floor", "budget"


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
