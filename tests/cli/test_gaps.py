"""`cheji gap`: the worked months, split by step, as table and JSON."""

import json
from fractions import Fraction

import pytest

from cli.months import run, two_months

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
