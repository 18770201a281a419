"""What a closed run paid is put right under the rules by which it was worked out."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import Deal, Given, Posted, for_deals_alone, frozen, thawed
from cheji.reads.pay.late import owed, then_of

DAY = date(2026, 2, 3)
PLAN = pay_plan_of({
    "code": "pay", "zh": "提成", "en": "Pay",
    "components": [{"code": "gross_share", "zh": "毛利", "en": "Gross", "kind": "share",
                    "of": "gross", "tiers": [{"from": 0, "rate": "100%"}]}],
    "draws": [{"code": "least", "zh": "保底", "en": "Least", "kind": "guarantee", "amount": 1}],
})  # fmt: skip


def test_another_plan_for_the_person_brings_no_later_rules() -> None:
    """Rules 1 post the rest of shared deals beside them, rules 2 do not."""
    third = Fraction(3_333, 10_000)
    deals = tuple(
        Deal(f"delivery:{n}", DAY, {"gross": 1_234_566}, credit=third, pay=third) for n in (1, 2)
    )
    given = Given(deals, {"gross": int(2 * 1_234_566 * third)})
    text = frozen(PLAN, given, 1)
    lines = thawed(text).lines
    posted = [
        Posted(
            f"1:{at}", one.step, one.component, one.entry, one.source, one.amount, one.scale,
            one.rate, one.fen, one.parts,
        )
        for at, one in enumerate(lines)
    ]  # fmt: skip
    own = then_of(text, posted)
    rest = [one for one in posted if one.source is None and one.component == "gross_share"]
    found = {
        rules: [
            one.fen
            for one in owed("1:", replace(own, rules=rules), for_deals_alone(PLAN), given, {}, {})
        ]
        for rules in (1, 2)
    }
    assert found == {1: [], 2: [-one.fen for one in rest]}
    assert len(rest) == 1
