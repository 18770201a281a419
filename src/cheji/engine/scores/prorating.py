"""A period in parts: several posts, schemes or managers, joining, leaving, absence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import Scheme
from cheji.engine.kpis import Value
from cheji.engine.money import cumulative
from cheji.engine.periods import Period
from cheji.engine.reasons import Reason
from cheji.engine.scores.methods import reached
from cheji.engine.scores.outcomes import coefficient_of, vetoed
from cheji.engine.scores.scoring import ScoreCard


@dataclass(frozen=True, slots=True)
class Stint:
    """A stretch of somebody's time, half-open; `until` None goes on.

    `post`, `scheme` and `manager` are those of the stretch, by code or number.
    """

    since: date
    until: date | None
    post: str
    scheme: str
    manager: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """A stint's days within a period: those that count, and those of absence taken off."""

    stint: Stint
    days: int
    absent: int


@dataclass(frozen=True, slots=True)
class Combined:
    """One outcome of several cards; the points of the portions are exactly the total."""

    total: Value
    grade: str
    coefficient: Value
    points: tuple[Fraction, ...]
    reason: Reason


Absence = tuple[date, date]


def portions(
    scheme: Scheme, period: Period, stints: Sequence[Stint], absences: Sequence[Absence] = ()
) -> list[Portion]:
    """Each stint's days in a period; absence is taken off where the scheme excludes it."""
    found = []
    for stint in stints:
        since = max(stint.since, period.start)
        until = min(stint.until or period.until, period.until)
        days = max((until - since).days, 0)
        absent = 0
        if scheme.absence == "exclude":
            away = {
                day
                for start, end in absences
                for day in range(max(start, since).toordinal(), min(end, until).toordinal())
            }
            absent = len(away)
        if days:
            found.append(Portion(stint, days - absent, absent))
    return found


def appraised(scheme: Scheme, found: Sequence[Portion]) -> bool:
    """Whether somebody was there for enough days."""
    days = sum(portion.days for portion in found)
    return days > 0 and days >= scheme.least_days


def prorated(target: Value, days: int, of: int) -> Value:
    """A target for some days of a period."""
    return None if target is None else target * days / of


def combined(scheme: Scheme, cards: Sequence[tuple[Portion, ScoreCard]]) -> Combined:
    """The days-weighted total of several cards; portions without a total do not weigh.

    `scheme` is the one at the end of the period: its grades and coefficients apply. A veto of the
    grade or the coefficient in one part holds for the whole: who moves does not leave it behind.
    """
    weights = [portion.days if card.total is not None else 0 for portion, card in cards]
    whole = sum(weights)
    scale = 10**scheme.decimals
    exact = [
        (card.total or Fraction(0)) * days / whole if whole else Fraction(0)
        for (_, card), days in zip(cards, weights, strict=True)
    ]
    points = tuple(Fraction(part, scale) for part in cumulative(part * scale for part in exact))
    total = sum(points, Fraction(0)) if whole else None
    grade, coefficient = _outcome(scheme, total, [card for _, card in cards])
    reason = _reason(scheme, cards, points, total)
    return Combined(total, grade, coefficient, points, reason)


def _outcome(scheme: Scheme, total: Value, cards: Sequence[ScoreCard]) -> tuple[str, Value]:
    if total is None:
        return "", None
    order = [grade.label for grade in scheme.grades]
    grades = [reached(scheme.grades, total).label]
    grades += [card.grade for card in cards if vetoed(card.reason, "grade") and card.grade in order]
    struck = any(vetoed(card.reason, "coefficient") for card in cards)
    coefficient = Fraction(0) if struck else coefficient_of(scheme, total)
    return min(grades, key=order.index), coefficient


def _reason(
    scheme: Scheme,
    cards: Sequence[tuple[Portion, ScoreCard]],
    points: Sequence[Fraction],
    total: Value,
) -> Reason:
    parts = tuple(
        Reason(
            "score_portion",
            portion.stint.scheme,
            part,
            (
                ("zh", f"{portion.days} 天按 {portion.stint.scheme} 考核"),
                ("en", f"{portion.days} days under {portion.stint.scheme}"),
                ("post", portion.stint.post),
                ("manager", portion.stint.manager),
                ("days", portion.days),
                ("absent", portion.absent),
                ("total", card.total),
            ),
            (card.reason,),
        )
        for (portion, card), part in zip(cards, points, strict=True)
    )
    words = (
        ("zh", "各段得分按在岗天数加权"),
        ("en", "the scores of the parts weighted by days"),
    )
    return Reason("score_combined", scheme.code, total, words, parts)
