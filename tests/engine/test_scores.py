"""Scores: methods, gates, caps, what is missing, grades and reasons."""

from fractions import Fraction

import pytest

from cheji.engine.definitions import Grade, Scheme, SchemeItem, Tier
from cheji.engine.scores import score

GRADES = (Grade(Fraction(0), "C"), Grade(Fraction(60), "B"), Grade(Fraction(90), "A"))
COEFFICIENTS = (Tier(Fraction(0), Fraction(0)), Tier(Fraction(60), Fraction("0.8")))


def scheme(*items, decimals=2):
    return Scheme("s", "方案", "Scheme", items, GRADES, COEFFICIENTS, decimals)


def points(item, actual, target):
    card = score(scheme(item), {"k": actual}, {"k": target})
    return card.items[0].points, card.items[0].reason.get("effect")


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (7, (0, "gate")),
        (8, (80, "none")),
        (9, (90, "none")),
        (12, (120, "none")),
        (14, (120, "cap")),
    ],
)
def test_ratio_with_gate_and_cap(actual, expected):
    item = SchemeItem("k", Fraction(100), gate=Fraction("0.8"), cap=Fraction("1.2"))
    assert points(item, Fraction(actual), Fraction(10)) == expected


@pytest.mark.parametrize(
    ("method", "actual", "expected"),
    [
        ("inverse", 1500, (80, "none")),
        ("mirror", 1500, (75, "none")),
        ("mirror", 3600, (0, "gate")),
        ("mirror", 0, (150, "cap")),
        ("inverse", 0, (150, "none")),
    ],
)
def test_three_readings_of_less_is_better(method, actual, expected):
    item = SchemeItem("k", Fraction(100), method, cap=Fraction("1.5"))
    assert points(item, Fraction(actual), Fraction(1200)) == expected


def test_a_negative_gate_lets_the_floor_speak():
    item = SchemeItem("k", Fraction(100), gate=Fraction(-9))
    assert points(item, Fraction(-5), Fraction(10)) == (0, "floor")


def test_nothing_at_all_without_a_cap_has_no_attainment():
    assert points(SchemeItem("k", Fraction(100), "inverse"), Fraction(0), Fraction(5)) == (
        0,
        "missing",
    )


@pytest.mark.parametrize(("actual", "target"), [(None, 5), (5, None), (5, 0), (5, -1)])
def test_without_value_or_target_an_item_is_worth_zero(actual, target):
    actual, target = (None if v is None else Fraction(v) for v in (actual, target))
    assert points(SchemeItem("k", Fraction(100)), actual, target) == (0, "missing")


def test_a_persons_target_goes_before_the_schemes():
    item = SchemeItem("k", Fraction(100), target=Fraction(10))
    assert score(scheme(item), {"k": Fraction(5)}, {}).total == 50
    assert score(scheme(item), {"k": Fraction(5)}, {"k": Fraction(5)}).total == 100


def test_items_left_out_give_their_weight_to_the_others():
    items = (
        SchemeItem("k", Fraction(60), target=Fraction(10)),
        SchemeItem("m", Fraction(40), target=Fraction(10), missing="leave_out"),
    )
    card = score(scheme(*items), {"k": Fraction(9)}, {})
    assert [(item.weight, item.points) for item in card.items] == [(100, 90), (0, 0)]
    assert (card.total, card.grade, card.coefficient) == (90, "A", Fraction("0.8"))
    assert card.items[1].reason.get("effect") == "left_out"


def test_nothing_to_score_is_no_score():
    item = SchemeItem("k", Fraction(100), missing="leave_out")
    card = score(scheme(item), {}, {})
    assert (card.total, card.grade, card.coefficient) == (None, "", None)


def test_points_add_up_to_the_rounded_total_that_decides_the_grade():
    items = tuple(SchemeItem(code, Fraction(100, 3), target=Fraction(1)) for code in "abc")
    card = score(scheme(*items, decimals=1), dict.fromkeys("abc", Fraction("0.8995")), {})
    assert [item.points for item in card.items] == [Fraction(p, 10) for p in (300, 300, 300)]
    assert (sum(item.points for item in card.items), card.total, card.grade) == (90, 90, "A")


def test_the_reason_holds_what_decided():
    item = SchemeItem("k", Fraction(100), target=Fraction(3))
    reason = score(scheme(item), {"k": Fraction(2)}, {}).reason
    assert (reason.kind, reason.value, reason.get("grade")) == ("score", Fraction("66.67"), "B")
    assert reason.get("grades")[1] == {"from": Fraction(60), "label": "B"}
    assert reason.parts[0].get("attainment") == Fraction(2, 3)
    assert reason.parts[0].get("exact") == Fraction(200, 3)
