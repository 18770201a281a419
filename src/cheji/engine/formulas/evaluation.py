"""The value of a formula: exact, and none where a denominator is zero or an input is missing."""

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from cheji.engine.formulas.language import Formula
from cheji.engine.formulas.nodes import Name, Node, Number
from cheji.engine.money import rounded

Value = Fraction | None
MAX_BITS: Final = 20_000


def _quotient(above: Fraction, below: Fraction) -> Value:
    return above / below if below else None


def _half_up(amount: Fraction, decimals: Fraction = Fraction(0)) -> Fraction:
    return rounded(amount, int(decimals))


def _truth(compare: Callable[[Fraction, Fraction], bool]) -> Callable[..., Value]:
    return lambda left, right: Fraction(compare(left, right))


_OPERATIONS: Final[dict[str, Callable[..., Value]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _quotient,
    "neg": operator.neg,
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
    "min": lambda *args: min(args),
    "max": lambda *args: max(args),
    "round": _half_up,
}


def evaluate(formula: Formula, values: Mapping[str, Value]) -> Value:
    """The value, or None when an input that it needs is None or a denominator is zero.

    A result of more than `MAX_BITS` binary digits is no value either: no business figure is.
    `if` looks only at the branch it takes, so `if(visits > 0, cost / visits, 0)` has a value.

    Raises:
        KeyError: a name has no entry in `values`.
    """
    return _value(formula.root, values)


def _value(node: Node, values: Mapping[str, Value]) -> Value:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return values[node.code]
    if node.op == "if":
        test, yes, no = node.args
        truth = _value(test, values)
        return None if truth is None else _value(yes if truth else no, values)
    args = [_value(arg, values) for arg in node.args]
    return None if None in args else _bounded(_OPERATIONS[node.op](*args))


def _bounded(value: Value) -> Value:
    if value is None or (value.numerator.bit_length() + value.denominator.bit_length()) > MAX_BITS:
        return None
    return value
