"""改进项: what somebody is to get better at, agreed under an appraisal, ended with a word."""

from dataclasses import dataclass
from datetime import date, datetime

from cheji.actions import messages
from cheji.actions.appraisals.ground import Done, OwnAppraisal
from cheji.actions.deeds import SayWhy, deed
from cheji.actions.locking import changed, locked
from cheji.records.models import Development
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import Words


class DevelopmentIsOver(Refused):
    """This improvement is done or dropped already."""

    zh = "该改进项已完成或已取消。"


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is to improve, how one sees it, until when; `kpi` is the weak step."""

    text: str
    until: date
    measure: str = ""
    kpi: str = ""


def plan_development(*, by: Viewer, at: datetime, appraisal: int, what: Improvement) -> Done:
    """Agree with somebody of one's people what he is to improve; it goes into his next terms."""
    with deed("developments.plan", by=by, at=at, right="talks.write") as doing:
        rows = doing.scope.appraisals_in_reach()
        row = one(rows, "appraisal", appraisal, pk=appraisal)
        if row.person_id == by.person:
            raise OwnAppraisal
        if not what.text.strip():
            raise SayWhy(field="text")
        if what.until < by.on:
            raise BadValue(
                field="until",
                value=what.until.isoformat(),
                why=Words(f"不能早于 {by.on}", f"it must not be before {by.on}"),
            )
        made = Development.objects.create(
            outlet=row.outlet, person=row.person, appraisal=row, kpi=what.kpi,
            text=what.text.strip(), measure=what.measure, until=what.until,
            made_by_id=by.user, made_at=at,
        )  # fmt: skip
        doing.tell(subject=made.pk, outlet=row.outlet_id, person=row.person_id, text=made.text)
        body = {"noun": "appraisal", "id": row.pk, "name": made.text, "on_date": str(made.until)}
        messages.tell_others(by, [row.person_id], "developments.planned", body, at)
        return Done(made.pk, made.version)


def end_development(
    *,
    by: Viewer,
    at: datetime,
    development: int,
    done: bool,
    note: str,
    version: int | None = None,
) -> Done:
    """Say as another than the person that it is reached, or is dropped, and how it went."""
    with deed("developments.end", by=by, at=at, right="talks.write") as doing:
        row = locked(doing.scope.developments(), "development", development, version)
        if row.person_id == by.person:
            raise OwnAppraisal
        if row.state != Development.State.OPEN:
            raise DevelopmentIsOver
        if not note.strip():
            raise SayWhy(field="note")
        state = Development.State.DONE if done else Development.State.DROPPED
        changed(row, state=state, ended_on=by.on, ended_note=note.strip())
        doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id, state=str(state))
        return Done(row.pk, row.version)
