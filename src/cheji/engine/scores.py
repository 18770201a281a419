"""Score cards: KPI values against targets, with gate, cap, grade, coefficient and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeVar

from cheji.engine.definitions import Grade, Scheme, SchemeItem, Tier
from cheji.engine.kpis import Value, known_digest
from cheji.engine.money import cumulative
from cheji.engine.reasons import Reason

METHODS: Final = {
    "ratio": ("实际 ÷ 目标", "actual ÷ target"),
    "inverse": ("目标 ÷ 实际", "target ÷ actual"),
    "mirror": ("2 − 实际 ÷ 目标", "2 − actual ÷ target"),
}
WHOLE: Final = Fraction(100)


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One KPI on a score card.

    Attributes:
        weight: as used, after weights of items that were left out went to the others.
        attainment: before gate and cap; None when there is no value or no target.
        points: rounded so that all points add up to the total.
    """

    kpi: str
    weight: Fraction
    actual: Value
    target: Value
    attainment: Value
    points: Fraction
    reason: Reason


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The outcome of a scheme; total and coefficient are None when every item was left out."""

    scheme: str
    total: Value
    grade: str
    coefficient: Value
    items: tuple[ScoreItem, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Row:
    item: SchemeItem
    actual: Value
    target: Value
    attainment: Value

    @property
    def left_out(self) -> bool:
        return self.attainment is None and self.item.missing == "leave_out"


def score(scheme: Scheme, values: Mapping[str, Value], targets: Mapping[str, Value]) -> ScoreCard:
    """The score card; a target of the person goes before the fixed target of the scheme."""
    rows = [_row(item, values, targets) for item in scheme.items]
    present = sum((row.item.weight for row in rows if not row.left_out), Fraction(0))
    weights = [_weight(row, present) for row in rows]
    exact = [weight * _counted(row) for row, weight in zip(rows, weights, strict=True)]
    scale = 10**scheme.decimals
    points = [Fraction(part, scale) for part in cumulative(part * scale for part in exact)]
    items = tuple(map(_item, rows, weights, exact, points))
    return _card(scheme, items, sum(points, Fraction(0)) if present else None)


def _row(item: SchemeItem, values: Mapping[str, Value], targets: Mapping[str, Value]) -> _Row:
    actual = values.get(item.kpi)
    target = targets.get(item.kpi)
    target = item.target if target is None else target
    return _Row(item, actual, target, _attainment(item, actual, target))


def _attainment(item: SchemeItem, actual: Value, target: Value) -> Value:
    if actual is None or target is None or target <= 0:
        return None
    if item.method == "ratio":
        return actual / target
    if item.method == "mirror":
        return 2 - actual / target
    # Nothing at all is the best that a falling KPI can be, so it earns the cap where there is one.
    return target / actual if actual > 0 else item.cap


def _weight(row: _Row, present: Fraction) -> Fraction:
    return Fraction(0) if row.left_out else row.item.weight * WHOLE / present


def _counted(row: _Row) -> Fraction:
    """Attainment after gate, cap and floor."""
    found = row.attainment
    if found is None or found < row.item.gate:
        return Fraction(0)
    capped = found if row.item.cap is None else min(found, row.item.cap)
    return max(capped, Fraction(0))


def _effect(row: _Row) -> str:
    """What happened to the attainment: `left_out`, `missing`, `gate`, `cap`, `floor` or `none`."""
    found = row.attainment
    if found is None:
        return "left_out" if row.left_out else "missing"
    if found < row.item.gate:
        return "gate"
    counted = _counted(row)
    return "none" if counted == found else ("cap" if counted < found else "floor")


def _item(row: _Row, weight: Fraction, exact: Fraction, points: Fraction) -> ScoreItem:
    item = row.item
    zh, en = METHODS[item.method]
    reason = Reason(
        "score_item",
        item.kpi,
        points,
        (
            ("zh", f"权重 × {zh}"),
            ("en", f"weight × {en}"),
            ("method", item.method),
            ("weight", weight),
            ("weight_defined", item.weight),
            ("actual", row.actual),
            ("target", row.target),
            ("attainment", row.attainment),
            ("gate", item.gate),
            ("cap", item.cap),
            ("effect", _effect(row)),
            ("counted", _counted(row)),
            ("exact", exact),
        ),
    )
    return ScoreItem(item.kpi, weight, row.actual, row.target, row.attainment, points, reason)


def _card(scheme: Scheme, items: tuple[ScoreItem, ...], total: Value) -> ScoreCard:
    grade = "" if total is None else _reached(scheme.grades, total).label
    coefficient = None if total is None else _reached(scheme.coefficients, total).rate
    reason = Reason(
        "score",
        scheme.code,
        total,
        (
            ("zh", "各项得分之和，四舍五入后定等级与系数"),
            ("en", "The sum of the points; grade and coefficient go by the rounded total"),
            ("grade", grade),
            ("grades", tuple({"from": band.start, "label": band.label} for band in scheme.grades)),
            ("coefficient", coefficient),
            ("coefficients", tier_detail(scheme.coefficients)),
            ("decimals", scheme.decimals),
            ("digest", known_digest(scheme)),
        ),
        tuple(item.reason for item in items),
    )
    return ScoreCard(scheme.code, total, grade, coefficient, items, reason)


Band = TypeVar("Band", Grade, Tier)


def _reached(bands: Sequence[Band], total: Fraction) -> Band:
    return [band for band in bands if band.start <= total][-1]


def tier_detail(tiers: Sequence[Tier]) -> tuple[dict[str, Fraction], ...]:
    """Tiers as a reason shows them."""
    return tuple({"from": tier.start, "rate": tier.rate} for tier in tiers)
