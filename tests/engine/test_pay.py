"""Pay: tiers by scope and mode, rounding, coefficient, and lines that add up."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.definitions import Band, Component, Grade, PayPlan, Scheme, SchemeItem, Tier
from cheji.engine.pay import WHY, Deal, pay
from cheji.engine.scores import score

MONEY_TIERS = tuple(
    Band(Fraction(start), Fraction(percent, 100))
    for start, percent in [(0, 1), (1000, 2), (3000, 3), (8000, 5)]
)
UNIT_TIERS = tuple(
    Band(Fraction(start), Fraction(rate))
    for start, rate in [(0, 500), (3, 600), (5, 700), (7, 800)]
)


def share(**fields):
    fields = {"tiers": MONEY_TIERS, **fields}
    return Component("share", "份额", "Share", "share", "gross", **fields)


def units(**fields):
    return Component("units", "台数", "Units", "units", "cars", UNIT_TIERS, **fields)


def plan(*components):
    return PayPlan("plan", "方案", "Plan", components, "scheme")


def deals(*yuan):
    return [
        Deal(number, date(2026, 1, number), {"gross": amount * 100})
        for number, amount in enumerate(yuan, 1)
    ]


def card(actual):
    item = SchemeItem("k", Fraction(100), target=Fraction(100))
    grades = (Grade(Fraction(0), "C"),)
    coefficients = (Tier(Fraction(0), Fraction(1, 2)), Tier(Fraction(100), Fraction("1.2")))
    scheme = Scheme("scheme", "方案", "Scheme", (item,), grades, coefficients)
    return score(scheme, {"k": actual}, {})


@pytest.mark.parametrize(
    ("scope", "mode", "payable"),
    [
        ("per_deal", "marginal", 16400),
        ("per_deal", "retroactive", 23400),
        ("cumulative", "marginal", 28500),
        ("cumulative", "retroactive", 48500),
    ],
)
def test_published_table_of_tiers(scope, mode, payable):
    statement = pay(
        plan(share(scope=scope, mode=mode)), deals(200, 300, 1500, 1200, 2000, 4500), {}
    )
    assert statement.payable == payable


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("retroactive", [500, 1000, 1800, 2400, 3500, 4200, 5600, 6400]),
        ("marginal", [500, 1000, 1600, 2200, 2900, 3600, 4400, 5200]),
    ],
)
def test_published_unit_bonus(mode, expected):
    found = [
        pay(plan(units(mode=mode)), [], {"cars": 10000 * cars}).payable for cars in range(1, 9)
    ]
    assert found == [yuan * 100 for yuan in expected]


def test_a_line_over_two_bands_shows_both():
    line = pay(plan(share()), deals(800, 400), {}).lines[1]
    assert (line.rate, line.fen, line.base) == (None, 600, 400)
    assert line.reason.get("zh") == "200 × 1% + 200 × 2% = 6 元"
    assert [band["part"] for band in line.reason.get("bands")] == [200, 200]


def test_a_falling_total_takes_back_what_it_earned():
    lines = pay(plan(share()), deals(1500, -1000, -800), {}).lines
    assert [line.fen for line in lines] == [2000, -1500, -800, 300]
    assert (lines[-1].entry, lines[-1].code) == ("carry", "carried_due")


def test_a_negative_deal_counts_as_nothing_where_only_positive_ones_do():
    lines = pay(plan(share(base="positive", scope="per_deal")), deals(-800, 0, 500), {}).lines
    assert [(line.base, line.fen) for line in lines] == [(-800, 0), (0, 0), (500, 500)]
    assert lines[0].reason.get("counted") == 0


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
def test_a_negative_deal_is_taken_off_at_the_first_rate(mode):
    statement = pay(plan(share(scope="per_deal", mode=mode)), deals(-800), {})
    assert (statement.lines[0].fen, statement.payable, statement.after.due) == (-800, 0, 800)


def test_whole_yuan_each():
    flat = (Band(Fraction(0), Fraction(1, 5)),)
    component = share(tiers=flat, scope="per_deal", round_to="yuan", rounding="each")
    lines = pay(plan(component), deals(1002, 1003, 2), {}).lines
    assert [line.fen for line in lines] == [20000, 20100, 0]


def test_cumulative_rounding_adds_up():
    flat = (Band(Fraction(0), Fraction(33335, 100000)),)
    lines = pay(plan(share(tiers=flat)), deals(100, 100, 100), {}).lines
    assert [line.fen for line in lines] == [3334, 3333, 3334]
    why = "累计四舍五入到分，各笔之和一分不差"
    assert lines[0].reason.get("zh") == f"100 × 33.335% = 33.335 元；{why}：33.34 元"
    assert str(lines[1].reason.get("en")).endswith("so that lines add up: 33.33 yuan")


def test_deals_are_paid_by_date():
    late, early = (
        Deal("late", date(2026, 1, 9), {"gross": 100}),
        Deal("early", date(2026, 1, 2), {"gross": 100}),
    )
    assert [line.source for line in pay(plan(share()), [late, early], {}).lines] == [
        "early",
        "late",
    ]


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
@pytest.mark.parametrize("scope", ["per_deal", "cumulative"])
def test_a_deal_whose_cost_is_not_known_is_looked_at_and_not_paid(scope, mode):
    component = share(scope=scope, mode=mode, rounding="each")
    known, unknown = deals(1500, 0)[0], Deal(2, date(2026, 1, 2), {"gross": None, "cars": 10000})
    both = pay(plan(component, units()), [known, unknown], {"gross": 150_000, "cars": 10000})
    alone = pay(plan(component, units()), [known], {"gross": 150_000, "cars": 10000})
    line = next(one for one in both.lines if one.source == 2 and one.component == "share")
    assert (line.base, line.rate, line.fen) == (None, None, 0)
    told = dict(line.reason.detail)
    assert (told["zh"], told["en"], told["bands"]) == (*WHY["unknown"], ())
    assert [one.fen for one in both.lines if one is not line] == [one.fen for one in alone.lines]


def test_a_fixed_amount_counts_what_is_known():
    fixed = Component("fixed", "固定", "Fixed", "fixed", "cars", UNIT_TIERS)
    found = [Deal(n, date(2026, 1, n), {"cars": cars}) for n, cars in ((1, 30000), (2, None))]
    assert pay(plan(fixed), found, {"cars": 30000}).payable == 60000


def test_what_no_deal_explains_is_a_line_of_its_own():
    statement = pay(plan(units()), [Deal("x", date(2026, 1, 1), {"cars": 20000})], {"cars": 35000})
    assert [(line.source, line.base, line.fen) for line in statement.lines] == [
        ("x", 2, 100000),
        (None, Fraction(3, 2), 90000),
    ]


def test_a_fixed_amount_by_the_tier_reached():
    tiers = (Band(Fraction(0), Fraction(1200)), Band(Fraction(2), Fraction(1500)))
    plain = Component("base", "底薪", "Base", "fixed", "", tiers)
    by_cars = Component("base", "底薪", "Base", "fixed", "cars", tiers)
    car = Deal("x", date(2026, 1, 1), {"cars": 10000})
    assert pay(plan(plain), [car], {}).payable == 120000
    assert pay(plan(by_cars), [car, car], {}).payable == 150000
    assert [line.source for line in pay(plan(by_cars), [car, car], {}).lines] == [None]


@pytest.mark.parametrize(
    ("actual", "fen", "said"),
    [
        (Fraction(100), 136000, "Score coefficient"),
        (Fraction(50), -340000, "Score coefficient"),
        (None, -340000, "Score coefficient"),
    ],
)
def test_the_coefficient_is_a_line(actual, fen, said):
    line = pay(plan(units(coefficient=True)), [], {"cars": 100000}, card(actual)).lines[-1]
    assert (line.component, line.source, line.fen) == ("coefficient", None, fen)
    assert line.reason.get("en") == said


def test_without_a_score_the_coefficient_is_one():
    line = pay(plan(units(coefficient=True)), [], {"cars": 10000}).lines[-1]
    assert (line.rate, line.fen) == (1, 0)
    assert line.reason.get("en") == "No score: the coefficient is 1"


def test_only_flagged_components_are_multiplied():
    both = plan(units(coefficient=True), share())
    statement = pay(both, deals(1000), {"cars": 10000}, card(Fraction(100)))
    assert [line.fen for line in statement.lines] == [50000, 1000, 10000]
    assert statement.reason.get("zh") == "各项之和：500 + 10 + 100"
    assert [part.kind for part in statement.reason.parts] == [
        "component",
        "component",
        "coefficient",
    ]


def test_nothing_to_pay_has_a_reason_too():
    statement = pay(plan(share()), [], {})
    assert (statement.lines, statement.payable) == ((), 0)
    assert statement.reason.parts[0].get("tiers")[1] == {"from": 1000, "rate": Fraction(1, 50)}


components = st.builds(
    share,
    scope=st.sampled_from(["per_deal", "cumulative"]),
    mode=st.sampled_from(["marginal", "retroactive"]),
    base=st.sampled_from(["any", "positive"]),
    round_to=st.sampled_from(["fen", "yuan"]),
    rounding=st.sampled_from(["cumulative", "each"]),
    coefficient=st.booleans(),
)
yuan = st.lists(st.integers(-5000, 20000), max_size=12)


@given(components, yuan, st.integers(0, 120))
def test_lines_always_add_up_to_what_is_payable(component, amounts, points):
    statement = pay(plan(component), deals(*amounts), {}, card(Fraction(points)))
    assert sum(line.fen for line in statement.lines) == statement.payable
    assert statement.payable == sum(part.value for part in statement.reason.parts)


@given(yuan)
def test_cumulative_marginal_pay_does_not_depend_on_how_a_sum_is_cut(amounts):
    cut = pay(plan(share()), deals(*amounts), {}).payable
    whole = pay(plan(share()), deals(sum(amounts)), {}).payable
    assert cut == whole
