"""A step asked for of many pay runs at once, and what became of it at each outlet."""

from django.db import models

from cheji.records.models.people import Unit, User


class PayBatch(models.Model):
    """批量办理: a verb for many runs of a month; a worker does them one after the other."""

    verb = models.CharField(max_length=10)
    period = models.IntegerField()
    note = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.verb} {self.period}"


class PayBatchItem(models.Model):
    """One run of a batch; `run` is empty until it is calculated, `said` why it was refused."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    batch = models.ForeignKey(PayBatch, models.CASCADE, related_name="items")
    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    definition = models.CharField(max_length=80)
    run = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    said = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "outlet", "definition"], name="pay_batch_item_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.outlet_id} {self.state}"
