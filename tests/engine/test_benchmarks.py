"""Gaps split over the steps that made them, and fair rankings."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.benchmarks import Entrant, lmdi, rank, shrunk, split_gap
from cheji.engine.formulas import evaluate, parse
from cheji.engine.money import rounded

CHAIN = parse("visits * doc * order * deliver")
OWN = {"visits": 320, "doc": "0.7", "order": "0.18", "deliver": "0.98"}
BEST = {"visits": 400, "doc": "0.8", "order": "0.22", "deliver": "0.95"}


def side(values):
    return {name: Fraction(value) for name, value in values.items()}


def thousandths(values):
    return [str(float(rounded(value, 3))) for value in values]


def test_the_published_chain_of_four_steps():
    found = split_gap(CHAIN, side(OWN), side(BEST))
    assert (found.own, found.benchmark) == (Fraction("39.5136"), Fraction("66.88"))
    assert thousandths(step.part for step in found.steps) == [
        "-11.596",
        "-6.966",
        "-10.438",
        "1.634",
    ]
    assert sum(step.part for step in found.steps) == found.gap == Fraction("-27.3664")


def test_what_it_is_worth_to_close_one_step():
    visits = split_gap(CHAIN, side(OWN), side(BEST)).steps[0]
    assert visits.worth == Fraction("39.5136") * 80 / 320


def test_logarithmic_means_check_the_split():
    parts = lmdi(list(side(OWN).values()), list(side(BEST).values()))
    assert thousandths(parts) == ["-11.604", "-6.944", "-10.435", "1.617"]


def test_logarithmic_means_of_equal_sides_are_nothing():
    assert lmdi([Fraction(3)], [Fraction(3)]) == (0,)


@pytest.mark.parametrize("bad", [None, Fraction(0), Fraction(-1)])
def test_what_has_no_logarithm_has_no_check(bad):
    assert lmdi([bad], [Fraction(1)]) is None


def test_a_rate_of_nothing_is_ascribed_nothing():
    found = split_gap(CHAIN, side(OWN) | {"visits": Fraction(0), "doc": None}, side(BEST))
    doc = found.steps[1]
    assert (doc.part, doc.known, found.gap) == (0, False, -Fraction("66.88"))
    assert found.steps[0].part + found.steps[2].part + found.steps[3].part == found.gap


def test_a_benchmark_without_a_rate_takes_ours():
    found = split_gap(CHAIN, side(OWN), side(BEST) | {"doc": None})
    assert (found.steps[1].part, found.benchmark) == (0, Fraction("58.52"))


def test_a_step_without_any_value_counts_as_zero():
    found = split_gap(parse("a + b"), {"a": Fraction(1), "b": None}, {"a": Fraction(3), "b": None})
    assert [step.part for step in found.steps] == [-2, 0]


def test_a_funnel_has_at_most_eight_steps():
    names = " + ".join(f"a{n}" for n in range(9))
    with pytest.raises(ValueError, match="9 steps"):
        split_gap(parse(names), {}, {})


def test_a_funnel_does_not_divide():
    with pytest.raises(ValueError, match="adds and multiplies"):
        split_gap(parse("a / b"), {"a": Fraction(1), "b": Fraction(0)}, {"a": Fraction(1)})


SHAPE = parse("(backlog + visits * doc * new + open * old) * deliver")
VALUES = st.fixed_dictionaries(
    {name: st.none() | st.fractions(0, 500, max_denominator=50) for name in SHAPE.names}
)


@given(VALUES, VALUES)
def test_parts_add_up_to_the_gap_exactly(own, best):
    found = split_gap(SHAPE, own, best)
    assert sum(step.part for step in found.steps) == found.gap


@given(*[st.lists(st.fractions(0, 9, max_denominator=9), min_size=3, max_size=3)] * 2)
def test_the_split_is_the_mean_over_all_orders(own, best):
    chain = parse("a * b + c")
    at = dict(zip(chain.names, own, strict=True))
    base = dict(zip(chain.names, best, strict=True))
    means = dict.fromkeys(chain.names, Fraction(0))
    for order in permutations(chain.names):
        now = dict(base)
        for name in order:
            before = evaluate(chain, now)
            now[name] = at[name]
            means[name] += (evaluate(chain, now) - before) / 6
    assert {step.code: step.part for step in split_gap(chain, at, base).steps} == means


def places(found):
    return [(place.entrant.key, place.rank, place.why) for place in found]


def test_ties_share_a_place_and_the_next_is_skipped():
    four = [Entrant(key, Fraction(value)) for key, value in zip("abcd", (5, 9, 7, 7), strict=True)]
    assert places(rank(four)) == [("b", 1, ""), ("c", 2, ""), ("d", 2, ""), ("a", 4, "")]
    assert places(rank(four, direction="down"))[0] == ("a", 1, "")


def test_small_samples_and_missing_values_have_no_place():
    three = [
        Entrant("lucky", Fraction(1), Fraction(4)),
        Entrant("empty", None, Fraction(9)),
        Entrant("steady", Fraction(1, 2), Fraction(5)),
    ]
    found = rank(three, least=5)
    assert places(found) == [
        ("steady", 1, ""), ("lucky", None, "small_sample"), ("empty", None, "no_value"),
    ]  # fmt: skip
    assert {place.of for place in found} == {1}


def test_groups_are_ranked_each_for_itself():
    two = [Entrant("old", Fraction(9), group="senior"), Entrant("new", Fraction(2), group="new")]
    assert [place.rank for place in rank(two)] == [1, 1]


def test_a_small_sample_is_drawn_to_the_mean():
    assert shrunk(Fraction(2), Fraction(2), Fraction(1, 5), 8) == Fraction(36, 100)
    with pytest.raises(ValueError, match="cases or weight"):
        shrunk(Fraction(0), Fraction(0), Fraction(1, 5), 0)
