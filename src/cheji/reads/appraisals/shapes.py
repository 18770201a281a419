"""Score cards as a reader sees them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, Who


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """One item of a scheme: value against target, attainment, points; the reason as JSON.

    `kpi` is its heading, also where it is no KPI; then `key` is empty, for no facts lie below.
    `standard` is the rule in words, sentence by sentence, in Chinese and English.
    """

    kpi: KpiSeen
    key: str
    weight: Fraction
    value: Fraction | None
    target: Fraction | None
    attainment: Fraction | None
    points: Fraction
    reason: dict[str, Any]
    code: str
    method: str
    standard: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AdjustmentSeen:
    """A change of the total beside the items: cap, floor, gate or veto; the reason as JSON."""

    code: str
    points: Fraction
    reason: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScoreSeen:
    """A person's score of a month; `state` is `estimate` (live), or a kept run's state."""

    person: Who
    outlet: Where
    month: int
    scheme: str
    zh: str
    en: str
    state: str
    total: Fraction | None
    grade: str
    coefficient: Fraction | None
    items: tuple[ItemSeen, ...]
    reason: dict[str, Any]
    digest: str
    mark: int
    on: date
    run: int | None = None
    adjustments: tuple[AdjustmentSeen, ...] = ()
