"""KPIs: measures from tallies, formulas over them, months brought together, reasons."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.definitions import build
from cheji.engine.kpis import (
    check_identities,
    columns_of,
    decimal_text,
    divisor_over,
    inputs_at,
    keeps_unknown,
    kpi_value,
    mean_inputs,
    measure_values,
    needed_measures,
    over,
    values_over,
    why_not,
)
from cheji.engine.tallies import NEW, Fact, Tally, tally


def measure(code, unit="vehicle", **fields):
    return {"code": code, "zh": f"中{code}", "en": f"En {code}", "unit": unit, **fields}


def kpi(code, formula, unit="ratio", **fields):
    return {
        "code": code,
        "zh": f"中{code}",
        "en": f"En {code}",
        "unit": unit,
        "formula": formula,
    } | fields


DEFINITIONS = build(
    {
        "measures": [
            measure("signed", kinds={"order_signed": 1}, looked_at=["order_in"]),
            measure("fresh", kinds={"order_signed": 1}, cohort="new"),
            measure("unknown", kinds={"order_signed": 1}, cohort="unclassified"),
            measure("known", kinds={"order_signed": 1}, cohort="classified"),
            measure("open", kinds={"order_signed": 1, "delivery": -1}, over_time="opening"),
            measure("left", kinds={"order_signed": 1, "delivery": -1}, over_time="closing"),
            measure("level_now", kinds={"delivery": 1}, over_time="none"),
            measure("soon", kinds={"delivery": 1}, window=7),
            measure(
                "gross",
                "yuan",
                kinds={"line_revenue": 1, "line_cost": -1},
                column="fen",
                looked_at=["line_unpriced"],
            ),
            measure(
                "turnover",
                "yuan",
                kinds={"line_revenue": 1, "line_unpriced": 1},
                column="fen",
            ),
            measure("owners", kinds={"delivery": 1}, where={"channel": {"in": ["owner"]}}),
            measure("showroom", kinds={"delivery": 1}, where={"channel": {"not": ["second_tier"]}}),
        ],
        "kpis": [
            kpi("signed", "signed", "vehicle"),
            kpi("rate", "fresh / signed"),
            kpi("pool", "open + signed", "vehicle"),
            kpi("speed", "showroom / pool"),
            kpi("mean_speed", "speed", over_time={"open": "sum"}),
            kpi("now", "level_now", "vehicle"),
            kpi("end", "left", "vehicle"),
        ],
        "sheets": [
            {
                "code": "sheet",
                "zh": "表",
                "en": "Sheet",
                "lines": ["rate"],
                "identities": [
                    {
                        "code": "roll",
                        "zh": "滚动",
                        "en": "Roll",
                        "left": "open",
                        "right": "open + signed - showroom",
                        "next_left": True,
                    },
                    {
                        "code": "within",
                        "zh": "以内",
                        "en": "Within",
                        "left": "fresh",
                        "right": "signed",
                        "relation": "<=",
                    },
                    {"code": "rates", "zh": "率", "en": "Rates", "left": "rate", "right": "rate"},
                ],
            }
        ],
    }
)
MEASURE = DEFINITIONS.measure
JANUARY, FEBRUARY = (
    {
        "signed": Fraction(signed),
        "fresh": Fraction(fresh),
        "open": Fraction(opening),
        "left": Fraction(closing),
        "showroom": Fraction(showroom),
        "level_now": Fraction(1),
        "soon": Fraction(1),
    }
    for signed, fresh, opening, closing, showroom in [(39, 24, 20, 18, 41), (46, 26, 18, 20, 44)]
)


@pytest.mark.parametrize(
    ("code", "fact", "why"),
    [
        ("owners", Fact("order_signed", date(2026, 1, 5)), "kind"),
        ("owners", Fact("delivery", date(2026, 1, 5), channel="walk_in"), "channel"),
        ("owners", Fact("delivery", date(2026, 1, 5), channel="owner"), None),
        ("showroom", Fact("delivery", date(2026, 1, 5), channel="second_tier"), "channel"),
        ("showroom", Fact("delivery", date(2026, 1, 5)), None),
        ("fresh", Fact("order_signed", date(2026, 1, 5)), "cohort"),
        ("fresh", Fact("order_signed", date(2026, 1, 5), since=date(2026, 1, 1)), None),
        ("unknown", Fact("order_signed", date(2026, 1, 5)), None),
        ("known", Fact("order_signed", date(2026, 1, 5)), "cohort"),
        ("known", Fact("order_signed", date(2026, 1, 5), since=date(2025, 1, 1)), None),
        ("soon", Fact("delivery", date(2026, 1, 5), value=8), "window"),
        ("soon", Fact("delivery", date(2026, 1, 5), value=7), None),
    ],
)
def test_why_a_fact_does_not_count(code, fact, why):
    assert why_not(MEASURE[code], fact) == why


def test_the_cohort_respects_the_closing_day():
    fact = Fact("order_signed", date(2026, 1, 26), since=date(2026, 1, 25))
    assert why_not(MEASURE["fresh"], fact) is None
    assert why_not(MEASURE["fresh"], fact, closing_day=25) == "cohort"


def test_a_tally_brings_its_own_cohort():
    assert why_not(MEASURE["fresh"], Tally(202601, (), "order_signed", cohort=NEW)) is None


def test_stocks_run_on_from_before_and_flows_do_not():
    rows = tally(
        [
            Fact("order_signed", date(2026, 1, 5), outlet=1, quantity=30000),
            Fact("delivery", date(2026, 2, 5), outlet=1, quantity=15000),
        ]
    )
    before = [Tally(0, (1,), "order_signed", quantity=20000)]
    values = measure_values(list(MEASURE.values()), rows, before, [202601, 202602])
    january, february = (inputs_at(values, (1,), month) for month in (202601, 202602))
    assert [january[code] for code in ("open", "left", "signed")] == [2, 5, 3]
    assert [february[code] for code in ("open", "left", "signed")] == [5, Fraction(7, 2), 0]
    assert columns_of(values) == {(1,): {202601: january, 202602: february}}


def test_money_is_given_in_yuan_and_empty_scopes_are_zero():
    rows = [
        Tally(202601, (1,), "line_revenue", fen=1000),
        Tally(202601, (1,), "line_cost", fen=1),
    ]
    values = measure_values([MEASURE["gross"]], rows, [], [202601], scopes=[(1,), (2,)])
    assert values == {
        ((1,), 202601, "gross"): Fraction("9.99"),
        ((2,), 202601, "gross"): Fraction(0),
    }


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("line_unpriced", 500, 1)], None),
        ([("line_unpriced", 500, 1), ("line_revenue", 300, 1), ("line_cost", 100, 1)], 2),
        ([("line_unpriced", 500, 1), ("line_revenue", 300, 1), ("line_cost", 300, 1)], 0),
        ([("line_unpriced", 500, 1), ("line_revenue", 0, 0)], None),
        ([("line_unpriced", 0, 0)], 0),
        ([], 0),
    ],
)
def test_orders_of_unknown_cost_are_no_gross_and_alone_leave_it_unknown(rows, expected):
    """A row of count 0 is one that was taken back."""
    found = [Tally(202601, (1,), kind, fen=fen, count=count) for kind, fen, count in rows]
    measures = [MEASURE["gross"], MEASURE["turnover"]]
    values = measure_values(measures, found, [], [202601], scopes=[(1,)])
    assert values == {
        ((1,), 202601, "gross"): expected,
        ((1,), 202601, "turnover"): sum(
            Fraction(fen, 100) for kind, fen, _ in rows if kind != "line_cost"
        ),
    }


def test_what_an_excess_that_is_not_known_leaves_open():
    """Its sum, where nothing else is known; of one deal also whether it went below the floor."""
    unknown = {"looked_at": ["excess_unknown"]}
    above, below = build(
        {
            "measures": [
                measure("above", "yuan", kinds={"excess": 1}, column="fen", **unknown),
                measure("below", kinds={"below_floor": 1}, **unknown),
            ]
        }
    ).measures
    row = Tally(202601, (1,), "excess_unknown", quantity=10_000, count=1)
    known = Tally(202601, (1,), "excess", fen=300, count=1)
    assert [why_not(one, row) for one in (above, below, MEASURE["gross"])] == [
        "no_excess", "no_excess", "kind",
    ]  # fmt: skip
    assert [keeps_unknown(one, row) for one in (above, below)] == [True, True]
    for rows, found in (([row], (None, 0)), ([row, known], (3, 0))):
        values = measure_values([above, below], rows, [], [202601])
        assert tuple(values[(1,), 202601, code] for code in ("above", "below")) == found


def test_why_a_row_of_unknown_cost_does_not_count():
    row = Tally(202601, (1,), "line_unpriced", fen=500, count=1)
    assert [why_not(MEASURE[code], row) for code in ("gross", "turnover", "signed")] == [
        "unpriced",
        None,
        "kind",
    ]
    assert [keeps_unknown(MEASURE[code], row) for code in ("gross", "turnover", "signed")] == [
        True,
        False,
        False,
    ]


def test_flows_sum_and_stocks_take_the_first_opening_or_last_closing():
    months = [JANUARY, FEBRUARY]
    found = values_over(
        DEFINITIONS, ["signed", "rate", "pool", "end", "speed", "mean_speed"], months
    )
    assert found == {
        "signed": 85,
        "rate": Fraction(50, 85),
        "pool": 105,
        "end": 20,
        "speed": Fraction(85, 105),
        "mean_speed": Fraction(85, 123),
    }


def test_a_quotient_rests_on_its_divisor_and_nothing_else_on_any():
    months = [JANUARY, FEBRUARY]
    found = [divisor_over(DEFINITIONS, code, months) for code in ("rate", "speed", "signed")]
    assert found == [85, 105, None]


def test_what_cannot_be_brought_together_has_a_value_in_one_month_alone():
    assert kpi_value(DEFINITIONS, "now", JANUARY).value == 1
    assert over(DEFINITIONS, "now", [JANUARY, FEBRUARY]).value is None


def test_missing_months_are_left_out_of_sums():
    without = {**FEBRUARY, "signed": None}
    assert over(DEFINITIONS, "signed", [JANUARY, without]).value == 39
    assert over(DEFINITIONS, "signed", [without]).value is None


def test_targets_of_some_months_are_no_target_of_all():
    known = build({
        "measures": [measure("signed", kinds={"order_signed": 1}), measure("aim", target="signed")],
        "kpis": [kpi("signed", "signed", "vehicle"), kpi("done", "signed / aim")],
    })  # fmt: skip
    months = [{"signed": Fraction(3), "aim": Fraction(4)}, {"signed": Fraction(2), "aim": None}]
    assert over(known, "done", months[:1]).value == Fraction(3, 4)
    assert over(known, "done", months).value is None
    both = [months[0], {**months[1], "aim": Fraction(6)}]
    assert over(known, "done", both).value == Fraction(5, 10)


def test_a_reason_opens_down_to_the_measures():
    reason = over(DEFINITIONS, "speed", [JANUARY, FEBRUARY]).reason
    assert (reason.kind, reason.code, reason.value) == ("kpi", "speed", Fraction(17, 21))
    assert reason.get("formula_zh") == "中showroom ÷ 中pool"
    assert reason.get("formula_en") == "En showroom ÷ En pool"
    assert reason.get("figures") == "85 ÷ 105"
    showroom, pool = reason.parts
    assert (showroom.get("monthly"), showroom.get("over_time")) == ((41, 44), "sum")
    assert [(part.code, part.value) for part in pool.parts] == [("open", 20), ("signed", 85)]
    assert len({reason.get("digest"), pool.get("digest"), showroom.get("digest")}) == 3


def test_figures_show_missing_values_and_few_decimals():
    inputs = {**JANUARY, "showroom": None, "open": Fraction(-1, 3)}
    assert kpi_value(DEFINITIONS, "speed", inputs).reason.get("figures") == "— ÷ 38.6667"
    assert kpi_value(DEFINITIONS, "pool", inputs).reason.get("figures") == "(-0.3333) + 39"


@pytest.mark.parametrize(
    ("value", "text"),
    [("1/100000", "0"), ("-1/100000", "0"), ("5", "5"), ("-1/8", "-0.125"), ("2/3", "0.6667")],
)
def test_figures_in_words(value, text):
    assert decimal_text(Fraction(value)) == text


def test_a_measures_reason_says_what_it_keeps():
    showroom = kpi_value(DEFINITIONS, "speed", JANUARY).reason.parts[0]
    assert showroom.get("where") == {"channel": {"not": ("second_tier",)}}
    assert showroom.get("cohort") == "any"


def test_the_average_column_averages_inputs():
    columns = [{"a": Fraction(1), "b": None}, {"a": Fraction(4), "b": None}, {"a": None, "b": None}]
    assert mean_inputs(columns) == {"a": Fraction(5, 2), "b": None}


def test_identities_show_both_sides():
    following = {**FEBRUARY, "open": Fraction(17)}
    roll, within, rates = check_identities(DEFINITIONS, "sheet", JANUARY, following)
    assert (roll.left, roll.right, roll.difference, roll.holds) == (17, 18, -1, False)
    assert (within.difference, within.holds) == (-15, True)
    assert (rates.difference, rates.holds) == (0, True)


def test_identities_that_look_ahead_wait_for_the_next_month():
    empty = {**JANUARY, "signed": Fraction(0)}
    within, rates = check_identities(DEFINITIONS, "sheet", empty)
    assert (within.identity.code, within.holds) == ("within", False)
    assert (rates.left, rates.difference, rates.holds) == (None, None, True)


def test_needed_measures_follow_kpis_down():
    found = needed_measures(DEFINITIONS, ["mean_speed", "speed", "gross"])
    assert [item.code for item in found] == ["signed", "open", "gross", "showroom"]


facts = st.builds(
    Fact,
    kind=st.sampled_from(["delivery", "order_signed", "line_revenue", "line_unpriced"]),
    on_date=st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    since=st.none() | st.dates(date(2025, 12, 1), date(2026, 6, 30)),
    person=st.none() | st.integers(1, 3),
    channel=st.sampled_from(["", "owner", "second_tier"]),
    quantity=st.integers(-20000, 20000),
    fen=st.integers(-1000, 1000),
)


@given(st.lists(facts, max_size=30))
def test_people_and_nobody_add_up_to_the_whole_in_every_measure(listed):
    months = [202601 + month for month in range(6)]
    measures = list(MEASURE.values())
    by_person = measure_values(measures, tally(listed, scope=("person",)), [], months)
    whole = measure_values(measures, tally(listed, scope=()), [], months)
    for (_, month, code), value in whole.items():
        parts = [v for (_, m, c), v in by_person.items() if (m, c) == (month, code)]
        assert sum(part or 0 for part in parts) == (value or 0)
        assert value is not None or None in parts


@given(st.lists(facts, max_size=30))
def test_stocks_roll_forward_by_construction(listed):
    months = [202601 + month for month in range(6)]
    values = measure_values(list(MEASURE.values()), tally(listed, scope=()), [], months)
    stock = {month: inputs_at(values, (), month) for month in months} if values else {}
    for month in [month for month in stock if month + 1 in stock]:
        assert stock[month]["left"] == stock[month + 1]["open"]


@given(st.lists(facts, min_size=1, max_size=30))
def test_the_ratio_of_a_whole_is_the_ratio_of_the_sums_of_its_parts(listed):
    months = [202601 + month for month in range(6)]
    measures = [MEASURE["fresh"], MEASURE["signed"]]
    by_person = measure_values(measures, tally(listed, scope=("person",)), [], months)
    whole = measure_values(measures, tally(listed, scope=()), [], months)
    for month in {month for _, month, _ in whole}:
        fresh, signed = (
            sum(value for (_, m, c), value in by_person.items() if (m, c) == (month, code))
            for code in ("fresh", "signed")
        )
        found = kpi_value(DEFINITIONS, "rate", inputs_at(whole, (), month)).value
        assert found == (Fraction(fresh, signed) if signed else None)
