"""Money: exact reading, rounding half up, and parts that always add up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.money import (
    cumulative,
    fen_of,
    largest_remainder,
    round_half_up,
    rounded,
    yuan_text,
)

amounts = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=1000)


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("1234.5", 123450), ("-0.05", -5), ("+12", 1200), (" 1,234.56 ", 123456)],
)
def test_yuan_are_read_exactly(text, fen):
    assert fen_of(text) == fen


@pytest.mark.parametrize("text", ["", "1.234", "nan", "1e5", "元", "--1", "1.", ".5"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        fen_of(text)


@given(st.integers(-(10**15), 10**15))
def test_text_and_fen_go_both_ways(fen):
    assert fen_of(yuan_text(fen)) == fen


@pytest.mark.parametrize(
    ("amount", "whole"), [("1/2", 1), ("-1/2", -1), ("49/100", 0), ("5/2", 3), ("-5/2", -3)]
)
def test_a_half_goes_away_from_zero(amount, whole):
    assert round_half_up(Fraction(amount)) == whole


@given(amounts)
def test_a_reversal_rounds_to_the_opposite(amount):
    assert round_half_up(-amount) == -round_half_up(amount)


def test_rounding_to_decimals():
    assert rounded(Fraction("2.675"), 2) == Fraction("2.68")


@given(st.lists(amounts, max_size=20))
def test_cumulative_lines_add_up_to_the_rounded_total(lines):
    assert sum(cumulative(lines)) == round_half_up(sum(lines, Fraction(0)))


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(any),
)
def test_split_parts_add_up_and_stay_within_one_of_exact(total, weights):
    parts = largest_remainder(total, weights)
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert sum(parts) == total
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_weights_that_split_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        largest_remainder(10, weights)
