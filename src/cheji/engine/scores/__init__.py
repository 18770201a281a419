"""Scores: from a scheme and a person's inputs to points, grade and coefficient, each explained."""

from cheji.engine.scores.given import Event, Given, Goal, given_from
from cheji.engine.scores.outcomes import Adjustment
from cheji.engine.scores.raters import corrected
from cheji.engine.scores.scoring import (
    ScoreCard,
    ScoreItem,
    Scorer,
    prepared,
    score,
    tier_detail,
)
from cheji.engine.scores.words import METHODS, NAMES, scheme_words, standard, veto_words

__all__ = [
    "METHODS",
    "NAMES",
    "Adjustment",
    "Event",
    "Given",
    "Goal",
    "ScoreCard",
    "ScoreItem",
    "Scorer",
    "corrected",
    "given_from",
    "prepared",
    "scheme_words",
    "score",
    "standard",
    "tier_detail",
    "veto_words",
]
