"""Funnels as definitions, the weakest step, traffic lights, bands of service."""

from copy import deepcopy
from fractions import Fraction

import pytest

from cheji.engine.benchmarks import (
    Rate,
    band,
    light,
    ramped,
    sample,
    split_gap,
    weakest,
)
from cheji.engine.definitions import Benchmark, as_json, body_of, build, check
from cheji.engine.kpis import over
from cheji.packs.loading import load

PACK = load("dealership").definitions
PLURALS = ("switches", "measures", "kpis", "sheets", "schemes", "pay_plans")
#: domain.md §1.2.5: visits, new, open, orders of new, of open, open orders, deliveries.
OUTLET = (200, 120, 150, 24, 15, 20, 41)
PEOPLE = {
    "zhang": (70, 45, 60, 12, 9, 8, 18),
    "li": (80, 48, 50, 9, 4, 7, 14),
    "wang": (50, 27, 40, 3, 2, 5, 9),
}
CODES = (
    "visits", "prospects_new", "prospects_open", "orders_from_new", "orders_from_open",
    "orders_open", "deliveries",
)  # fmt: skip


def funnel(code):
    return next(one for one in PACK.sheet["kpi"].funnels if one.code == code)


def figures(counts, codes):
    inputs = dict(zip(CODES, map(Fraction, counts), strict=True))
    return {code: over(PACK, code, [inputs]) for code in codes}


def split(code, own, benchmark):
    formula = funnel(code).formula
    sides = [{n: r.value for n, r in figures(s, formula.names).items()} for s in (own, benchmark)]
    return split_gap(formula, *sides)


@pytest.mark.parametrize("code", ["showroom", "pool", "orders"])
def test_a_funnel_of_the_pack_is_its_result(code):
    found = split(code, PEOPLE["wang"], OUTLET)
    result = funnel(code).result
    own, benchmark = (figures(side, [result])[result].value for side in (PEOPLE["wang"], OUTLET))
    assert (found.own, found.benchmark) == (own, benchmark)
    assert sum(step.part for step in found.steps) == own - benchmark


def rates(own, benchmark):
    found = split("orders", own, benchmark)
    results = figures(own, [step.code for step in found.steps])
    return [
        Rate(step.code, step.worth, sample(PACK.kpi[step.code], results[step.code]))
        for step in found.steps
        if PACK.kpi[step.code].unit == "ratio"
    ]


def test_wangs_weak_spot_is_the_conversion_of_new_customers():
    found = {rate.code: rate for rate in rates(PEOPLE["wang"], OUTLET)}
    assert found["new_conversion"] == Rate("new_conversion", Fraction("2.4"), Fraction(27))
    assert found["open_conversion"] == Rate("open_conversion", Fraction(2), Fraction(40))
    assert weakest(list(found.values()), 5).code == "new_conversion"


def test_a_step_of_few_cases_is_nobodys_weak_spot():
    found = rates(PEOPLE["wang"], OUTLET)
    assert weakest(found, 28).code == "open_conversion"
    assert weakest(found, 500) is None
    assert (
        weakest([Rate("ahead", Fraction(-1), Fraction(9)), Rate("n", Fraction(1), None)], 5) is None
    )


def test_a_count_is_its_own_sample():
    found = figures(OUTLET, ["visits"])["visits"]
    assert sample(PACK.kpi["visits"], found) == 200


def bundle(**changes):
    bodies = {name: [as_json(body_of(one)) for one in getattr(PACK, name)] for name in PLURALS}
    sheet = next(body for body in bodies["sheets"] if body["code"] == "kpi")
    sheet["funnels"] = [{**deepcopy(sheet["funnels"][0]), **changes}]
    return bodies


def test_a_funnel_goes_through_a_body_and_back():
    assert build(bundle()).sheet["kpi"].funnels == PACK.sheet["kpi"].funnels[:1]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"result": "nobody"}, ["unknown_name"]),
        ({"formula": "visits * nothing"}, ["unknown_name"]),
        ({"formula": "leads * prospects_lost"}, ["unknown_name"]),
        ({"formula": "visits * revenue"}, ["wrong_unit"]),
        ({"formula": "visits + revenue"}, ["unit_mismatch"]),
        ({"formula": "visits * (deliveries / visits)"}, ["no_funnel"]),
        (
            {"formula": "visits + leads + orders + orders_open + prospects_new + prospects_open"
             " + deliveries + from_owner + from_other"},
            ["no_funnel"],
        ),
    ],
)  # fmt: skip
def test_what_is_no_funnel_is_found(changes, codes):
    assert [finding.code for finding in check(bundle(**changes))] == codes


def lit(direction, value, **limits):
    given = {name: Fraction(limit) for name, limit in limits.items()}
    limits = Benchmark("house", **given)
    return light(direction, limits, None if value is None else Fraction(value))


@pytest.mark.parametrize(
    ("direction", "limits", "lights"),
    [
        ("up", {"low": 5, "good": 8}, "bad warn good"),
        ("up", {"good": 8}, "bad bad good"),
        ("up", {"low": 5}, "bad good good"),
        ("down", {"good": 5, "high": 8}, "good warn bad"),
        ("band", {"low": 5, "high": 8}, "bad good bad"),
    ],
)
def test_lights_by_direction(direction, limits, lights):
    assert " ".join(lit(direction, value, **limits) for value in (4, 6, 9)) == lights


def test_what_is_neither_good_nor_bad_has_no_light():
    assert lit("none", 9, good=5) == ""


def test_no_light_without_a_value_or_limits():
    assert (
        lit("up", None, good=8),
        light("up", None, Fraction(9)),
    ) == ("", "")


@pytest.mark.parametrize(
    ("code", "rate"),
    [("visits", False), ("document_rate", True), ("cost_per_visit", True), ("stock_days", True)],
)
def test_a_rate_does_not_grow_with_its_period(code, rate):
    assert PACK.kpi[code].is_rate is rate


def test_months_of_service_fall_into_bands():
    assert [band(months, (3, 12, 36)) for months in (0, 2, 3, 11, 12, 36, 90)] == [
        0,
        0,
        1,
        1,
        2,
        3,
        3,
    ]


def test_a_new_starter_counts_as_a_full_hand():
    assert ramped(Fraction(3), 0, (30, 60)) == 10
    assert ramped(Fraction(3), 1, (30, 60)) == 5
    assert ramped(Fraction(3), 2, (30, 60)) == 3
    assert ramped(None, 0, (30, 60)) is None
