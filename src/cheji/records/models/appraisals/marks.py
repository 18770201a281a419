"""Who has what to do in a step, the marks given, and what calibration changed."""

from django.db import models
from django.db.models import F, Q

from cheji.engine.scores.cycles import PARTS
from cheji.records.models.people import Person, User

from .cycles import Appraisal, Cycle


class StepTask(models.Model):
    """What somebody has to do for an appraisal in a step, himself or through a delegate.

    `part` says in whose name: the person himself, his manager, a peer, a report, a customer.
    """

    class Way(models.TextChoices):
        OPEN = ""
        DONE = "done"
        SKIPPED = "skipped"

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="tasks")
    step = models.CharField(max_length=12)
    part = models.CharField(max_length=8)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    delegate = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    delegated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    delegated_why = models.CharField(max_length=400, blank=True)
    way = models.CharField(max_length=8, choices=Way, blank=True, default=Way.OPEN)
    why = models.CharField(max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "step", "part", "owner"], name="step_task_once"
            ),
            models.UniqueConstraint(
                fields=["appraisal", "step", "part"],
                condition=Q(part__in=["self", "manager"]),
                name="step_task_of_one",
            ),
            models.CheckConstraint(condition=Q(part__in=PARTS), name="step_task_part_known"),
            models.CheckConstraint(
                condition=Q(delegate__isnull=True) | Q(part="manager"),
                name="step_task_manager_delegates",
            ),
            models.CheckConstraint(
                condition=Q(way="", done_at__isnull=True) | ~Q(way="") & Q(done_at__isnull=False),
                name="step_task_done_at",
            ),
            models.CheckConstraint(
                condition=~Q(way="skipped") | ~Q(why=""), name="step_task_skipped_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "way"], name="step_task_of_owner"),
            models.Index(fields=["delegate", "way"], name="step_task_of_delegate"),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.step} {self.part}"


class Evaluation(models.Model):
    """评分: the mark of one item or goal in one task, in 1/10,000; a draft until the task is done.

    A rating is out of 100; a goal's mark is the share of it that was reached, 1 is fully.
    """

    task = models.ForeignKey(StepTask, models.CASCADE, related_name="marks")
    item = models.CharField(max_length=80)
    goal = models.CharField(max_length=40, blank=True)
    mark = models.BigIntegerField(null=True)
    comment = models.CharField(max_length=2000, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "item", "goal"], name="evaluation_once"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0), name="evaluation_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.item} {self.mark}"


class CalibrationMove(models.Model):
    """A grade changed in calibration, with the reason; only added, the last one holds."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="moves")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    from_grade = models.CharField(max_length=20)
    to_grade = models.CharField(max_length=20)
    reason = models.CharField(max_length=400)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="calibration_has_reason"),
            models.CheckConstraint(
                condition=~Q(from_grade=F("to_grade")), name="calibration_changes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.from_grade} → {self.to_grade}"


class Placement(models.Model):
    """The potential of a person in the nine-box, 1 to 3, with the reason; the last one holds."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="placements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    potential = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=400)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(potential__range=(1, 3)) & ~Q(reason=""), name="placement_in_the_box"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.potential}"
