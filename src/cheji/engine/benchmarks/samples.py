"""On how much a figure rests, and whether it is good: sample sizes and traffic lights."""

from fractions import Fraction
from typing import Literal

from cheji.engine.definitions import Benchmark, Kpi
from cheji.engine.definitions.shapes import Direction
from cheji.engine.formulas import Formula, evaluate
from cheji.engine.formulas.nodes import Operation
from cheji.engine.kpis import Result

Value = Fraction | None
Light = Literal["", "good", "warn", "bad"]


def sample(kpi: Kpi, result: Result) -> Value:
    """n: the denominator of a quotient, else the figure itself; None where it is not known."""
    root = kpi.formula.root
    if not isinstance(root, Operation) or root.op != "/":
        return result.value
    inputs = {
        part.code: None if part.value is None else Fraction(part.value)
        for part in result.reason.parts
    }
    return evaluate(Formula("", (), root.args[1]), inputs)


def light(direction: Direction, limits: Benchmark | None, value: Value) -> Light:
    """Green, amber or red by limits; nothing without limits or a value.

    Of a KPI that should rise, `good` and more is green and below `low` red; of one that should
    fall, `good` and less is green and above `high` red. In a band green is between low and high.
    """
    if limits is None or value is None:
        return ""
    low, good, high = limits.low, limits.good, limits.high
    if direction == "band":
        outside = (low is not None and value < low) or (high is not None and value > high)
        return "bad" if outside else "good"
    if direction == "down":
        return _light(value, good, high, sign=-1)
    return _light(value, good, low, sign=1) if direction == "up" else ""


def _light(value: Fraction, good: Value, bad: Value, *, sign: int) -> Light:
    if bad is not None and sign * value < sign * bad:
        return "bad"
    if good is None:
        return "good"
    if sign * value >= sign * good:
        return "good"
    return "bad" if bad is None else "warn"
