"""待决事项: what was found while pay was worked out, and what somebody decided about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cheji.actions.locking import changed, locked
from cheji.actions.pay.ground import Done, IsDecided, pay_duty
from cheji.actions.pay.words import checked
from cheji.records.calculations import Found
from cheji.records.models import PayException, Run
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import EXCEPTIONS, one_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

State, How = PayException.State, PayException.How


class ExceptionsWait(Refused):
    """{count} records of this period wait for a decision. Decide them first."""

    zh = "该周期还有 {count} 项待决事项。请先逐项处理。"


class OwnException(Refused):
    """This is about your own pay: somebody else decides it."""

    logged = True
    zh = "该事项涉及本人提成，须由他人决定。"


def keep_found(run: Run, found: Sequence[Found], at: datetime) -> int:
    """Put what was found on the plan's list, take off what is gone; returns how many are open."""
    known = {
        (row.kind, row.source_kind, row.source): row for row in of_run(run).select_for_update()
    }
    now = {(one.kind, one.source_kind, one.source): one for one in found}
    PayException.objects.bulk_create(
        PayException(
            outlet_id=run.outlet_id, period=run.period, definition=run.definition, kind=one.kind,
            source_kind=one.source_kind, source=one.source, person_id=one.person, found_at=at,
        )
        for key, one in now.items()
        if key not in known
    )  # fmt: skip
    for key, row in known.items():
        if key not in now and row.state == State.OPEN:
            changed(row, state=State.GONE)
        elif key in now and row.state == State.GONE:
            changed(row, state=State.OPEN, found_at=at)
    still = [row for row in known.values() if row.state == State.OPEN]
    return len(now.keys() - known.keys()) + len(still)


def of_run(run: Run) -> "QuerySet[PayException]":
    """The exceptions that were found for the run's period and pay plan."""
    return PayException.objects.filter(
        outlet=run.outlet_id, period=run.period, definition=run.definition
    )


def waiting(run: Run) -> int:
    """How many exceptions of the run's period and pay plan are open."""
    return of_run(run).filter(state=State.OPEN).count()


def must_be_decided(run: Run) -> None:
    count = waiting(run)
    if count:
        raise ExceptionsWait(count=count)


class TwoApprove(Refused):
    """You approved a sale below its floor price in this run. Somebody else approves the run."""

    logged = True
    zh = "本次计算中低于限价的销售由您批准，须由另一人批准本次计算。"


def seconded(run: Run, by: Viewer) -> None:
    """Refuse that who approved a sale below its floor price approves the run of it too."""
    sales = of_run(run).filter(kind=PayException.Kind.BELOW_FLOOR, how=How.ACCEPT)
    if by.user is not None and sales.filter(decided_by=by.user).exists():
        raise TwoApprove


def decide_exception(
    *, by: Viewer, at: datetime, exception: int, how: str, decision: str, version: int | None = None
) -> Done:
    """Decide what is to be done with a record: right as it stands, or not paid for now.

    Raises:
        SayWhy: without a reason.
        IsDecided: somebody decided it already, or it is gone.
        OwnException: it is about the viewer's own pay, or the run pays him.
    """
    with pay_duty("decide_exception", by=by, at=at, right="pay.decide") as doing:
        row = locked(doing.scope.pay_exceptions(), "exception", exception, version)
        if row.state != State.OPEN:
            raise IsDecided
        if how not in How.values:
            raise BadValue(field="how", value=how, why=one_of(EXCEPTIONS))
        said = checked("decision", decision)
        if _pays(row, by):
            raise OwnException
        changed(
            row, state=State.DECIDED, how=how, decision=said, decided_by_id=by.user,
            decided_at=at,
        )  # fmt: skip
        doing.tell(
            subject=row.pk, outlet=row.outlet_id, kind=row.kind, how=how, decision=said,
            source=f"{row.source_kind}:{row.source}",
        )  # fmt: skip
        return Done(row.pk, row.version)


def _pays(row: PayException, by: Viewer) -> bool:
    """Whether it is about the viewer's deal, or of a run that pays him: totals rest on it too."""
    runs = Run.objects.filter(
        kind="pay", grain="month", outlet=row.outlet_id, period=row.period,
        definition=row.definition, payinputs__person=by.person,
    )  # fmt: skip
    return by.person is not None and (row.person_id == by.person or runs.exists())
