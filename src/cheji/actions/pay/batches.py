"""批量办理: one step asked for of many pay runs, and what became of it at each outlet."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from cheji.actions.pay.accruals import RIGHT as ACCRUE
from cheji.actions.pay.accruals import drop_others
from cheji.actions.pay.ground import Done, NoReason, pay_duty
from cheji.actions.pay.words import checked
from cheji.records.models import PayBatch, PayBatchItem
from cheji.records.pay_states import BY_VERB
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Scope, Viewer, one
from cheji.records.words import PAY_VERBS, Words, one_of

MOST = 5_000
#: What is asked for of many, and the right for it: the steps of runs, and the accrual.
RIGHTS = {**{verb: state.right for verb, state in BY_VERB.items()}, "accrue": ACCRUE}
#: Marks the advisory lock of the worker that is at a batch; 6783 and 6784 are those of facts.
LOCK = 6785
Wanted = tuple[int, str, int | None]
State = PayBatchItem.State


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of a batch is still to be done at one outlet, by its code."""

    id: int
    batch: int
    verb: str
    outlet: str
    period: int
    plan: str
    run: int | None
    note: str


class NothingChosen(Refused):
    """Nothing is ticked, or nothing is listed. Tick the outlets, or choose all that are listed."""

    zh = "尚未勾选，或列表为空。请勾选门店，或选择“全部列出的”。"


def ask_batch(
    *, by: Viewer, at: datetime, verb: str, period: int, wanted: Sequence[Wanted], note: str = ""
) -> Done:
    """Ask for a verb at many outlets; `wanted` are (outlet, plan, run), without a run to calculate.

    Each is done later as the viewer, by his rights then. The caller queues the work in the same
    transaction. Of accruals, all plans of an outlet are `wanted`: what others kept there is gone.

    Raises:
        NothingChosen: `wanted` is empty.
        NoReason: runs are sent back without one.
    """
    if verb not in RIGHTS:
        raise BadValue(field="verb", value=verb, why=one_of(PAY_VERBS))
    with pay_duty("ask_batch", by=by, at=at, right=RIGHTS[verb]) as doing:
        if not wanted:
            raise NothingChosen
        if len(wanted) > MOST:
            raise BadValue(
                field="select",
                value=len(wanted),
                why=Words(f"一次最多 {MOST} 个", f"{MOST} at once at the most"),
            )
        said = checked("note", note, needed=False)
        if verb == "send_back" and not said:
            raise NoReason
        _seen(doing.scope, wanted)
        if verb == "accrue":
            drop_others(doing.scope, period, {(outlet, plan) for outlet, plan, _run in wanted})
        made = PayBatch.objects.create(
            verb=verb, period=period, note=said, made_by_id=by.user, made_at=at
        )
        PayBatchItem.objects.bulk_create(
            PayBatchItem(batch=made, outlet_id=outlet, definition=plan, run=run)
            for outlet, plan, run in wanted
        )
        doing.tell(subject=made.pk, verb=verb, period=period, count=len(wanted))
        return Done(made.pk)


def _seen(scope: Scope, wanted: Sequence[Wanted]) -> None:
    """Every outlet and run is the viewer's."""
    known = set(scope.outlets().values_list("id", flat=True))
    ids = {run for _outlet, _plan, run in wanted if run is not None}
    runs = {run.pk: run.outlet_id for run in scope.runs("pay").filter(id__in=ids)}
    for outlet, _plan, run in wanted:
        if outlet not in known or (run is not None and runs.get(run) != outlet):
            one(scope.runs("pay").none(), "run", run or 0, pk=run)


@contextmanager
def working(batch: int, at: datetime) -> Iterator[tuple[Waiting, ...]]:
    """What of a batch still waits, for the one worker that gets it; nothing for every other.

    A worker that dies lets go of it; whoever takes it up then goes on where it stopped.
    """
    if not _claimed(batch):
        yield ()
        return
    try:
        rows = PayBatch.objects.filter(pk=batch)
        rows.filter(began_at=None).update(began_at=at)
        yield tuple(_waiting(batch))
        if not PayBatchItem.objects.filter(batch=batch, state=State.WAITING).exists():
            rows.filter(finished_at=None).update(finished_at=at)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, batch])


def _claimed(batch: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, batch])
        return bool(cursor.fetchone()[0])


def _waiting(batch: int) -> Iterator[Waiting]:
    rows = PayBatchItem.objects.filter(batch=batch, state=State.WAITING).order_by("id")
    for row in rows.select_related("batch", "outlet"):
        whole = row.batch
        yield Waiting(
            row.pk, whole.pk, whole.verb, row.outlet.code, whole.period, row.definition, row.run,
            whole.note,
        )  # fmt: skip


def done(item: int, run: int | None) -> None:
    """Say that a step was done, in the transaction of the step itself; an accrual is of no run."""
    PayBatchItem.objects.filter(pk=item).update(state=State.DONE, run=run)


def refused(item: int, said: dict[str, Any]) -> None:
    """Keep why a step was not done."""
    PayBatchItem.objects.filter(pk=item).update(state=State.REFUSED, said=said)


def abandoned() -> list[tuple[int, int]]:
    """Batches that no worker is at, begun or not, with who asked for them."""
    found = []
    rows = PayBatch.objects.filter(finished_at=None, made_by__isnull=False)
    with transaction.atomic():
        for batch, user in rows.order_by("id").values_list("id", "made_by"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, batch])
                if cursor.fetchone()[0] and user is not None:
                    found.append((batch, user))
    return found
