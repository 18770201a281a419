"""Spreads: exact medians that add up, and the measures that read values apart."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.definitions import body_of, build, check
from cheji.engine.kpis import (
    Apart,
    columns_of,
    mean_inputs,
    measure_values,
    over,
    values_over,
)
from cheji.engine.periods import month_shifted
from cheji.engine.spreads import Spread, spread_of
from cheji.engine.tallies import Fact, Tally, tally

ONE = 10_000
pairs = st.lists(st.tuples(st.integers(-5, 40), st.integers(1, 3).map(lambda n: n * ONE)))


@pytest.mark.parametrize(
    ("values", "median", "p90", "mean"),
    [
        ([], None, None, None),
        ([7], 7, 7, 7),
        ([1, 2], Fraction(3, 2), 2, Fraction(3, 2)),
        ([3, 1, 2], 2, 3, 2),
        ([5, 5, 5, 9], 5, 9, 6),
        (list(range(1, 11)), Fraction(11, 2), 9, Fraction(11, 2)),
        (list(range(1, 12)), 6, 10, 6),
        ([-4, 0], -2, 0, -2),
    ],
)
def test_the_middle_the_ninetieth_and_the_mean(values, median, p90, mean):
    spread = spread_of((value, ONE) for value in values)
    assert (spread.median, spread.p90, spread.mean) == (median, p90, mean)
    assert (spread.weight, bool(spread)) == (len(values) * ONE, bool(values))


def test_what_was_taken_back_is_not_seen():
    assert spread_of([(3, ONE), (5, ONE), (3, -ONE)]) == Spread(((5, ONE),))
    only_taken_back = spread_of([(3, -ONE)])
    assert [only_taken_back.median, only_taken_back.p90, only_taken_back.mean] == [None] * 3


@given(pairs, pairs)
def test_merged_spreads_are_the_spread_of_what_was_merged(first, second):
    merged = spread_of(first) + spread_of(second)
    assert merged == spread_of([*first, *second])
    assert sum([spread_of(first), spread_of(second)], Fraction(0)) == merged
    values = sorted(value for value, weight in [*first, *second] for _ in range(weight // ONE))
    if values:
        middle = len(values) // 2
        other = values[middle] if len(values) % 2 else values[middle - 1]
        assert merged.median == Fraction(values[middle] + other, 2)
        assert merged.mean == Fraction(sum(values), len(values))
        assert merged.p90 == values[-(-9 * len(values) // 10) - 1]


def measure(code, unit, kinds, **fields):
    return {"code": code, "zh": code, "en": code, "unit": unit, "kinds": kinds} | fields


def kpi(code, unit, formula, **fields):
    return {"code": code, "zh": code, "en": code, "unit": unit, "formula": formula} | fields


MEASURES = [
    measure("wait", "hour", {"delivery": 1}, column="value", spread="median"),
    measure("slow", "day", {"delivery": 1}, column="value", spread="p90", window=40),
    measure("quick", "vehicle", {"delivery": 1}, window=10),
    measure("quick_days", "day", {"delivery": 1}, column="value", window=10),
    measure("followed", "vehicle", {"delivery": 1}, window=30, begun=True),
    measure("lasted", "day", {"delivery": 1}, column="value", spread="mean", begun=True),
    measure("signed", "vehicle", {"order_signed": 1}),
    measure("signed_before", "vehicle", {"order_signed": 1}, ago=12),
]
KPIS = [
    kpi("median_wait", "hour", "wait"),
    kpi("in_time", "ratio", "quick / signed", empty="100%", least=5),
    kpi("window_30", "ratio", "followed / signed"),
    kpi("error", "vehicle", "max(signed - quick, quick - signed)"),
    kpi("wape", "ratio", "error / signed", over_time={"error": "sum"}),
    kpi("long", "day", "lasted"),
]
DEFINITIONS = build({"measures": MEASURES, "kpis": KPIS})
FACTS = [
    Fact("order_signed", date(2026, 1, 5), quantity=2 * ONE, person=1),
    Fact("order_signed", date(2026, 2, 5), quantity=ONE, person=2),
    Fact("delivery", date(2026, 1, 8), date(2026, 1, 5), quantity=ONE, value=3, person=1),
    Fact("delivery", date(2026, 2, 25), date(2026, 1, 28), quantity=ONE, value=28, person=1),
    Fact("delivery", date(2026, 2, 25), date(2026, 1, 5), quantity=ONE, value=51, person=2),
    Fact("delivery", date(2026, 2, 26), date(2026, 2, 20), quantity=ONE, value=6, person=2),
    Fact("delivery", date(2026, 2, 27), None, quantity=ONE, value=6, person=2),
]
MONTHS = [202601, 202602]


def apart(facts, scope=()):
    seen = tally(facts, scope=scope, by_value=True)
    begun = tally(facts, scope=scope, by_value=True, dated="since")
    return Apart(seen, begun)


def inputs(facts, scope=()):
    rows = apart(facts, scope)
    values = measure_values(
        DEFINITIONS.measures, tally(facts, scope=scope), [], MONTHS, apart=rows, scopes=[()]
    )
    return columns_of(values)


def test_values_apart_are_counted_by_their_day_or_by_the_day_they_began():
    january, february = (inputs(FACTS)[()][month] for month in MONTHS)
    assert january["wait"] == Spread(((3, ONE),))
    assert february["wait"] == Spread(((6, 2 * ONE), (28, ONE), (51, ONE)))
    assert [january["quick"], february["quick"]] == [1, 2]
    assert [january["quick_days"], february["quick_days"]] == [3, 12]
    assert [january["followed"], february["followed"]] == [2, 1]
    assert january["lasted"] == Spread(((3, ONE), (28, ONE), (51, ONE)))


def test_a_quarters_median_is_that_of_its_months_together():
    months = [inputs(FACTS)[()][month] for month in MONTHS]
    found = values_over(DEFINITIONS, ["median_wait", "window_30", "wape", "long"], months)
    assert found == {
        "median_wait": Fraction(6, 60),
        "window_30": 1,
        "wape": Fraction(2, 3),
        "long": 22,
    }
    assert values_over(DEFINITIONS, ["wape"], [{**months[0], "quick": None}]) == {"wape": None}
    reason = over(DEFINITIONS, "median_wait", months).reason.parts[0]
    assert (reason.value, reason.get("n"), reason.get("spread")) == (Fraction(1, 10), 5, "median")
    assert reason.get("monthly") == (Fraction(3, 60), Fraction(17, 60))
    wape = over(DEFINITIONS, "wape", months).reason
    assert (wape.value, wape.get("figures"), wape.parts[0].value) == (Fraction(2, 3), "2 ÷ 3", 2)


def test_a_window_and_a_shift_are_said_in_the_reason():
    definitions = build(
        {"measures": MEASURES, "kpis": [kpi("k", "ratio", "followed / signed_before")]}
    )
    month = {"followed": Fraction(1), "signed_before": Fraction(2)}
    followed, before = over(definitions, "k", [month]).reason.parts
    assert [followed.get("window"), followed.get("begun"), before.get("ago")] == [30, True, 12]


def test_nothing_seen_is_no_median_and_an_empty_denominator_has_its_own_value():
    january = inputs([])[()][202601]
    found = values_over(DEFINITIONS, ["median_wait", "in_time", "window_30"], [january])
    assert found == {"median_wait": None, "in_time": 1, "window_30": None}
    for plain in ({**january, "wait": Fraction(0)}, {**january, "wait": None}):
        reason = over(DEFINITIONS, "median_wait", [plain]).reason.parts[0]
        assert (reason.value, reason.get("n")) == (None, 0)
    unknown = {**january, "quick": None}
    assert values_over(DEFINITIONS, ["in_time"], [unknown]) == {"in_time": None}


def test_the_average_column_has_the_median_of_all_together():
    columns = [{"wait": spread_of([(1, ONE)])}, {"wait": spread_of([(5, ONE), (7, ONE)])}]
    assert mean_inputs(columns) == {"wait": spread_of([(1, ONE), (5, ONE), (7, ONE)])}


days = st.dates(date(2026, 1, 1), date(2026, 2, 28))
facts = st.builds(
    Fact,
    kind=st.just("delivery"),
    on_date=days,
    since=st.none() | days,
    person=st.none() | st.integers(1, 3),
    quantity=st.just(ONE),
    value=st.integers(0, 60),
)


@given(st.lists(facts, max_size=20))
def test_people_make_up_their_outlet_in_every_measure_apart(listed):
    whole = inputs(listed)[()]
    people = inputs(listed, ("person",))
    for month in MONTHS:
        for code in ("wait", "slow", "quick", "followed", "lasted"):
            parts = [column[month][code] for column in people.values()]
            assert (sum(parts, Fraction(0)) or 0) == (whole[month][code] or 0)


@pytest.mark.parametrize(
    ("month", "by", "shifted"),
    [(202601, -1, 202512), (202612, 1, 202701), (202603, -12, 202503), (202603, 0, 202603)],
)
def test_months_are_shifted_over_the_year(month, by, shifted):
    assert month_shifted(month, by) == shifted


def test_what_cannot_be_apart_is_found():
    bodies = {
        "measures": [
            measure("a", "day", {"delivery": 1}, spread="median"),
            measure("b", "yuan", {"delivery": 1}, column="fen", window=3),
            measure("c", "vehicle", {"delivery": 1}, begun=True, over_time="closing"),
            measure("d", "vehicle", {"delivery": 1}, ago=121),
        ],
        "kpis": [
            kpi("e", "vehicle", "d", over_time={"e": "opening"}, dated=["someday"]),
            kpi("f", "vehicle", "d", benchmark={"source": "S", "low": 5, "good": 3}),
            kpi("g", "vehicle", "d", benchmark={"source": "S"}, not_by=["moon"]),
        ],
    }
    assert [(found.code, found.place) for found in check(bodies)] == [
        ("needs_value", "measures.a.spread"),
        ("no_money", "measures.b.column"),
        ("not_of_stock", "measures.c.over_time"),
        ("wrong_form", "measures.d.ago"),
        ("not_one_of", "kpis.e.dated"),
        ("limits_order", "kpis.f.benchmark.low"),
        ("not_one_of", "kpis.g.not_by"),
        ("no_limits", "kpis.g.benchmark.good"),
        ("unknown_name", "kpis.e.over_time"),
    ]


def test_what_a_kpi_says_of_itself_is_written_back():
    said = kpi(
        "k",
        "ratio",
        "quick / signed",
        kind="ratio",
        dated=["delivered", "signed"],
        whose="owner_then",
        cohort="window",
        not_by=["model"],
        least=5,
        empty=1,
        benchmark={"source": "S000", "low": "1/10", "good": "3/20", "high": "1/5"},
    )
    found = build({"measures": MEASURES, "kpis": [said]}).kpis[0]
    again = build({"measures": MEASURES, "kpis": [body_of(found)]}).kpis[0]
    assert again == found
    assert (found.benchmark.good, found.empty, found.least) == (Fraction(3, 20), 1, 5)


def test_a_plain_tally_is_not_one_of_values_apart():
    rows = [Tally(202601, (), "delivery", quantity=ONE)]
    values = measure_values(DEFINITIONS.measures, rows, [], [202601])
    assert [values[(), 202601, code] for code in ("wait", "quick")] == [Spread(), 0]
