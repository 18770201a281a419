"""What lines of pay are called that no part of the plan brings."""

from cheji.reads.pay.showing import names_of
from engine.plans import part, plan


def test_a_stage_of_earning_has_the_name_of_its_event():
    stages = [{"event": "signing", "share": "30%"}, {"event": "plates", "share": "70%"}]
    names = names_of(plan(part("rounding", bands=((0, 100),)), earned_at=stages))
    assert names["earned_plates"] == ("待上牌", "earned at plates")
    assert names["balance"] == ("结转余额", "Balance carried")
    assert "earned_signing" not in names
