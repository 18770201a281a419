"""A gap to a benchmark as exact parts, one for each step of a funnel (Shapley's value)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import comb
from typing import Final

from cheji.engine.definitions.shapes import MAX_STEPS
from cheji.engine.formulas import Formula, evaluate

Value = Fraction | None
LMDI_DIGITS: Final = 28


@dataclass(frozen=True, slots=True)
class GapStep:
    """One step of a funnel, such as visits or a rate, on both sides.

    Attributes:
        part: what of the gap is due to it; parts add up to the gap exactly.
        worth: what own result would gain if this step alone stood at the benchmark's.
        known: whether both sides have a value; a side without one takes the other's.
    """

    code: str
    own: Value
    benchmark: Value
    part: Fraction
    worth: Fraction
    known: bool


@dataclass(frozen=True, slots=True)
class GapSplit:
    """Own result, the benchmark's, and the steps whose parts add up to `gap`."""

    own: Fraction
    benchmark: Fraction
    gap: Fraction
    steps: tuple[GapStep, ...]


def split_gap(
    funnel: Formula, own: Mapping[str, Value], benchmark: Mapping[str, Value]
) -> GapSplit:
    """Split own − benchmark over the names of a funnel of sums and products.

    Each step gets its mean contribution over all orders in which steps could be exchanged, so no
    order is preferred and nothing is left over. Where a step has no value on one side (a rate of
    nothing), nothing is ascribed to it; where on both, it counts as 0.

    Raises:
        ValueError: more than 8 names, or a result without a value (the funnel divides).
    """
    names = funnel.names
    if len(names) > MAX_STEPS:
        raise ValueError(f"a funnel of {len(names)} steps: at most {MAX_STEPS}")
    sides = {name: _sides(own.get(name), benchmark.get(name)) for name in names}

    @cache
    def result(at_own: frozenset[str]) -> Fraction:
        inputs = {name: sides[name][name not in at_own] for name in names}
        found = evaluate(funnel, inputs)
        if found is None:
            raise ValueError(f"{funnel.text} has no value: a funnel adds and multiplies only")
        return found

    everything, nothing = frozenset(names), frozenset[str]()
    steps = tuple(
        GapStep(
            name,
            own.get(name),
            benchmark.get(name),
            _contribution(name, names, result),
            result(everything - {name}) - result(everything),
            own.get(name) is not None and benchmark.get(name) is not None,
        )
        for name in names
    )
    ours, theirs = result(everything), result(nothing)
    return GapSplit(ours, theirs, ours - theirs, steps)


@dataclass(frozen=True, slots=True)
class Rate:
    """A step that one could work on: what closing it is worth, and on how many cases it rests."""

    code: str
    worth: Fraction
    sample: Value


def weakest(rates: Sequence[Rate], least: int) -> Rate | None:
    """The rate with the most to win, of those that rest on enough cases; none where all lead."""
    enough = [rate for rate in rates if (rate.sample or 0) >= least and rate.worth > 0]
    return max(enough, key=lambda rate: rate.worth, default=None)


def _sides(own: Value, benchmark: Value) -> tuple[Fraction, Fraction]:
    """Both values; a missing one is the other's, so that the step makes no difference."""
    known = [value for value in (own, benchmark) if value is not None] or [Fraction(0)]
    return known[0] if own is None else own, known[-1] if benchmark is None else benchmark


def _contribution(
    name: str, names: Sequence[str], result: Callable[[frozenset[str]], Fraction]
) -> Fraction:
    """Shapley's value: the mean gain of exchanging `name`, over all orders of the others."""
    others = [other for other in names if other != name]
    gains = (
        (result(before | {name}) - result(before)) / comb(len(others), len(before))
        for before in _subsets(others)
    )
    return sum(gains, Fraction(0)) / len(names)


def _subsets(names: Sequence[str]) -> Iterator[frozenset[str]]:
    for size in range(len(names) + 1):
        yield from map(frozenset, combinations(names, size))


def lmdi(own: Sequence[Value], benchmark: Sequence[Value]) -> tuple[Fraction, ...] | None:
    """The gap of a plain product by logarithmic means, to 28 digits: a check of `split_gap`.

    None where a factor is missing or not above zero, since it has no logarithm.
    """
    pairs = list(zip(own, benchmark, strict=True))
    if not all(a is not None and b is not None and a > 0 and b > 0 for a, b in pairs):
        return None
    with localcontext(prec=LMDI_DIGITS):
        ratios = [_ln(a) - _ln(b) for a, b in pairs if a and b]
        logarithm = sum(ratios, Decimal(0))
        gap = _product(own) - _product(benchmark)
        mean = _decimal(gap) / logarithm if logarithm else _decimal(_product(own))
        return tuple(Fraction(mean * ratio) for ratio in ratios)


def _product(values: Sequence[Value]) -> Fraction:
    found = Fraction(1)
    for value in values:
        found *= value or Fraction(0)
    return found


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _ln(value: Fraction) -> Decimal:
    return _decimal(value).ln()
