"""Coaching: a library of exercises by KPI, and tasks that somebody is given about a weak step."""

from django.db import models
from django.db.models import Q

from .people import Person, Unit, User


class Exercise(models.Model):
    """Something to practise when a step is weak; `kpi` is the step. A retired one is not offered.

    `code` is that of the pack it came with; empty for a house's own.
    """

    code = models.CharField(max_length=80, blank=True)
    kpi = models.CharField(max_length=80)
    zh = models.CharField(max_length=400)
    en = models.CharField(max_length=400)
    retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="exercise_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.zh


class CoachingTask(models.Model):
    """What a person is to practise until when, and the figures of a month that led to it.

    `own` and `benchmark` are the step's values in 1/10,000, `worth` what closing the gap would
    have given of `result` in 1/10,000, `sample` the cases behind it in 1/10,000.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kpi = models.CharField(max_length=80)
    result = models.CharField(max_length=80)
    period = models.IntegerField()
    own = models.BigIntegerField(null=True)
    benchmark = models.BigIntegerField(null=True)
    worth = models.BigIntegerField(null=True)
    sample = models.BigIntegerField(null=True)
    exercise = models.CharField(max_length=400)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    note = models.CharField(max_length=400, blank=True)
    ended_on = models.DateField(null=True)
    ended_note = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "person", "kpi", "period"],
                condition=Q(state="open"),
                name="coaching_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True)
                | Q(ended_on__isnull=False) & ~Q(state="open"),
                name="coaching_ends_with_a_day",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="coaching_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kpi} {self.period}"
