"""Score cards: a scheme is prepared once and scores many people, each point with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from cheji.engine.definitions import Scheme, Tier, Veto, digest
from cheji.engine.kpis import Value
from cheji.engine.money import cumulative
from cheji.engine.reasons import Detail, Reason
from cheji.engine.scores import outcomes
from cheji.engine.scores.given import Given
from cheji.engine.scores.items import Row, judged
from cheji.engine.scores.outcomes import Adjustment
from cheji.engine.scores.words import days_words, formula_words

WHOLE: Final = Fraction(100)
ZERO: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One item on a score card.

    Attributes:
        kpi: the KPI that is scored; empty for another source.
        weight: as used, after weights of items that were left out went to the others.
        attainment: before gate and cap; None when there is no value or no target.
        points: rounded so that all points and adjustments add up to the total.
        code: its name in the scheme.
    """

    kpi: str
    weight: Fraction
    actual: Value
    target: Value
    attainment: Value
    points: Fraction
    reason: Reason
    code: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """The outcome of a scheme; total and coefficient are None when every item was left out.

    The points of all items and adjustments are exactly the total. `vetoes` are those that hold.
    """

    scheme: str
    total: Value
    grade: str
    coefficient: Value
    items: tuple[ScoreItem, ...]
    reason: Reason
    adjustments: tuple[Adjustment, ...] = ()
    vetoes: tuple[Veto, ...] = ()


@dataclass(frozen=True)
class Scorer:
    """A scheme made ready: what is the same for everybody is worked out once."""

    scheme: Scheme
    digest: str
    words: Mapping[str, tuple[str, str]]
    head: tuple[tuple[str, Detail], ...]
    groups: Mapping[str, Fraction] = field(default_factory=dict)

    def score(self, given: Given) -> ScoreCard:
        """The score card of one person's inputs."""
        scheme = self.scheme
        rows = _needed([judged(item, given) for item in scheme.items])
        weights = self._weights(rows)
        exact = _exact(scheme, rows, weights)
        found = outcomes.adjusted(scheme, rows, exact, given) if any(weights) else ()
        scale = 10**scheme.decimals
        lines = (*exact, *(line.exact for line in found))
        points = [Fraction(part, scale) for part in cumulative(part * scale for part in lines)]
        count = len(rows)
        items = tuple(
            self._item(row, weight, part, point)
            for row, weight, part, point in zip(rows, weights, exact, points[:count], strict=True)
        )
        adjustments = tuple(map(outcomes.posted, found, points[count:]))
        total = sum(points, ZERO) if any(weights) else None
        return self._card(items, adjustments, total, given)

    def _weights(self, rows: Sequence[Row]) -> list[Fraction]:
        """Weights as used: those of items left out go to their group, else to everybody."""
        if self.scheme.combine == "product":
            return [ZERO if row.left_out else WHOLE for row in rows]
        present: dict[str, Fraction] = {}
        for row in rows:
            if not row.left_out:
                group = row.item.group
                present[group] = present.get(group, ZERO) + row.item.weight
        there = sum((self.groups[group] for group in present), ZERO)
        scale = {group: self.groups[group] * WHOLE / (there * present[group]) for group in present}
        return [ZERO if row.left_out else row.item.weight * scale[row.item.group] for row in rows]

    def _item(self, row: Row, weight: Fraction, exact: Fraction, points: Fraction) -> ScoreItem:
        item = row.item
        zh, en = _told(self.words[item.key], row)
        detail: tuple[tuple[str, Detail], ...] = (
            ("zh", zh),
            ("en", en),
            ("method", item.method),
            ("weight", weight),
            ("weight_defined", item.weight),
            ("actual", row.actual),
            ("target", row.target),
            ("attainment", row.attainment),
            ("gate", item.gate),
            ("cap", item.cap),
            ("effect", row.effect),
            ("counted", row.counted),
            ("exact", exact),
            *row.figures.items(),
        )
        return ScoreItem(
            item.kpi,
            weight,
            row.actual,
            row.target,
            row.attainment,
            points,
            Reason("score_item", item.key, points, detail),
            item.key,
            item.group,
        )

    def _card(
        self,
        items: tuple[ScoreItem, ...],
        adjustments: tuple[Adjustment, ...],
        total: Value,
        given: Given,
    ) -> ScoreCard:
        scheme = self.scheme
        grade, coefficient = outcomes.outcome(scheme, total, given)
        detail = (
            *self.head,
            ("grade", grade),
            ("coefficient", coefficient),
            *outcomes.events_seen(scheme, given),
        )
        parts = (*(item.reason for item in items), *(line.reason for line in adjustments))
        reason = Reason("score", scheme.code, total, detail, parts)
        vetoes = tuple(outcomes.standing(scheme, given))
        return ScoreCard(scheme.code, total, grade, coefficient, items, reason, adjustments, vetoes)


def _told(words: tuple[str, str], row: Row) -> tuple[str, str]:
    """An item's rule in words, and for how many days its target is."""
    scaled: Any = row.figures.get("prorated")
    if not scaled:
        return words
    clauses = [words, days_words(scaled["days"], scaled["of"])]
    return "；".join(zh for zh, _ in clauses), "; ".join(en for _, en in clauses)


def _needed(rows: list[Row]) -> list[Row]:
    """Rows whose needs other items did not meet earn nothing."""
    if not any(row.item.needs for row in rows):
        return rows
    by_key = {row.item.key: row for row in rows}
    return [row.unmet(by_key) for row in rows]


def _exact(scheme: Scheme, rows: Sequence[Row], weights: Sequence[Fraction]) -> list[Fraction]:
    """Points before rounding; of a product each item's is what it adds to the product so far."""
    if scheme.combine == "sum":
        return [weight * row.counted for row, weight in zip(rows, weights, strict=True)]
    found, product, posted = [], WHOLE, ZERO
    for row, weight in zip(rows, weights, strict=True):
        product *= row.counted if weight else 1
        found.append(product - posted if weight else ZERO)
        posted = product if weight else posted
    return found


@lru_cache(maxsize=64)
def prepared(scheme: Scheme) -> Scorer:
    """A scheme made ready to score many people."""
    groups: dict[str, Fraction] = {}
    for item in scheme.items:
        groups[item.group] = groups.get(item.group, ZERO) + item.weight
    words = {item.key: formula_words(item) for item in scheme.items}
    known = digest(scheme)
    return Scorer(scheme, known, words, _head(scheme, known), groups)


def _head(scheme: Scheme, known: str) -> tuple[tuple[str, Detail], ...]:
    """What the reason of every card of a scheme says alike."""
    product = scheme.combine == "product"
    return (
        (
            "zh",
            "各项系数连乘，四舍五入后定等级与系数"
            if product
            else "各项得分之和，四舍五入后定等级与系数",
        ),
        (
            "en",
            "The product of the shares; grade and coefficient go by the rounded total"
            if product
            else "The sum of the points; grade and coefficient go by the rounded total",
        ),
        ("grades", tuple({"from": band.start, "label": band.label} for band in scheme.grades)),
        ("coefficients", tier_detail(scheme.coefficients)),
        ("decimals", scheme.decimals),
        ("digest", known),
    )


def score(scheme: Scheme, values: Mapping[str, Value], targets: Mapping[str, Value]) -> ScoreCard:
    """The score card of KPI values alone; a person's target goes before the scheme's fixed one.

    For many people, or for other sources, prepare the scheme and give it their inputs.
    """
    return prepared(scheme).score(Given(values, targets))


def tier_detail(tiers: Sequence[Tier]) -> tuple[dict[str, Fraction], ...]:
    """Tiers as a reason shows them."""
    return tuple({"from": tier.start, "rate": tier.rate} for tier in tiers)
