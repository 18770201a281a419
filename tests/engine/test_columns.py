"""Formulas by column, in pairs of integers, against the plain form in fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.definitions import Definitions, Kpi, Measure
from cheji.engine.formulas import evaluate, parse
from cheji.engine.formulas.columns import column, evaluate_columns, of_fractions
from cheji.engine.kpis import values_over
from cheji.engine.kpis.columns import kpi_columns, summed_column
from cheji.engine.money import round_half_up
from cheji.engine.spreads import HALF, Summary, spread_of

NAMES = ("a", "b", "c")
leaves = st.sampled_from(NAMES) | st.sampled_from(("0", "1", "0.5", "12.25", "100"))


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="))
    joined = st.tuples(inner, signs, inner).map(lambda part: f"({part[0]} {part[1]} {part[2]})")
    return st.one_of(
        joined,
        joined,
        inner.map(lambda part: f"(-{part})"),
        st.tuples(inner, st.integers(0, 3)).map(lambda part: f"round({part[0]}, {part[1]})"),
        inner.map(lambda part: f"round({part})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"max({', '.join(parts)})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"min({', '.join(parts)})"),
        st.tuples(inner, inner, inner).map(lambda parts: f"if({', '.join(parts)})"),
    )


formulas = st.recursive(leaves, grown, max_leaves=8).map(parse)
amounts = st.none() | st.integers(-(10**15), 10**15) | st.integers(-3, 3)
rows = st.lists(st.tuples(amounts, amounts, amounts), max_size=6)
SCALES = {"a": 10_000, "b": 100, "c": 1}


def columns(found):
    return {
        name: column([row[place] for row in found], SCALES[name])
        for place, name in enumerate(NAMES)
    }


def fractions(row):
    pairs = zip(NAMES, row, strict=True)
    return {n: None if x is None else Fraction(x, SCALES[n]) for n, x in pairs}


@given(formulas, rows)
def test_a_column_holds_what_the_plain_form_gives(formula, found):
    by_column = evaluate_columns(formula, columns(found), len(found)).fractions()
    assert by_column == [evaluate(formula, fractions(row)) for row in found]


@pytest.mark.parametrize(
    "text", ["(a / b) * (b / c)", "(a / b) * c", "(a / c) - (b / c)", "-(a / b)"]
)
def test_ratios_go_on_as_ratios(text):
    formula, found = parse(text), [(3, -7, 5), (0, 2, 0), (None, 1, 1)]
    by_column = evaluate_columns(formula, columns(found), len(found)).fractions()
    assert by_column == [evaluate(formula, fractions(row)) for row in found]


@given(formulas, rows, st.integers(0, 4))
def test_rounding_is_half_away_from_zero(formula, found, decimals):
    exact = [evaluate(formula, fractions(row)) for row in found]
    expected = [None if x is None else round_half_up(x * 10**decimals) for x in exact]
    assert evaluate_columns(formula, columns(found), len(found)).rounded(decimals) == expected


@pytest.mark.parametrize("start", [3, 0])
def test_a_number_too_large_is_no_value(start):
    text = "a"
    for _ in range(4):
        text = f"({text}) * ({text})"
    formula = parse(text)
    huge = start * 7**500
    [found] = evaluate_columns(formula, {"a": column([huge])}, 1).fractions()
    assert found == evaluate(formula, {"a": Fraction(huge)})
    assert (found is None) is (start > 0)


def measure(code: str) -> Measure:
    return Measure(code, code, code, "vehicle", (("delivery", 1),))


def kpi(code: str, text: str, empty: Fraction | None = None) -> Kpi:
    return Kpi(code, code, code, "ratio", parse(text), empty=empty)


@given(formulas, formulas, rows, st.none() | st.fractions(-2, 2, max_denominator=9))
def test_kpis_by_column_are_those_of_each_scope(inner, outer, found, empty):
    definitions = Definitions(
        measures=tuple(measure(name) for name in NAMES),
        kpis=(
            kpi("a", inner.text, empty),  # a KPI may have the code of a measure
            kpi("rate", outer.text, empty),
            kpi("whole", "rate / b + a", empty),
        ),
    )
    codes = ("a", "rate", "whole")
    got = kpi_columns(definitions, codes, columns(found), len(found))
    expected = [values_over(definitions, codes, [fractions(row)]) for row in found]
    assert {code: got[code].fractions() for code in codes} == {
        code: [one[code] for one in expected] for code in codes
    }


@given(st.lists(st.none() | st.fractions(-(10**6), 10**6), max_size=5))
def test_fractions_stay_what_they_are_in_a_column(found):
    assert of_fractions(found).fractions() == found


@pytest.mark.parametrize("spread", ["median", "p90", "mean"])
@given(found=st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 9)), max_size=6))
def test_a_summary_is_worth_what_its_spread_is(spread, found):
    whole = spread_of(found)
    middle = measure("a")
    timed = replace(middle, column="value", spread=spread, unit="hour")
    moment = sum(value * weight for value, weight in found)
    ends = (None, None, None)
    if whole.median is not None:
        ends = (whole._at(HALF), whole._after(HALF), int(whole.p90))
    summary = Summary(whole.weight, moment, *ends)
    value = getattr(whole, spread)
    expected = [None if value is None else value / 60, None]
    assert summed_column(timed, [summary, None]).fractions() == expected
    counted = [Fraction(whole.weight, 10_000), Fraction(0)]
    assert summed_column(middle, [summary, None]).fractions() == counted
