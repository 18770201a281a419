"""Bringing a pay run on: reviewed, approved by another, closed and sealed, paid, exported."""

from collections import Counter
from datetime import datetime

from django.db.models import Q, Sum

from cheji.actions import messages
from cheji.actions.pay.exceptions import must_be_decided, of_run, seconded
from cheji.actions.pay.ground import (
    Done,
    NeedsAccount,
    NoReason,
    hold_plan,
    move_on,
    pay_duty,
    run_for,
    tell,
)
from cheji.actions.pay.naming import called, event_called, line_called
from cheji.actions.pay.taken import worked_in
from cheji.actions.pay.words import checked
from cheji.actions.runs import must_be_over, tell_people
from cheji.engine.periods import from_key, key_text, month_key
from cheji.records.balances import Part, Taking, parts_of
from cheji.records.booking import must_come_to, unbookable
from cheji.records.calculations import any_of
from cheji.records.models import ManualLine, PayEvent, PayInput, PayLine, Run
from cheji.records.pay_codes import components_of, held_until, plan_of
from cheji.records.pay_events import named_by
from cheji.records.refusals import Refused
from cheji.records.seals import seal_of
from cheji.records.spent import SPENDING, limits, spent
from cheji.records.visibility import Viewer
from cheji.records.words import Words, all_of


class EarlierIsOpen(Refused):
    """The run of {period} of {outlet} is not closed yet; what it leaves belongs here."""

    zh = "{outlet} {period} 的提成计算尚未关账，其余额应先计入本期。"


class MonthIsMissing(Refused):
    """{outlet} has no run of {period} under this pay plan. Work it out and close it first."""

    zh = "{outlet} 尚未计算 {period} 的提成。请先计算该月并关账。"


class OutOfDate(Refused):
    """Since this was calculated, {what} changed. Calculate again."""

    zh = "计算之后有变动：{what}。请重新计算。"


def review(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Say that the figures were looked through; nothing in them changes from here on."""
    with pay_duty("review", by=by, at=at) as doing:
        row = run_for(doing, "review", run, version)
        row.reviewed_by_id = by.user
        move_on(row, "reviewed", by=by, at=at)
        approvers = messages.who_may("pay.approve", over=row.outlet, on=by.on)
        tell(by, approvers, "reviewed", row, at)
        return Done(row.pk, row.version)


def approve(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Approve what somebody else worked out and reviewed, and what does not pay oneself.

    Raises:
        OwnPay: the viewer made, reviewed or is in it.
        ExceptionsWait: records of the period are not decided.
        TwoApprove: the viewer approved a sale below its floor price.
    """
    with pay_duty("approve", by=by, at=at) as doing:
        row = run_for(doing, "approve", run, version)
        must_be_decided(row)
        seconded(row, by)
        _decisions_are_in(row)
        _releases_stand(row)
        row.approved_by_id = by.user
        move_on(row, "approved", by=by, at=at)
        tell(by, messages.owner_of(row.made_by_id), "approved", row, at)
        return Done(row.pk, row.version)


def close(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Seal an approved run over all that it says; from now on the database refuses every change.

    Raises:
        PeriodIsRunning: its period is not over.
        NeedsAccount: no person approved it, as an older program allowed; send it back.
        ExceptionsWait, EarlierIsOpen, MonthIsMissing, OutOfDate: something else comes first.
    """
    with pay_duty("close", by=by, at=at) as doing:
        row = run_for(doing, "close", run, version)
        if row.approved_by_id is None:
            raise NeedsAccount
        must_be_over(row, at)
        hold_plan(row.definition, alone=True)
        must_be_decided(row)
        _decisions_are_in(row)
        _releases_stand(row)
        _typed_are_in(row)
        _earlier_are_closed(row)
        _none_is_missing(row)
        _taken_once(row)
        _must_not_overspend(row)
        _pay_typed_lines(row)
        row.sealed = seal_of(row)
        row.closed_at, row.closed_by_id = at, by.user
        move_on(row, "closed", by=by, at=at)
        tell_people(row, at)
        doing.tell(seal=row.sealed, total=row.total)
        return Done(row.pk, row.version)


def pay(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Say that the money of a closed run was paid.

    Raises:
        SumsDiffer: its lines do not come to its total.
    """
    with pay_duty("pay", by=by, at=at) as doing:
        row = run_for(doing, "pay", run, version)
        lines = PayLine.objects.filter(run=row).aggregate(fen=Sum("fen"))
        must_come_to(row.pk, lines["fen"] or 0, row.total)
        move_on(row, "paid", by=by, at=at)
        return Done(row.pk, row.version)


def export(*, by: Viewer, at: datetime, run: int, version: int | None = None) -> Done:
    """Say that the vouchers of a paid run went to the books.

    Raises:
        SumsDiffer: its lines do not come to its total.
        AccountMissing: an account is not set by which its vouchers are written.
    """
    with pay_duty("export", by=by, at=at) as doing:
        row = run_for(doing, "export", run, version)
        for refusal in unbookable([row]).values():
            raise refusal
        move_on(row, "exported", by=by, at=at)
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
        move_on(row, "open", by=by, at=at, note=said)
        tell(by, messages.owner_of(row.made_by_id), "sent_back", row, at)
        doing.tell(reason=said)
        return Done(row.pk, row.version)


def _decisions_are_in(run: Run) -> None:
    """What was decided to be left out, or paid though nobody is in post, changes the figures."""
    changing = Q(how="leave_out") | Q(kind="no_post", person__isnull=False)
    rows = of_run(run).filter(changing, state="decided", decided_at__gt=run.made_at)
    late = rows.order_by("pk").first()
    if late is not None:
        raise OutOfDate(what=called(late.source_kind, late.source))


def _releases_stand(run: Run) -> None:
    """What it releases waited for events: one that was taken back since releases nothing.

    The events are locked: who takes one back afterwards finds the run closed, and asks it back.
    """
    lines = PayLine.objects.filter(run=run, entry="release", code="released")
    columns = lines.order_by().values_list("source_kind", "source", "component")
    released = set(columns)
    named = named_by({(noun, record) for noun, record, _ in released})
    rows = list(PayEvent.objects.filter(any_of(named)).select_for_update().order_by("pk"))
    about = [(deal, row) for row in rows for deal in named[row.source_kind, row.source]]
    stand = {(deal, row.kind) for deal, row in about if not row.void}
    for deal, row in about:
        held = held_until(row.outlet_id, row.kind)
        if (deal, row.kind) not in stand and any((*deal, code) in released for code in held):
            raise OutOfDate(what=event_called(*deal, row.kind))


def _typed_are_in(run: Run) -> None:
    """What a typed line took of a deal meanwhile is not taken by this run once more."""
    late = worked_in(run)
    if late is not None:
        raise OutOfDate(what=line_called(late))


def _earlier_are_closed(run: Run) -> None:
    """Balances and adjustments rest on the periods before, at other outlets for who moved."""
    people = PayInput.objects.filter(run=run).values("person")
    elsewhere = PayInput.objects.filter(person__in=people, run__period__lt=run.period)
    earlier = Run.objects.filter(
        Q(outlet=run.outlet_id) | Q(pk__in=elsewhere.values("run")),
        kind="pay", grain=run.grain, definition=run.definition, period__lt=run.period,
    ).select_related("outlet").order_by("period", "pk")  # fmt: skip
    open_ = earlier.exclude(state__in=Run.FIXED).first()
    if open_ is not None:
        raise EarlierIsOpen(period=open_.when, outlet=open_.outlet.name)
    since = earlier.filter(closed_at__gt=run.made_at).first()
    if since is not None:
        raise OutOfDate(what=f"{since.outlet.name} {since.when}")


def _none_is_missing(run: Run) -> None:
    """After the first month each one has its run, if only of nobody: its deals are paid by it."""
    closed = Run.objects.filter(
        kind="pay", outlet=run.outlet_id, grain=run.grain, definition=run.definition,
        period__lt=run.period,
    )  # fmt: skip
    last = closed.order_by("-period").values_list("period", flat=True).first()
    if last is None or run.grain != "month":
        return
    after = month_key(from_key("month", last).until)
    if after != run.period:
        raise MonthIsMissing(period=key_text("month", after), outlet=run.outlet.name)


def _taken_once(run: Run) -> None:
    """What an earlier run left is taken up by one run: posts may have changed since."""
    own = PayInput.objects.filter(run=run).values_list("person", "taken")
    taken = {(who, abs(before)) for who, runs in own for before in runs}
    inputs = PayInput.objects.filter(
        Q(run__state__in=Run.FIXED) | Q(run=run), person__in={who for who, _ in taken},
        run__kind="pay",
    )  # fmt: skip
    columns = "person", "run", "run__definition", "taken"
    rows = [Taking(*one) for one in inputs.values_list(*columns)]
    named = Counter((one.person, abs(before)) for one in rows for before in one.taken)
    twice = {key for key in taken if named[key] > 1}
    plans = dict(
        Run.objects.filter(pk__in={before for _, before in twice}).values_list("pk", "definition")
    )
    shared = [
        one._replace(taken=[before for before in one.taken if (one.person, abs(before)) in twice])
        for one in sorted(rows, key=lambda one: one.run == run.pk)
    ]
    found: dict[Part, int] = {}
    for one, part in parts_of(shared, plans, twice):
        if part in found:
            twin = Run.objects.select_related("outlet").get(pk=found[part])
            raise OutOfDate(what=f"{twin.outlet.name} {twin.when}")
        found[part] = one.run


def _must_not_overspend(run: Run) -> None:
    """A budget is everybody's: outlets worked out side by side may not spend it twice."""
    plan = plan_of(run.digest)
    whole = limits(plan) if plan else {}
    if plan is None or not whole:
        return
    lines = PayLine.objects.filter(
        Q(run=run) | Q(run__state__in=Run.FIXED), run__kind="pay", run__grain=run.grain,
        run__period=run.period, run__definition=run.definition, component__in=whole,
        entry__in=SPENDING,
    )  # fmt: skip
    sums = lines.order_by("component").values_list("component").annotate(Sum("fen"))
    for code, fen in spent(plan, sums).items():
        if fen > whole[code]:
            raise OutOfDate(what=Words(*components_of(run.digest)[code]))


def _pay_typed_lines(run: Run) -> None:
    """Mark the typed lines that this run pays; one that another run paid meanwhile is refused."""
    lines = PayLine.objects.filter(run=run, source_kind="manual", entry="manual")
    wanted = {source for source in lines.values_list("source", flat=True) if source}
    held = ManualLine.objects.select_for_update(of=("self",)).select_related("person")
    rows = list(held.filter(pk__in=wanted).order_by("pk"))
    if len(rows) != len(wanted) or any(row.run_id or row.state != "approved" for row in rows):
        raise OutOfDate(what=all_of(map(line_called, rows)))
    for row in rows:
        row.run = run
        row.version += 1
        row.save()
