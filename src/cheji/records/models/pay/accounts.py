"""Into which accounts a unit's pay is booked."""

from django.db import models

from cheji.records.models.people import Unit, User


class VoucherAccounts(models.Model):
    """凭证科目 of a unit; what it leaves out holds as the unit above says.

    `values` are texts by the codes of `records.voucher_fields`.
    """

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    values = models.JSONField()
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.unit_id}"
