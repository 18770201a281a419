"""Why a gate or catch-up acts or not, said with the unit of what it looks at."""

from fractions import Fraction

import pytest

from cheji.engine.pay import held_against, units_as_names
from engine.plans import named, part, plan

ATTAINED = {"by": "attainment", "of": "cars"}


@pytest.mark.parametrize(
    ("look", "unit", "args", "zh", "en"),
    [
        ({"by": "kpi", "of": "k"}, "ratio", ("1/4", "3/10"), "25% 不满 30%，门槛起作用",
         "25% is under 30%: the gate acts"),
        ({"by": "kpi", "of": "k"}, "day", (1, 5), "1 天不满 5 天，门槛起作用",
         "1 day is under 5 days: the gate acts"),
        ({"by": "kpi", "of": "k"}, "", (1, 5), "1 不满 5，门槛起作用",
         "1 is under 5: the gate acts"),
        ({"by": "money", "of": "k"}, "", (900, 1000), "900 元不满 1000 元，门槛起作用",
         "900 yuan is under 1000 yuan: the gate acts"),
        (ATTAINED, "vehicle", ("1/2", "3/5"), "50% 不满 60%，门槛起作用",
         "50% is under 60%: the gate acts"),
    ],
)  # fmt: skip
def test_a_gate_says_its_figures_in_their_unit(look, unit, args, zh, en):
    gate = plan(part(), gates=[named("g", look=look, below=1)]).gates[0]
    figures = (*(Fraction(arg) for arg in args), gate.look.by)
    told = held_against("below", figures, gate.look, units_as_names({gate.look.of: unit}))
    assert told == (zh, en)


def test_a_catch_up_without_a_figure_says_its_bound_alone():
    look = plan(part(), gates=[named("g", look={"by": "kpi", "of": "k"}, below=1)]).gates[0].look
    told = held_against("not_reached", (None, Fraction(1), "kpi"), look, {})
    assert told == ("未达到 1，不补发", "not reached 1: not paid")
