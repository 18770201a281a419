"""What an appeal against a score and a dispute about pay have in common."""

from django.db import models
from django.db.models import F, Q

from .people import User

UPHELD = ("upheld", "partly")
DECIDED = (*UPHELD, "rejected")


class Case(models.Model):
    """Somebody says that a result is wrong, and a second person decides until `due_on`.

    `frozen` is what was there when it was said: evidence never changes.
    """

    class State(models.TextChoices):
        OPEN = "open"
        HEARD = "heard"
        UPHELD = "upheld"
        PARTLY = "partly"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    text = models.CharField(max_length=2000)
    evidence = models.CharField(max_length=400, blank=True)
    frozen = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_on = models.DateField()
    heard_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="%(class)s_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED)
                | Q(made_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(made_by=F("decided_by")),
                name="%(class)s_needs_second_person",
            ),
        ]

    @property
    def decidable(self) -> bool:
        """Whether nobody has decided or withdrawn it."""
        return self.state in (self.State.OPEN, self.State.HEARD)
