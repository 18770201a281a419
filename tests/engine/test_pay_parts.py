"""Parts of pay where a rule turns: tables, groups, limits, ledgers, neutral lines."""

from dataclasses import replace
from fractions import Fraction

import pytest

from cheji.engine.pay import (
    REJECTED,
    Figures,
    Given,
    Group,
    Ledger,
    Member,
    Typed,
    adjusted,
    firsts,
    frozen,
    prepared,
    said,
    sought,
    thawed,
)
from cheji.engine.pay.order import RULES
from engine.plans import cars, deal, named, paid, part, plan, posted

FLAT = ((0, 100),)
MODELS = [
    {"where": {"model": {"in": ["suv"]}}, "tiers": [{"from": 0, "rate": 300}]},
    {"ranges": [{"of": "stock_days", "from": 90}], "weight": 2},
]


def sold(number, **attributes):
    return deal(number, cars=1)._replace(attributes=attributes)


def test_a_table_pays_by_model_and_stock_age():
    deals = (sold(1, model="suv"), sold(2, stock_days=95), sold(3, stock_days=30), sold(4))
    lines = paid(plan(part(bands=FLAT, rows=MODELS)), deals=deals).lines
    assert [line.fen for line in lines] == [30000, 20000, 10000, 10000]


def test_a_deal_without_a_row_is_told_so():
    made = plan(part(bands=(), rows=MODELS[:1]))
    statement = paid(made, deals=(sold(1, model="suv"), sold(2, model="mpv")))
    assert [line.source for line in statement.lines] == ["d1"]
    assert [tuple(row) for row in statement.rejected] == [("d2", "unit_bonus", "no_row", ())]


def test_a_number_that_a_deal_lacks_does_not_fit():
    made = plan(part(bands=FLAT, ranges=[{"of": "stock_days", "below": 30}]))
    statement = paid(made, deals=(sold(1), sold(2, stock_days=30), sold(3, stock_days=29)))
    assert [row.source for row in statement.rejected] == ["d1", "d2"]
    assert {row.args for row in statement.rejected} == {("stock_days",)}


def test_weekends_are_found_by_themselves():
    made = plan(part(bands=FLAT, ranges=[{"of": "weekday", "from": 6}]))
    assert [line.source for line in paid(made, deals=cars(8)).lines] == ["d6", "d7"]


def test_first_deals_are_those_of_the_span_and_say_why_others_are_not():
    made = plan(part(bands=FLAT, first="weekend"))
    statement = paid(made, deals=cars(14))
    assert [line.source for line in statement.lines] == ["d6", "d13"]
    rejected = [row for row in statement.rejected if row.source == "d7"]
    assert [(row.code, row.args) for row in rejected] == [("not_first", ("weekend",))]
    assert said(REJECTED["not_first"], ("weekend",))[0] == "不是每个周末的首单"


def test_what_was_cancelled_or_is_paid_to_others_is_no_first_deal():
    others = deal(1, cars=1)._replace(source="theirs", pay=Fraction(0))
    deals = (deal(1, cars=-1), others, deal(2, cars=1), deal(3, cars=1))
    made = plan(part(bands=FLAT, first="month"))
    assert [line.source for line in paid(made, deals=deals).lines] == ["d2"]


def test_of_one_day_the_ties_decide_and_then_the_order():
    low, high, late = (
        deal(6, cars=1, gross=gross)._replace(source=name)
        for name, gross in (("low", 1), ("high", 9), ("late", 9))
    )
    made = plan(part(bands=FLAT, first="day", ties=["gross"]))
    assert [line.source for line in paid(made, deals=(low, high, late)).lines] == ["high"]


def test_without_a_group_nothing_is_its_first_deal():
    made = plan(part(bands=FLAT, first="day", among="team"))
    statement = paid(made, deals=cars(1))
    codes = [(row.source, row.code) for row in statement.rejected]
    assert (statement.lines, codes) == ((), [(None, "no_group"), ("d1", "not_first")])


def test_the_first_deal_of_a_group_is_looked_up_by_what_is_sought():
    made = plan(part(bands=FLAT, first="day", among="outlet", where={"model": {"not": ["suv"]}}))
    own = made.components[0]
    everybody = (sold(6, model="suv")._replace(source="x"), deal(6, cars=1), deal(7, cars=1))
    outlet = Group(firsts={sought(own): firsts(own, everybody)})
    given = Given(cars(7)[5:], outlet=outlet)
    assert [line.source for line in prepared(made).pay(given).lines] == ["d6", "d7"]
    assert thawed(frozen(made, given)).payable == 20000


def test_of_a_stack_the_first_component_pays():
    made = plan(
        part("a", bands=FLAT, stack="spiff", where={"model": {"in": ["suv"]}}),
        part("b", bands=FLAT, stack="spiff"),
    )
    statement = paid(made, deals=(sold(1, model="suv"), sold(2)))
    assert [(line.component, line.source) for line in statement.lines] == [("a", "d1"), ("b", "d2")]
    assert [row.code for row in statement.rejected] == ["filter", "stacked"]


def test_of_a_stack_the_first_component_has_what_no_deal_tells_of():
    """Of five cars two are known as deals; by older rules nobody was paid for the other three."""
    made = plan(part("a", bands=FLAT, stack="spiff"), part("b", bands=FLAT, stack="spiff"))
    alone = plan(part("a", bands=FLAT, stack="spiff"))
    given = Given(cars(2), {"cars": 50_000})
    for one in (made, alone):
        found = [prepared(one, rules).pay(given) for rules in (2, RULES)]
        assert [statement.payable for statement in found] == [20_000, 50_000]
        assert [line.component for line in found[1].lines] == ["a"] * 3


def test_bands_that_begin_at_the_same_piece_pay_once():
    bands = ((0, 1), ("1/2", 2), (1, 3))
    assert paid(plan(part(bands=bands)), totals={"cars": -10000}).lines[0].fen == -100
    assert paid(plan(part(bands=bands)), deals=(deal(1, cars=-1), deal(2, cars=2))).payable == 300


def test_a_share_without_credit_is_paid_at_the_band_that_is_reached():
    helped = deal(9, cars=1)._replace(credit=Fraction(0), pay=Fraction(1, 2))
    lines = paid(plan(part(bands=((0, 500), (3, 600)))), deals=(*cars(2), helped)).lines
    assert [line.fen for line in lines] == [50000, 50000, 30000]


# -- groups ------------------------------------------------------------------------------------

MEMBERS = (Member("a", 20000, Fraction(90), 20, {"cars": 2}), Member("b", 0, None, 10, {}))
OWN = part("own", "pool", "gross", ((0, "10%"),), whose="team", divide="units")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "no_group"),
        ({"team": Group(members=MEMBERS), "person": "z"}, "not_member"),
    ],
)
def test_who_is_in_no_team_has_no_part(given, code):
    statement = paid(plan(OWN), **given)
    assert (statement.payable, [row.code for row in statement.rejected]) == (0, [code])


def test_a_pot_that_cannot_be_found_is_not_shared():
    look = {"by": "attainment", "of": "cars", "whose": "team"}
    pots = plan(
        part("a", "pool", "", FLAT, whose="team", pot="fixed", look=look),
        part("b", "pool", "gross", ((0, 1),), whose="team", look=look, mode="retroactive"),
    )
    statement = paid(pots, team=Group({"gross": 100}, members=MEMBERS), person="a")
    assert (statement.lines, [row.code for row in statement.rejected]) == ((), ["no_figure"] * 2)


def test_a_pot_that_nobody_has_units_for_is_not_shared():
    none = tuple(replace(member, units=0) for member in MEMBERS)
    line = paid(plan(OWN), team=Group({"gross": 100000}, members=none), person="b").lines[0]
    assert (line.fen, line.amount, line.code) == (0, 10000, "no_weights")


def test_days_share_a_pot_and_limits_are_those_of_the_pot():
    pot = {**OWN, "divide": "days", "cap": 60}
    line = paid(plan(pot), team=Group({"gross": 100000}, members=MEMBERS), person="b").lines[0]
    assert (line.fen, line.amount, line.factor) == (2000, 6000, Fraction(1, 3))


def test_who_has_sold_nothing_has_no_rank():
    made = plan(part("p", "prize", whose="team", bands=((1, 600), (2, 0))))
    statement = paid(made, team=Group(members=MEMBERS), person="b")
    assert (statement.lines, statement.rejected[0].code) == ((), "no_rank")


def test_a_prize_is_paid_from_what_its_budget_has_left():
    made = plan(part("p", "prize", whose="team", bands=((1, 300), (2, 0)), budget=500))
    found = [
        paid(made, team=Group(members=MEMBERS), person="a", budgets={"p": left})
        for left in (50000, 10000, 0)
    ]
    assert [(one.payable, one.used) for one in found] == [
        (30000, {"p": 30000}), (10000, {"p": 10000}), (0, {"p": 0}),
    ]  # fmt: skip
    assert [[(row.code, row.args) for row in one.rejected] for one in found] == [
        [], [("budget", (20000,))], [("budget", (30000,))],
    ]  # fmt: skip
    assert [one.lines[0].reason.get("zh") for one in found] == [
        "第 1 名", "预算已用完，只付余额", "预算已用完，只付余额",
    ]  # fmt: skip
    assert found[2].lines[0].reason.get("en") == "the budget is spent: what was left of it"


@pytest.mark.parametrize(("kind", "payable"), [("units", 30_000), ("fine", -30_000)])
def test_what_a_components_cap_takes_off_is_left_of_its_budget(kind, payable):
    """Four cars at 100 under a cap of 300 take 300 of the budget, by the rules of now."""
    made = plan(part("p", kind, bands=FLAT, cap=300, budget=1000))
    given = Given(cars(4))
    found = [prepared(made, rules).pay(given) for rules in (2, RULES)]
    paid_of_it = [sum(x.fen for x in one.lines if x.component == "p") for one in found]
    assert paid_of_it == [payable] * 2
    assert [one.used for one in found] == [{"p": 40_000}, {"p": 30_000}]


@pytest.mark.parametrize(("fields", "code"), [({}, "no_group"), ({"team": Group()}, "no_target")])
def test_a_team_without_a_target_has_nothing_over_it(fields, code):
    made = plan(part(bands=FLAT, whose="team", against="over"))
    assert [row.code for row in paid(made, **fields).rejected] == [code]


# -- fixed amounts -----------------------------------------------------------------------------


def test_base_pay_goes_by_level():
    rows = [{"where": {"level": {"in": ["senior"]}}, "tiers": [{"from": 0, "rate": 1600}]}]
    made = plan(part("b", "base", "", (), rows=rows))
    assert paid(made, attributes={"level": "senior"}).payable == 160000
    statement = paid(made, attributes={"level": "junior"})
    assert (statement.payable, statement.rejected[0].code) == (0, "no_row")


def test_a_fixed_amount_without_its_figure_is_not_paid():
    made = plan(part("x", "fixed", "", FLAT, look={"by": "score"}))
    assert paid(made).rejected[0].args == ("score",)
    assert paid(made, score=Fraction(0)).payable == 10000


def test_whole_yuan_of_a_fixed_amount():
    made = plan(part("x", "fixed", "", ((0, "99.5"),), round_to="yuan"))
    assert paid(made).payable == 10000


# -- modifiers ---------------------------------------------------------------------------------


def test_every_modifier_has_a_line_when_it_changes_nothing():
    made = plan(
        part(bands=FLAT, cap=9999, floor=0),
        factors=[named("f", parts=[{"kpi": "rate"}])],
        gates=[named("g", look={"by": "units", "of": "cars"}, below=1)],
        caps=[named("k", amount=9999)],
        holdbacks=[named("h", components=["unit_bonus"], share="0.001%", release="plates")],
        catch_ups=[named("q", grain="year", look={"by": "kpi", "of": "rate"}, returns=["f"])],
        draws=[named("d", kind="guarantee", amount=50)],
        round_to="yuan",
    )
    lines = paid(made, deals=cars(1)).lines
    assert [(line.step, line.entry, line.fen) for line in lines] == [
        (6, "earning", 10000), (7, "cap", 0), (7, "floor", 0), (9, "factor", 0), (11, "gate", 0),
        (13, "cap", 0), (14, "catch_up", 0), (16, "guarantee", 0), (17, "residual", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("rate", "back"), [("1/5", 10000), ("21/100", 0)])
def test_a_fine_is_returned_where_the_year_stays_low(rate, back):
    caught = named("q", grain="year", look={"by": "kpi", "of": "rate"}, most="20%", returns=["x"])
    made = plan(part("x", "fine", bands=FLAT), catch_ups=[caught])
    spans = {"year": Figures({"rate": Fraction(rate)})}
    statement = paid(made, deals=cars(1), spans=spans)
    assert (statement.payable, statement.after.due) == (0, 10000 - back)


def test_stages_hold_only_what_is_paid_by_deal():
    stages = [{"event": "signed", "share": "40%"}, {"event": "paid", "share": "60%"}]
    made = plan(part(bands=FLAT), part("b", "base", "", ((0, 1000),)), earned_at=stages)
    statement = paid(made, deals=cars(1))
    assert (statement.payable, [held.source for held in statement.after.held]) == (104000, ["d1"])


def test_typed_lines_stand_in_the_order_given():
    made = plan(part("m", "manual", "", ()), part(bands=FLAT))
    statement = paid(
        made, typed=(Typed("m", 500, "manual:1", "helped"), Typed("else", -200, "x", "y"))
    )
    assert [(line.component, line.fen, line.reason.get("en")) for line in statement.lines] == [
        ("m", 500, "helped"),
        ("else", -200, "y"),
    ]


def test_a_factor_counts_its_standard_with_the_others():
    parts = [{"kpi": "rate", "than": ["target", "average"], "standard": "1/2"}]
    made = plan(part(bands=FLAT), factors=[named("f", parts=parts)])
    figures = Figures(
        {"rate": Fraction(3, 5)}, {"rate": Fraction(1)}, averages={"rate": Fraction(0)}
    )
    assert paid(made, deals=cars(1), figures=figures).lines[-1].factor == Fraction(6, 5)


@pytest.mark.parametrize(("missing", "payable"), [("one", 10000), ("zero", 0)])
def test_a_factor_without_a_value(missing, payable):
    made = plan(part(bands=FLAT), factors=[named("f", parts=[{"kpi": "rate"}], missing=missing)])
    assert paid(made, deals=cars(1)).payable == payable


def test_corrections_stop_before_what_is_held_and_drawn():
    made = plan(
        part(bands=FLAT),
        holdbacks=[named("h", components=["unit_bonus"], share="20%", release="plates")],
        draws=[named("d", kind="recoverable", amount=300)],
    )
    then = Given(cars(1))
    june = prepared(made).pay(then)
    assert (june.payable, june.after.drawn) == (30000, {"d": 22000})
    owed = adjusted(frozen(made, then), Given(cars(2)), posted(june))
    assert [(one.component, one.source, one.fen) for one in owed] == [("unit_bonus", "d2", 10000)]


def test_a_guarantee_looks_at_what_is_left():
    made = plan(part(bands=FLAT), draws=[
        named("g", kind="guarantee", amount=80), named("d", kind="recoverable", amount=50),
    ])  # fmt: skip
    lines = paid(made, deals=cars(1), ledger=Ledger(drawn={"d": 4000})).lines
    assert [(line.entry, line.fen) for line in lines] == [
        ("earning", 10000), ("draw", 0), ("recovery", -4000), ("guarantee", 2000),
    ]  # fmt: skip


def test_shares_of_deals_are_no_total_beside_them():
    third = Fraction(3_333, 10_000)
    deals = tuple(deal(n, gross="12345.67")._replace(credit=third, pay=third) for n in (1, 2))
    made = plan(part("gross_share", kind="share", of="gross", bands=((0, "10%"),)))
    whole = int(2 * 1_234_567 * third)
    sources = [[line.source for line in paid(made, deals=deals, totals={"gross": total}).lines]
               for total in (whole, whole + 2)]  # fmt: skip
    assert sources == [["d1", "d2"], ["d1", "d2", None]]
    text = frozen(made, Given(deals, {"gross": whole})).replace('"rules":3', '"rules":1')
    assert [line.source for line in thawed(text).lines] == ["d1", "d2", None]
