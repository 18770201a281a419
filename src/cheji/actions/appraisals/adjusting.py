"""What changes a published result: it is scored again, and what comes of it is kept beside it."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from cheji.actions.appraisals.applying import suggest_again
from cheji.actions.appraisals.ground import hold
from cheji.actions.deeds import NothingDiffers
from cheji.engine.definitions import scheme_of
from cheji.engine.money import round_half_up
from cheji.engine.reasons import plain
from cheji.engine.scores import Event, frozen, given_from
from cheji.engine.scores.cycles import FINAL
from cheji.records.appraised import SCALE, events_of
from cheji.records.models import Adjustment, Appraisal, Cycle, Outcome, Violation
from cheji.records.scored import moves_of, part_of, regraded, result
from cheji.records.standing import inputs_of, standings
from cheji.records.visibility import Viewer


def adjust(row: Appraisal, right: Callable[[str], str], at: datetime, **cause: Any) -> Adjustment:
    """Score the person again with one part's frozen text put right, and keep what came of it.

    Raises:
        NothingDiffers: the score stays as it was.
    """
    _wait_for_others(row)
    before = standings(row.cycle, [row.person_id])[row.person_id]
    parts, text = [], ""
    for kept, held in inputs_of(row.cycle, row.person_id):
        mine = kept.appraisal_id == row.pk
        now = right(held) if mine else held
        text = now if mine else text
        parts.append(part_of(kept.appraisal, now))
    move = moves_of(row.cycle).get(row.person_id)
    after = regraded(result(parts), parts[-1], move, before)
    if after.as_json() == before.reason:
        raise NothingDiffers
    return Adjustment.objects.create(
        appraisal=row, before=_points(before.total), after=_points(after.value),
        grade_before=before.grade, grade_after=str(dict(after.detail).get("grade") or ""),
        reason_before=before.reason, reason_after=after.as_json(), text=text, made_at=at, **cause,
    )  # fmt: skip


def _wait_for_others(row: Appraisal) -> None:
    """Two decisions about one person follow each other: the second begins with the first's."""
    mine = Appraisal.objects.filter(cycle=row.cycle_id, person=row.person_id)
    list(mine.select_for_update().order_by("pk").values_list("pk"))


def _points(value: Any) -> int | None:
    return None if value is None else round_half_up(value * SCALE)


def follow(row: Appraisal, by: Viewer, at: datetime, *, rule: str, told: tuple[str, str]) -> None:
    """Grade, coefficient and suggestions again, beside those that were applied already."""
    cycle, person = row.cycle, row.person_id
    if cycle.state != "applied":
        return
    held = standings(cycle, [person])[person]
    figures = {"grade": held.grade, "coefficient": plain(held.coefficient)}
    Outcome.objects.bulk_create(
        Outcome(
            cycle=cycle, person_id=person, kind=kind, rule=rule, zh=told[0], en=told[1],
            value={kind: value}, state=Outcome.State.ACCEPTED, made_by_id=by.user, made_at=at,
        )
        for kind, value in figures.items()
    )  # fmt: skip
    suggest_again(cycle, held, by, at, " · ".join(told))


def adjust_for(violation: Violation, by: Viewer, at: datetime) -> list[int]:
    """Let a proven violation count in results published before it was decided.

    Returns the ids of the adjustments: one for each cycle whose result it changes.
    """
    number = violation.pk
    told = f"违规 {number} 在公布后认定的调整", f"adjusted by violation {number}, decided later"
    found = []
    for row, events in _published(violation):
        if made := _struck(row, events, violation, at):
            follow(row, by, at, rule=f"violation_{number}", told=told)
            found.append(made.pk)
    return found


def _published(violation: Violation) -> Iterator[tuple[Appraisal, tuple[Event, ...]]]:
    """The published parts in which a violation counts, with what it is to each."""
    cycles = Cycle.objects.filter(
        appraisals__person=violation.person_id, since__lte=violation.on_date,
        until__gt=violation.on_date,
    )  # fmt: skip
    for number in sorted(set(cycles.values_list("pk", flat=True))):
        hold(number)
        cycle = Cycle.objects.get(pk=number)
        yield from events_of(cycle, violation) if cycle.state in FINAL else ()


def _struck(
    row: Appraisal, events: tuple[Event, ...], violation: Violation, at: datetime
) -> Adjustment | None:
    """The adjustment, or None where the score stays as it was."""
    sources = {event.source for event in events}

    def right(text: str) -> str:
        held = json.loads(text)
        given = given_from(held["given"])
        others = (event for event in given.events if event.source not in sources)
        now = replace(given, events=(*others, *events))
        return frozen(scheme_of(held["scheme"]), now, held["rules"])

    with suppress(NothingDiffers):
        return adjust(row, right, at, violation=violation)
    return None
