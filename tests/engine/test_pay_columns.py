"""The fast path pays what the plain path pays, to the fen, on random pay plans over periods."""

import os
import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.engine import pay_making

from cheji.engine.definitions import pay_plan_of
from cheji.engine.pay import prepared
from cheji.engine.pay.columns import cells_of, pay_cells, why_plain
from cheji.engine.pay.columns.exact import half_up, minus, plus, running, times, wholes
from cheji.engine.pay.given import Given, Ledger

#: A few hundred in the suite; CHEJI_PAY_EXAMPLES=10000 for the long run.
EXAMPLES = int(os.environ.get("CHEJI_PAY_EXAMPLES", "200"))
NOT_IN_COLUMNS = {"pool", "prize", "manual"}


@pytest.mark.parametrize("block", range(10))
def test_columns_are_the_plain_path(block):
    for seed in range(block, EXAMPLES, 10):
        rnd = random.Random(seed)
        payer = prepared(made(rnd))
        given, people, paid = lived(rnd, payer)
        found = pay_cells(payer, cells_of(given, people))
        assert [int(fen) for fen in found.payable] == paid, seed


def made(rnd):
    """A pay plan of what columns can do."""
    while True:
        plan = pay_making.plan(rnd)
        parts = [part for part in plan.components if part.kind not in NOT_IN_COLUMNS]
        if parts:
            return replace(plan, components=tuple(replace(part, budget=None) for part in parts))


def lived(rnd, payer):
    """Three people through up to four periods, each on what the one before left."""
    given, people, paid, ledgers = [], [], [], {}
    for nth in range(1, rnd.randint(2, 5)):
        for person in pay_making.PEOPLE:
            if rnd.randrange(6):
                inputs = pay_making.inputs(rnd, payer.plan)
                inputs = replace(
                    inputs, ledger=Ledger(), owed=(), typed=(), events=(), budgets={}, nth=nth
                )
                found = payer.pay(replace(inputs, ledger=ledgers.get(person, Ledger())))
                ledgers[person] = found.after
                given.append(inputs)
                people.append(person)
                paid.append(found.payable)
    return given, people, paid


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
    given, people, paid = lived(random.Random(7), payer)
    found = pay_cells(payer, cells_of(given, people))
    assert [int(fen) for fen in found.payable] == paid


@pytest.mark.parametrize("kind", ["pool", "prize", "manual", "budget"])
def test_what_needs_the_plain_path_says_so(kind):
    body = {"code": "p", "zh": "名", "en": "Name"}
    part = {**body, "kind": kind, "of": "cars", "tiers": [{"from": 0, "rate": 1}]}
    if kind in {"pool", "prize"}:
        part |= {"whose": "team"}
    if kind == "pool":
        part |= {"pot": "units"}
    if kind == "budget":
        part |= {"kind": "units", "budget": 5}
    if kind == "manual":
        part = {**body, "kind": kind}
    payer = prepared(pay_plan_of({**body, "components": [part]}))
    assert why_plain(payer) == kind
    with pytest.raises(ValueError, match=kind):
        pay_cells(payer, cells_of([Given()]))


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
