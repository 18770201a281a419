"""Measures on own fields, filters that hold nothing, and targets of stocks added up."""

import pytest

from cheji.engine.definitions import build
from cheji.engine.definitions.choices import apart, is_of, marks_of, plain, tag_of, together
from cheji.engine.definitions.measure_lints import measure_lint
from cheji.packs import codes, load


def measure(**more):
    return {"code": "m", "zh": "量", "en": "M", "unit": "vehicle", "kinds": {"delivery": 1}} | more


def kpi(code, formula, **more):
    return {"code": code, "zh": code, "en": code, "unit": "vehicle", "formula": formula} | more


def lint(body, *kpis, measures=()):
    found = build({"measures": [body, *measures], "kpis": list(kpis)})
    return [one.code for one in measure_lint(found.measure["m"], found)]


def test_choices_go_together_and_apart():
    chosen = {"use": ("fleet", "own"), "fuel": ("ev",)}
    assert together(chosen) == ("fuel=ev&use=fleet", "fuel=ev&use=own")
    assert apart(together(chosen)) == {"fuel": ("ev",), "use": ("fleet", "own")}
    assert apart(("fuel=ev", "use=own")) == {}
    assert (together({}), apart(()), marks_of("vehicle"), marks_of("")) == ((), {}, {}, {})
    assert (tag_of({"b": "2", "a": "1"}), marks_of("a=1&b=2")) == ("a=1&b=2", {"a": "1", "b": "2"})
    assert (plain("delivery_of"), plain("delivery"), is_of("staff_of")) == (
        "delivery", "delivery", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"kinds": {"delivery_of": 1}, "where": {"tags": {"in": ["use=fleet"]}}}, []),
        ({"kinds": {"delivery_of": 1}}, ["of_which_unchosen"]),
        ({"kinds": {"delivery_of": 1}, "where": {"tags": {"not": ["a=b"]}}}, ["of_which_unchosen"]),
        (
            {"kinds": {"delivery_of": 1, "delivery": -1}, "where": {"tags": {"in": ["a=b"]}}},
            ["of_which_mixed"],
        ),
        ({"where": {"channel": {"in": ["owner", ""]}, "model": {"in": ["X"]}}}, []),
        ({"where": {"channel": {"in": ["owners"]}}}, ["value_never_met"]),
        ({"where": {"model": {"in": []}}}, ["no_values"]),
        ({"where": {"level": {"not": []}}}, ["no_values"]),
        ({"kinds": {"delivery_of": 1}, "where": {"tags": {"in": []}}}, ["no_values"]),
        ({"kinds": {"ad_spend": 1}, "where": {"channel": {"in": ["tv"]}}}, []),
        (
            {"kinds": {"line_revenue": 1}, "where": {"tags": {"not": ["gifts"]}}},
            ["value_never_met"],
        ),
    ],
)
def test_filters_that_hold_nothing_or_count_twice_are_found(more, wrong):
    assert lint(measure(**more)) == wrong


def test_a_condition_of_a_measure_without_values_is_told_as_in_a_pay_plan():
    found = build({"measures": [measure(where={"level": {"in": []}})], "kpis": []})
    [one] = measure_lint(found.measure["m"], found)
    assert (one.place, one.zh, one.en, one.mend_zh) == (
        "measures.m.where.level", "条件“意向级别”没有写取值：一条也不会符合",
        "The condition “level” has no values: nothing fits it", "填写取值，或删去这个条件",
    )  # fmt: skip


STOCK = {
    "code": "backlog", "zh": "留存", "en": "Backlog", "unit": "vehicle",
    "kinds": {"order_signed": 1, "delivery": -1}, "over_time": "closing",
}  # fmt: skip
FLOW = {"code": "flow", "zh": "流", "en": "F", "unit": "vehicle", "kinds": {"delivery": 1}}


@pytest.mark.parametrize(
    ("target", "over_time", "wrong"),
    [
        (kpi("held", "backlog"), "sum", ["sum_of_stocks"]),
        (kpi("held", "backlog"), "closing", []),
        (kpi("held", "backlog", kind="stock"), "sum", ["sum_of_stocks"]),
        (kpi("held", "backlog", kind="count"), "sum", []),
        (kpi("held", "backlog + flow"), "sum", []),
        (kpi("held", "inner + 0"), "sum", ["sum_of_stocks"]),
        (kpi("held", "5"), "sum", []),
    ],
)
def test_targets_of_a_stock_are_not_added_up(target, over_time, wrong):
    body = {"code": "m", "zh": "量", "en": "M", "unit": "vehicle", "target": "held"}
    inner = kpi("inner", "backlog")
    found = lint({**body, "over_time": over_time}, target, inner, measures=(STOCK, FLOW))
    assert found == wrong


@pytest.mark.parametrize("pack", codes())
def test_the_measures_of_the_packs_have_none_of_it(pack):
    found = load(pack).definitions
    assert [one for item in found.measures for one in measure_lint(item, found)] == []
