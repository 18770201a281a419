"""Everybody's result in a cycle: live before publication, as published after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cheji.engine.definitions import Scheme
from cheji.engine.scores import ScoreCard, combined
from cheji.engine.scores.cycles import FINAL
from cheji.reads.appraisals.standing import cards_now
from cheji.records.appraised import scheme_for
from cheji.records.models import Appraisal, Cycle
from cheji.records.scored import portion_of
from cheji.records.standing import Standing, standings
from cheji.records.visibility import Viewer


@dataclass(frozen=True)
class Scored:
    """A person's parts with their card together."""

    rows: tuple[Appraisal, ...]
    scheme: Scheme
    total: Fraction | None
    grade: str
    points: Mapping[str, Fraction]
    veto: bool

    @property
    def last(self) -> Appraisal:
        return self.rows[-1]


def scored(viewer: Viewer, cycle: Cycle, rows: Sequence[Appraisal]) -> list[Scored]:
    """One result for each person of these appraisals, which are in the order of time."""
    people: dict[int, list[Appraisal]] = {}
    for row in rows:
        people.setdefault(row.person_id, []).append(row)
    if cycle.state in FINAL:
        held = standings(cycle, people)
        return [_published(parts, held[who_]) for who_, parts in people.items() if who_ in held]
    cards = cards_now(viewer, rows)
    return [_live(parts, [cards[row.pk] for row in parts]) for parts in people.values()]


def _published(rows: Sequence[Appraisal], held: Standing) -> Scored:
    detail = held.reason["detail"]
    grade = detail.get("grade_scored") or held.grade
    return Scored(tuple(rows), scheme_for(rows[-1]), held.total, grade, {}, held.vetoed)


def _live(rows: Sequence[Appraisal], cards: Sequence[ScoreCard]) -> Scored:
    scheme = scheme_for(rows[-1])
    points = {item.reason.code: item.points for card in cards for item in card.items}
    veto = any(card.vetoes for card in cards)
    if len(cards) == 1:
        return Scored(tuple(rows), scheme, cards[0].total, cards[0].grade, points, veto)
    portions = [(portion_of(row, scheme), card) for row, card in zip(rows, cards, strict=True)]
    whole = combined(scheme, portions)
    return Scored(tuple(rows), scheme, whole.total, whole.grade, points, veto)
