"""What a person says to his statement, and the settlement sheet of one who leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from cheji.actions.locking import changed, locked
from cheji.actions.outlets import outlet_of
from cheji.actions.pay.ground import Done, pay_duty
from cheji.actions.pay.splits import IsDecided, second_person
from cheji.records.audit import canonical
from cheji.records.models import Acknowledgement, PayInput, Person, Run, Settlement
from cheji.records.refusals import Refused
from cheji.records.visibility import Viewer, one


class OtherStatement(Refused):
    """The statement is another one by now. Open it again, then sign."""

    zh = "提成单已不是您看到的版本。请重新打开后再签收。"


class NotClosedYet(Refused):
    """A statement is signed once its run is closed."""

    zh = "提成计算关账后方可签收。"


def acknowledge(*, by: Viewer, at: datetime, run: int, outcome: str, note: str = "") -> Done:
    """Sign one's own statement of a closed run; `outcome` is the seal that was shown with it."""
    with pay_duty("acknowledge", by=by, at=at, right="pay.join") as doing:
        rows = doing.scope.pay_rows(PayInput).filter(person=by.person)
        mine = one(rows, "pay statement", run, run=run)
        if mine.run.state not in Run.FIXED:
            raise NotClosedYet
        if mine.outcome != outcome:
            raise OtherStatement
        made = Acknowledgement.objects.create(
            run_id=run, person_id=mine.person_id, at=at, digest=outcome, note=note
        )
        doing.tell(subject=run, outlet=mine.run.outlet_id, outcome=outcome)
        return Done(made.pk)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A settlement as it was worked out; fen. `body` has its three lists."""

    person: int
    outlet: int
    left_on: date
    earned: int
    held: int
    due: int
    body: Mapping[str, Any]


def settle_leaver(*, by: Viewer, at: datetime, sheet: Sheet) -> Done:
    """Draw up what somebody who leaves has earned, what is held and what is open.

    One that is not approved yet is drawn up anew.
    """
    with pay_duty("settle_leaver", by=by, at=at, right="pay.settle") as doing:
        where = outlet_of(doing.scope, sheet.outlet)
        people = Person.objects.filter(posts__unit__path__startswith=where.path)
        who = one(people.distinct(), "person", sheet.person, pk=sheet.person)
        body = dict(sheet.body)
        values = {
            "body": body, "digest": sha256(canonical(body).encode()).hexdigest(),
            "earned": sheet.earned, "held": sheet.held, "due": sheet.due,
        }  # fmt: skip
        rows = Settlement.objects.select_for_update()
        row = rows.filter(person=who, outlet=where, left_on=sheet.left_on).first()
        if row is None:
            row = Settlement.objects.create(
                person=who, outlet=where, left_on=sheet.left_on, made_by_id=by.user, made_at=at,
                **values,
            )  # fmt: skip
        elif row.state != Settlement.State.DRAWN_UP:
            raise IsDecided
        else:
            changed(row, **values, made_by_id=by.user, made_at=at)
        doing.tell(subject=row.pk, outlet=where.pk, person=who.pk, digest=row.digest)
        return Done(row.pk, row.version)


def approve_settlement(
    *, by: Viewer, at: datetime, settlement: int, version: int | None = None
) -> Done:
    """Approve what somebody else drew up for somebody else."""
    with pay_duty("approve_settlement", by=by, at=at, right="pay.approve") as doing:
        row = locked(doing.scope.settlements(), "settlement", settlement, version)
        if row.state != Settlement.State.DRAWN_UP:
            raise IsDecided
        second_person(by, row.made_by_id, [row.person_id])
        changed(row, state=Settlement.State.APPROVED, approved_by_id=by.user, approved_at=at)
        doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id)
        return Done(row.pk, row.version)


def pay_settlement(
    *, by: Viewer, at: datetime, settlement: int, version: int | None = None
) -> Done:
    """Say that an approved settlement was paid."""
    with pay_duty("pay_settlement", by=by, at=at, right="pay.pay") as doing:
        row = locked(doing.scope.settlements(), "settlement", settlement, version)
        if row.state != Settlement.State.APPROVED:
            raise IsDecided
        changed(row, state=Settlement.State.PAID)
        doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id)
        return Done(row.pk, row.version)
