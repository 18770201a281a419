"""What a month that is not closed is expected to cost, apart from every run."""

from django.db import models

from cheji.records.models.people import Unit, User


class PayAccrual(models.Model):
    """计提（暂估）: what a pay plan is expected to pay at an outlet in a month, as of a moment.

    Worked out anew it is replaced as a whole; from the close of the month on it stays, and so does
    what is in the books.

    Attributes:
        mark: the highest fact id that was read.
        people: who, by id, and what each component pays him, fen.
        taken: fen that it takes of budgets which outlets share, by component; None where it says
            what a reviewed run says.
        batch: with which others it was worked out; a number, as batches go.
        stands: whether it is what is expected now; of each plan's month at an outlet one is.
        booked_at, reversed_at: since when the books have its voucher, and the one that takes it
            back.
    """

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    period = models.IntegerField()
    definition = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    mark = models.BigIntegerField()
    total = models.BigIntegerField()
    people = models.JSONField()
    taken = models.JSONField(null=True)
    batch = models.BigIntegerField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    stands = models.BooleanField(default=True)
    booked_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "outlet", "definition"],
                condition=models.Q(stands=True),
                name="pay_accrual_once",
            ),
            models.CheckConstraint(
                condition=models.Q(reversed_at=None) | models.Q(booked_at__isnull=False),
                name="pay_accrual_booked_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.period} {self.definition}"
