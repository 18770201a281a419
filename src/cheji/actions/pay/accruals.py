"""Keeping what a month that is not closed is expected to cost; no run is touched by it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from cheji.actions.outlets import outlet_of
from cheji.actions.pay.ground import Done, WrongPayState, hold, hold_plan, pay_duty
from cheji.actions.runs import MarkAhead
from cheji.facts import mark as current_mark
from cheji.records.accrued import Accrued
from cheji.records.bulk import delete
from cheji.records.models import PayAccrual, Run
from cheji.records.pay_states import BY_CODE
from cheji.records.refusals import Refused
from cheji.records.visibility import Scope, Viewer

RIGHT = "runs.make"


def accrue(*, by: Viewer, at: datetime, made: Accrued, batch: int | None = None) -> Done:
    """Keep the accrual of a pay plan at an outlet; what was kept before is replaced.

    What is in the books stays beside it: that, not this, is what a reversal takes back. Of two at
    one time the second replaces the first.

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
        hold_plan(made.definition, alone=False)
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
        hold(f"accrual {where.pk} {made.period} {made.definition}")
        before = PayAccrual.objects.filter(stands=True, **scope)
        _give_way(list(before.values_list("pk", flat=True)))
        row = PayAccrual.objects.create(**scope, **says)
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
    rows = here.filter(stands=True).exclude(Exists(closed))
    found = rows.values_list("pk", "outlet", "definition")
    _give_way([pk for pk, *plan in found if tuple(plan) not in plans])


def _give_way(accruals: Collection[int]) -> None:
    """What the books have stays without being what is expected; everything else goes.

    It is asked with the rows locked: they may be booked at this moment.
    """
    rows = PayAccrual.objects.filter(pk__in=accruals)
    held = rows.select_for_update().order_by("pk").values_list("pk", "booked_at")
    delete(PayAccrual, [pk for pk, booked_at in held if booked_at is None])
    rows.update(stands=False)


# -- in the books ------------------------------------------------------------------------------

BOOKS = "pay.pay"


class AccrualsDiffer(Refused):
    """These accruals were worked out anew or booked meanwhile. Look at the vouchers again."""

    zh = "这些暂估已重新计算或已另行入账。请重新查看凭证。"


def book_accruals(
    *, by: Viewer, at: datetime, accruals: Collection[int], back: bool = False
) -> Done:
    """Say that the books have the vouchers of accruals; with `back` those that take them back.

    Raises:
        AccrualsDiffer: one is not there any more, or the books have it already.
    """
    verb = "reverse_accruals" if back else "book_accruals"
    with pay_duty(verb, by=by, at=at, right=BOOKS) as doing:
        rows = doing.scope.pay_accruals().filter(pk__in=accruals, booked_at__isnull=not back)
        found = list(rows.filter(reversed_at=None).select_for_update().order_by("pk"))
        if not found or len(found) != len(set(accruals)):
            raise AccrualsDiffer
        name = "reversed_at" if back else "booked_at"
        PayAccrual.objects.filter(pk__in=[row.pk for row in found]).update(**{name: at})
        doing.tell(
            period=found[0].period,
            accruals=sorted(row.pk for row in found),
            total=sum(row.total for row in found),
        )
        return Done(len(found))
