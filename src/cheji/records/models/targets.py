"""Targets: what a unit or a person should reach in a period."""

from django.db import models
from django.db.models import Q

from .people import Person, Unit, User


class Target(models.Model):
    """What one scope should reach of a KPI in a period; in 1/10,000 of its unit, fen for yuan.

    `grain` and `period` are the engine's period grain and integer key. Exactly one of unit and
    person is set; a person's target belongs to the outlet in `outlet`.
    """

    kpi = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outlet = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    grain = models.CharField(max_length=8)
    period = models.IntegerField()
    value = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "unit", "person", "outlet", "grain", "period"],
                nulls_distinct=False,
                name="target_once",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, person__isnull=True)
                | Q(unit__isnull=True, person__isnull=False, outlet__isnull=False),
                name="target_has_one_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"


class TargetLock(models.Model):
    """A month whose targets no longer change: of a unit and of everything below it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.IntegerField()
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "period"], name="target_lock_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"
