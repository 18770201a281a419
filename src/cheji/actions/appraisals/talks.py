"""面谈: what was talked about, observed or practised with somebody, and what was agreed."""

from dataclasses import dataclass
from datetime import date, datetime

from cheji.actions import messages
from cheji.actions.appraisals.ground import Done, NotYourPart, OwnAppraisal
from cheji.actions.dates import happened
from cheji.actions.deeds import SayWhy, deed
from cheji.actions.outlets import in_post, outlet_of
from cheji.records.models import Talk
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer, one
from cheji.records.words import TALKS, one_of


@dataclass(frozen=True, slots=True)
class Said:
    """What a talk was about: `kpi` is the weak step, `task` the coaching task it belongs to."""

    kind: str
    text: str
    kpi: str = ""
    agreed: str = ""
    next_on: date | None = None
    appraisal: int | None = None
    task: int | None = None


def log_talk(
    *, by: Viewer, at: datetime, outlet: int, person: int, on_date: date, said: Said
) -> Done:
    """Write down a talk with somebody of one's outlet or team; he finds it in his inbox."""
    with deed("talks.log", by=by, at=at, right="talks.write") as doing:
        where = outlet_of(doing.scope, outlet)
        reach = doing.scope.reach("appraisals")
        inside = outlet in reach.outlets or (outlet, person) in reach.members
        if not (reach.everything or inside) or in_post(person, where, on_date) is None:
            raise NotFound(noun="person", key=person)
        if person == by.person:
            raise OwnAppraisal
        happened(on_date, today=by.on, field="on_date")
        if said.kind not in Talk.Kind.values:
            raise BadValue(field="kind", value=said.kind, why=one_of(TALKS))
        if not said.text.strip():
            raise SayWhy(field="text")
        if said.appraisal is not None:
            mine = doing.scope.appraisals().filter(person=person)
            one(mine, "appraisal", said.appraisal, pk=said.appraisal)
        if said.task is not None:
            tasks = doing.scope.coaching().filter(person=person)
            one(tasks, "task", said.task, pk=said.task)
        made = Talk.objects.create(
            outlet=where, person_id=person, appraisal_id=said.appraisal, task_id=said.task,
            on_date=on_date, kind=said.kind, kpi=said.kpi, text=said.text, agreed=said.agreed,
            next_on=said.next_on, made_by_id=by.user, made_at=at,
        )  # fmt: skip
        doing.tell(subject=made.pk, outlet=outlet, person=person, kind=said.kind)
        body = {"noun": "talk", "id": made.pk, "kind": said.kind, "on_date": str(on_date)}
        messages.tell_others(by, [person], "talks.logged", body, at)
        return Done(made.pk)


def see_talk(*, by: Viewer, at: datetime, talk: int) -> Done:
    """Confirm as the person that one has read what was written down."""
    with deed("talks.see", by=by, at=at, right="appraisals.join") as doing:
        row = one(doing.scope.talks(), "talk", talk, pk=talk)
        if row.person_id != by.person:
            raise NotYourPart
        if row.seen_at is None:
            row.seen_at = at
            row.save(update_fields=["seen_at"])
        doing.tell(subject=row.pk, outlet=row.outlet_id)
        return Done(row.pk)
