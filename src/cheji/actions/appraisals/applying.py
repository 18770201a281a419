"""Applying a cycle: grade and coefficient of everybody, and suggestions by rules."""

from datetime import datetime

from cheji.actions.appraisals.ground import Done, NotYourPart, cycle_for, duty, tell
from cheji.actions.appraisals.moving import AppealsOpen, enter, goes_on
from cheji.actions.deeds import SayWhy
from cheji.actions.locking import changed, locked
from cheji.engine.reasons import plain
from cheji.engine.scores.cycles import FINAL
from cheji.engine.scores.suggestions import Suggestion, suggestions
from cheji.records.appraised import scheme_for
from cheji.records.models import Appeal, Appraisal, Cycle, Outcome, Violation
from cheji.records.refusals import Refused
from cheji.records.standing import Standing, standings
from cheji.records.visibility import Viewer


class OutcomeAnswered(Refused):
    """This suggestion is answered already."""

    zh = "该建议已答复。"


def apply(*, by: Viewer, at: datetime, cycle: int, version: int | None = None) -> Done:
    """Write down what follows from an archived cycle: grades, coefficients, suggestions."""
    with duty("apply", by=by, at=at) as doing:
        row = cycle_for(doing, "apply", cycle, version)
        goes_on(row, "applied")
        open_ = Appeal.objects.filter(appraisal__cycle=row, state__in=("open", "heard")).count()
        if open_:
            raise AppealsOpen(count=open_)
        history = _history(row)
        rows: list[Outcome] = []
        found = standings(row)
        for standing in found.values():
            rows += _outcomes(row, standing, history)
        for one in rows:
            one.made_by_id, one.made_at = by.user, at
        Outcome.objects.bulk_create(rows, batch_size=2000)
        enter(row, "applied", by, at)
        doing.tell(outcomes=len(rows))
        tell(by, found, "applied", row, at)
        return Done(row.pk, row.version)


def _history(cycle: Cycle) -> dict[int, list[str]]:
    """Grades of earlier cycles of the same grain by person, the latest first."""
    earlier = Cycle.objects.filter(grain=cycle.grain, until__lte=cycle.since, state__in=FINAL)
    found: dict[int, list[str]] = {}
    for one in earlier.order_by("-until", "-id")[:3]:
        for person, standing in standings(one).items():
            found.setdefault(person, []).append(standing.grade)
    return found


def _outcomes(cycle: Cycle, standing: Standing, history: dict[int, list[str]]) -> list[Outcome]:
    last = Appraisal.objects.filter(cycle=cycle, person=standing.person, left_out="")
    scheme = scheme_for(last.select_related("scheme").order_by("-until", "-id")[0])
    broken = Violation.objects.filter(
        person=standing.person, on_date__gte=cycle.since, on_date__lt=cycle.until, state="decided"
    ).exists()
    grades = [standing.grade, *history.get(standing.person, [])]
    made = [
        Suggestion("grade", "published", "考核等级", "grade", {"grade": standing.grade}),
        Suggestion("coefficient", "published", "绩效系数", "coefficient of pay",
                   {"coefficient": plain(standing.coefficient)}),
    ]  # fmt: skip
    told = suggestions(scheme, grades, standing.reason, broken=broken)
    return [
        Outcome(
            cycle=cycle, person_id=standing.person, kind=one.kind, rule=one.rule, zh=one.zh,
            en=one.en, value=one.value, state="accepted" if one in made else "suggested",
        )
        for one in [*made, *told]
    ]  # fmt: skip


def answer_outcome(
    *, by: Viewer, at: datetime, outcome: int, accept: bool, reason: str = "",
    version: int | None = None,
) -> Done:  # fmt: skip
    """Accept a suggestion, or decline it with a reason; never one's own."""
    with duty("answer_outcome", by=by, at=at) as doing:
        row = locked(doing.scope.outcomes(), "outcome", outcome, version)
        if row.person_id == by.person:
            raise NotYourPart
        if row.state != Outcome.State.SUGGESTED:
            raise OutcomeAnswered
        if not accept and not reason.strip():
            raise SayWhy(field="reason")
        state = Outcome.State.ACCEPTED if accept else Outcome.State.DECLINED
        changed(row, state=state, reason=reason, answered_by_id=by.user, answered_at=at)
        doing.tell(subject=row.pk, state=state, reason=reason, person=row.person_id)
        return Done(row.pk, row.version)
