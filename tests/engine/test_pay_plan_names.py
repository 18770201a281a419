"""What a pay plan looks at has to be defined beside it, and be of the right unit."""

import pytest

from cheji.engine.definitions import check
from engine.test_definitions import changed, found

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


def test_a_measure_of_the_wrong_unit_is_said_by_its_name():
    path = ["pay_plans", 0, "components", 0, "of"]
    bodies = changed(path, "gross")
    told = next(one for one in check(bodies) if one.code == "not_payable")
    name = next(one for one in bodies["measures"] if one["code"] == "gross")
    assert told.zh == f"“{name['zh']}”的单位不是台（件）等件数"
    assert told.en.startswith(f"“{name['en']}” is not counted in ")
