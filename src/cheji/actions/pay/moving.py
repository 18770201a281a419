"""Bringing a pay run on: reviewed, approved by another, closed and sealed, paid, exported."""

from datetime import datetime

from cheji.actions import messages
from cheji.actions.pay.exceptions import must_be_decided
from cheji.actions.pay.ground import Done, NoReason, pay_duty, run_for, step, tell
from cheji.actions.pay.words import checked
from cheji.actions.runs import must_be_over, tell_people
from cheji.records.models import ManualLine, PayLine, Run
from cheji.records.refusals import Refused
from cheji.records.seals import seal_of
from cheji.records.visibility import Viewer


class EarlierIsOpen(Refused):
    """The run of {period} of this outlet is not closed yet; what it leaves belongs here."""

    zh = "该门店 {period} 的提成计算尚未关账，其余额应先计入本期。"


class OutOfDate(Refused):
    """Since this was calculated, {what} changed. Calculate again."""

    zh = "计算之后有变动：{what}。请重新计算。"


def review(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Say that the figures were looked through; nothing in them changes from here on."""
    with pay_duty("review", by=by, at=at) as doing:
        row = run_for(doing, "review", run, version)
        row.reviewed_by_id = by.user
        _move(row, "reviewed", by, at)
        approvers = messages.who_may("pay.approve", over=row.outlet, on=by.on)
        tell(by, approvers, "reviewed", row, at)
        return Done(row.pk, row.version)


def approve(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Approve what somebody else worked out and reviewed, and what does not pay oneself.

    Raises:
        OwnPay: the viewer made, reviewed or is in it.
        ExceptionsWait: records of the period are not decided.
    """
    with pay_duty("approve", by=by, at=at) as doing:
        row = run_for(doing, "approve", run, version)
        must_be_decided(row)
        row.approved_by_id = by.user
        _move(row, "approved", by, at)
        tell(by, messages.owner_of(row.made_by_id), "approved", row, at)
        return Done(row.pk, row.version)


def close(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Seal an approved run over all that it says; from now on the database refuses every change.

    Raises:
        PeriodIsRunning: its period is not over.
        ExceptionsWait, EarlierIsOpen, OutOfDate: something else has to come first.
    """
    with pay_duty("close", by=by, at=at) as doing:
        row = run_for(doing, "close", run, version)
        must_be_over(row, at)
        must_be_decided(row)
        _earlier_are_closed(row)
        _pay_typed_lines(row)
        row.sealed = seal_of(row)
        row.closed_at, row.closed_by_id = at, by.user
        _move(row, "closed", by, at)
        tell_people(row, at)
        doing.tell(seal=row.sealed, total=row.total)
        return Done(row.pk, row.version)


def pay(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Say that the money of a closed run was paid."""
    with pay_duty("pay", by=by, at=at) as doing:
        row = run_for(doing, "pay", run, version)
        _move(row, "paid", by, at)
        return Done(row.pk, row.version)


def export(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Say that the vouchers of a paid run went to the books."""
    with pay_duty("export", by=by, at=at) as doing:
        row = run_for(doing, "export", run, version)
        _move(row, "exported", by, at)
        return Done(row.pk, row.version)


def send_back(
    *, by: Viewer, at: datetime, run: int, reason: str, version: int | None = None
) -> Done:
    """Open a run that is not closed again, so that it can be worked out anew; says why.

    Raises:
        NoReason: without one.
    """
    with pay_duty("send_back", by=by, at=at) as doing:
        row = run_for(doing, "send_back", run, version)
        if not reason.strip():
            raise NoReason
        said = checked("reason", reason)
        row.reviewed_by_id = row.approved_by_id = None
        _move(row, "open", by, at, note=said)
        tell(by, messages.owner_of(row.made_by_id), "sent_back", row, at)
        doing.tell(reason=said)
        return Done(row.pk, row.version)


def _move(run: Run, state: str, by: Viewer, at: datetime, note: str = "") -> None:
    run.state = state
    run.version += 1
    run.save()
    step(run, state, by=by, at=at, note=note)


def _earlier_are_closed(run: Run) -> None:
    """A period's balances and adjustments rest on the ones before it."""
    earlier = Run.objects.filter(
        kind="pay", outlet=run.outlet_id, grain=run.grain, definition=run.definition,
        period__lt=run.period,
    )  # fmt: skip
    open_ = earlier.exclude(state__in=Run.FIXED).order_by("period").first()
    if open_ is not None:
        raise EarlierIsOpen(period=open_.period)
    since = earlier.filter(closed_at__gt=run.made_at).order_by("period").first()
    if since is not None:
        raise OutOfDate(what=str(since.period))


def _pay_typed_lines(run: Run) -> None:
    """Mark the typed lines that this run pays; one that another run paid meanwhile is refused."""
    lines = PayLine.objects.filter(run=run, source_kind="manual", entry="manual")
    wanted = {source for source in lines.values_list("source", flat=True) if source}
    rows = list(ManualLine.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(rows) != len(wanted) or any(row.run_id or row.state != "approved" for row in rows):
        raise OutOfDate(what=", ".join(f"manual:{pk}" for pk in sorted(wanted)))
    for row in rows:
        row.run = run
        row.version += 1
        row.save()
