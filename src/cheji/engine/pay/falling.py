"""Pay that falls where results rise, or that can go below nothing."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from cheji.engine.definitions import Band, Component, PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay import remarks
from cheji.engine.pay.figure_words import told_by

RISING: Final = frozenset({"attainment", "average", "penetration", "score"})
"""Figures of which more is better; of a count or a KPI it may be less."""


def slopes(part: Component, tiers: Sequence[Band], place: str) -> Iterator[Finding]:
    """Bands within which more is paid less; of a KPI less may be better."""
    if part.look is not None and part.look.by == "kpi":
        return
    for band in tiers:
        if band.slope < 0:
            yield remarks.falls_within(told_by(part.look)(band.start), place)


def negative(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Components that can take away, where nothing holds the pay up."""
    if plan.clawback is not None or any(draw.is_guarantee for draw in plan.draws):
        return
    for part in plan.components:
        held_up = any(low is not None and low >= 0 for low in (part.floor, part.least))
        if not held_up and _may_take(part):
            yield remarks.may_be_negative(part.zh, part.en, f"{place}.components.{part.code}")


def _may_take(part: Component) -> bool:
    if part.kind == "fine":
        return True
    if any(band.rate < 0 for tiers in _tables(part) for band in tiers):
        return True
    if any(_falls_below(tiers) for tiers in _tables(part)):
        return True
    held_up = part.base == "positive" or part.pool_negatives or part.against
    return part.is_money and bool(part.minus or part.of) and not held_up


def _tables(part: Component) -> Iterator[Sequence[Band]]:
    yield part.tiers
    yield from (row.tiers for row in part.rows)


def _falls_below(tiers: Sequence[Band]) -> bool:
    """Whether a band that falls comes below nothing before the next one begins."""
    return any(
        band.slope < 0
        and (after is None or band.rate + band.slope * (after.start - band.start) < 0)
        for band, after in zip_longest(tiers, tiers[1:])
    )
