"""Score cards: live from facts, or as a kept run has them."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from cheji.reads.kpis.shapes import KpiSeen
from cheji.reads.seen import Where, Who
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class ItemSeen:
    """One KPI of a scheme: value against target, attainment, points; the reason as JSON."""

    kpi: KpiSeen
    key: str
    weight: Fraction
    value: Fraction | None
    target: Fraction | None
    attainment: Fraction | None
    points: Fraction | None
    reason: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScoreSeen:
    """A person's score of a month; `state` is `estimate` (live), or `open`, `closed` (a kept run)."""

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


def score_card(viewer: Viewer, person: str, month: int, *, scheme: str = "") -> ScoreSeen:
    """The score card of a person, by staff number."""
    raise NotImplementedError


def score_cards(
    viewer: Viewer, outlet: str, month: int, *, scheme: str = ""
) -> tuple[ScoreSeen, ...]:
    """The score cards of an outlet's consultants that the viewer may see, best first."""
    raise NotImplementedError
