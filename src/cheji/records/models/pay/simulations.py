"""Pay plans tried on past months, and kept apart from every run."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cheji.records.models.people import User


class PaySimulation(models.Model):
    """提成试算: what pay plans would have cost in past months of some outlets.

    Attributes:
        name: empty until somebody keeps it; till then only who made it sees it.
        outlets: ids; of a kept one everybody sees the part of those whose pay he sees.
        first, last: keys of months, both included.
        asked: the plans as bodies with their digests and what was changed in them, people, ceiling.
        mark: the highest fact id that was read.
        result: fen by plan, person, outlet and month, nothing added up over outlets; None until
            it is worked out.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=80, blank=True)
    outlets = ArrayField(models.BigIntegerField())
    first = models.IntegerField()
    last = models.IntegerField()
    asked = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    mark = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)
    fault = models.JSONField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False, mark__isnull=False),
                name="simulation_done_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(outlets__len__gt=0), name="simulation_of_some_outlet"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"
