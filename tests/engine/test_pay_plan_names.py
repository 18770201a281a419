"""What a pay plan looks at has to be defined beside it, and be of the right unit."""

import pytest

from engine.test_definitions import found

COMPONENTS = "pay_plans.pay.components"
FACTOR = {"code": "f", "zh": "系数", "en": "Factor", "parts": [{"kpi": "people"}]}


@pytest.mark.parametrize(
    ("look", "code"),
    [
        ({"by": "kpi", "of": "people"}, "unknown_name"),
        ({"by": "units", "of": "people"}, "unknown_name"),
        ({"by": "units", "of": "gross"}, "not_payable"),
    ],
)
def test_a_figure_that_finds_a_band(look, code):
    path = ["pay_plans", 0, "components", 1, "look"]
    assert (code, f"{COMPONENTS}.fixed.look.of") in found(path, look)


def test_the_kpi_of_a_factor():
    place = "pay_plans.pay.factors.f.parts.people"
    assert ("unknown_name", place) in found(["pay_plans", 0, "factors"], [FACTOR])
