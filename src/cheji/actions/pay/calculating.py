"""Writing a calculation of pay down: one run for each scope, replaced as a whole until reviewed."""

from collections.abc import Sequence
from datetime import datetime

from cheji.actions.outlets import outlet_of
from cheji.actions.pay.exceptions import keep_found
from cheji.actions.pay.ground import Done, NoReason, allow, hold_plan, pay_duty, step
from cheji.actions.runs import MarkAhead, RunIsEmpty
from cheji.facts import mark as current_mark
from cheji.records.bulk import delete
from cheji.records.calculations import Calculation, Paid, write
from cheji.records.models import PayBalance, PayInput, PayLine, RejectedRow, Run, Unit
from cheji.records.refusals import ChangedMeanwhile, Refused
from cheji.records.visibility import Viewer

__all__ = ["Calculation", "NoReason", "Paid", "calculate"]


class LaterIsClosed(Refused):
    """The run of {period} is closed; what earlier months lack comes as corrections in the next."""

    logged = True
    zh = "{period} 的提成计算已关账。更早月份的差异将作为更正计入下一次计算。"


def calculate(*, by: Viewer, at: datetime, made: Calculation, version: int | None = None) -> Done:
    """Keep a calculation; what an unreviewed run of the same scope said before is replaced.

    `version` is that of the run which was seen, else the calculation's own, 0 when there was none:
    of several who begin at once one wins, and the others are told.

    Raises:
        RunIsEmpty: nobody is paid, nothing waits, and no month before was kept.
        MarkAhead: it read facts that are not settled yet.
        WrongPayState: the run is reviewed already; send it back first.
        ChangedMeanwhile: somebody else was quicker, or what stands there read later facts.
    """
    with pay_duty("calculate", by=by, at=at) as doing:
        where = outlet_of(doing.scope, made.outlet)
        _not_empty(where, made)
        if made.mark > current_mark():
            raise MarkAhead
        doing.tell(outlet=where.pk, period=made.period)
        run = _claimed(by, where, made, at, made.version if version is None else version)
        hold_plan(made.definition, alone=False)
        _none_later(where, made)
        count = write(run.pk, made.people)
        waiting = keep_found(run, made.found, at)
        amounts = {one.person: one.payable for one in made.people}
        step(run, by=by, at=at, amounts=amounts)
        doing.tell(
            subject=run.pk, outlet=where.pk, period=run.period, mark=run.mark, total=run.total,
            lines=count, exceptions=waiting,
        )  # fmt: skip
        return Done(run.pk, run.version)


def _not_empty(where: Unit, made: Calculation) -> None:
    """A month in which nobody is paid is kept where deals wait, or months before it were kept.

    So what comes late to it finds a closed run to put right.
    """
    if not (made.people or made.found):
        kept = Run.objects.filter(
            kind="pay", outlet=where, grain=made.grain, definition=made.definition,
            period__lte=made.period,
        )  # fmt: skip
        if not kept.exists():
            raise RunIsEmpty


def _none_later(where: Unit, made: Calculation) -> None:
    """What a closed run rested on stays as it was: earlier months are put right by later runs."""
    later = Run.objects.filter(
        kind="pay", outlet=where, grain=made.grain, definition=made.definition,
        period__gt=made.period, state__in=Run.FIXED,
    )  # fmt: skip
    closed = later.order_by("period").first()
    if closed is not None:
        raise LaterIsClosed(period=closed.when)


def _claimed(by: Viewer, where: Unit, made: Calculation, at: datetime, version: int | None) -> Run:
    """The run of this scope, new or locked and empty; the table's unique key lets one be made."""
    scope = {
        "kind": "pay", "outlet": where, "grain": made.grain, "period": made.period,
        "definition": made.definition,
    }  # fmt: skip
    run = Run.objects.select_for_update().filter(**scope).first()
    if run is None:
        run = Run(**scope)
        _say(run, made, by=by, at=at)
        return run
    if (version is not None and run.version != version) or made.mark < run.mark:
        raise ChangedMeanwhile(noun="run")
    allow(by, "calculate", run)
    run.version += 1
    _say(run, made, by=by, at=at)
    _cleared(run)
    return run


def _cleared(run: Run) -> None:
    """Take out what the run said before, in the older tables too."""
    run.lines.all().delete()
    tables: Sequence[type[PayLine | RejectedRow | PayInput | PayBalance]] = (
        PayLine, RejectedRow, PayInput, PayBalance,
    )  # fmt: skip
    for table in tables:
        delete(table, [run.pk], column="run_id")


def _say(run: Run, made: Calculation, *, by: Viewer, at: datetime) -> None:
    run.state, run.order = Run.State.CALCULATED, str(made.order)
    run.digest, run.mark, run.total = made.digest, made.mark, made.total
    run.made_by_id, run.made_at = by.user, at
    run.reviewed_by_id = run.approved_by_id = None
    run.save()
