"""A person's result from the cards of his parts: together, as calibrated, after an appeal.

Publishing and deciding appeals write it, replaying works it out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import dropwhile
from typing import Any

from cheji.engine.definitions import Scheme
from cheji.engine.reasons import Reason
from cheji.engine.scores import (
    RULES,
    Portion,
    ScoreCard,
    Stint,
    coefficient_at,
    combined,
    thaw,
)

from .models import Appraisal, CalibrationMove, Cycle
from .refusals import Refused
from .standing import Standing


class GradeIsNotThere(Refused):
    """{name} was moved to “{grade}”, which the scheme of his last part lacks. Move him again."""

    zh = "{name} 被调整为“{grade}”，其最后一段的考核方案没有该等级。请重新调整。"


@dataclass(frozen=True, slots=True)
class Part:
    """One appraisal scored: its frozen text, its card, and the days that it weighs.

    `rules` are those under which the text was frozen.
    """

    appraisal: Appraisal
    scheme: Scheme
    text: str
    card: ScoreCard
    rules: int = RULES

    @property
    def portion(self) -> Portion:
        return portion_of(self.appraisal, self.scheme)


def portion_of(row: Appraisal, scheme: Scheme) -> Portion:
    """The days of an appraisal, as they weigh among a person's parts under this scheme."""
    stint = Stint(row.since, row.until, row.role, scheme.code, str(row.manager_id or ""))
    return Portion(stint, row.days, row.absent)


def part_of(appraisal: Appraisal, text: str) -> Part:
    """A part as its frozen text gives it again.

    Raises:
        OtherRules, Refused: the text is of other rules, or its scheme has faults.
    """
    found = thaw(text)
    return Part(appraisal, found.scheme, text, found.card, found.rules)


def points_of(appraisal: Appraisal, text: str, item: str) -> Fraction:
    """An item's points as a frozen text gives them.

    Raises:
        OtherRules, Refused: the text is of other rules, or its scheme has faults.
    """
    card = part_of(appraisal, text).card
    return next(one.points for one in card.items if one.reason.code == item)


def result(parts: Sequence[Part]) -> Reason:
    """The reason of a person's result: of his one card, or of several weighted by days."""
    if len(parts) == 1:
        return parts[0].card.reason
    last, cards = parts[-1], [(part.portion, part.card) for part in parts]
    whole = combined(last.scheme, cards, last.rules)
    detail = (*whole.reason.detail, ("grade", whole.grade), ("coefficient", whole.coefficient))
    return replace(whole.reason, detail=detail)


def moves_of(cycle: Cycle) -> dict[int, CalibrationMove]:
    """The last change of a grade by person."""
    rows = CalibrationMove.objects.filter(cycle=cycle).order_by("id")
    return {row.person_id: row for row in rows}


def calibrated(move: CalibrationMove | None, last: Part, reason: Reason) -> Reason:
    """The reason with the grade that calibration gave, the coefficient following it.

    A veto is not calibrated away, nor is a grade given to somebody without a total. `last` is the
    person's part at the end of the period, by whose scheme the coefficient goes.

    Raises:
        GradeIsNotThere: that scheme does not know the grade.
    """
    if move is None or reason.value is None:
        return reason
    cards = (reason, *(card for part in reason.parts for card in part.parts))
    if any(map(_vetoed, cards)):
        return reason
    if move.to_grade not in {grade.label for grade in last.scheme.grades}:
        raise GradeIsNotThere(name=last.appraisal.person.name, grade=move.to_grade)
    found = dict(reason.detail)
    rate = coefficient_at(last.scheme, Fraction(reason.value), move.to_grade)
    found |= {"grade_scored": found.get("grade"), "coefficient_scored": found.get("coefficient")}
    found |= {"grade": move.to_grade, "coefficient": rate, "calibrated": move.reason}
    return replace(reason, detail=tuple(found.items()))


def _vetoed(card: Reason) -> bool:
    """Whether a veto holds in a card."""
    told: Any = dict(card.detail).get("vetoes") or ()
    return any(not one["why_not"] for one in told)


def regraded(reason: Reason, last: Part, move: CalibrationMove | None, before: Standing) -> Reason:
    """The reason after an appeal, with the calibrated grade where it still holds.

    It holds as long as the score asks for the grade that was calibrated, and where the score rose
    to one still below it, since nobody is worse off for having been right; so from rules 2 on.
    """
    was, now = before.reason["detail"].get("grade_scored"), dict(reason.detail).get("grade")
    rose = reason.value is not None and Fraction(reason.value) > (before.total or 0)
    higher = dropwhile(lambda label: label != now, [grade.label for grade in last.scheme.grades])
    kept = last.rules > 1 and rose and before.grade in higher
    if was is None or not (now == was or kept):
        return reason
    return calibrated(move, last, reason)
