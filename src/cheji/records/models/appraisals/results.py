"""What was published, appeals against it, and what follows from it."""

from django.db import models
from django.db.models import Q

from cheji.records.models.cases import Case
from cheji.records.models.people import Person, User
from cheji.records.models.runs import Run, RunLine

from .cycles import Appraisal, Cycle
from .talks import Violation


class RunInput(models.Model):
    """What a published score was worked out from: scheme and inputs as canonical text.

    `engine.scores.replay(text)` gives the outcome again; `outcome` is that text's seal. `days`
    and `scheme` weigh the parts of a person who has several.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="inputs")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="inputs")
    text = models.TextField()
    outcome = models.CharField(max_length=64)
    days = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "appraisal"], name="run_input_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.appraisal_id}"


class Appeal(Case):
    """申诉 against one item of a published appraisal, decided by a second person until `due_on`.

    `frozen` is the item's reason as it was published, `line` where it stands.
    """

    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="appeals")
    item = models.CharField(max_length=80)
    line = models.ForeignKey(RunLine, models.PROTECT, related_name="+")

    class Meta(Case.Meta):
        constraints = [
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["appraisal", "item"],
                condition=Q(state__in=["open", "heard"]),
                name="appeal_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.item} {self.state}"


class Adjustment(models.Model):
    """What changed a published score, which itself stays: only added, never changed.

    By an upheld appeal, or a `violation` that was decided after the publication. Totals in 1/10,000
    points; `text` is the frozen score with the item put right.
    """

    appeal = models.OneToOneField(Appeal, models.PROTECT, null=True, related_name="adjustment")
    violation = models.ForeignKey(Violation, models.PROTECT, null=True, related_name="adjustments")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="adjustments")
    before = models.BigIntegerField(null=True)
    after = models.BigIntegerField(null=True)
    grade_before = models.CharField(max_length=20, blank=True)
    grade_after = models.CharField(max_length=20, blank=True)
    reason_before = models.JSONField()
    reason_after = models.JSONField()
    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["violation", "appraisal"], name="adjustment_of_violation_once"
            ),
            models.CheckConstraint(
                condition=Q(appeal=None, violation__isnull=False)
                | Q(appeal__isnull=False, violation=None),
                name="adjustment_has_one_cause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.before} → {self.after}"


class Outcome(models.Model):
    """结果建议: what follows from a result by a rule: coefficient, grade, promotion, training …

    `value` holds the figures; who declines a suggestion says why.
    """

    class State(models.TextChoices):
        SUGGESTED = "suggested"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="outcomes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    rule = models.CharField(max_length=40)
    zh = models.CharField(max_length=400)
    en = models.CharField(max_length=400)
    value = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.SUGGESTED)
    reason = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "person", "kind", "rule"], name="outcome_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="outcome_declined_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.rule}"
