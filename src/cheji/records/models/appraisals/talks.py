"""What happens to a person through the period: talks with him, and violations."""

from django.db import models
from django.db.models import F, Q

from cheji.records.models.coaching import CoachingTask
from cheji.records.models.people import Person, Unit, User

from .cycles import Appraisal


class Talk(models.Model):
    """面谈: a talk, an observation or an exercise, about a weak step where there is one."""

    class Kind(models.TextChoices):
        COACHING = "coaching"
        OBSERVATION = "observation"
        EXERCISE = "exercise"
        MIDTERM = "midterm"
        FEEDBACK = "feedback"
        APPEAL = "appeal"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, null=True, related_name="talks")
    task = models.ForeignKey(CoachingTask, models.PROTECT, null=True, related_name="+")
    on_date = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    kpi = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=2000)
    agreed = models.CharField(max_length=2000, blank=True)
    next_on = models.DateField(null=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="talk_says_something")]
        indexes = [models.Index(fields=["person", "-on_date"], name="talk_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.on_date}"


class Violation(models.Model):
    """违规: what somebody did against a rule; it counts once a second person has decided.

    `code` is that of a deduction or a veto of a scheme: the scheme says what it costs.
    """

    class State(models.TextChoices):
        REPORTED = "reported"
        HEARD = "heard"
        DECIDED = "decided"
        DISMISSED = "dismissed"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on_date = models.DateField()
    code = models.CharField(max_length=80)
    text = models.CharField(max_length=2000)
    evidence = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.REPORTED)
    heard = models.CharField(max_length=2000, blank=True)
    """What the person himself says."""
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "dismissed"])
                | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="violation_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(made_by=F("decided_by")),
                name="violation_needs_second_person",
            ),
        ]
        indexes = [models.Index(fields=["person", "on_date"], name="violation_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.code} {self.on_date}"
