"""`cheji gap`, `rank`, `weak-spots`: the worked months, as tables and JSON."""

import json
from datetime import date
from fractions import Fraction

import pytest

from cast import totals
from cli.months import exports, run, two_months

pytestmark = pytest.mark.django_db
GAP = ("gap", "--outlet", "N1", "--against", "previous", "--month", "2026-02")


def test_the_parts_and_the_rest_are_the_gap(cast):
    two_months(cast)
    found = json.loads(run(*GAP, "--funnel", "showroom", "--format", "json").stdout)
    assert (found["own"], found["against"]["value"], found["gap"]) == ("44", "41", "3")
    parts = [Fraction(step["part"]) for step in found["steps"]]
    assert sum(parts) + Fraction(found["rest"]) == 3
    assert found["adds_up"] is True


def test_the_table_ends_with_the_result(cast):
    two_months(cast)
    said = run(*GAP, "--funnel", "pool", "--lang", "en").stdout
    assert "Showroom deliveries" in said
    assert "Check: the parts add up to the gap." in said


def test_people_and_outlets_are_ranked_as_the_screens_rank_them(cast):
    two_months(cast)
    asked = ("rank", "--month", "2026-02", "--format", "json")
    people = json.loads(run(*asked, "--outlet", "N1", "--kpi", "orders").stdout)
    assert (people["by"], people["mode"], len(people["groups"])) == ("person", "self", 1)
    (north,) = json.loads(run(*asked, "--unit", "N", "--kpi", "deliveries").stdout)["groups"]
    assert [(row["of"], row["rank"], row["value"]) for row in north["rows"]] == [
        ("N1", 1, "44"), ("N2", 2, "0"),
    ]  # fmt: skip
    table = run("rank", "--unit", "N", "--month", "2026-02", "--lang", "en").stdout
    assert "Showroom deliveries" in table
    refused = run(*asked, "--outlet", "N1", "--unit", "N", code=2)
    assert "--outlet / --unit" in refused.stderr


def test_weak_spots_end_with_what_they_are_compared_with(cast):
    for name, orders in (("zhang", 12), ("wang", 3)):
        counts = {"visits": 40, "intent_new": 30, "orders_new": orders}
        totals(cast.outlet, date(2026, 2, 10), cast.people[name], **counts)
    asked = ("weak-spots", "--outlet", "N1", "--month", "2026-02")
    found = json.loads(run(*asked, "--format", "json").stdout)
    told = {one["of"]: (one["weakest"], one["worth"]) for one in found["people"]}
    assert told == {"WANG": ("new_conversion", "9/2"), "ZHANG": (None, None)}
    assert found["benchmark"]["new_conversion"] == "1/4"
    table = run(*asked, "--lang", "en").stdout
    assert "10.00% n=30" in table
    assert "25.00%" in table


def test_what_leaves_as_json_is_audited_and_a_table_is_not(cast):
    two_months(cast)
    manager = ("--as", "manager")
    spots = ("weak-spots", "--outlet", "N1", "--month", "2026-02", *manager)
    ranks = ("rank", "--outlet", "N1", "--month", "2026-02", "--kpi", "orders", *manager)
    for words in ((*GAP, *manager), ranks, spots):
        run(*words)
        run(*words, "--format", "json")
    who = cast["manager"].name
    assert [(verb, by, body["form"]) for verb, by, body in exports()] == [
        (f"export.{what}", who, "json") for what in ("gap", "ranking", "weak_spots")
    ]
