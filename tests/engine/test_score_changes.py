"""Scores frozen, replayed and compared; and what holds for any of them."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given as generated
from hypothesis import settings
from hypothesis import strategies as st

from cheji.engine.definitions import (
    Band,
    Deduction,
    Group,
    Quota,
    QuotaPart,
    Rater,
    Tier,
    Veto,
    body_of,
    scheme_of,
)
from cheji.engine.findings import Refused
from cheji.engine.reasons import from_json
from cheji.engine.scores import (
    Cause,
    Days,
    Event,
    Given,
    Goal,
    Head,
    OtherRules,
    difference,
    distribute,
    frozen,
    given_from,
    outcome_text,
    prepared,
    replay,
    score,
    seal,
    thawed,
)
from engine.scheming import item, scheme

F = Fraction

ITEMS = (
    item(weight=20, code="a", target="3", gate="0.6", cap="1.2", group="results"),
    item("inverse", weight=10, code="b", target="7", cap="1.5", group="results"),
    item("points", weight=10, code="c", target="10", base="8", stretch="13", group="results"),
    item("bands", weight=10, code="d", target="9", group="results",
         bands=(Band(F(0), F(0)), Band(F(4, 5), F(3, 5), F(1)), Band(F(1), F(1), label="A"))),
    item("steps", weight=10, code="e", target="7", up="0.5", down="1", cap="1.25", group="results"),
    item("deduct", weight=10, code="f", each="3", group="results"),
    item(weight=10, code="g", source="rating", group="conduct", zh="态度", en="Attitude",
         raters=(Rater("manager", F(2)), Rater("peer", F(1)))),
    item("deduct", weight=10, code="h", source="deductions", group="conduct", zh="纪律", en="Order",
         deductions=(Deduction("late", "迟到", "Late", F(1)),)),
    item(weight=10, code="i", source="goal", group="conduct", zh="目标", en="Goals", evidence=True),
)  # fmt: skip
WHOLE = scheme(
    *ITEMS,
    groups=(
        Group("results", "业绩", "Results", F(70), F(75)),
        Group("conduct", "态度", "Conduct", F(30), floor=F(5)),
    ),
    cap=F(100),
    vetoes=(Veto("fake", "造假", "Fake", "grade", "C", F(69)),),
    quota=Quota(tuple(QuotaPart(g, F(1, 4)) for g in "ABCD")),
    posts=("consultant",),
    coefficient="interpolated",
)
GIVEN = Given(
    {"a": F(2), "b": F(9), "c": F(9), "d": F(8), "e": F(8), "f": F(1), "i": None},
    {"a": F(7, 2)},
    {"c": F(7)},
    {"c": F(12)},
    {"g": {"manager": (F(88),), "peer": (F(70), F(91))}},
    {"i": (Goal("x", "建档", F(3), F(2, 3)), Goal("y", "培训", F(2), None))},
    (
        Event("h", "late", "v:1", 2),
        Event("h", "late", "v:2", 1, "expired"),
        Event("", "fake", "v:3"),
    ),
    {"i": ("upload:1",)},
)
IN_PART = replace(GIVEN, days={"a": Days(11, 15, 30)})


def test_inputs_read_back_as_they_were_frozen():
    for given in (GIVEN, IN_PART):
        assert given_from(json.loads(json.dumps(given.as_json()))) == given
    assert given_from(Given().as_json()) == Given()


def test_a_replay_gives_the_same_bytes():
    card = prepared(WHOLE).score(GIVEN)
    text = frozen(WHOLE, GIVEN)
    assert replay(text) == outcome_text(card)
    assert thawed(text) == card
    assert seal(text) == seal(frozen(scheme_of(json.loads(text)["scheme"]), GIVEN))
    assert seal(text) != seal(frozen(WHOLE, replace(GIVEN, events=())))


def test_a_replay_refuses_other_rules_and_broken_schemes():
    found = json.loads(frozen(WHOLE, GIVEN))
    with pytest.raises(OtherRules):
        replay(json.dumps({**found, "rules": 0}))
    with pytest.raises(Refused):
        replay(json.dumps({**found, "scheme": {**found["scheme"], "odd": 1}}))


def test_a_frozen_score_never_changes_unnoticed():
    """If this fails, the rules changed: old scores would replay otherwise. Raise RULES."""
    for rules, sealed in enumerate(SEALED, start=1):
        text = frozen(WHOLE, GIVEN, rules)
        assert (seal(text), seal(replay(text))) == (sealed, OUTCOME)
    assert frozen(WHOLE, GIVEN) == frozen(WHOLE, GIVEN, len(SEALED))


#: What was frozen under each of the rules that there were.
SEALED = (
    "ee661e593d4c5bce358de70d670b2c18fd909be6e823c39aaed5ac4cf8f8d512",
    "62aebaf346e71aaf01e5cc9db82a3e85eb905f9734be92f4eef0fe13c8ad855b",
)
OUTCOME = "15933b1caf22c83d3264134c1d936414e1e1bec99abd41bf68264c3a55c78474"


def test_a_change_is_explained_item_by_item():
    before = prepared(WHOLE).score(GIVEN)
    later = replace(GIVEN, values={**GIVEN.values, "f": F(2)}, events=GIVEN.events[:2])
    after = prepared(WHOLE).score(later)
    found = difference(from_json(before.reason.as_json()), after.reason)
    assert found.points == after.total - before.total == sum(one.points for one in found.changes)
    told = {(one.kind, one.code): one.causes for one in found.changes}
    assert [cause.name for cause in told["score_item", "f"]] == ["actual"]
    assert ("score_adjustment", "fake") not in told
    assert found.changes[0].before != found.changes[0].after
    assert difference(before.reason, before.reason).changes == ()


def test_points_that_only_rounding_moves_say_so():
    """42.774 stay 42.77 after 40, and become 42.78 after 40.0045."""
    two = scheme(*(item(weight=50, code=code, target="1") for code in "ab"))
    old, new = (score(two, {"a": a, "b": F("0.85548")}, {}) for a in (F("0.8"), F("0.80009")))
    found = difference(old.reason, new.reason)
    told = [(one.code, one.causes[0].name, one.points) for one in found.changes]
    assert told == [("a", "actual", 0), ("b", "rounding", F("0.01"))]
    assert found.changes[1].causes == (Cause("rounding", "-1/250", "3/500"),)


def test_an_item_that_came_or_went_is_told_whole():
    one, two = (
        item(weight=weight, code=code, target="1") for code, weight in (("a", 100), ("b", 100))
    )
    old, new = (score(scheme(which), {"a": F(1), "b": F("0.5")}, {}) for which in (one, two))
    found = difference(old.reason, new.reason)
    assert [(c.code, c.before, c.after, c.points) for c in found.changes] == [
        ("b", None, 50, 50),
        ("a", 100, None, -100),
    ]
    assert [cause.name for cause in found.causes] == ["digest", "grade", "coefficient"]


def test_from_no_score_the_whole_total_is_the_change():
    empty = item(target="1", missing="leave_out")
    old, new = (score(scheme(empty), values, {}) for values in ({}, {"k": F(1)}))
    found = difference(old.reason, new.reason)
    assert (found.before, found.after, found.points) == (None, 100, 100)


# -- generated ---------------------------------------------------------------------------------

numbers = st.fractions(min_value=-50, max_value=300, max_denominator=1000)
maybe = st.none() | numbers
inputs = st.builds(
    Given,
    st.fixed_dictionaries(dict.fromkeys("abcdef", maybe)),
    st.dictionaries(st.sampled_from("abcde"), maybe),
    ratings=st.fixed_dictionaries(
        {}, optional={"g": st.fixed_dictionaries({}, optional={"manager": st.tuples(numbers)})}
    ),
    events=st.lists(
        st.sampled_from([Event("h", "late"), Event("", "fake"), Event("h", "late", "", 1, "x")]),
        max_size=4,
    ).map(tuple),
)


@settings(max_examples=60, deadline=None)
@generated(inputs, inputs)
def test_points_add_up_and_limits_hold(one, other):
    found, second = (prepared(WHOLE).score(part) for part in (one, other))
    lines = [*(row.points for row in found.items), *(line.points for line in found.adjustments)]
    assert sum(lines) == found.total <= 100
    for group in WHOLE.groups:
        points = sum(row.points for row in found.items if row.group == group.code)
        points += sum(line.points for line in found.adjustments if line.code == group.code)
        assert group.cap is None or points <= group.cap + F("0.01")
    for row in found.items:
        cap = next(part.cap for part in ITEMS if part.key == row.code)
        assert cap is None or row.points <= cap * row.weight + F("0.01")
    assert difference(found.reason, second.reason).points == second.total - found.total
    assert replay(frozen(WHOLE, one)) == outcome_text(found)


RISING = ("a", "c", "d", "e")
FALLING = ("b", "f")


@settings(max_examples=60, deadline=None)
@generated(st.sampled_from(RISING + FALLING), numbers, numbers)
def test_a_better_value_never_earns_less(code, one, other):
    one, other = abs(one), abs(other)
    part = next(part for part in ITEMS if part.key == code)
    alone = scheme(replace(part, weight=F(100), group=""))
    low, high = (score(alone, {code: value}, {}).total for value in sorted((one, other)))
    assert (low <= high) if code in RISING else (low >= high)


@settings(max_examples=50, deadline=None)
@generated(
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from("XYZ"), st.sampled_from("PQ")), max_size=40
    ),
    st.integers(1, 9),
    st.lists(st.integers(1, 9), min_size=3, max_size=3),
)
def test_a_distribution_grades_everybody_once_and_in_order(rows, least, shares):
    parts = tuple(QuotaPart(g, F(s, sum(shares))) for g, s in zip("ABC", shares, strict=True))
    heads = [
        Head(f"{at:02d}", F(total), (region + outlet, region, "G"))
        for at, (total, outlet, region) in enumerate(rows)
    ]
    found = distribute(Quota(parts, least=least), heads)
    assert sorted(one.person for one in found) == [head.person for head in heads]
    totals = {head.person: head.total for head in heads}
    for pool in {one.pool for one in found}:
        own = [one for one in found if one.pool == pool]
        assert [one.grade for one in own] == sorted(one.grade for one in own)
        ordered = [totals[one.person] for one in own]
        assert ordered == sorted(ordered, reverse=True)


def test_a_scheme_reads_back_from_its_body():
    assert scheme_of(body_of(WHOLE)) == WHOLE
    assert WHOLE.coefficients[0] == Tier(F(0), F(0))
