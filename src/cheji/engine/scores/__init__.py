"""Scores: from a scheme and a person's inputs to points, grade and coefficient, each explained."""

from cheji.engine.scores.differences import (
    CAUSE_NAMES,
    EFFECT_NAMES,
    Cause,
    Change,
    Difference,
    difference,
)
from cheji.engine.scores.distribution import (
    LEVELS,
    Head,
    Placed,
    distribute,
    heads_of,
)
from cheji.engine.scores.freezing import (
    RULES,
    OtherRules,
    freezer,
    frozen,
    outcome_text,
    replay,
    seal,
    thaw,
    thawed,
)
from cheji.engine.scores.given import WHOLE_DAYS, Days, Event, Given, Goal, given_from, prorated
from cheji.engine.scores.linting import NOTES, blocking, lint, own_faults
from cheji.engine.scores.methods import AIMED, aimed
from cheji.engine.scores.outcomes import Adjustment, coefficient_at, coefficient_of
from cheji.engine.scores.prorating import (
    Combined,
    Portion,
    Stint,
    combined,
)
from cheji.engine.scores.raters import corrected
from cheji.engine.scores.scheme_words import scheme_words, veto_words
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
    days_words,
    deduction_words,
    intervals,
    standard,
)

__all__ = [
    "AIMED",
    "CAUSE_NAMES",
    "EFFECT_NAMES",
    "LEVELS",
    "METHODS",
    "NAMES",
    "NOTES",
    "RATERS",
    "RULES",
    "WHOLE_DAYS",
    "Adjustment",
    "Cause",
    "Change",
    "Combined",
    "Days",
    "Difference",
    "Event",
    "Given",
    "Goal",
    "Head",
    "OtherRules",
    "Placed",
    "Portion",
    "ScoreCard",
    "ScoreItem",
    "Scorer",
    "Stint",
    "aimed",
    "blocking",
    "coefficient_at",
    "coefficient_of",
    "combined",
    "corrected",
    "days_words",
    "deduction_words",
    "difference",
    "distribute",
    "freezer",
    "frozen",
    "given_from",
    "heads_of",
    "intervals",
    "lint",
    "outcome_text",
    "own_faults",
    "prepared",
    "prorated",
    "replay",
    "scheme_words",
    "score",
    "seal",
    "standard",
    "thaw",
    "thawed",
    "tier_detail",
    "veto_words",
]
