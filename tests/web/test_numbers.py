"""Exact numbers as text in both languages."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.definitions import Component
from cheji.web.pay_words import rate_text
from cheji.web.templatetags import figures as f


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("kind", "rate", "text"),
    [
        ("share", "1/8", "12.5%"), ("share", "1/800", "0.125%"), ("share", "0.012345", "1.2345%"),
        ("share", "1/3", "33.333333%"), ("units", "200", "¥200"), ("units", "0.5", "¥0.50"),
        ("units", "0.125", "¥0.125"), ("units", "-0.0005", "-¥0.0005"),
    ],
)  # fmt: skip
def test_a_rate_is_told_as_exactly_as_it_pays(kind, rate, text):
    part = Component(code="c", zh="", en="", kind=kind, of="m", tiers=())
    assert rate_text(part, Fraction(rate)) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "¥0.00"),
        (1, "¥0.01"),
        (1234567, "¥12,345.67"),
        (-1234567, "-¥12,345.67"),
        (Fraction(1, 2), "¥0.01"),
        (Fraction(-1, 2), "-¥0.01"),
        (10**17 + 1, "¥1,000,000,000,000,000.01"),
        (None, "—"),
    ],
)
def test_money_is_exact_to_the_fen(fen, text):
    assert f.money(fen) == text


def test_money_without_decimals_rounds_half_up():
    assert (f.money(50, 0), f.money(49, 0), f.money(-50, 0)) == ("¥1", "¥0", "-¥1")


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (999_999, "¥9,999.99", "¥9,999.99"),
        (1_000_000, "¥1.00万", "¥10.00k"),
        (12_345_678, "¥12.35万", "¥123.46k"),
        (-12_345_678, "-¥12.35万", "-¥123.46k"),
        (1_288_812_345_600, "¥128.88亿", "¥12.89bn"),
        (None, "—", "—"),
    ],
)
def test_large_money_is_short_in_the_units_of_the_language(fen, zh, en):
    with translation.override("zh-hans"):
        chinese = f.wan(fen)
    with translation.override("en"):
        english = f.wan(fen)
    assert (chinese, english) == (zh, en)


@pytest.mark.parametrize(
    ("ratio", "decimals", "text"),
    [
        (Fraction(9, 40), 1, "22.5%"),
        (Fraction(1, 8), 0, "13%"),
        (Fraction(179, 100), 0, "179%"),
        (Fraction(1, 3), 2, "33.33%"),
        (Fraction(-1, 8), 0, "-13%"),
        (Decimal("0.005"), 0, "1%"),
        (0, 1, "0.0%"),
        (None, 1, "—"),
    ],
)
def test_percent_rounds_half_up(ratio, decimals, text):
    assert f.percent(ratio, decimals) == text


def test_points_carry_a_sign_and_the_unit_of_the_language():
    with translation.override("en"):
        assert f.points(Fraction(12, 1000)) == "+1.2 pp"
        assert f.points(Fraction(-12, 1000)) == "-1.2 pp"
        assert f.points(0) == "0.0 pp"


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        (65_000, "6.5"),
        (10_000, "1"),
        (5_000, "0.5"),
        (1, "0.0001"),
        (0, "0"),
        (-25_000, "-2.5"),
        (12_340_000, "1,234"),
        (None, "—"),
    ],
)
def test_quantity_shows_units_without_trailing_zeros(steps, text):
    assert f.quantity(steps) == text


def test_numbers_are_separated_by_thousands(language):
    assert (
        f.number(4203),
        f.number(Fraction(5, 2)),
        f.number(-1234),
        f.signed(3),
        f.signed(-3),
    ) == (
        "4,203",
        "3",
        "-1,234",
        "+3",
        "-3",
    )


@pytest.mark.parametrize(
    ("value", "text"), [(Fraction(6, 5), "1.2"), (Fraction(9, 8), "1.125"), (None, "—")]
)
def test_a_coefficient_is_told_as_exactly_as_it_multiplies(value, text):
    assert f.coefficient(value) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [(1_234_567, "+¥12,345.67"), (-1_234_567, "-¥12,345.67"), (0, "¥0.00"), (None, "—")],
)
def test_a_difference_of_amounts_has_its_sign(fen, text):
    assert f.figure(fen, "gap") == text


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        ("13812345678", "138****5678"),
        ("02512345678", "025****5678"),
        ("1234567", "*****67"),
        ("12", "*12"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_a_masked_phone_shows_head_and_tail_only(phone, text):
    assert f.masked(phone) == text


@pytest.mark.parametrize("show", [f.money, f.wan, f.percent, f.points, f.quantity, f.number])
def test_a_binary_float_is_refused(show):
    with pytest.raises(TypeError, match=r"0\.1 is a float, not an exact number"):
        show(0.1)


@given(st.integers(-(10**15), 10**15))
def test_money_reads_back(fen):
    text = f.money(fen).replace("¥", "").replace(",", "")
    assert Fraction(text) * 100 == fen


def test_a_kind_is_looked_up_by_name():
    assert [
        f.figure(*each) for each in [(None, "money"), (5, "money"), ("店", "text"), ("", "text")]
    ] == [
        "—",
        "¥0.05",
        "店",
        "—",
    ]
