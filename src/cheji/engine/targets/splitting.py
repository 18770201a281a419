"""A target divided over children: what is given out, what is kept, and what is left over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cheji.engine.money import largest_remainder


@dataclass(frozen=True, slots=True)
class Child:
    """One of those who share a target: its weight, and its amount when it is fixed by hand."""

    key: str
    weight: Fraction | int = 0
    fixed: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Amounts by child; with `reserve` and `unassigned` (未分配) they add up to the total.

    `unassigned` is negative when more has been given out than there is.
    """

    parts: Mapping[str, int]
    reserve: int
    unassigned: int

    @property
    def total(self) -> int:
        return sum(self.parts.values()) + self.reserve + self.unassigned


def split(total: int, children: Sequence[Child], *, reserve: int = 0, step: int = 1) -> Split:
    """Divide what fixed children and the reserve leave by the weights of the others.

    Largest remainders in whole `step`s (10,000 is one vehicle of a target in 1/10,000); what is
    smaller than a step, or finds no weight, stays unassigned.

    Raises:
        ValueError: a negative weight, or a step below 1.
    """
    if step < 1:
        raise ValueError(f"a step of {step}: at least 1")
    fixed = {child.key: child.fixed for child in children if child.fixed is not None}
    free = [child for child in children if child.fixed is None]
    left = total - reserve - sum(fixed.values())
    shared = _shared(max(left, 0) // step, free)
    parts = {
        child.key: fixed[child.key] if child.key in fixed else shared[child.key] * step
        for child in children
    }
    return Split(parts, reserve, total - reserve - sum(parts.values()))


def _shared(steps: int, free: Sequence[Child]) -> dict[str, int]:
    weights = [child.weight for child in free]
    if not any(weights):
        return dict.fromkeys((child.key for child in free), 0)
    shares = largest_remainder(steps, weights)
    return {child.key: share for child, share in zip(free, shares, strict=True)}


def after_change(
    total: int,
    current: Mapping[str, int],
    changed: Mapping[str, int],
    *,
    reserve: int = 0,
    step: int = 1,
) -> Split:
    """Siblings share what a changed child and the reserve leave, in proportion to what each had.

    Siblings that had nothing share evenly.

    Raises:
        KeyError: a changed child is not among the current ones.
    """
    if unknown := changed.keys() - current.keys():
        raise KeyError(min(unknown))
    siblings = {key: amount for key, amount in current.items() if key not in changed}
    even = not any(siblings.values())
    children = [
        Child(key, fixed=changed[key]) if key in changed else Child(key, 1 if even else amount)
        for key, amount in current.items()
    ]
    return split(total, children, reserve=reserve, step=step)
