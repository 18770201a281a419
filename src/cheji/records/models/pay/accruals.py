"""What a month that is not closed is expected to cost, apart from every run."""

from django.db import models

from cheji.records.models.people import Unit, User


class PayAccrual(models.Model):
    """计提（暂估）: what a pay plan is expected to pay at an outlet in a month, as of a moment.

    Worked out anew it is replaced as a whole; from the close of the month on it stays.

    Attributes:
        mark: the highest fact id that was read.
        people: who, by id, and what each component pays him, fen.
        taken: fen that it takes of budgets which outlets share, by component; None where it says
            what a reviewed run says.
        batch: with which others it was worked out; a number, as batches go.
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "outlet", "definition"], name="pay_accrual_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.period} {self.definition}"
