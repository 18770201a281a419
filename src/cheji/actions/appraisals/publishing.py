"""Publishing: scores are worked out once, frozen with their inputs, and never change again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from cheji.actions.appraisals.ground import Done, cycle_for, duty, tell
from cheji.actions.appraisals.moving import enter, goes_on
from cheji.actions.runs import MarkAhead, PeriodIsRunning
from cheji.engine.definitions import Scheme
from cheji.engine.money import round_half_up
from cheji.engine.reasons import Reason
from cheji.engine.scores import (
    Portion,
    ScoreCard,
    Scorer,
    Stint,
    coefficient_at,
    combined,
    frozen,
    outcome_text,
    prepared,
    seal,
    vetoed,
)
from cheji.facts import mark as current_mark
from cheji.records.appraised import SCALE, Figures, givens_of, scheme_for
from cheji.records.audit import canonical
from cheji.records.models import Appraisal, CalibrationMove, Cycle, Run, RunInput, RunLine, Unit
from cheji.records.refusals import Refused
from cheji.records.seals import seal_of
from cheji.records.standing import TOTAL, definition_of
from cheji.records.visibility import Viewer


class FiguresMissing(Refused):
    """There are no figures for {count} of those appraised. Calculate again."""

    zh = "缺少 {count} 位被考核人的数值。请重新计算。"


@dataclass(frozen=True, slots=True)
class Part:
    """One appraisal scored: its frozen text, its card, and the days that it weighs."""

    appraisal: Appraisal
    scheme: Scheme
    text: str
    card: ScoreCard

    @property
    def portion(self) -> Portion:
        row = self.appraisal
        stint = Stint(row.since, row.until, row.role, self.scheme.code, str(row.manager_id or ""))
        return Portion(stint, row.days, row.absent)


def publish(
    *,
    by: Viewer,
    at: datetime,
    cycle: int,
    figures: Mapping[int, Figures],
    mark: int,
    version: int | None = None,
) -> Done:
    """Publish a cycle as the second person: a closed score run for each outlet.

    `figures` are by appraisal's id the KPI values of its part of the period, by code, as the reads
    found them in facts up to `mark`; everything else is taken from the records here.

    Raises:
        TasksOpen, PeriodIsRunning, MarkAhead, FiguresMissing: what keeps it from being published.
    """
    with duty("publish", by=by, at=at) as doing:
        row = cycle_for(doing, "publish", cycle, version)
        goes_on(row, "published")
        if by.on < row.until:
            raise PeriodIsRunning(last=row.until - timedelta(days=1), since=row.until)
        if mark > current_mark():
            raise MarkAhead
        people = _scored(row, figures)
        runs = [
            _keep(row, outlet, parts, (by, at, mark)) for outlet, parts in _outlets(people).items()
        ]
        until = by.on + timedelta(days=row.settings["appeal_days"])
        enter(row, "published", by, at, appeal_until=until)
        doing.tell(runs=runs, mark=mark, people=len(people))
        tell(by, people, "published", row, at)
        return Done(row.pk, row.version)


def _scored(cycle: Cycle, figures: Mapping[int, Figures]) -> dict[int, list[Part]]:
    """Everybody's parts in order of time, by person."""
    people = cycle.appraisals.filter(left_out="").select_related("scheme", "outlet")
    rows = list(people.order_by("person__number", "since", "id"))
    missing = sum(row.pk not in figures for row in rows)
    if missing:
        raise FiguresMissing(count=missing)
    givens = givens_of(rows, figures)
    scorers: dict[int, tuple[Scheme, Scorer]] = {}
    found: dict[int, list[Part]] = {}
    for row in rows:
        if row.scheme_id not in scorers:
            scheme = scheme_for(row)
            scorers[row.scheme_id] = scheme, prepared(scheme)
        scheme, scorer = scorers[row.scheme_id]
        given = givens[row.pk]
        part = Part(row, scheme, frozen(scheme, given), scorer.score(given))
        found.setdefault(row.person_id, []).append(part)
    return found


def _outlets(people: Mapping[int, Sequence[Part]]) -> dict[Unit, list[Sequence[Part]]]:
    """People under the outlet where they ended the period."""
    found: dict[Unit, list[Sequence[Part]]] = {}
    for parts in people.values():
        found.setdefault(parts[-1].appraisal.outlet, []).append(parts)
    return found


def _keep(
    cycle: Cycle,
    outlet: Unit,
    people: Sequence[Sequence[Part]],
    when: tuple[Viewer, datetime, int],
) -> int:
    """Write an outlet's run with lines and inputs, and close it; returns its id."""
    by, at, mark = when
    schemes = sorted({part.appraisal.scheme.digest for parts in people for part in parts})
    run = Run.objects.create(
        kind=Run.Kind.SCORE, outlet=outlet, grain=cycle.grain, period=cycle.period,
        definition=definition_of(cycle.pk), digest=seal(canonical(schemes)), mark=mark,
        made_by_id=cycle.moved_by_id, made_at=at,
    )  # fmt: skip
    lines = [line for parts in people for line in _lines(cycle, parts)]
    for position, line in enumerate(lines, start=1):
        line.run, line.position = run, position
    RunLine.objects.bulk_create(lines, batch_size=2000)
    RunInput.objects.bulk_create(
        RunInput(
            run=run, appraisal=part.appraisal, text=part.text,
            outcome=seal(outcome_text(part.card)), days=part.appraisal.days,
        )
        for parts in people
        for part in parts
    )  # fmt: skip
    run.sealed = seal_of(run)
    run.state, run.closed_at, run.closed_by_id = Run.State.CLOSED, at, by.user
    run.save()
    return run.pk


def _lines(cycle: Cycle, parts: Sequence[Part]) -> list[RunLine]:
    """A person's total, then the items of each of his parts."""
    person = parts[0].appraisal.person_id
    total = calibrated(cycle, parts[-1], result(parts))
    found = [
        RunLine(person_id=person, code=TOTAL, value=_points(total.value), reason=total.as_json())
    ]
    for part in parts:
        found += [
            RunLine(
                person_id=person, code=item.reason.code, value=_points(item.points),
                reason=item.reason.as_json(), source_kind="appraisal", source=part.appraisal.pk,
            )
            for item in part.card.items
        ]  # fmt: skip
    return found


def _points(value: Any) -> int | None:
    return None if value is None else round_half_up(value * SCALE)


def result(parts: Sequence[Part]) -> Reason:
    """The reason of a person's result: of his one card, or of several weighted by days."""
    if len(parts) == 1:
        return parts[0].card.reason
    whole = combined(parts[-1].scheme, [(part.portion, part.card) for part in parts])
    detail = (*whole.reason.detail, ("grade", whole.grade), ("coefficient", whole.coefficient))
    return replace(whole.reason, detail=detail)


def calibrated(cycle: Cycle, last: Part, reason: Reason) -> Reason:
    """The reason with the grade that calibration gave, the coefficient following it.

    A veto is not calibrated away, nor is a grade given to somebody without a total. `last` is the
    person's part at the end of the period, by whose scheme the coefficient goes.
    """
    moves = CalibrationMove.objects.filter(cycle=cycle, person=last.appraisal.person_id)
    move = moves.order_by("id").last()
    cards = [part for part in reason.parts if part.kind == "score_portion"]
    told = [vetoed(card) for card in (reason, *(part.parts[0] for part in cards))]
    if move is None or reason.value is None or any(told):
        return reason
    found = dict(reason.detail)
    rate = coefficient_at(last.scheme, Fraction(reason.value), move.to_grade)
    found |= {"grade_scored": found.get("grade"), "coefficient_scored": found.get("coefficient")}
    found |= {"grade": move.to_grade, "coefficient": rate, "calibrated": move.reason}
    return replace(reason, detail=tuple(found.items()))
