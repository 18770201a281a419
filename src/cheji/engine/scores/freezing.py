"""Scores that can be worked out again: scheme and inputs frozen as text, replayed to the byte."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from cheji.engine.definitions import Scheme, as_json, body_of, scheme_of
from cheji.engine.reasons import canonical
from cheji.engine.scores.given import Given, given_from
from cheji.engine.scores.scoring import ScoreCard, Scorer, prepared

#: Grows when the same inputs would give other figures; a replay knows all that there were.
#: 2: a veto of one part limits the total of the whole period.
RULES: Final = 2


class OtherRules(ValueError):  # noqa: N818 - reads as what happened
    """The score was frozen under rules that this program does not have."""


def frozen(scheme: Scheme, given: Given, rules: int = RULES) -> str:
    """Everything that a score rests on, as canonical JSON."""
    return freezer(scheme, rules)(given)


def freezer(scheme: Scheme, rules: int = RULES) -> Callable[[Given], str]:
    """Freezes many people's inputs under one scheme, which is written out once."""
    held = f'"rules":{canonical(rules)},"scheme":{canonical(as_json(body_of(scheme)))}'

    def freeze(given: Given) -> str:
        return f'{{"given":{canonical(given.as_json())},{held}}}'

    return freeze


def seal(text: str) -> str:
    """SHA-256 of a frozen score or of its outcome."""
    return sha256(text.encode()).hexdigest()


def replay(text: str) -> str:
    """The outcome of a frozen score as canonical JSON: the same text on any machine.

    Raises:
        OtherRules: it was frozen under other rules.
        Refused: its scheme has faults.
    """
    return outcome_text(thawed(text))


@dataclass(frozen=True, slots=True)
class Thawed:
    """A frozen score worked out again: its scheme, its card, and the rules of that time."""

    scheme: Scheme
    card: ScoreCard
    rules: int


def thaw(text: str) -> Thawed:
    """A frozen score with what it rests on.

    Raises:
        OtherRules, Refused: as `replay`.
    """
    found = json.loads(text)
    if found["rules"] not in range(1, RULES + 1):
        raise OtherRules(str(found["rules"]))
    scorer = _scorer(canonical(found["scheme"]))
    return Thawed(scorer.scheme, scorer.score(given_from(found["given"])), found["rules"])


def thawed(text: str) -> ScoreCard:
    """The score card of a frozen score."""
    return thaw(text).card


@lru_cache(maxsize=32)
def _scorer(scheme: str) -> Scorer:
    """A frozen scheme made ready: thousands are replayed under the same one."""
    return prepared(scheme_of(json.loads(scheme)))


def outcome_text(card: ScoreCard) -> str:
    """A score card's reason, which holds all of its figures, as canonical JSON."""
    return card.reason.text()
