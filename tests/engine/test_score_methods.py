"""Each method of scoring with the figures of its worked case."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cheji.engine.definitions import Band, Deduction, Rater
from cheji.engine.money import rounded
from cheji.engine.scores import Event, Goal, corrected
from engine.scheming import card, effect, item, points, scheme

F = Fraction


def bands(*rows):
    return tuple(Band(*(F(part) for part in row)) for row in rows)


@pytest.mark.parametrize(
    ("more", "actual", "expected"),
    [
        ({}, 7, 21),
        ({"gate": "0.8"}, 7, 0),
        ({"gate": "0.8"}, 9, 27),
        ({}, 12, 36),
        ({}, 14, 42),
        ({"cap": "1.2"}, 14, 36),
    ],
)
def test_proportional(more, actual, expected):
    whole = (item(weight=30, **more), item(weight=70, code="rest"))
    assert first(whole, actual, 10) == expected


def first(items, actual, target):
    return points(scheme(*items), actual, target)


@pytest.mark.parametrize(
    ("method", "actual", "expected"),
    [("inverse", 1500, "80"), ("mirror", 1500, "75"), ("worst", 1500, "50"), ("mirror", 0, "200")],
)
def test_three_ways_to_score_what_should_fall(method, actual, expected):
    assert points(item(method, worst="1800"), actual, 1200) == F(expected)


@pytest.mark.parametrize(("actual", "target"), [(None, 1200), (1500, 1800)])
def test_a_worst_value_at_the_target_has_no_value(actual, target):
    assert effect(item("worst", worst="1800"), actual, target) == "missing"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(7, 0), (8, 60), (9, 80), (10, 100), (11, "106.67"), (13, 120), (15, 120)],
)
def test_three_points(actual, expected):
    one = item("points", base="8", stretch="13")
    assert points(one, actual, 10) == F(expected)


@pytest.mark.parametrize(
    ("actual", "expected"), [(40, 0), (36, 60), (30, 80), (24, 100), (20, 120)]
)
def test_three_points_where_less_is_better(actual, expected):
    one = item("points", base="36", stretch="20", falls=True)
    assert points(one, actual, 24) == F(expected)


def test_three_points_of_a_person_go_before_those_of_the_scheme():
    one = item("points", base="8", stretch="13")
    own = {"bases": {"k": F(9)}, "stretches": {"k": F(20)}}
    assert points(one, 9, 10, **own) == 60


@pytest.mark.parametrize(("actual", "expected"), [(9, 0), (10, 100), (12, 100)])
def test_without_base_and_stretch_only_the_target_is_known(actual, expected):
    assert points(item("points"), actual, 10) == expected


@pytest.mark.parametrize(("actual", "target"), [(None, 10), (9, None), (9, 8), (9, 13)])
def test_marks_out_of_order_have_no_value(actual, target):
    assert effect(item("points", base="8", stretch="13"), actual, target) == "missing"


TABLE = bands((0, 0), ("4/5", "3/5"), ("9/10", "4/5"), (1, 1), ("11/10", "6/5"))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [("79.99", 0), (80, 60), ("99.99", 80), (100, 100), (110, 120), (150, 120), (-5, 0)],
)
def test_bands(actual, expected):
    assert points(item("bands", bands=TABLE), actual, 100) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (74, 0),
        (75, 3),
        (80, "5.5"),
        (89, 10),
        (90, 11),
        ("94.5", "15.5"),
        (95, 20),
        (100, 20),
        (110, 35),
    ],
)
def test_bands_with_slopes_as_a_general_managers_volume(actual, expected):
    table = bands(
        (0, 0), ("3/4", 3, 40), ("4/5", "11/2", 50), ("9/10", 11, 100), ("19/20", 20), (1, 20, 150)
    )
    whole = (item("bands", 20, bands=table, scale="points"), item(weight=80, code="rest"))
    assert first(whole, actual, 100) == F(expected)


@pytest.mark.parametrize(
    ("actual", "expected"), [(12, 100), (24, 100), ("24.1", 50), (48, 50), (49, 0)]
)
def test_bands_whose_upper_end_belongs_to_them(actual, expected):
    one = item("bands", bands=bands((0, 1), (24, "1/2"), (48, 0)), of="value", bound="upper")
    assert points(one, actual) == expected


def test_a_band_tells_its_bounds_slope_and_label():
    table = (Band(F(0), F("0.5"), label="差"), Band(F(60), F("0.8"), F("0.01"), "优"))
    low, high = (
        card(item("bands", bands=table, of="value"), actual).items[0].reason.get("band")
        for actual in (59, 70)
    )
    assert low == {"from": 0, "until": 60, "rate": F("0.5"), "label": "差"}
    assert high == {"from": 60, "until": None, "rate": F("0.8"), "slope": F("0.01"), "label": "优"}


@pytest.mark.parametrize("target", [100, None])
def test_bands_without_what_they_look_at(target):
    assert effect(item("bands", bands=TABLE), None, target) == "missing"
    assert effect(item("bands", bands=TABLE), 5, None) == "missing"


@pytest.mark.parametrize(
    ("counted", "actual", "expected"),
    [
        ("continuous", "103.7", "21.85"),
        ("whole", "103.7", "21.50"),
        ("rounded", "103.7", "22.00"),
        ("continuous", "96.3", "16.30"),
        ("whole", "96.3", "17.00"),
        ("rounded", "96.3", "16.00"),
        ("continuous", 112, "25"),
        ("whole", 100, "20"),
    ],
)
def test_steps(counted, actual, expected):
    one = item("steps", 20, up="0.5", down="1", cap="1.25", counted=counted)
    assert first((one, item(weight=80, code="rest")), actual, 100) == F(expected)


def test_steps_of_the_value_itself_and_where_less_is_better():
    survey = item("steps", up="2", down="3", of="value", step="0.01")
    assert points(survey, "0.93", "0.90") == 106
    slow = item("steps", up="2", down="3", of="value", step="1", falls=True)
    assert (points(slow, 20, 24), points(slow, 26, 24)) == (108, 94)
    assert points(item("steps", up="1", down="1", falls=True), 110, 100) == 90
    assert effect(item("steps", up="1"), 5, None) == "missing"


@pytest.mark.parametrize(("number", "expected"), [(0, 20), (1, 14), (2, 8), (3, 2), (4, 0)])
def test_points_off_until_nothing_is_left(number, expected):
    one = item("deduct", 20, each="6")
    assert first((one, item(weight=80, code="rest")), number, None) == expected


def test_the_first_ones_may_be_free():
    one = item("deduct", each="10", free="2")
    assert [points(one, number) for number in (1, 2, 3)] == [100, 100, 90]
    assert effect(one) == "missing"


@pytest.mark.parametrize(
    ("more", "actual", "expected"),
    [({}, 180, 100), ({}, 179, 0), ({"falls": True}, 180, 100), ({"falls": True}, 181, 0)],
)
def test_all_or_nothing(more, actual, expected):
    assert points(item("either", **more), actual, 180) == expected
    assert effect(item("either", **more), actual, None) == "missing"


def test_floor_and_cap_of_an_item():
    one = item(cap="1.2", floor="0.6")
    assert [points(one, actual, 10) for actual in (3, 8, 20)] == [60, 80, 120]
    assert [effect(one, actual, 10) for actual in (3, 8, 20)] == ["floor", "none", "cap"]
    assert points(item(gate="0.5", floor="0.6"), 3, 10) == 0


# -- raters ------------------------------------------------------------------------------------

RATERS = (Rater("self", F(10)), Rater("manager", F(60)), Rater("peer", F(30)))


def rating(absent="renormalise"):
    return item(code="attitude", source="rating", raters=RATERS, absent=absent, zh="态度", en="A")


def marks(**given):
    return {"ratings": {"attitude": {who: tuple(map(F, own)) for who, own in given.items()}}}


def test_several_raters():
    full = marks(self=[90], manager=[80], peer=[86])
    assert points(rating(), **full) == F("82.80")
    assert points(rating(), **marks(self=[90], manager=[80])) == F("81.43")
    assert points(rating("zero"), **marks(self=[90], manager=[80])) == 57
    assert points(rating(), **marks(self=[90], manager=[80], peer=[80, 92])) == F("82.80")
    assert effect(rating()) == "missing"


def test_the_reason_of_a_rating_names_each_party():
    found = card(rating(), **marks(manager=[80, 90])).items[0].reason
    assert found.get("ratings")[1] == {
        "rater": "manager", "weight": 60, "mark": 85, "raters": 2
    }  # fmt: skip
    assert found.get("ratings")[2]["mark"] is None
    assert found.get("absent") == "renormalise"
    assert "correction" not in dict(found.detail)
    fair = replace(rating(), correction="ratio")
    assert card(fair, **marks(manager=[80])).items[0].reason.get("correction") == "ratio"


STRICT = {
    "A": {"a": F(92), "b": F(88), "c": F(90)},
    "B": {"d": F(78), "e": F(74), "f": F(70)},
}


def test_the_scale_of_raters_is_corrected_only_on_demand():
    shown = {
        way: [
            str(float(rounded(mark, 2)))
            for marked in corrected(STRICT, way).values()
            for mark in marked.values()
        ]
        for way in ("none", "ratio", "t")
    }
    assert shown == {
        "none": ["92.0", "88.0", "90.0", "78.0", "74.0", "70.0"],
        "ratio": ["83.82", "80.18", "82.0", "86.43", "82.0", "77.57"],
        "t": ["62.25", "37.75", "50.0", "62.25", "50.0", "37.75"],
    }


def test_a_rater_without_spread_or_marks():
    alike = {"A": {"a": F(0), "b": F(0)}, "B": {}}
    assert corrected(alike, "t") == {"A": {"a": 50, "b": 50}, "B": {}}
    assert corrected(alike, "ratio") == {"A": {"a": 0, "b": 0}, "B": {}}


# -- goals, deductions, evidence ---------------------------------------------------------------


def test_work_goals_weigh_among_themselves():
    one = item(code="goals", source="goal", zh="工作目标", en="Goals")
    found = (Goal("a", "建档", F(60), F(1)), Goal("b", "培训", F(40), F("0.5")))
    assert points(one, goals={"goals": found}) == 80
    assert points(one, values={"goals": "0.9"}) == 90
    unjudged = (*found[:1], Goal("b", "培训", F(40), None))
    assert points(one, goals={"goals": unjudged}) == 100
    strict = item(code="goals", source="goal", absent="zero", zh="工作目标", en="Goals")
    assert points(strict, goals={"goals": unjudged}) == 60


KINDS = (
    Deduction("late", "迟到", "Late", F(2), free=1, most=F(5)),
    Deduction("praise", "表扬", "Praise", F(-3), most=F(6)),
)


def discipline(**more):
    return item("deduct", code="order", source="deductions", deductions=KINDS, **more)


def events(*rows):
    return {"events": tuple(Event("order", *row) for row in rows)}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], 100),
        ([("late",)], 100),
        ([("late",), ("late", "v:2", 2)], 96),
        ([("late", "", 9)], 95),
        ([("praise",)], 103),
        ([("praise", "", 9)], 106),
        ([("late", "v:1", 3, "appeal_upheld")], 100),
    ],
)
def test_a_list_of_deductions(rows, expected):
    assert points(discipline(), **events(*rows)) == expected


def test_a_deduction_names_its_records_and_what_was_not_counted():
    found = card(discipline(), **events(("late", "v:1", 2), ("late", "v:9", 1, "expired")))
    reason = found.items[0].reason
    assert reason.get("events") == (
        {"code": "late", "count": 2, "points": F(2), "sources": ("v:1",)},
    )
    assert reason.get("not_counted") == ({"code": "late", "source": "v:9", "why_not": "expired"},)
    assert found.items[0].actual == 2


def test_a_value_without_its_evidence_counts_as_none():
    one = item(evidence=True)
    assert effect(one, 9, 10) == "no_evidence"
    assert points(one, 9, 10, evidence={"k": ("upload:3",)}) == 90
    assert effect(item(evidence=True, missing="leave_out"), 9, 10) == "left_out"
    assert effect(one, None, 10) == "missing"
    found = card(one, 9, 10, evidence={"k": ("upload:3",)}).items[0].reason
    assert found.get("evidence") == ("upload:3",)
