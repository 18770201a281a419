"""The linter of schemes: all findings at once, and none of a scheme that is sound."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cheji.engine.definitions import (
    Band,
    Deduction,
    Grade,
    Group,
    Need,
    Rater,
    Tier,
    Veto,
    build,
    check,
)
from cheji.engine.pay import checked
from cheji.engine.scores import blocking, lint
from engine.scheming import GRADES, item, scheme

F = Fraction


def kpi(code, direction="up", formula="orders", **more):
    names = {"code": code, "zh": code, "en": code.title()}
    return {**names, "unit": "vehicle", "formula": formula, "direction": direction, **more}


ORDERS = {"code": "orders", "zh": "订单", "en": "Orders", "unit": "vehicle",
          "kinds": {"order_signed": 1}}  # fmt: skip
SPENT = {**ORDERS, "code": "spent", "not_by": ["person"]}
AROUND = {
    "measures": [ORDERS, SPENT],
    "kpis": [
        kpi("k"),
        kpi("b"),
        kpi("down", "down"),
        kpi("alone", not_by=["team"]),
        kpi("house", formula="spent"),
        kpi("above", formula="house + k"),
    ],
}
DEFINED = build(AROUND)


def found(whole):
    return {(one.code, one.place.removeprefix("schemes.s.")) for one in lint(whole, DEFINED)}


SOUND = scheme(item("steps", target="10", up="1", down="1"))


def test_a_sound_scheme_has_no_findings():
    assert found(SOUND) == set()


def bands(*rows, **more):
    table = tuple(Band(F(str(start)), F(str(rate)), *rest) for start, rate, *rest in rows)
    return item("bands", target="10", bands=table, **more)


RATERS = (Rater("manager", F(1)),)
GOAL = {"source": "goal", "zh": "目标", "en": "Goal", "code": "goal"}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (item("mirror", code="down", target="9", cap="2.1"),
         {("cap_unreachable", "items.down.cap")}),
        (item("either", target="9", cap="1.2"), {("cap_unreachable", "items.k.cap")}),
        (item("deduct", code="down", each="1", cap="1.2"), {("cap_unreachable", "items.down.cap")}),
        (item("points", target="9", base="7", at_base="0", cap="1.5"),
         {("cap_unreachable", "items.k.cap")}),
        (item("steps", target="9", down="1", cap="1.5"), {("cap_unreachable", "items.k.cap")}),
        (item(code="r", source="rating", raters=RATERS, cap="1.1"),
         {("cap_unreachable", "items.r.cap")}),
        (bands((0, 0), (1, 1), cap="1.1"),
         {("cap_unreachable", "items.k.cap"), ("cliff", "items.k")}),
        (bands((0, 0, F("1.3")), (1, 1), cap="1.4"),
         {("cap_unreachable", "items.k.cap"), ("cliff", "items.k")}),
        (bands((0, 0, F(1)), cap="1.4"), set()),
        (item("inverse", code="down", target="9"), {("inverse_at_zero", "items.down")}),
        (item("inverse", code="down", target="9", cap="1.5"), set()),
        (item(), {("no_target", "items.k.target")}),
        (bands((0, 0, F(1)), of="value", scale="points"), set()),
        (item(code="house", target="9"), {("no_influence", "items.house")}),
        (item(code="above", target="9"), {("no_influence", "items.above")}),
        (item("steps", code="down", target="9", up="1"), {("wrong_way", "items.down.falls")}),
        (item("steps", target="9", up="1", falls=True), {("wrong_way", "items.k.falls")}),
        (bands((0, "0.1"), (1, 0)), {("not_monotone", "items.k.bands"), ("cliff", "items.k")}),
        (bands((0, "0.05"), (9, 0), code="down", of="value", falls=True), set()),
        (bands((0, 0), (9, "0.05"), code="down", of="value", falls=True),
         {("not_monotone", "items.down.bands")}),
        (item(target="9", gate="0.6"), {("cliff", "items.k")}),
        (item(target="9", gate="0.6", cap="0.7"), {("cliff", "items.k")}),
        (item("points", target="9", base="7"), {("cliff", "items.k")}),
        (item(needs=(Need("k", F(1)),), **GOAL), set()),
    ],
)  # fmt: skip
def test_findings_of_an_item(one, expected):
    assert found(scheme(one, grades=GRADES[:1], coefficients=())) == expected


def test_whose_figures_are_measured_decides_about_influence():
    one = item(code="house", target="9")
    assert found(scheme(one, measured="outlet", grades=GRADES[:1])) == set()
    team = scheme(item(code="alone", target="9"), measured="team", grades=GRADES[:1])
    assert found(team) == {("no_influence", "items.alone")}


def test_items_that_need_each_other():
    needs = {"a": "b", "b": "c", "c": "b"}
    items = [
        item(code=code, source="goal", zh="x", en="x", needs=(Need(other, F(1)),))
        for code, other in needs.items()
    ]
    codes = {("needs_circle", f"items.{code}.needs") for code in "bc"}
    assert found(scheme(*items, grades=GRADES[:1])) == codes


def test_a_kpi_that_is_scored_within_another():
    items = [item("steps", weight=50, code=code, target="9", up="1") for code in ("k", "above")]
    twice = scheme(*items, measured="outlet", grades=GRADES[:1])
    assert found(twice) == {("counted_twice", "items.k")}


def test_what_nobody_can_reach():
    group = Group("r", "业绩", "Results", F(100), F(130))
    one = item("points", target="10", at_base="0", group="r")
    whole = scheme(
        one, groups=(group,), cap=F(125), coefficients=(Tier(F(0), F(0)), Tier(F(121), F(2)))
    )
    assert found(whole) == {
        ("cap_unreachable", "groups.r.cap"),
        ("cap_unreachable", "cap"),
        ("out_of_reach", "coefficients"),
    }
    narrow = replace(
        whole, groups=(replace(group, cap=F(80)),), cap=None, coefficient="linear", coefficients=()
    )
    assert found(narrow) == {("out_of_reach", "grades")}
    open_ended = replace(whole, items=(item(target="10", group="r"),), cap=F(200))
    assert found(open_ended) == {("cap_unreachable", "cap")}
    free = replace(open_ended, groups=(replace(group, cap=None),))
    assert found(free) == set()


def test_the_most_of_a_product():
    points = item("points", target="10", at_base="0")
    two = scheme(points, replace(points, kpi="b"), combine="product", cap=F(145))
    assert found(two) == {("cap_unreachable", "cap")}
    assert found(replace(two, items=(points, item(code="b", target="9")))) == set()


def test_a_list_that_adds_points_has_no_most():
    praise = (Deduction("praise", "表扬", "Praise", F(-1)),)
    one = item(
        "deduct", code="o", source="deductions", deductions=praise, zh="x", en="x", cap="1.5"
    )
    assert found(scheme(one)) == set()


def test_a_veto_of_the_grade_alone_leaves_pay():
    vetoes = (
        Veto("f", "造假", "Fake", "grade", "C"),
        Veto("g", "造假", "Fake", "grade", "C", F(69)),
    )
    assert found(replace(SOUND, vetoes=vetoes)) == {("veto_keeps_pay", "vetoes.f")}


@pytest.mark.parametrize(
    ("zh", "en", "wrong"),
    [
        ("60分以上、不满90分", "60 or more, under 90", 0),
        ("60（含）以上90以下", "at least 60 and under 90", 1),
        ("达到60，未达到90", "from here", 0),
        ("超过60", "over 60", 2),
        ("不低于60、低于90", "no less than 60, less than 90", 0),
        ("90以内", "up to 90", 2),
        ("不足90", "60 and above", 0),
        ("不满80", "", 1),
        ("高于\uff1e60", "more than 60, not more than 90", 3),
        ("大约", "about", 0),
    ],
)
def test_words_are_held_against_the_interval(zh, en, wrong):
    grades = (GRADES[0], Grade(F(60), "B", zh, en), Grade(F(90), "A"))
    findings = lint(replace(SOUND, grades=grades), DEFINED)
    assert [one.code for one in findings] == ["wording"] * wrong
    assert {one.place for one in findings} <= {"schemes.s.grades[1]"}


def test_the_first_and_the_last_band_have_one_end_only():
    one = bands((0, 0), (1, "0.05"))
    words = (
        replace(one.bands[0], zh="0以上、不满100%"),
        replace(one.bands[1], zh="100%以上", en="at least 100"),
    )
    findings = lint(scheme(replace(one, bands=words)), DEFINED)
    told = [one for one in findings if one.code == "wording"]
    assert [(t.place, t.zh, t.mend_en) for t in told] == [
        (
            "schemes.s.items.k.bands[0]",
            "文字“0以上”与区间不符：区间为不满100%",
            "Write “under 100%”, or change the interval",
        )
    ]


def test_words_of_bands_whose_upper_end_belongs_to_them():
    table = (Band(F(0), F(1)),
             Band(F(24), F("0.95"), zh="超过24、48以内", en="24 or more, under 48"),
             Band(F(48), F("0.9"), zh="48以外", en="over 48"))  # fmt: skip
    one = item("bands", code="down", bands=table, of="value", bound="upper", falls=True)
    told = [t for t in lint(scheme(one), DEFINED) if t.code == "wording"]
    assert [(t.place[-8:], t.mend_zh) for t in told] == [
        ("bands[1]", "改为“超过24、48以内”，或改区间")
    ] * 2


@pytest.mark.parametrize(
    ("zh", "en", "places"),
    [
        ("60%以下不得分", "", ["note_zh"]),
        ("", "over 60% earns", ["note_en"]),
        ("不满60%不得分，60%以上按比例", "under 60 nothing", []),
        ("80%以下提醒", "", []),
    ],
)
def test_a_note_is_held_against_the_gate(zh, en, places):
    one = item(target="9", gate="0.6", note_zh=zh, note_en=en)
    told = [t.place.split(".")[-1] for t in lint(scheme(one), DEFINED) if t.code == "wording"]
    assert told == places


def test_only_what_is_wrong_keeps_a_scheme_from_being_published():
    whole = scheme(item(gate="0.6", target=None), item("either", code="b", target="1", cap="2"))
    codes = [one.code for one in lint(whole, DEFINED)]
    assert codes == ["no_target", "cliff", "cap_unreachable"]
    assert [one.code for one in blocking(lint(whole, DEFINED))] == ["cap_unreachable"]


# -- reading -----------------------------------------------------------------------------------

HEAD = {"code": "s", "zh": "方案", "en": "Scheme"}
BANDED = {"grades": [{"from": 0, "label": "C"}, {"from": 60, "label": "A"}],
          "coefficients": [{"from": 0, "rate": 1}]}  # fmt: skip


def faults(*items, **more):
    body = {**HEAD, **BANDED, "items": list(items), **more}
    return {
        (one.code, one.place.removeprefix("schemes.s."))
        for one in check({**AROUND, "schemes": [body]})
    }


K = {"kpi": "k", "weight": 100, "target": 9}
RATED = {"code": "r", "zh": "态度", "en": "Attitude", "source": "rating", "weight": 100}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (K, set()),
        ({**K, "method": "bands"}, {("method_needs", "items.k.bands")}),
        ({**K, "method": "bands", "bands": [{"from": 1, "rate": 1}]},
         {("bands_not_ascending", "items.k.bands")}),
        ({**K, "method": "bands", "bands": [{"from": "-0.1", "rate": 0}, {"from": 0, "rate": 1}]},
         set()),
        ({**K, "method": "steps"}, {("method_needs", "items.k.up")}),
        ({**K, "method": "deduct"},
         {("method_needs", "items.k.each"), ("wrong_method", "items.k")}),
        ({"kpi": "down", "weight": 100, "method": "worst", "target": 9, "worst": 9},
         {("method_needs", "items.down.worst")}),
        ({**K, "method": "points", "base": 10}, {("method_needs", "items.k.base")}),
        ({**K, "method": "points", "at_base": 2}, {("method_needs", "items.k.at_base")}),
        ({**K, "cap": "0.5", "floor": "0.6"}, {("cap_below_floor", "items.k.cap")}),
        (RATED, {("method_needs", "items.r.raters")}),
        ({**RATED, "raters": [{"code": "self", "weight": 0}, {"code": "self", "weight": 1}]},
         {("not_positive", "items.r.raters.self.weight"), ("duplicate_code", "items.r.raters")}),
        ({**RATED, "source": "deductions"}, {("method_needs", "items.r.deductions")}),
        ({**RATED, "source": "deductions", "method": "ratio",
          "deductions": [{"code": "a", "zh": "a", "en": "a", "points": 1}]},
         {("method_needs", "items.r.method")}),
        ({**K, "group": "x"}, {("unknown_name", "items.k.group")}),
        ({**K, "needs": [{"item": "k", "from": 1}]}, {("unknown_name", "items.k.needs")}),
    ],
)  # fmt: skip
def test_faults_of_an_item(one, expected):
    assert faults(one) == expected


GROUP = {"code": "r", "zh": "业绩", "en": "Results", "weight": 90, "cap": 5, "floor": 6}
A_AND_C = [{"grade": "A", "share": "0.2"}, {"grade": "C", "share": "0.8"}]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"groups": [GROUP]}, {("cap_below_floor", "groups.r.cap"), ("group_weight", "groups.r"),
                               ("unknown_name", "items.k.group")}),
        ({"grains": ["moon"]}, {("not_one_of", "grains")}),
        ({"grains": ["month", "quarter"]}, set()),
        ({"vetoes": [{"code": "f", "zh": "a", "en": "a", "effect": "grade", "grade": "X"}]},
         {("unknown_name", "vetoes.f.grade")}),
        ({"quota": {"parts": A_AND_C, "ties": ["hired", "k", "x"]}},
         {("unknown_name", "quota.ties")}),
        ({"quota": {"parts": A_AND_C[:1]}},
         {("quota_not_whole", "quota.parts"), ("quota_grades", "quota.parts")}),
        ({"coefficient": "interpolated", "coefficients": [{"from": 60, "rate": 1}]}, set()),
        ({"coefficient": "interpolated", "coefficients": [{"from": 60, "rate": 1}] * 2},
         {("bands_not_ascending", "coefficients")}),
        ({"coefficient": "linear", "coefficients": []}, set()),
        ({"combine": "product"}, set()),
    ],
)  # fmt: skip
def test_faults_of_a_scheme(more, expected):
    assert faults(K, **more) == expected


def test_every_weight_of_a_product_is_100():
    assert faults({**K, "weight": 50}, combine="product") == {("product_weights", "items")}


def test_a_bundle_is_checked_with_its_schemes():
    bad = {**HEAD, **BANDED, "items": [{**K, "method": "either", "cap": 2}]}
    bundle = {**AROUND, "schemes": [bad]}
    assert [one.code for one in checked(bundle, [("scheme", "s")])] == ["cap_unreachable"]
    assert checked(bundle, []) == checked(bundle, [("scheme", "other")]) == []
    assert [one.code for one in checked({"schemes": [bad]}, [("scheme", "s")])] == ["unknown_name"]
