"""What a result suggests: promotion, certificate, training, each by a rule."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cheji.engine.definitions import Grade, Scheme, SchemeItem
from cheji.engine.scores.suggestions import dismissed, suggestions

SCHEME = Scheme("s", "", "", (), (Grade(0, "D"), Grade(60, "B"), Grade(90, "A")))


def item(code: str, weight: int, points: str | None) -> dict[str, object]:
    return {"kind": "score_item", "code": code, "value": points, "detail": {"weight": weight}}


WEAK = {"parts": [item("a", 50, "20"), item("b", 20, "10"), item("c", 30, None), item("d", 9, "9")]}
STRONG = {"parts": [item("a", 50, "50"), {"kind": "score_adjustment", "code": "cap", "value": "1"}]}


@pytest.mark.parametrize(
    ("grades", "reason", "broken", "rules"),
    [
        (["A", "A"], STRONG, False, ["two_top_grades", "top_grade"]),
        (["A", "B"], STRONG, False, ["top_grade"]),
        (["A"], STRONG, False, ["top_grade"]),
        (["A", "A"], STRONG, True, []),
        (["B"], STRONG, False, []),
        (["D"], WEAK, False, ["lowest_grade", "weakest_item"]),
        (["B"], {}, False, []),
    ],
)
def test_what_follows_by_which_rule(grades, reason, broken, rules) -> None:
    assert [one.rule for one in suggestions(SCHEME, grades, reason, broken=broken)] == rules


def test_the_weakest_item_is_the_one_that_lost_most() -> None:
    assert suggestions(SCHEME, ["B"], WEAK, broken=False)[0].value == {"item": "a", "lost": "30"}


def test_a_scheme_with_one_grade_suggests_by_items_alone() -> None:
    alone = replace(SCHEME, grades=SCHEME.grades[:1])
    assert suggestions(alone, ["D", "D"], STRONG, broken=False) == []


def scored(code: str, target: str | None, actual: str | None, attainment: str | None) -> dict:
    detail = {"weight": "0", "target": target, "actual": actual, "attainment": attainment}
    return {"kind": "score_item", "code": code, "value": "0", "detail": detail}


def test_the_next_target_lies_between_what_was_aimed_at_and_what_was_done() -> None:
    items = tuple(SchemeItem(kpi=code) for code in "abcde")
    rated = SchemeItem(code="f", source="rating")
    parts = [
        scored("a", "10", "11", "11/10"), scored("b", "10", "8", "4/5"),
        scored("c", "10", "7", "7/10"), scored("d", None, "7", None),
        scored("e", "10", None, None), scored("f", "100", "20", "1/5"),
    ]  # fmt: skip
    found = suggestions(
        replace(SCHEME, items=(*items, rated)), ["B"], {"parts": parts}, broken=False, counts="a"
    )
    assert [(one.kind, one.rule, one.value) for one in found] == [
        ("target", "target_raise", {"targets": {"a": ["10", "11", "11"]}}),
        ("target", "target_lower", {"targets": {"c": ["10", "7", "17/2"]}}),
    ]


@pytest.mark.parametrize(
    ("target", "actual", "counts", "following"),
    [
        ("5", "20/3", "a", "6"), ("9", "6", "a", "8"), ("3", "2", "a", None),
        ("900000", "1000050", "", "950000"), ("4", "16/3", "", "467/100"),
        ("1/2", "2/3", "", "583/1000"), ("1/20", "1/15", "", "583/10000"),
        ("1/200", "1/150", "", "29/5000"),
    ],
)  # fmt: skip
def test_a_next_target_is_one_that_people_would_set(target, actual, counts, following) -> None:
    """Counts whole, all else three digits and no finer than 1/10,000; 3 stays 3 and is not told."""
    scheme = replace(SCHEME, items=(SchemeItem(kpi="a"),))
    part = scored("a", target, actual, str(Fraction(actual) / Fraction(target)))
    found = suggestions(scheme, ["B"], {"parts": [part]}, broken=False, counts=counts)
    told = [one.value["targets"]["a"][-1] for one in found]
    assert told == ([following] if following else [])


def moved(*parts: tuple[int, list[object]]) -> dict[str, object]:
    """The reason of somebody who moved: by part its days and what its card told."""
    portions = [
        {"kind": "score_portion", "detail": {"days": days}, "parts": [{"detail": {}, "parts": own}]}
        for days, own in parts
    ]
    return {"detail": {}, "parts": [*portions, {"kind": "score_adjustment", "code": "fake"}]}


def test_what_follows_for_somebody_who_moved() -> None:
    """The weakest item by the days of both parts, the next target by where he ended."""
    scheme = replace(SCHEME, items=(SchemeItem(kpi="a"),))
    first = [item("a", 50, "0"), item("b", 50, "50")]
    last = [item("a", 50, "40"), item("b", 50, "5")]
    found = suggestions(SCHEME, ["B"], moved((10, first), (20, last)), broken=False)
    assert [one.value for one in found] == [{"item": "b", "lost": "30"}]
    told = moved((10, [scored("a", "10", "30", "3")]), (20, [scored("a", "10", "2", "1/5")]))
    assert [one.value for one in suggestions(scheme, ["B"], told, broken=False)] == [
        {"targets": {"a": ["10", "2", "6"]}}
    ]


def test_the_next_target_is_for_a_whole_period() -> None:
    """2 of 4 that were asked for in 10 of 30 days: 6 of 12, so 9."""
    scheme = replace(SCHEME, items=(SchemeItem(kpi="a"),))
    part = scored("a", "4", "2", "1/2")
    part["detail"]["prorated"] = {"days": 10, "of": 30, "whole": "12"}
    found = suggestions(scheme, ["B"], {"parts": [part]}, broken=False)
    assert [one.value for one in found] == [{"targets": {"a": ["12", "6", "9"]}}]


def test_what_an_appeal_struck_off_is_no_violation() -> None:
    """Neither as a veto nor on a list; what was not decided, or counts, is not struck off."""
    events = [
        {"source": f"violation:{number}", "why_not": why}
        for number, why in enumerate(("appeal_upheld", "not_decided", ""), start=1)
    ]
    card = {"detail": {"vetoes": events}, "parts": []}
    assert dismissed(card) == {"violation:1"}
    listed = {"kind": "score_item", "detail": {"not_counted": events}}
    assert dismissed(moved((1, [listed]))) == {"violation:1"}
