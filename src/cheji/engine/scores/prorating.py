"""A period in parts: several posts, schemes or managers, joining, leaving, absence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Scheme
from cheji.engine.kpis import Value
from cheji.engine.money import cumulative
from cheji.engine.reasons import Reason
from cheji.engine.scores.freezing import RULES
from cheji.engine.scores.methods import reached
from cheji.engine.scores.outcomes import Line, coefficient_of, limited, posted, vetoed_to
from cheji.engine.scores.scoring import ScoreCard

#: From these rules on a part's veto limits the total; earlier ones carried its own grade over.
WHOLE: Final = 2


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
    """One outcome of several cards; `points` are those of the portions.

    With the lines of vetoes, which the reason holds, they are exactly the total.
    """

    total: Value
    grade: str
    coefficient: Value
    points: tuple[Fraction, ...]
    reason: Reason


def combined(
    scheme: Scheme, cards: Sequence[tuple[Portion, ScoreCard]], rules: int = RULES
) -> Combined:
    """The days-weighted total of several cards; portions without a total do not weigh.

    `scheme` is the one at the end of the period: its grades and coefficients apply. A veto of one
    part holds for the whole: who moves does not leave it behind. `rules` are those under which the
    cards were frozen.
    """
    weights = [portion.days if card.total is not None else 0 for portion, card in cards]
    whole = sum(weights)
    scale = 10**scheme.decimals
    exact = [
        (card.total or Fraction(0)) * days / whole if whole else Fraction(0)
        for (_, card), days in zip(cards, weights, strict=True)
    ]
    own = [card for _, card in cards]
    lines = _taken(exact, own) if whole and rules >= WHOLE else []
    rounded = cumulative(part * scale for part in (*exact, *(line.exact for line in lines)))
    points = tuple(Fraction(part, scale) for part in rounded)
    total = sum(points, Fraction(0)) if whole else None
    grade, coefficient = _outcome(scheme, total, own, rules)
    reason = _reason(scheme, cards, points, total)
    taken = map(posted, lines, points[len(cards) :])
    reason = replace(reason, parts=(*reason.parts, *(line.reason for line in taken)))
    return Combined(total, grade, coefficient, points[: len(cards)], reason)


def _taken(exact: Sequence[Fraction], cards: Sequence[ScoreCard]) -> list[Line]:
    """What the parts' vetoes take from the sum of the parts."""
    vetoes = [veto for card in cards for veto in card.vetoes]
    return list(limited(sum(exact, Fraction(0)), vetoed_to(vetoes)))


def _outcome(
    scheme: Scheme, total: Value, cards: Sequence[ScoreCard], rules: int
) -> tuple[str, Value]:
    if total is None:
        return "", None
    order = [grade.label for grade in scheme.grades]
    grades = [reached(scheme.grades, total).label]
    grades += [grade for card in cards for grade in _most(card, rules) if grade in order]
    struck = any(veto.effect == "coefficient" for card in cards for veto in card.vetoes)
    coefficient = Fraction(0) if struck else coefficient_of(scheme, total)
    return min(grades, key=order.index), coefficient


def _most(card: ScoreCard, rules: int) -> Iterator[str]:
    """The grades that a part's vetoes leave at most."""
    for veto in card.vetoes:
        if veto.effect == "grade":
            yield veto.grade if rules >= WHOLE else card.grade


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
        for (portion, card), part in zip(cards, points, strict=False)
    )
    words = (
        ("zh", "各段得分按在岗天数加权"),
        ("en", "the scores of the parts weighted by days"),
    )
    return Reason("score_combined", scheme.code, total, words, parts)
