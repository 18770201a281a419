"""Pay that falls where results rise, or that can go below nothing."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from cheji.engine.definitions import Band, Component, PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay.figure_words import told_by

RISING: Final = frozenset({"attainment", "average", "penetration", "score"})
"""Figures of which more is better; of a count or a KPI it may be less."""


def slopes(part: Component, tiers: Sequence[Band], place: str) -> Iterator[Finding]:
    """Bands within which more is paid less; of a KPI less may be better."""
    if part.look is not None and part.look.by == "kpi":
        return
    for band in tiers:
        if band.slope < 0:
            yield falls_within(told_by(part.look)(band.start), place)


def negative(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Components that can take away, where nothing holds the pay up."""
    if plan.clawback is not None or any(draw.is_guarantee for draw in plan.draws):
        return
    for part in plan.components:
        held_up = any(low is not None and low >= 0 for low in (part.floor, part.least))
        if not held_up and _may_take(part):
            yield may_be_negative(part.zh, part.en, f"{place}.components.{part.code}")


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


def may_be_negative(zh: str, en: str, place: str) -> Finding:
    return Finding(
        "negative_pay",
        place,
        f"{zh}可能为负，方案没有保底、下限或追回比例；不足扣的作为欠款结转",
        f"{en} can be negative, and the pay plan has no floor, guarantee or limit of clawback:"
        " what is below zero is carried as a debt",
        "让亏损按 0 计，或写保底、保底工资或追回比例",
        "Let a loss count as nothing, or write a floor, a guarantee or a clawback",
    )


def falls_within(start: str, place: str) -> Finding:
    return Finding(
        "not_monotone",
        place,
        f"从 {start} 起，数越大所得越少",
        f"From {start} on pay falls as the figure rises",
        "检查每多 1 加多少的正负",
        "Look at the sign of what is added for each 1 more",
    )


def gate_on_results(start: str, zh: str, en: str, place: str) -> Finding:
    return Finding(
        "not_monotone",
        place,
        f"{zh}：达到 {start} 后反而少发",
        f"{en}: on reaching {start} less is paid",
        "如非有意，改为低于时起作用",
        "If that is not meant, let the gate act below the figure",
    )
