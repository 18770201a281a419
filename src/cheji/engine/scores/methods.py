"""From a value and its target to a share of the weight: one function for each method."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Final, TypeVar

from cheji.engine.definitions import Band, Grade, SchemeItem, Tier
from cheji.engine.kpis import Value
from cheji.engine.money import round_half_up
from cheji.engine.reasons import Detail

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)
FIGURES: Final[Mapping[str, Detail]] = {}
#: Methods that find no share without a target.
AIMED: Final = frozenset({"ratio", "inverse", "mirror", "worst", "points", "steps", "either"})


@dataclass(frozen=True, slots=True)
class Marks:
    """What an item is measured by; each may be missing."""

    actual: Value
    target: Value = None
    base: Value = None
    stretch: Value = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a method finds.

    Attributes:
        attainment: of the target, where there is one.
        basis: what the gate is held against.
        share: of the weight, before gate, cap and floor; None when there is no value.
        figures: what else decided, for the reason.
    """

    attainment: Value
    basis: Value
    share: Value
    figures: Mapping[str, Detail]


NOTHING: Final = Judged(None, None, None, FIGURES)
Rule = Callable[[SchemeItem, Marks], Judged]


def _plain(share: Value) -> Judged:
    return NOTHING if share is None else Judged(share, share, share, FIGURES)


def _ratio(item: SchemeItem, marks: Marks) -> Judged:
    del item
    return _plain(attained(marks, falls=False))


def _inverse(item: SchemeItem, marks: Marks) -> Judged:
    if not _usable(marks):
        return NOTHING
    found = attained(marks, falls=True)
    # Nothing at all is the best that a falling KPI can be, so it earns the cap where there is one.
    return _plain(item.cap if found is None else found)


def _mirror(item: SchemeItem, marks: Marks) -> Judged:
    found = _ratio(item, marks).share
    return _plain(None if found is None else 2 - found)


def _worst(item: SchemeItem, marks: Marks) -> Judged:
    if marks.actual is None or marks.target is None or item.worst in (None, marks.target):
        return NOTHING
    worst = item.worst or ZERO
    return _plain((worst - marks.actual) / (worst - marks.target))


def attained(marks: Marks, *, falls: bool) -> Value:
    """A/T, or T/A where less is better; None without a value or a target above zero."""
    if marks.actual is None or marks.target is None or marks.target <= 0:
        return None
    if not falls:
        return marks.actual / marks.target
    return marks.target / marks.actual if marks.actual > 0 else None


def aimed(item: SchemeItem) -> bool:
    """Whether an item is scored against a target that the scheme or the terms must give."""
    if item.source != "kpi":
        return False
    return item.method in AIMED or (item.method == "bands" and item.of == "attainment")


def _usable(marks: Marks) -> bool:
    return marks.actual is not None and marks.target is not None and marks.target > 0


def _points(item: SchemeItem, marks: Marks) -> Judged:
    """三点内插: nothing below the base, straight lines between the marks, flat above."""
    actual, target = marks.actual, marks.target
    if actual is None or target is None or not _ordered(item, marks):
        return NOTHING
    sign = -1 if item.falls else 1
    known = [
        (sign * mark, share)
        for mark, share in (
            (marks.base, item.at_base),
            (target, ONE),
            (marks.stretch, item.at_stretch),
        )
        if mark is not None
    ]
    found = attained(marks, falls=item.falls)
    figures = {"base": marks.base, "stretch": marks.stretch}
    return Judged(found, found, straight(known, sign * actual), figures)


def _ordered(item: SchemeItem, marks: Marks) -> bool:
    given = [mark for mark in (marks.base, marks.target, marks.stretch) if mark is not None]
    return given == sorted(given, reverse=item.falls) and len(set(given)) == len(given)


def straight(known: Sequence[tuple[Fraction, Fraction]], place: Fraction) -> Fraction:
    """The value at a place on straight lines between known points; 0 before the first."""
    if place < known[0][0]:
        return ZERO
    for (low, below), (high, above) in pairwise(known):
        if place < high:
            return below + (place - low) / (high - low) * (above - below)
    return known[-1][1]


def basis_of(item: SchemeItem, marks: Marks, attainment: Value) -> Value:
    """What bands and gates look at."""
    return marks.actual if item.of == "value" else attainment


def _bands(item: SchemeItem, marks: Marks) -> Judged:
    attainment = attained(marks, falls=item.falls)
    basis = basis_of(item, marks, attainment)
    if basis is None:
        return Judged(attainment, None, None, FIGURES)
    band, until = _band(item, basis)
    found = band.rate + band.slope * (basis - band.start)
    share = found / item.weight if item.scale == "points" else found
    figures: dict[str, Detail] = {"from": band.start, "until": until, "rate": band.rate}
    if band.slope:
        figures["slope"] = band.slope
    if band.label:
        figures["label"] = band.label
    return Judged(attainment, basis, share, {"band": figures})


def _band(item: SchemeItem, basis: Fraction) -> tuple[Band, Value]:
    """The band of a basis and where the next one starts; the first also takes what is below."""
    found, until = item.bands[0], None
    for band, following in zip_longest(item.bands, item.bands[1:]):
        inside = band.start < basis if item.bound == "upper" else band.start <= basis
        if inside or band is item.bands[0]:
            found, until = band, following.start if following else None
    return found, until


def _steps(item: SchemeItem, marks: Marks) -> Judged:
    """加减分: the weight at the target, so many points for each step away from it."""
    if not _usable(marks) or marks.actual is None or marks.target is None:
        return NOTHING
    away = marks.actual - marks.target if item.of == "value" else marks.actual / marks.target - 1
    steps = _counted(item, (-away if item.falls else away) / item.step)
    points = item.weight + steps * (item.up if steps > 0 else item.down)
    attainment = attained(marks, falls=item.falls)
    basis = basis_of(item, marks, attainment)
    return Judged(attainment, basis, points / item.weight, {"steps": steps})


def _counted(item: SchemeItem, steps: Fraction) -> Fraction:
    if item.counted == "whole":
        return Fraction(int(steps))
    return Fraction(round_half_up(steps)) if item.counted == "rounded" else steps


def _deduct(item: SchemeItem, marks: Marks) -> Judged:
    """扣分: so many points off for each one beyond those that are free."""
    if marks.actual is None:
        return NOTHING
    number = max(marks.actual - item.free, ZERO)
    share = (item.weight - item.each * number) / item.weight
    return Judged(None, marks.actual, share, {"number": number})


def _either(item: SchemeItem, marks: Marks) -> Judged:
    """非此即彼: the whole weight, or nothing."""
    if marks.actual is None or marks.target is None:
        return NOTHING
    reached = marks.actual <= marks.target if item.falls else marks.actual >= marks.target
    attainment = attained(marks, falls=item.falls)
    return Judged(attainment, basis_of(item, marks, attainment), Fraction(int(reached)), FIGURES)


RULES: Final[Mapping[str, Rule]] = {
    "ratio": _ratio,
    "inverse": _inverse,
    "mirror": _mirror,
    "worst": _worst,
    "points": _points,
    "bands": _bands,
    "steps": _steps,
    "deduct": _deduct,
    "either": _either,
}
Banded = TypeVar("Banded", Grade, Tier)


def reached(bands: Sequence[Banded], total: Fraction) -> Banded:
    """The band of a total; below zero the first one still applies."""
    return ([band for band in bands if band.start <= total] or [bands[0]])[-1]
