"""Scores: from a scheme and a person's inputs to points, grade and coefficient, each explained."""

from cheji.engine.scores.differences import Change, Difference, difference
from cheji.engine.scores.distribution import (
    Head,
    NoReason,
    Placed,
    against_quota,
    distribute,
    heads_of,
    overridden,
)
from cheji.engine.scores.freezing import (
    RULES,
    OtherRules,
    freezer,
    frozen,
    outcome_text,
    replay,
    seal,
    thawed,
)
from cheji.engine.scores.given import Event, Given, Goal, given_from
from cheji.engine.scores.linting import NOTES, blocking, checked, lint
from cheji.engine.scores.outcomes import Adjustment, coefficient_at, coefficient_of, vetoed
from cheji.engine.scores.prorating import (
    Combined,
    Portion,
    Stint,
    combined,
    prorated,
)
from cheji.engine.scores.raters import corrected
from cheji.engine.scores.scoring import (
    ScoreCard,
    ScoreItem,
    Scorer,
    prepared,
    score,
    tier_detail,
)
from cheji.engine.scores.words import (
    METHODS,
    NAMES,
    RATERS,
    intervals,
    scheme_words,
    standard,
    veto_words,
)

__all__ = [
    "METHODS",
    "NAMES",
    "NOTES",
    "RATERS",
    "RULES",
    "Adjustment",
    "Change",
    "Combined",
    "Difference",
    "Event",
    "Given",
    "Goal",
    "Head",
    "NoReason",
    "OtherRules",
    "Placed",
    "Portion",
    "ScoreCard",
    "ScoreItem",
    "Scorer",
    "Stint",
    "against_quota",
    "blocking",
    "checked",
    "coefficient_at",
    "coefficient_of",
    "combined",
    "corrected",
    "difference",
    "distribute",
    "freezer",
    "frozen",
    "given_from",
    "heads_of",
    "intervals",
    "lint",
    "outcome_text",
    "overridden",
    "prepared",
    "prorated",
    "replay",
    "scheme_words",
    "score",
    "seal",
    "standard",
    "thawed",
    "tier_detail",
    "veto_words",
    "vetoed",
]
