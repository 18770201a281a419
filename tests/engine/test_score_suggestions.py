"""What a result suggests: promotion, certificate, training, each by a rule."""

from dataclasses import replace

import pytest

from cheji.engine.definitions import Grade, Scheme
from cheji.engine.scores.suggestions import suggestions

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
