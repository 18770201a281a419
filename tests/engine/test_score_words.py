"""The standard in words: what everybody can read beforehand says what the data do."""

from fractions import Fraction

import pytest

from cheji.engine.definitions import Band, Deduction, Group, Need, Rater, Veto
from cheji.engine.scores import intervals, scheme_words, standard, veto_words
from engine.scheming import item, scheme

F = Fraction
STARTS = [F(0), F(60), F("87.5")]


def test_half_open_intervals():
    assert intervals(STARTS) == [
        ("不满60", "under 60"),
        ("60以上、不满87.5", "60 or more, under 87.5"),
        ("87.5以上", "87.5 or more"),
    ]
    assert intervals(STARTS, upper=True) == [
        ("60以内", "up to 60"),
        ("超过60、87.5以内", "over 60, up to 87.5"),
        ("超过87.5", "over 87.5"),
    ]
    assert intervals([F(0)]) == intervals([F(0)], upper=True) == [("不限", "whatever it is")]


BANDS = (Band(F(0), F(0)), Band(F("0.8"), F("0.6"), F(1), "B"), Band(F(1), F(1)))
DAYS = (Band(F(0), F(10)), Band(F(24), F(5), F("-0.1")))
MISSING = ("没有数值得 0 分", "0 points without a value")


@pytest.mark.parametrize(
    ("one", "unit", "expected"),
    [
        (
            item(weight=30, target="0.9", gate="0.8", cap="1.2", total_gate=True),
            "ratio",
            [
                ("得分 = 30 × 实际 ÷ 目标", "points = 30 × actual ÷ target"),
                ("未另设目标时，目标 90%", "target 90% where none is set"),
                ("完成率不满 80% 总分为 0", "attainment under 80%: the total is 0"),
                ("最多 36 分", "at most 36 points"),
                MISSING,
            ],
        ),
        (
            item("worst", weight=10, worst="1800", floor="0.5", missing="leave_out"),
            "",
            [
                (
                    "得分 = 10 × (最差 − 实际) ÷ (最差 − 目标)",
                    "points = 10 × (worst − actual) ÷ (worst − target)",
                ),
                ("最差值 1800", "the worst value is 1800"),
                ("最少 5 分", "at least 5 points"),
                (
                    "没有数值时不计，权重分给其他项",
                    "left out without a value, its weight goes to the others",
                ),
            ],
        ),
        (
            item("points", base="8", target="10"),
            "",
            [
                ("保底值 8 得 60 分", "base 8: 60 points"),
                ("目标 10 得 100 分", "target 10: 100 points"),
                ("挑战值 得 120 分", "stretch: 120 points"),
                ("其间按比例，不满保底值得 0 分", "straight lines between, nothing under the base"),
                MISSING,
            ],
        ),
        (
            item("bands", weight=20, bands=BANDS, gate="0.5"),
            "",
            [
                ("完成率不满80%：0 分", "attainment under 80%: 0 points"),
                (
                    "完成率80%以上、不满100%（B）：12 分，每多 1% 加 0.2 分",
                    "attainment 80% or more, under 100% (B): 12 points, and 0.2 for each 1% more",
                ),
                ("完成率100%以上：20 分", "attainment 100% or more: 20 points"),
                ("完成率不满 50% 得 0 分", "attainment under 50%: 0 points"),
                MISSING,
            ],
        ),
        (
            item("bands", weight=10, bands=DAYS, of="value", bound="upper", scale="points"),
            "",
            [
                ("实际值24以内：10 分", "value up to 24: 10 points"),
                (
                    "实际值超过24：5 分，每多 1 加 -0.1 分",
                    "value over 24: 5 points, and -0.1 for each 1 more",
                ),
                MISSING,
            ],
        ),
        (
            item("steps", weight=20, up="0.5", down="1", counted="whole", target="0.9"),
            "ratio",
            [
                ("达到目标得 20 分", "20 points at the target"),
                ("每高 1% 加 0.5 分", "0.5 points up for each 1% more"),
                ("每低 1% 减 1 分", "1 point down for each 1% less"),
                ("不足一步不计", "a part of a step does not count"),
                ("未另设目标时，目标 90%", "target 90% where none is set"),
                MISSING,
            ],
        ),
        (
            item("steps", weight=20, up="2", down="1", of="value", step="1", falls=True),
            "",
            [
                ("达到目标得 20 分", "20 points at the target"),
                ("每低 1 加 2 分", "2 points up for each 1 less"),
                ("每高 1 减 1 分", "1 point down for each 1 more"),
                ("不足一步按比例计", "a part of a step counts in proportion"),
                MISSING,
            ],
        ),
        (
            item("deduct", weight=20, each="6", free="1"),
            "",
            [
                (
                    "满分 20 分，每 1 扣 6 分，前 1 不扣",
                    "20 points to begin with, 6 off for each, the first 1 free",
                ),
                ("扣完为止", "no less than nothing"),
                MISSING,
            ],
        ),
        (
            item("either", weight=10, target="1"),
            "",
            [("达到 1 得 10 分，否则 0 分", "10 points from 1 on, else 0"), MISSING],
        ),
        (
            item("either", weight=10, falls=True),
            "",
            [("不超过目标得 10 分，否则 0 分", "10 points up to the target, else 0"), MISSING],
        ),
    ],
)
def test_each_method_says_its_whole_rule(one, unit, expected):
    assert list(standard(one, unit=unit)) == expected


@pytest.mark.parametrize(
    ("one", "unit", "expected"),
    [
        (item(weight=30, target="10"), "vehicle",
         ("未另设目标时，目标 10 台", "target 10 vehicles where none is set")),
        (item("worst", weight=10, worst="1800"), "yuan/batch",
         ("最差值 1800 元/批次", "the worst value is 1800 CNY/batches")),
        (item("points", base="8", target="10"), "vehicle",
         ("保底值 8 台 得 60 分", "base 8 vehicles: 60 points")),
        (item("bands", weight=10, bands=DAYS, of="value", scale="points"), "day",
         ("实际值 24 天以上：5 分，每多 1 天 加 -0.1 分",
          "value 24 days or more: 5 points, and -0.1 for each 1 day more")),
        (item("bands", weight=10, bands=(*DAYS, Band(F(30), F(0))), of="value", bound="upper"),
         "point", ("实际值超过 24 分、30 分以内：50 分，每多 1 分 加 -1 分",
                   ("value over 24 points, up to 30 points: 50 points, "
                   "and -1 for each 1 point more"))),
        (item("bands", weight=10, bands=BANDS, of="value"), "ratio",
         ("实际值80%以上、不满100%（B）：6 分，每多 1% 加 0.1 分",
          "value 80% or more, under 100% (B): 6 points, and 0.1 for each 1% more")),
        (item("steps", weight=20, up="2", down="1", of="value", step="500"), "yuan",
         ("每高 500 元 加 2 分", "2 points up for each 500 CNY more")),
        (item("steps", weight=20, up="2", down="1", step="0.01"), "yuan",
         ("每高 1% 加 2 分", "2 points up for each 1% more")),
        (item("deduct", weight=20, each="6", free="1"), "event",
         ("满分 20 分，每 1 次 扣 6 分，前 1 次 不扣",
          "20 points to begin with, 6 off for each, the first 1 time free")),
        (item("deduct", weight=20, each="6"), "ratio",
         ("满分 20 分，每 100% 扣 6 分", "20 points to begin with, 6 off for each 100%")),
        (item("either", weight=10, target="1"), "vehicle",
         ("达到 1 台 得 10 分，否则 0 分", "10 points from 1 vehicle on, else 0")),
        (item(weight=10, gate="3", of="value"), "vehicle",
         ("实际值不满 3 台 得 0 分", "value under 3 vehicles: 0 points")),
    ],
)  # fmt: skip
def test_figures_have_the_unit_of_the_kpi(one, unit, expected):
    assert expected in standard(one, unit=unit)


def test_three_points_where_less_is_better_say_so():
    said = standard(item("points", base="36", stretch="20", falls=True))
    assert said[3] == (
        "其间按比例，超过保底值得 0 分",
        "straight lines between, nothing over the base",
    )


def test_sources_needs_and_evidence_are_said():
    raters = (Rater("self", F(10)), Rater("manager", F(60)), Rater("coach", F(30)))
    one = item(code="a", source="rating", raters=raters, needs=(Need("b", F("0.8")),))
    said = standard(one)
    assert said[0] == (
        "评价人权重：自评 10、上级 60、coach 30；缺评的权重分给其他评价人",
        (
            "weights of raters: self 10, manager 60, coach 30;"
            " a missing rater's weight goes to the others"
        ),
    )
    assert said[-1] == (
        "b 的完成率不满 80% 时本项得 0 分",
        "0 points while the attainment of b is under 80%",
    )
    strict = item(code="a", source="rating", raters=raters[:1], absent="zero")
    assert standard(strict)[0][0] == "评价人权重：自评 10；缺评按 0 分计"
    fair = standard(item(code="a", source="rating", raters=raters[:1], correction="ratio"))
    assert fair[1][0] == "除自评外，按评价人宽严修正：分数 × 全体平均 ÷ 该评价人平均"
    goal = standard(
        item(code="g", source="goal", evidence=True, needs=(Need("b", F(40), "points"),))
    )
    assert goal[0] == ("按约定的工作目标完成程度", "by how far the agreed work goals were reached")
    assert goal[-2] == (
        "b 的得分不满 40 时本项得 0 分",
        "0 points while the points of b is under 40",
    )
    assert goal[-1] == (
        "须附证明材料，没有材料视同没有数值",
        "needs evidence; without it there is no value",
    )


def test_what_an_item_needs_is_called_by_its_name():
    one = item(needs=(Need("sales", F("0.6")),))
    assert standard(one, names={"sales": ("销量", "Units")})[-1] == (
        "销量 的完成率不满 60% 时本项得 0 分",
        "0 points while the attainment of Units is under 60%",
    )


def test_a_list_of_deductions_says_each_kind():
    kinds = (
        Deduction("late", "迟到", "Late", F(2), 1, F(6)),
        Deduction("praise", "表扬", "Praise", F(-3)),
    )
    said = standard(item("deduct", code="o", source="deductions", deductions=kinds, floor="-1"))
    assert list(said[:3]) == [
        ("满分 100 分", "100 points to begin with"),
        (
            "迟到：每次扣 2 分，前 1 次不计，至多 6 分",
            "Late: 2 points off each time, the first 1 free, at most 6",
        ),
        ("表扬：每次加 3 分", "Praise: 3 points more each time"),
    ]
    assert ("扣完为止", "no less than nothing") not in said


def test_what_holds_for_the_whole_scheme():
    whole = scheme(
        item(),
        groups=(Group("r", "业绩", "Results", F(100), F(110), F(20)),),
        cap=F(120),
        combine="product",
        coefficient="linear",
        vetoes=(Veto("fake", "造假", "Fake records"),),
        least_days=15,
    )
    assert scheme_words(whole) == (
        ("各项系数连乘", "the shares of the items are multiplied"),
        ("业绩最多 110 分", "Results: at most 110 points"),
        ("业绩最少 20 分", "Results: at least 20 points"),
        ("总分最多 120 分", "the total: at most 120 points"),
        ("造假：总分为 0", "Fake records: the total is 0"),
        ("绩效系数 = 总分 ÷ 100", "coefficient = total ÷ 100"),
        ("在岗不满 15 天不考核", "not appraised with fewer than 15 days in post"),
    )
    assert scheme_words(scheme(item())) == ()


def test_what_a_veto_says():
    grade = Veto("fake", "造假", "Fake", "grade", "C", F(69))
    assert veto_words(grade) == (
        "造假：等级不高于 C，总分不超过 69",
        "Fake: no grade above C, no total above 69",
    )
    assert veto_words(Veto("f", "造假", "Fake", "coefficient"))[0] == "造假：绩效系数为 0"
