"""The fast path pays what the plain path pays, to the fen, on random pay plans over periods."""

import os
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from tests.engine import pay_making

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import for_deals_alone, prepared
from cheji.engine.pay.columns import blocks, cells_of, pay_cells, pay_plans
from cheji.engine.pay.columns.exact import half_up, minus, plus, running, times, wholes
from cheji.engine.pay.given import ONE, Deal, Figures, Given, Group, Ledger, Member

#: A few hundred in the suite; CHEJI_PAY_EXAMPLES=10000 for the long run.
EXAMPLES = int(os.environ.get("CHEJI_PAY_EXAMPLES", "200"))
#: Cells and deals of a small block.
FEW = 6
#: The long run takes as long as it takes.
pytestmark = pytest.mark.timeout(300 if EXAMPLES <= 1000 else 0)


@pytest.mark.parametrize("block", range(10))
def test_columns_are_the_plain_path(block, monkeypatch):
    """Worked out in one piece, and cut into blocks of a few cells."""
    for seed in range(block, EXAMPLES, 10):
        rnd = random.Random(seed)
        payer = prepared(pay_making.plan(rnd))
        cells, paid = lived(rnd, payer)
        for rows in (FEW, blocks.ROWS):
            monkeypatch.setattr(blocks, "ROWS", rows)
            found = pay_cells(payer, cells)
            assert [int(fen) for fen in found.payable] == paid, (seed, rows)


def lived(rnd, payer):
    """Three people through up to four periods, each on what the one before left.

    Now and then one of them is there for his deals alone.
    """
    given, people, paid, purses, visits, ledgers = [], [], [], [], [], {}
    visitor = prepared(for_deals_alone(payer.plan))
    for nth in range(1, rnd.randint(2, 5)):
        left = {part.code: int(part.budget * 100) for part in payer.plan.components if part.budget}
        for person in pay_making.PEOPLE:
            if rnd.randrange(6):
                inputs = pay_making.inputs(rnd, payer.plan)
                inputs = replace(inputs, ledger=Ledger(), owed=(), typed=(), events=(), nth=nth)
                now = replace(inputs, ledger=ledgers.get(person, Ledger()), budgets=dict(left))
                visits.append(not rnd.randrange(8))
                found = (visitor if visits[-1] else payer).pay(now)
                for code, fen in found.used.items():
                    left[code] -= fen
                ledgers[person] = found.after
                given.append(inputs)
                people.append(person)
                purses.append(nth)
                paid.append(found.payable)
    return cells_of(given, people, purses, visits), paid


NAMED = {"zh": "名", "en": "Name"}
BANDS = [{"from": 0, "rate": 100}, {"from": "1/2", "rate": 200, "slope": "1/3"}]
CORNERS = {
    "a rate by a KPI for each row of a table": {
        "kind": "units",
        "of": "cars",
        "mode": "retroactive",
        "look": {"by": "kpi", "of": "rate"},
        "tiers": BANDS,
        "rows": [
            {"where": {"model": {"in": ["m1"]}}, "tiers": [{"from": 0, "rate": "1/7"}]},
            {"where": {"model": {"in": ["m2"]}}, "weight": "1/2"},
        ],
    },
    "only rows": {
        "kind": "units",
        "of": "cars",
        "rows": [{"where": {"model": {"in": ["m1"]}}, "tiers": [{"from": 0, "rate": 7}]}],
    },
    "only rows by a KPI": {
        "kind": "units",
        "of": "cars",
        "mode": "retroactive",
        "look": {"by": "kpi", "of": "rate"},
        "rows": [{"where": {"model": {"in": ["m1"]}}, "tiers": BANDS}],
    },
    "an amount for some levels alone": {
        "kind": "fixed",
        "rows": [{"where": {"level": {"in": ["senior"]}}, "tiers": [{"from": 0, "rate": 7}]}],
    },
    "an override on a sum of the team": {
        "kind": "share",
        "of": "gross",
        "plus": ["extra_gross"],
        "minus": ["gift"],
        "whose": "team",
        "own": "exclude",
        "tiers": [{"from": 0, "rate": "1/3"}],
    },
    "measures and attributes that nobody has": {
        "kind": "share",
        "of": "gross",
        "plus": ["never"],
        "where": {"colour": {"not": ["red"]}},
        "ranges": [{"of": "mileage", "from": 3}],
        "tiers": [{"from": 0, "rate": "1/3"}],
    },
    "first deals by a tie that nobody has": {
        "kind": "units",
        "of": "cars",
        "first": "month",
        "ties": ["never"],
        "tiers": [{"from": 0, "rate": 9}],
    },
    "first deals that nobody has": {
        "kind": "units",
        "of": "never",
        "first": "day",
        "tiers": [{"from": 0, "rate": 9}],
    },
    "a measure that nobody has": {
        "kind": "units",
        "of": "never",
        "tiers": [{"from": 0, "rate": 9}],
    },
}


@pytest.mark.parametrize("name", CORNERS)
def test_corners(name):
    body = {"code": "p", **NAMED, "components": [{"code": "c0", **NAMED, **CORNERS[name]}]}
    look = {"by": "units", "of": "cars"}
    body["catch_ups"] = [{"code": "q", **NAMED, "grain": "quarter", "look": look, "returns": ["k"]}]
    body["caps"] = [{"code": "k", **NAMED, "amount": 20}]
    payer = prepared(pay_plan_of(body))
    cells, paid = lived(random.Random(7), payer)
    found = pay_cells(payer, cells)
    assert [int(fen) for fen in found.payable] == paid


@pytest.mark.parametrize("rows", [1, 1000])
def test_a_budget_under_a_cap_with_losses(rows, monkeypatch):
    """What a cap takes off is left to the next one, whatever losses brought back before."""
    monkeypatch.setattr(blocks, "ROWS", rows)
    own = {"kind": "share", "of": "gross", "scope": "per_deal", "rounding": "each", "cap": 7,
           "budget": 20, "tiers": [{"from": 0, "rate": 1}]}  # fmt: skip
    payer, rnd = together(own), random.Random(4)
    for _ in range(30):
        left, given, paid = {"c0": 2000}, [], []
        for _ in range(6):
            sums = [rnd.randint(-600, 900) for _ in range(rnd.randrange(5))]
            deals = [Deal(str(n), date(2026, 3, 1), {"gross": fen}) for n, fen in enumerate(sums)]
            given.append(Given(tuple(deals)))
            found = payer.pay(replace(given[-1], budgets=dict(left)))
            left["c0"] -= found.used.get("c0", 0)
            paid.append(found.payable)
        cells = cells_of(given, purses=[1] * 6)
        assert [int(fen) for fen in pay_cells(payer, cells).payable] == paid


def test_nobody_is_paid_nothing():
    part = {"code": "p", "zh": "名", "en": "Name", "kind": "units", "of": "cars"}
    part["tiers"] = [{"from": 0, "rate": 500}]
    payer = prepared(pay_plan_of({"code": "p", "zh": "名", "en": "Name", "components": [part]}))
    assert pay_cells(payer, cells_of([])).payable.size == 0


def test_numbers_beyond_64_bits_stay_exact():
    big = wholes([2**61, -(2**61)])
    assert list(times(big, 2**40)) == [2**101, -(2**101)]
    assert list(times(big, wholes([2**70, 3]))) == [2**131, -3 * 2**61]
    assert list(plus(big, big)) == [2**62, -(2**62)]
    assert list(minus(big, -big)) == [2**62, -(2**62)]
    assert list(running(wholes([2**61, 2**61, 2**61]))) == [0, 2**61, 2**62, 3 * 2**61]
    halves = wholes([2**61 + 1, -(2**61) - 1])
    assert list(half_up(halves, 2)) == [2**60 + 1, -(2**60) - 1]


def test_large_money_at_odd_rates_is_exact():
    rate = Fraction(123_456_789_123, 987_654_321_987)
    part = {"code": "p", "zh": "名", "en": "Name", "kind": "share", "of": "gross"}
    part["tiers"] = [{"from": 0, "rate": str(rate)}]
    payer = prepared(pay_plan_of({"code": "p", "zh": "名", "en": "Name", "components": [part]}))
    given = [Given(totals={"gross": 10**15 + n}) for n in range(3)]
    found = pay_cells(payer, cells_of(given))
    assert [int(fen) for fen in found.payable] == [payer.pay(one).payable for one in given]
    assert found.payable.dtype == np.dtype(object)


POT = {"kind": "pool", "of": "cars", "whose": "team", "pot": "units", "divide": "units"}
FIRST = {"kind": "prize", "of": "cars", "whose": "team", "ties": ["gross"], "still_equal": "split"}


def together(*parts):
    """A pay plan of these components, a yuan for each unit and rank."""
    bodies = [
        {"code": f"c{at}", **NAMED, **part, "tiers": part.get("tiers") or [
            {"from": int(part["kind"] == "prize"), "rate": "1001/100"}, {"from": 3, "rate": 0},
        ]}
        for at, part in enumerate(parts)
    ]  # fmt: skip
    return prepared(pay_plan_of({"code": "p", **NAMED, "components": bodies}))


@pytest.mark.parametrize("parts", [(POT,), (FIRST,), (POT, FIRST)])
def test_a_team_is_one_for_all_its_members(parts):
    """The same team stands beside each of them; a stranger and one without a team get nothing."""
    sold = {"a": 20_000, "b": 20_000, "c": 10_000, "d": 0}
    members = tuple(Member(who, cars, None, 1, {"cars": cars}) for who, cars in sold.items())
    team = Group({"cars": 50_000}, members=members)
    given = [Given(person=who, team=team) for who in (*sold, "stranger")]
    given.append(Given(person="a"))
    payer = together(*parts)
    paid = [payer.pay(one).payable for one in given]
    assert [int(fen) for fen in pay_cells(payer, cells_of(given)).payable] == paid
    assert (paid[0] > 0, paid[4:]) == (True, [0, 0])


CARS = {"cars": 20_000}


@pytest.mark.parametrize("one", [Given((Deal("d", date(2026, 3, 1), CARS),)), Given(totals=CARS)])
def test_pay_for_a_post_takes_nothing_of_a_visitor_from_a_stack(one):
    """The plan of who is paid for his deals alone lacks that pay: the next of the stack pays."""
    stacked = {"of": "cars", "stack": "s"}
    payer = together({"kind": "fixed", **stacked}, {"kind": "units", **stacked})
    visiting = prepared(for_deals_alone(payer.plan)).pay(one).payable
    found = pay_cells(payer, cells_of([one, one], visits=[False, True]))
    assert [int(fen) for fen in found.payable] == [payer.pay(one).payable, visiting]
    assert (visiting, payer.pay(one).payable) == (2002, 1001)


def test_a_visitor_is_given_what_his_quarter_returns():
    """Half of 20.02 yuan is withheld in each of two months; rules 1 and 2 kept it."""
    look = {"by": "kpi", "of": "cars"}
    body = {
        "code": "p", **NAMED,
        "components": [{"code": "c", **NAMED, "kind": "units", "of": "cars",
                        "tiers": [{"from": 0, "rate": "1001/100"}]}],
        "gates": [{"code": "g", **NAMED, "look": look, "effect": "reduce", "rate": "1/2",
                   "missing": "act", "below": 0}],
        "catch_ups": [{"code": "q", **NAMED, "grain": "quarter", "look": look, "returns": ["g"]}],
    }  # fmt: skip
    payer = prepared(pay_plan_of(body))
    visiting = [prepared(for_deals_alone(payer.plan, rules), rules) for rules in (2, 3)]
    reached = {"quarter": Figures({"cars": ONE})}
    given = [Given(totals=CARS), Given(totals=CARS, spans=reached, nth=2)]
    first = payer.pay(given[0])
    late = replace(given[1], ledger=first.after)
    assert [one.pay(late).payable for one in visiting] == [1001, 3003]
    assert [one.pay(late).after.withheld for one in visiting] == [{"q": 1001}, {}]
    found = pay_cells(payer, cells_of(given, people="aa", visits=[False, True]))
    assert [int(fen) for fen in found.payable] == [first.payable, 3003]
    # Beside a post that he has in the same period it is paid there.
    aside = Given(totals=CARS, spans={"quarter": Figures()}, nth=2)
    months = [given[0], aside, given[1]]
    found = pay_cells(payer, cells_of(months, people="aaa", visits=[False, True, False]))
    assert [int(fen) for fen in found.payable] == [first.payable, 1001, 3003]


def test_a_visitor_gives_back_of_all_that_comes_what_he_drew():
    """Of 30 yuan drawn in post 20.02 come with his cars; nothing of it is left to him first."""
    body = {
        "code": "p", **NAMED,
        "components": [{"code": "c", **NAMED, "kind": "units", "of": "cars",
                        "tiers": [{"from": 0, "rate": "1001/100"}]}],
        "draws": [{"code": "d", **NAMED, "kind": "recoverable", "amount": 30, "until": 1,
                   "recover_first": 9, "keep": 30}],
    }  # fmt: skip
    payer = prepared(pay_plan_of(body))
    drawn = payer.pay(Given())
    late = Given(totals=CARS, nth=2)
    alone = prepared(for_deals_alone(payer.plan)).pay(replace(late, ledger=drawn.after))
    assert (drawn.payable, alone.payable, alone.after.drawn) == (3000, 0, {"d": 998})
    found = pay_cells(payer, cells_of([Given(), late], people="aa", visits=[False, True]))
    assert [int(fen) for fen in found.payable] == [3000, 0]
    # Beside a post of the same period the post's plan asks for it, and does not yet.
    beside = [Given(), Given(nth=2), late]
    found = pay_cells(payer, cells_of(beside, people="aaa", visits=[False, False, True]))
    assert [int(fen) for fen in found.payable] == [3000, 0, 2002]


@pytest.mark.parametrize(("whose", "paid"), [("team", 3003), ("outlet", 2002)])
def test_an_override_leaves_out_what_another_plan_pays_of_ones_own(whose, paid):
    """Of 5 cars 2 are his, and one that another plan pays; one of them was done in another team."""
    group = Group({"cars": 50_000})
    own = {"cars": 10_000}
    given = Given(totals=CARS, elsewhere=own, outside=own, team=group, outlet=group)
    bands = [{"from": 0, "rate": "1001/100"}]
    payer = together({"kind": "units", "of": "cars", "whose": whose, "own": "exclude",
                      "tiers": bands})  # fmt: skip
    assert payer.pay(given).payable == paid
    assert [int(fen) for fen in pay_cells(payer, cells_of([given])).payable] == [paid]


def test_marks_beyond_64_bits_are_ranked():
    members = tuple(Member(who, figures={"cars": 2**70 + at // 2}) for at, who in enumerate("abc"))
    given = [Given(person=who, team=Group(members=members)) for who in "abc"]
    payer = together(FIRST)
    paid = [payer.pay(one).payable for one in given]
    assert [int(fen) for fen in pay_cells(payer, cells_of(given)).payable] == paid
    assert paid == [501, 500, 1001]


def test_where_there_is_no_team_there_is_no_pot_and_no_prize():
    payer = together(POT, FIRST)
    assert [int(fen) for fen in pay_cells(payer, cells_of([Given()])).payable] == [0]


def test_several_plans_are_worked_out_in_their_order():
    payers = [together(POT), together(FIRST), prepared(pay_making.plan(random.Random(3)))]
    cells, _paid = lived(random.Random(5), payers[2])
    both = zip(pay_plans(payers, cells), payers, strict=True)
    assert all((one.payable == pay_cells(payer, cells).payable).all() for one, payer in both)


def test_parts_of_a_shared_deal_add_up_in_every_block(monkeypatch):
    """Each person's deal stands in a block of its own; the last one has the odd fen."""
    monkeypatch.setattr(blocks, "ROWS", 1)
    own = {"kind": "share", "of": "gross", "scope": "per_deal", "split": "cap_first"}
    payer = together({**own, "tiers": [{"from": 0, "rate": 1}]})
    thirds = pay_making.THIRDS
    deals = [
        Deal("a", date(2026, 3, 1), {"gross": 100}, pay=third, shares=thirds, place=place)
        for place, third in enumerate(thirds)
    ]
    found = pay_cells(payer, cells_of([Given((deal,)) for deal in reversed(deals)]))
    assert [int(fen) for fen in found.payable] == [33, 33, 34]


def test_totals_that_are_given_are_not_added_up_and_leave_no_rest():
    """One cell gives the total of its deals, another one none."""
    look, bands = {"by": "units", "of": "cars"}, [{"from": 0, "rate": 1}, {"from": 2, "rate": 9}]
    own = {"kind": "units", "of": "cars", "tiers": bands}
    payer = together({"kind": "fixed", "look": look, "tiers": bands}, own)
    deals = tuple(Deal(on, date(2026, 3, 1), {"cars": 10_000}) for on in "ab")
    whole = Given(deals, {"cars": 20_000})
    for given in ([whole], [whole, Given(deals)]):
        paid = [payer.pay(one).payable for one in given]
        assert [int(fen) for fen in pay_cells(payer, cells_of(given)).payable] == paid
