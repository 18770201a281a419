"""凭证科目: saying into which accounts a unit's pay is booked."""

from collections.abc import Mapping
from datetime import datetime

from cheji.actions.deeds import NothingDiffers
from cheji.actions.pay.ground import Done, pay_duty
from cheji.records.models import VoucherAccounts
from cheji.records.refusals import BadValue, ChangedMeanwhile
from cheji.records.visibility import Viewer, one
from cheji.records.voucher_fields import fault


def set_accounts(
    *, by: Viewer, at: datetime, unit: int, values: Mapping[str, str], version: int = 0
) -> Done:
    """Say what holds at a unit and below; an empty text takes over from above again.

    `version` is 0 where the unit has said nothing yet.

    Raises:
        BadValue: something is no account, or too long.
        NotFound: the unit is not at or below a post that pays.
    """
    with pay_duty("set_accounts", by=by, at=at, right="pay.pay") as doing:
        where = one(doing.scope.units_below(), "unit", unit, pk=unit)
        said = {code: " ".join(text.split()) for code, text in values.items()}
        said = {code: text for code, text in said.items() if text}
        for code, text in said.items():
            if why := fault(code, text):
                raise BadValue(field=code, value=text[:40], why=why)
        row = VoucherAccounts.objects.select_for_update().filter(unit=where).first()
        if version != (row.version if row else 0):
            raise ChangedMeanwhile(noun="unit")
        if said == (row.values if row else {}):
            raise NothingDiffers
        before = row.values if row else {}
        row = row or VoucherAccounts(unit=where, version=0)
        row.values, row.changed_by_id, row.changed_at = said, by.user, at
        row.version += 1
        row.save()
        doing.tell(subject=where.pk, outlet=where.pk, before=before, after=said)
        return Done(row.pk, row.version)
