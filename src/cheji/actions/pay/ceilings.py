"""Saying what the pay of outlets' months may cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cheji.actions.deeds import NothingDiffers
from cheji.actions.pay.ground import Done, pay_duty
from cheji.engine.money import yuan_text
from cheji.engine.periods import from_key
from cheji.records.models import PayCeiling
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer
from cheji.records.words import CEILINGS, MONTH, MORE_THAN_NOTHING, NOT_BLANK, Words, one_of

RIGHT = "pay.approve"
WHOLE = 10_000
NOT_OVER_ALL: Final = Words("不能超过 100%", "it must not be more than 100 %")


def set_ceiling(
    *, by: Viewer, at: datetime, outlets: Sequence[int], since: int, kind: str, amount: int
) -> Done:
    """From the month `since` on the pay of each of these outlets' months may cost that much.

    `amount` is fen (`month`, `unit`: for each car) or 1/10,000 of gross (`share`); an empty kind
    takes the ceiling away. What holds in a later month already goes on holding there.

    Raises:
        BadValue: there is no such kind or month, or the amount is none.
        NotFound: an outlet is not at or below a post that approves pay.
        NothingDiffers: all of them have it already.
    """
    with pay_duty("set_ceiling", by=by, at=at, right=RIGHT) as doing:
        _checked(outlets, since, kind, amount)
        known = {*doing.scope.outlets().values_list("id", flat=True)}
        for outlet in outlets:
            if outlet not in known:
                raise NotFound(noun="outlet", key=outlet)
        says = {"kind": kind, "amount": amount if kind else 0}
        rows = PayCeiling.objects.select_for_update().filter(outlet__in=outlets, since=since)
        before = {row.outlet_id: {"kind": row.kind, "amount": row.amount} for row in rows}
        wanted = [outlet for outlet in dict.fromkeys(outlets) if before.get(outlet) != says]
        if not wanted:
            raise NothingDiffers
        PayCeiling.objects.bulk_create(
            [
                PayCeiling(
                    outlet_id=outlet, since=since, changed_by_id=by.user, changed_at=at, **says
                )
                for outlet in wanted
            ],
            update_conflicts=True,
            unique_fields=["outlet", "since"],
            update_fields=["kind", "amount", "changed_by", "changed_at"],
        )
        replaced = {str(outlet): before[outlet] for outlet in wanted if outlet in before}
        doing.tell(outlets=wanted, period=since, before=replaced, after=says)
        return Done(len(wanted))


def _checked(outlets: Sequence[int], since: int, kind: str, amount: int) -> None:
    if not outlets:
        raise BadValue(field="outlets", value="", why=NOT_BLANK)
    try:
        from_key("month", since)
    except (ValueError, OverflowError):
        raise BadValue(field="period", value=since, why=MONTH) from None
    if kind not in PayCeiling.Kind.values:
        raise BadValue(field="kind", value=kind, why=one_of(CEILINGS))
    if kind and amount <= 0:
        raise BadValue(field="amount", value=yuan_text(amount), why=MORE_THAN_NOTHING)
    if kind == "share" and amount > WHOLE:
        raise BadValue(field="amount", value=yuan_text(amount), why=NOT_OVER_ALL)
