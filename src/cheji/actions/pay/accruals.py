"""Keeping what a month that is not closed is expected to cost; no run is touched by it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from cheji.actions.outlets import outlet_of
from cheji.actions.pay.ground import Done, WrongPayState, pay_duty
from cheji.actions.runs import MarkAhead
from cheji.facts import mark as current_mark
from cheji.records.accrued import Accrued
from cheji.records.bulk import delete
from cheji.records.models import PayAccrual, Run
from cheji.records.pay_states import BY_CODE
from cheji.records.visibility import Scope, Viewer

RIGHT = "runs.make"


def accrue(*, by: Viewer, at: datetime, made: Accrued, batch: int | None = None) -> Done:
    """Keep the accrual of a pay plan at an outlet; what was kept before is replaced.

    Raises:
        MarkAhead: it read facts that are not settled yet.
        WrongPayState: the run is closed: it says what the month cost.
    """
    with pay_duty("accrue", by=by, at=at, right=RIGHT) as doing:
        where = outlet_of(doing.scope, made.outlet)
        if made.mark > current_mark():
            raise MarkAhead
        scope: dict[str, Any] = {
            "outlet": where,
            "period": made.period,
            "definition": made.definition,
        }
        closed = Run.objects.filter(kind="pay", grain="month", state__in=Run.FIXED, **scope).first()
        if closed is not None:
            state = BY_CODE[closed.state]
            raise WrongPayState(zh=state.zh, en=state.en)
        says = {
            "digest": made.digest, "mark": made.mark, "total": made.total, "batch": batch,
            "people": [[who, dict(own)] for who, own in made.people.items()],
            "taken": None if made.taken is None else dict(made.taken),
            "made_by_id": by.user, "made_at": at,
        }  # fmt: skip
        row, _new = PayAccrual.objects.update_or_create(**scope, defaults=says)
        doing.tell(
            subject=row.pk, outlet=where.pk, period=row.period, mark=row.mark, total=row.total
        )
        return Done(row.pk)


def drop_others(scope: Scope, period: int, plans: Collection[tuple[int, str]]) -> None:
    """Drop what was kept of these outlets' month by plans that are not in force there any more.

    `plans` are those that are, with the outlet. What a closed run took the place of stays: it may
    be booked.
    """
    closed = Run.objects.filter(
        kind="pay", grain="month", state__in=Run.FIXED, period=OuterRef("period"),
        outlet=OuterRef("outlet"), definition=OuterRef("definition"),
    )  # fmt: skip
    here = scope.pay_accruals().filter(period=period, outlet__in={outlet for outlet, _ in plans})
    rows = here.exclude(Exists(closed)).values_list("pk", "outlet", "definition")
    delete(PayAccrual, [pk for pk, *plan in rows if tuple(plan) not in plans])
