"""What the pay of an outlet's month may cost."""

from django.db import models
from django.db.models import Q

from cheji.records.models.people import Unit, User


class PayCeiling(models.Model):
    """提成预算上限: what an outlet's months may cost from one month on, until a later one holds.

    `amount` is fen for the month or for each car, or 1/10,000 of gross; without a kind there is
    no ceiling from that month on.
    """

    class Kind(models.TextChoices):
        NONE = ""
        MONTH = "month"
        SHARE = "share"
        UNIT = "unit"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    since = models.IntegerField()
    kind = models.CharField(max_length=5, choices=Kind, blank=True)
    amount = models.BigIntegerField(default=0)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "since"], name="pay_ceiling_once"),
            models.CheckConstraint(
                condition=Q(kind="", amount=0) | (~Q(kind="") & Q(amount__gt=0)),
                name="pay_ceiling_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.since} {self.kind}"
