"""Calculations that are kept: KPI closes, score cards, pay statements."""

from typing import cast

from django.db import models
from django.db.models import F, Q

from cheji.engine.periods import Grain, key_text

from .people import Person, Unit, User


class Run(models.Model):
    """One calculation of one scope and period, repeatable from digest and highest fact id.

    `order` is the version of the order of operations by which pay was worked out.
    """

    class Kind(models.TextChoices):
        KPI = "kpi"
        SCORE = "score"
        PAY = "pay"

    class State(models.TextChoices):
        """KPI and score runs are open or closed; `records.pay_states` has the way of a pay run."""

        OPEN = "open"
        CALCULATED = "calculated"
        REVIEWED = "reviewed"
        APPROVED = "approved"
        CLOSED = "closed"
        PAID = "paid"
        EXPORTED = "exported"

    #: Of which nothing changes any more.
    FIXED = (State.CLOSED.value, State.PAID.value, State.EXPORTED.value)

    kind = models.CharField(max_length=6, choices=Kind)
    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    grain = models.CharField(max_length=8, default="month")
    period = models.IntegerField()
    definition = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    mark = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    total = models.BigIntegerField(default=0)
    sealed = models.CharField(max_length=64, blank=True)
    order = models.CharField(max_length=12, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "outlet", "grain", "period", "definition"],
                name="run_once_per_scope",
            ),
            models.CheckConstraint(
                condition=(~Q(state__in=("closed", "paid", "exported")) & Q(closed_at__isnull=True))
                | (
                    Q(state__in=("closed", "paid", "exported"), closed_at__isnull=False)
                    & ~Q(sealed="")
                ),
                name="run_closed_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(kind="pay") | Q(state__in=("open", "closed")),
                name="run_of_pay_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (
                    (Q(made_by__isnull=True) | ~Q(made_by=F("approved_by")))
                    & (Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("approved_by")))
                ),
                name="run_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True)
                | Q(closed_by__isnull=True)
                | ~Q(made_by=F("closed_by")),
                name="run_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.outlet_id} {self.period}"

    @property
    def when(self) -> str:
        """The period as one types it: 2026-11."""
        return key_text(cast("Grain", self.grain), self.period)


class RunLine(models.Model):
    """One amount of a run. `fen` for pay, `value` in 1/10,000 for KPI and score; reason as JSON."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=80)
    source_kind = models.CharField(max_length=12, blank=True)
    source = models.BigIntegerField(null=True)
    fen = models.BigIntegerField(null=True)
    value = models.BigIntegerField(null=True)
    reason = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="run_line_position_once")
        ]
        indexes = [models.Index(fields=["person"], name="run_line_person")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.code}"
