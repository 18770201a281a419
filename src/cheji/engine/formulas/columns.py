"""A formula over whole columns of exact numbers: pairs of integers instead of fractions.

For thousands of scopes at once. Its values are those of `evaluate`, which is the plain form.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Final

from cheji.engine.formulas.evaluation import MAX_BITS
from cheji.engine.formulas.language import Formula
from cheji.engine.formulas.nodes import Name, Node, Number

Whole = int | None


@dataclass(frozen=True, slots=True)
class Column:
    """Numerators, None for no value, over positive denominators: one for all, or one each.

    `bits` is at least the number of binary digits of the largest pair.
    """

    above: Sequence[Whole]
    below: int | Sequence[int]
    bits: int

    def fractions(self) -> list[Fraction | None]:
        return [None if n is None else Fraction(n, d) for n, d in self.pairs()]

    def rounded(self, decimals: int) -> list[Whole]:
        """Half up in units of the last of these decimals; a half goes away from zero."""
        scale = 10**decimals
        return [None if n is None else _half_up(n * scale, d) for n, d in self.pairs()]

    def pairs(self) -> "zip[tuple[Whole, int]]":
        return zip(self.above, self.belows(), strict=True)

    def belows(self) -> Sequence[int]:
        return [self.below] * len(self.above) if isinstance(self.below, int) else self.below


def column(amounts: Sequence[Whole], scale: int = 1) -> Column:
    """Integer sums in their unit."""
    return Column(amounts, scale, _bits(amounts) + scale.bit_length())


def _bits(amounts: Sequence[Whole]) -> int:
    known = amounts if None not in amounts else [n for n in amounts if n is not None]
    if not known:
        return 0
    return max(max(known).bit_length(), min(known).bit_length())  # type: ignore[type-var, union-attr]


def of_fractions(values: Sequence[Fraction | None]) -> Column:
    """Exact numbers as a column."""
    return of_pairs([None if value is None else value.as_integer_ratio() for value in values])


def of_pairs(pairs: Sequence[tuple[int, int] | None]) -> Column:
    """Numerators over positive denominators as a column."""
    above = [pair[0] if pair else None for pair in pairs]
    below = [pair[1] if pair else 1 for pair in pairs]
    return Column(above, below, _bits(above) + max(below, default=1).bit_length())


def evaluate_columns(formula: Formula, values: Mapping[str, Column], size: int) -> Column:
    """The formula row by row; no value where `evaluate` gives none.

    Raises:
        KeyError: a name has no column.
    """
    return _value(formula.root, values, size)


def _value(node: Node, values: Mapping[str, Column], size: int) -> Column:
    if isinstance(node, Number):
        number = node.value
        bits = number.numerator.bit_length() + number.denominator.bit_length()
        return Column([number.numerator] * size, number.denominator, bits)
    if isinstance(node, Name):
        return values[node.code]
    args = [_value(arg, values, size) for arg in node.args]
    if node.op == "if":
        return _chosen(*args)
    if node.op == "round":
        return _bounded(_rounded(*args))
    if node.op == "neg":
        return Column(
            [None if n is None else -n for n in args[0].above], args[0].below, args[0].bits
        )
    return _bounded(reduce(_JOINED[node.op], args))


def _added(left: Column, right: Column, sign: int = 1) -> Column:
    bits = left.bits + right.bits + 1
    if isinstance(left.below, int) and isinstance(right.below, int):
        below = lcm(left.below, right.below)
        by, to = below // left.below, sign * (below // right.below)
        return Column(_joined(lambda x, y: x * by + y * to, left.above, right.above), below, bits)
    rows = zip(left.above, left.belows(), right.above, right.belows(), strict=True)
    above = [None if x is None or y is None else x * q + sign * y * p for x, p, y, q in rows]
    return Column(above, list(map(operator.mul, left.belows(), right.belows())), bits)


def _joined(
    join: Callable[[int, int], int], left: Sequence[Whole], right: Sequence[Whole]
) -> list[Whole]:
    return [
        None if x is None or y is None else join(x, y) for x, y in zip(left, right, strict=True)
    ]


def _times(left: Column, right: Column) -> Column:
    above = _joined(operator.mul, left.above, right.above)
    bits = left.bits + right.bits
    if isinstance(left.below, int) and isinstance(right.below, int):
        return Column(above, left.below * right.below, bits)
    return Column(above, list(map(operator.mul, left.belows(), right.belows())), bits)


def _quotient(left: Column, right: Column) -> Column:
    above: list[Whole] = []
    below: list[int] = []
    for (x, p), (y, q) in zip(left.pairs(), right.pairs(), strict=True):
        known = x is not None and y
        above.append((x * q if y > 0 else -x * q) if known else None)  # type: ignore[operator]
        below.append(abs(y) * p if known else 1)  # type: ignore[arg-type]
    return Column(above, below, left.bits + right.bits)


def _compared(compare: Callable[[int, int], bool]) -> Callable[[Column, Column], Column]:
    def joined(left: Column, right: Column) -> Column:
        difference = _added(left, right, -1).above
        return Column([None if n is None else int(compare(n, 0)) for n in difference], 1, 2)

    return joined


def _extreme(compare: Callable[[int, int], bool]) -> Callable[[Column, Column], Column]:
    def joined(left: Column, right: Column) -> Column:
        first = [None if n is None else int(compare(n, 0)) for n in _added(left, right, -1).above]
        return _chosen(Column(first, 1, 2), left, right)

    return joined


def _chosen(test: Column, yes: Column, no: Column) -> Column:
    """Row by row one of two; what is not chosen need not have a value."""
    above: list[Whole] = []
    below: list[int] = []
    for truth, taken, other in zip(test.above, yes.pairs(), no.pairs(), strict=True):
        number, scale = (None, 1) if truth is None else taken if truth else other
        above.append(number)
        below.append(scale)
    return Column(above, below, max(yes.bits, no.bits))


def _rounded(amount: Column, decimals: Column | None = None) -> Column:
    places = int(decimals.above[0] or 0) if decimals and decimals.above else 0
    bits = amount.bits + 4 * places + 2
    return Column(amount.rounded(places), 10**places, bits)


def _half_up(above: int, below: int) -> int:
    whole = (2 * abs(above) + below) // (2 * below)
    return -whole if above < 0 else whole


def _bounded(found: Column) -> Column:
    """Too large a result is no value, as in `evaluate`; most columns need no look."""
    if found.bits <= MAX_BITS:
        return found
    above: list[Whole] = []
    below: list[int] = []
    bits = 1
    for n, d in found.pairs():
        by = gcd(n, d) if n is not None else 1
        size = (n // by).bit_length() + (d // by).bit_length() if n is not None else 0
        fits = n is not None and size <= MAX_BITS
        above.append(n // by if n is not None and fits else None)
        below.append(d // by if fits else 1)
        bits = max(bits, size if fits else 1)
    return Column(above, below, bits)


_JOINED: Final[dict[str, Callable[[Column, Column], Column]]] = {
    "+": _added,
    "-": lambda left, right: _added(left, right, -1),
    "*": _times,
    "/": _quotient,
    "<": _compared(operator.lt),
    "<=": _compared(operator.le),
    ">": _compared(operator.gt),
    ">=": _compared(operator.ge),
    "==": _compared(operator.eq),
    "!=": _compared(operator.ne),
    "min": _extreme(operator.le),
    "max": _extreme(operator.ge),
}
