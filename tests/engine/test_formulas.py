"""The formula language: what it says, what it refuses, and how exact it is."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.findings import Refused
from cheji.engine.formulas import evaluate, fits, parse, parse_unit, unit_of
from cheji.engine.formulas.constants import zero_divisions

VALUES = {
    "a": Fraction(6),
    "b": Fraction(4),
    "zero": Fraction(0),
    "none": None,
    "huge": Fraction(10**5000),
}


def value(text):
    return evaluate(parse(text), VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b × 2 − 1", 13),
        ("（a＋b）÷\uff12", 5),
        ("-a / b", Fraction(-3, 2)),
        ("a * 0.1", Fraction(3, 5)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("min(a, b, 9) + max(a, b)", 10),
        ("round(a / b)", 2),
        ("round(10 / 6, 2)", Fraction("1.67")),
        ("round(-5 / 2)", -3),
        ("if(a > b, a, b)", 6),
        ("if (a ≤ b, a, b)", 4),
        ("if(a < 0, a / zero, b)", 4),
        ("(a >= 6) + (a == b) + (a ≠ b) + (b != 4)", 2),
        ("a\n+ b", 10),
    ],
)
def test_values_are_exact(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a / zero",
        "a + none",
        "min(a, none)",
        "if(none > 1, a, b)",
        "1 / (a - 6)",
        "round(none)",
        "huge * huge * huge * huge * huge",
    ],
)
def test_no_value_is_none_and_spreads(text):
    assert value(text) is None


def test_a_name_without_a_value_is_an_error_of_the_caller():
    with pytest.raises(KeyError):
        value("unheard_of")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "formula_empty"),
        ("   ", "formula_empty"),
        ("a" * 1001, "formula_too_large"),
        ("-" * 40 + "a", "formula_too_large"),
        ("+".join("a" * 400), "formula_too_large"),
        ("min(" + ",".join("a" * 201) + ")", "formula_too_large"),
        ("a +", "formula_syntax"),
        ("(" * 300 + "a" + ")" * 300, "formula_syntax"),
        ("a b", "formula_syntax"),
        ("yield a", "formula_syntax"),
        ("0777", "formula_syntax"),
        ("'text'", "formula_sign"),
        ("a[0]", "formula_sign"),
        ("lambda: a", "formula_sign"),
        ("(a := 1)", "formula_sign"),
        ("f'{a}'", "formula_sign"),
        ("[a for a in b]", "formula_sign"),
        ("{a}", "formula_sign"),
        ("True", "formula_sign"),
        ("~a", "formula_sign"),
        ("a % b", "formula_sign"),
        ("a²", "formula_sign"),
        ("1e999", "formula_number"),
        ("1_000", "formula_number"),
        ("0x1f", "formula_number"),
        ("1j", "formula_number"),
        ("a.real", "formula_not_allowed"),
        ("9 ** 9 ** 9", "formula_not_allowed"),
        ("a // b", "formula_not_allowed"),
        ("+a", "formula_not_allowed"),
        ("not a", "formula_not_allowed"),
        ("a and b", "formula_not_allowed"),
        ("a if b else a", "formula_not_allowed"),
        ("1 < a < 3", "formula_not_allowed"),
        ("a is b", "formula_not_allowed"),
        ("a, b", "formula_not_allowed"),
        ("await a", "formula_not_allowed"),
        ("print(a)", "formula_not_allowed"),
        ("a(b)", "formula_not_allowed"),
        ("min(a)(b)", "formula_not_allowed"),
        ("min(*a)", "formula_not_allowed"),
        ("min(a, key=b)", "formula_not_allowed"),
        ("min(a for a in b)", "formula_not_allowed"),
        ("...", "formula_not_allowed"),
        ("min()", "formula_arguments"),
        ("if(a, b)", "formula_arguments"),
        ("round(a, 1, 2)", "formula_arguments"),
        ("round(a, b)", "formula_decimals"),
        ("round(a, 7)", "formula_decimals"),
        ("round(a, 0.5)", "formula_decimals"),
    ],
)
def test_what_is_outside_the_language_is_refused(text, code):
    with pytest.raises(Refused) as refused:
        parse(text, "kpis.x.formula")
    assert {finding.code for finding in refused.value.findings} == {code}
    assert {finding.place for finding in refused.value.findings} == {"kpis.x.formula"}


@given(st.text(alphabet="ab01.,()+-*/<>=!_ if'[]{}:×÷（）\\\n", max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(Refused):
        formula = parse(text)
        found = evaluate(formula, dict.fromkeys(formula.names, Fraction(1)))
        assert found is None or isinstance(found, Fraction)


def test_names_come_once_in_order():
    assert parse("b / a + b").names == ("b", "a")


def test_a_formula_is_rewritten_in_words_figures_or_cells():
    formula = parse("min(a, b) × 2 ÷ a")
    assert formula.rewrite({"a": "订单", "b": "来店"}) == "min(订单, 来店) × 2 ÷ 订单"
    assert formula.rewrite({"a": "C3", "min": "MIN"}, times="*", by="/") == "MIN(C3, b) * 2 / C3"


UNITS = {
    "cost": parse_unit("yuan"),
    "visits": parse_unit("batch"),
    "people": parse_unit("customer"),
    "cars": parse_unit("vehicle"),
    "rate": parse_unit("ratio"),
}


@pytest.mark.parametrize(
    ("text", "unit", "fit"),
    [
        ("cost / visits", "yuan/batch", True),
        ("people / visits", "ratio", True),
        ("people / visits + cars / people", "ratio", True),
        ("cost / visits", "ratio", False),
        ("cost", "vehicle", False),
        ("cars × rate", "vehicle", True),
        ("cars * 2 + 1", "vehicle", True),
        ("2 * 3", "yuan", True),
        ("-cars", "vehicle", True),
        ("round(cost / cars, 2)", "yuan/vehicle", True),
        ("max(0, cost)", "yuan", True),
        ("if(cost > 0, cars, 0)", "vehicle", True),
        ("cost > 0", "ratio", True),
        ("1 / cars", "ratio", False),
        ("cost × cost", "yuan", False),
        ("unknown + cost", "yuan", True),
    ],
)
def test_units_follow_the_algebra(text, unit, fit):
    found, findings = unit_of(parse(text), UNITS, "here")
    assert findings == []
    assert fits(found, parse_unit(unit)) is fit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cost + cars", "yuan and vehicle"),
        ("min(people, cars)", "customer and vehicle"),
        ("if(rate > 0, cost, cars)", "yuan and vehicle"),
        ("cost > cars", "yuan and vehicle"),
        ("cost / cars - rate", "vehicle^-1·yuan and 1"),
    ],
)
def test_unlike_units_are_a_finding(text, said):
    findings = unit_of(parse(text), UNITS, "here")[1]
    assert [(finding.code, finding.place) for finding in findings] == [("unit_mismatch", "here")]
    assert said in findings[0].en


def test_a_unit_with_an_unknown_symbol_is_none():
    assert parse_unit("yuan/dog") is None


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("a / 0", True),
        ("a / (2 - 4 / 2)", True),
        ("a / (b - b)", True),
        ("b + a / ((a + b) * 0)", True),
        ("a / (a * b - b * a)", True),
        ("a / (1 / 0)", True),
        ("a / b", False),
        ("a / (a - b)", False),
        ("a / 0.1", False),
        ("a / max(a - b, 0)", False),
        ("a / (a > b)", False),
        ("a / min(0, 1)", True),
        ("a * 0", False),
    ],
)
def test_a_denominator_that_is_always_zero_is_a_finding(text, always):
    found = zero_divisions(parse(text), "kpis.k.formula")
    assert [(f.code, f.place) for f in found] == [("division_by_zero", "kpis.k.formula")] * always
