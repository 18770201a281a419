"""What the verbs of the cycle share: whom it is about, and whether the table allows it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from cheji.actions import messages
from cheji.actions.deeds import Deed, deed
from cheji.actions.locking import locked
from cheji.engine.scores.cycles import BY_CODE, BY_VERB, barred
from cheji.records.models import Appraisal, Cycle
from cheji.records.parties import commands, parties_of
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer

HOLD = "SELECT 1 FROM records_cycle WHERE id = %s FOR SHARE"
HOLD_ITS = HOLD.replace("%s", "(SELECT cycle_id FROM records_appraisal WHERE id = %s)")


class WrongStep(Refused):
    """The cycle “{name}” is at “{en}”, where this is not done."""

    zh = "考核周期“{name}”处于“{zh}”阶段，此时不能执行该操作。"


class OwnAppraisal(Refused):
    """Nobody decides about himself, or alone about what he made: a second person does this."""

    zh = "不得对本人的考核或本人经办的事项作决定，须由他人执行。"


class NotYourPart(Refused):
    """This is for the person appraised, his manager or who has the task; you are none of them."""

    zh = "该操作只能由被考核人、其上级或任务承担人执行。"


class IsLeftOut(Refused):
    """This person does not take part in the cycle: {why}"""

    zh = "该人员不参加本周期考核：{why}"


@dataclass(frozen=True, slots=True)
class Done:
    """The id of what was changed, and its version where it has one."""

    id: int
    version: int = 0


@contextmanager
def duty(verb: str, *, by: Viewer, at: datetime) -> Iterator[Deed]:
    """A verb of the table: its right, its audit entry, one transaction."""
    with deed(f"appraisals.{verb}", by=by, at=at, right=BY_VERB[verb].right) as doing:
        yield doing


def cycle_for(doing: Deed, verb: str, cycle: int, version: int | None = None) -> Cycle:
    """The cycle, locked, where the table lets the viewer do this to all of it."""
    row = locked(doing.scope.cycles(), "cycle", cycle, version)
    if not commands(doing.by, verb, row):
        raise NotYourPart
    allow(doing.by, verb, row)
    doing.tell(subject=row.pk, cycle=row.name, state=row.state)
    return row


def appraisal_for(doing: Deed, verb: str, appraisal: int, version: int | None = None) -> Appraisal:
    """The appraisal, locked, in a cycle held at its step, where the table lets the viewer act."""
    _hold(HOLD_ITS, appraisal)
    rows = doing.scope.appraisals().select_related("cycle")
    row = locked(rows, "appraisal", appraisal, version)
    allow(doing.by, verb, row.cycle, row)
    if row.left_out and verb != "leave_out":
        raise IsLeftOut(why=row.left_out)
    doing.tell(subject=row.pk, outlet=row.outlet_id, cycle=row.cycle.name, person=row.person_id)
    return row


def hold(cycle: int) -> None:
    """Keep a cycle at its step until commit; others may hold it too."""
    _hold(HOLD, cycle)


def _hold(how: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(how, [number])


def allow(
    by: Viewer, verb: str, cycle: Cycle, appraisal: Appraisal | None = None, *, also: str = ""
) -> None:
    """Refuse what the table bars; `also` is a party that the viewer is besides."""
    if barred(BY_VERB[verb], cycle.state, ()) == "step":
        raise wrong_step(cycle)
    parties = {*parties_of(by, cycle, appraisal), *([also] if also else [])}
    why = barred(BY_VERB[verb], cycle.state, parties)
    if why == "own":
        raise OwnAppraisal
    if why == "other":
        raise NotYourPart


def wrong_step(cycle: Cycle) -> WrongStep:
    """The refusal that names the step at which the cycle is."""
    step = BY_CODE[cycle.state]
    return WrongStep(name=cycle.name, zh=step.zh, en=step.en)


def tell(by: Viewer, people: Iterable[int | None], what: str, about: Any, at: datetime) -> None:
    """Messages about a cycle or an appraisal to others than the one who acts."""
    cycle = about.cycle if isinstance(about, Appraisal) else about
    noun = "appraisal" if isinstance(about, Appraisal) else "cycle"
    body = {"noun": noun, "id": about.pk, "name": cycle.name, "step": cycle.state}
    messages.tell_others(by, people, f"appraisals.{what}", body, at)
