"""Applying a cycle: grade and coefficient of everybody, and suggestions by rules."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cheji.actions.appraisals.aiming import propose_targets
from cheji.actions.appraisals.ground import Done, NotYourPart, cycle_for, duty, tell
from cheji.actions.appraisals.moving import AppealsOpen, enter, goes_on
from cheji.actions.deeds import SayWhy
from cheji.actions.locking import changed, locked
from cheji.engine.definitions import RATES, scheme_of
from cheji.engine.formulas import PIECES
from cheji.engine.reasons import plain
from cheji.engine.scores.cycles import FINAL
from cheji.engine.scores.suggestions import Suggestion, dismissed, suggestions
from cheji.records.models import Appeal, Cycle, DefinitionVersion, Outcome, Violation
from cheji.records.refusals import Refused
from cheji.records.standing import Standing, grades_of, standings
from cheji.records.visibility import Viewer

#: What a result is, and what is given for it alone.
FIGURES: Final = ("grade", "coefficient")
HONOURS: Final = ("promotion", "certificate")


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
        found = standings(row)
        known = _Known(row, found)
        rows = [one for standing in found.values() for one in known.outcomes(standing)]
        for one in rows:
            one.made_by_id, one.made_at = by.user, at
        Outcome.objects.bulk_create(rows, batch_size=2000)
        enter(row, "applied", by, at)
        doing.tell(outcomes=len(rows))
        tell(by, found, "applied", row, at)
        return Done(row.pk, row.version)


class _Known:
    """What suggestions rest on besides the results of a cycle, read once for everybody."""

    def __init__(self, cycle: Cycle, people: Collection[int]) -> None:
        self.cycle = cycle
        counted = cycle.appraisals.filter(left_out="").order_by("since", "id")
        self.last = dict(counted.values_list("person", "scheme"))
        versions = DefinitionVersion.objects.in_bulk(set(self.last.values()))
        self.schemes = {key: scheme_of(row.body) for key, row in versions.items()}
        earlier = Cycle.objects.filter(
            grain=cycle.grain, until=cycle.since, state__in=FINAL, appraisals__person__in=people
        )
        self.before = grades_of(earlier.values_list("pk", flat=True).distinct(), people)
        self.counts = _counts()
        self.broken: dict[int, set[str]] = {}
        rows = Violation.objects.filter(
            person__in=people, state=Violation.State.DECIDED,
            on_date__gte=cycle.since, on_date__lt=cycle.until,
        )  # fmt: skip
        for person, number in rows.values_list("person", "pk"):
            self.broken.setdefault(person, set()).add(f"violation:{number}")

    def outcomes(self, standing: Standing) -> list[Outcome]:
        """Grade and coefficient of one person, and what they suggest."""
        person = standing.person
        before = [self.before[person]] if person in self.before else []
        made = [
            Suggestion("grade", "published", "考核等级", "grade", {"grade": standing.grade}),
            Suggestion("coefficient", "published", "绩效系数", "coefficient of pay",
                       {"coefficient": plain(standing.coefficient)}),
        ]  # fmt: skip
        told = suggestions(
            self.schemes[self.last[person]], [standing.grade, *before], standing.reason,
            broken=bool(self.broken.get(person, set()) - dismissed(standing.reason)),
            counts=self.counts,
        )  # fmt: skip
        return [
            Outcome(
                cycle=self.cycle, person_id=person, kind=one.kind, rule=one.rule, zh=one.zh,
                en=one.en, value=one.value, state="accepted" if one in made else "suggested",
            )
            for one in [*made, *told]
        ]  # fmt: skip


def suggest_again(cycle: Cycle, held: Standing, by: Viewer, at: datetime, why: str) -> None:
    """Suggestions by an adjusted result: what its rule no longer gives is withdrawn with `why`.

    A training or target that somebody accepted is under way and stays. What was withdrawn and holds
    again waits for an answer anew.
    """
    told = _Known(cycle, [held.person]).outcomes(held)
    now = {(one.kind, one.rule): one for one in told if one.state == Outcome.State.SUGGESTED}
    rows = Outcome.objects.filter(cycle=cycle, person=held.person).exclude(kind__in=FIGURES)
    for row in rows.select_for_update():
        holds = now.pop((row.kind, row.rule), None)
        stands = row.state == Outcome.State.ACCEPTED and row.kind not in HONOURS
        withdrawn = row.state == Outcome.State.DECLINED and row.answered_by_id is None
        if holds and withdrawn:
            changed(row, state=Outcome.State.SUGGESTED, reason="", value=holds.value)
        elif not holds and not stands and row.state != Outcome.State.DECLINED:
            changed(row, state=Outcome.State.DECLINED, reason=why, answered_by=None)
    for one in now.values():
        one.made_by_id, one.made_at = by.user, at
    Outcome.objects.bulk_create(now.values())


def _counts() -> set[str]:
    """The KPIs that count whole things: vehicles, customers and the like, none per another."""
    rows = DefinitionVersion.objects.filter(kind="kpi", state="published")
    told = dict(rows.order_by("valid_from").values_list("code", "body"))
    return {
        code
        for code, body in told.items()
        if body.get("unit") in PIECES and body.get("kind") not in RATES
    }


@dataclass(frozen=True, slots=True)
class Answered(Done):
    """The suggestion that was answered, and the targets proposed by it."""

    proposals: tuple[int, ...] = ()


def answer_outcome(
    *, by: Viewer, at: datetime, outcome: int, accept: bool, reason: str = "",
    version: int | None = None,
) -> Answered:  # fmt: skip
    """Accept a suggestion, or decline it with a reason; never one's own.

    Targets that are accepted are proposed for the next period: a second person decides on them.
    """
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
        made = propose_targets(doing, row) if accept and row.kind == "target" else ()
        doing.tell(proposals=list(made))
        return Answered(row.pk, row.version, tuple(made))
