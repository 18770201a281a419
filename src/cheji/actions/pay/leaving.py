"""What a person says to his statement, and the settlement sheet of one who leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Q

from cheji.actions.locking import changed, locked
from cheji.actions.outlets import outlet_of
from cheji.actions.pay.ground import Done, IsDecided, move_on, pay_duty
from cheji.actions.pay.splits import second_person
from cheji.actions.pay.words import checked
from cheji.records.audit import canonical
from cheji.records.models import (
    Acknowledgement,
    PayInput,
    Person,
    Run,
    SettledRun,
    Settlement,
    Unit,
)
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
            run_id=run,
            person_id=mine.person_id,
            at=at,
            digest=outcome,
            note=checked("note", note, needed=False),
        )
        doing.tell(subject=run, outlet=mine.run.outlet_id, outcome=outcome)
        return Done(made.pk)


class StillInPost(Refused):
    """{name} stays at {outlet} beyond {on}. Enter the departure on the person's page first."""

    zh = "{name} 在 {on} 之后仍在 {outlet} 任职。请先在人员页面登记离职或任职结束日期。"


class OtherSheet(Refused):
    """What closed runs owe differs from this sheet by now: {what}. Draw it up again."""

    zh = "已关账未发放的金额与该结算单不符：{what}。请重新编制。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A settlement as it was worked out; fen. `body` has its lists, `earned` is what it pays.

    `left_on` is the last day in post.
    """

    person: int
    outlet: int
    left_on: date
    earned: int
    held: int
    due: int
    body: Mapping[str, Any]


def settle_leaver(*, by: Viewer, at: datetime, sheet: Sheet) -> Done:
    """Draw up what somebody who leaves has earned, what is held and what is open.

    It pays what closed runs owe him and have not paid; their own pay-out leaves that out once the
    settlement is approved. One that is not approved yet is drawn up anew.

    Raises:
        StillInPost: a post there has no end, or ends later than the sheet says.
        OtherSheet: a run is paid meanwhile, settled already, or says another amount.
    """
    with pay_duty("settle_leaver", by=by, at=at, right="pay.settle") as doing:
        where = outlet_of(doing.scope, sheet.outlet)
        people = Person.objects.filter(posts__unit__path__startswith=where.path)
        who = one(people.distinct(), "person", sheet.person, pk=sheet.person)
        _must_have_left(who, where, sheet.left_on)
        body = dict(sheet.body)
        _owed(sheet.outlet, sheet.person, body["earned"], sheet.earned)
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


def _must_have_left(who: Person, where: Unit, on: date) -> None:
    """Settling somebody who stays would take what his own runs are to pay him."""
    posts = who.posts.filter(unit__path__startswith=where.path)
    if posts.filter(Q(until__isnull=True) | Q(until__gt=on + timedelta(days=1))).exists():
        raise StillInPost(name=who.name, outlet=where.name, on=on)


def approve_settlement(
    *, by: Viewer, at: datetime, settlement: int, version: int | None = None
) -> Done:
    """Approve what somebody else drew up for somebody else; it takes up the runs that it names.

    Raises:
        OtherSheet: what the runs owe is another amount by now.
    """
    with pay_duty("approve_settlement", by=by, at=at, right="pay.approve") as doing:
        row = locked(doing.scope.settlements(), "settlement", settlement, version)
        doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id)
        if row.state != Settlement.State.DRAWN_UP:
            raise IsDecided
        second_person(by, row.made_by_id, [row.person_id])
        earned = row.body["earned"]
        for one_ in _owed(row.outlet_id, row.person_id, earned, row.earned):
            SettledRun.objects.create(
                settlement=row, run_id=one_.run_id, person_id=row.person_id, fen=one_.payable
            )
        changed(row, state=Settlement.State.APPROVED, approved_by_id=by.user, approved_at=at)
        return Done(row.pk, row.version)


def pay_settlement(
    *, by: Viewer, at: datetime, settlement: int, version: int | None = None
) -> Done:
    """Say that an approved settlement was paid; so is a run in which it was the last to pay."""
    with pay_duty("pay_settlement", by=by, at=at, right="pay.pay") as doing:
        row = locked(doing.scope.settlements(), "settlement", settlement, version)
        doing.tell(subject=row.pk, outlet=row.outlet_id, person=row.person_id)
        if row.state != Settlement.State.APPROVED:
            raise IsDecided
        changed(row, state=Settlement.State.PAID)
        _pay_out(row, by, at)
        return Done(row.pk, row.version)


def _pay_out(sheet: Settlement, by: Viewer, at: datetime) -> None:
    """Closed runs of which settlements have paid everybody are paid: nobody is left to pay."""
    runs = Run.objects.filter(settled__settlement=sheet, state=Run.State.CLOSED)
    for run in runs.select_for_update(of=("self",)).order_by("pk"):
        settled = SettledRun.objects.filter(run=run, settlement__state=Settlement.State.PAID)
        left = PayInput.objects.filter(run=run).exclude(payable=0)
        if not left.exclude(person__in=settled.values("person")).exists():
            move_on(run, "paid", by=by, at=at)


def _owed(
    outlet: int, person: int, earned: Sequence[Mapping[str, Any]], total: int
) -> list[PayInput]:
    """What closed runs of the outlet owe the person, as the sheet says; the runs are locked."""
    runs = [one_["run"] for one_ in earned]
    list(Run.objects.select_for_update().filter(pk__in=runs).order_by("pk"))
    rows = PayInput.objects.filter(
        run__in=runs, person=person, run__outlet=outlet, run__kind="pay", run__state="closed"
    ).exclude(run__settled__person=person)
    found = {row.run_id: row for row in rows}
    wrong = [
        str(one_["period"])
        for one_ in earned
        if one_["run"] not in found or found[one_["run"]].payable != one_["fen"]
    ]
    if wrong or len(set(runs)) != len(runs) or sum(one_["fen"] for one_ in earned) != total:
        raise OtherSheet(what=", ".join(wrong) or total)
    return [found[run] for run in runs]
