"""Cycles, the appraisals in them, and what each appraisal asks for."""

from django.db import models
from django.db.models import F, Q

from cheji.engine.scores.cycles import ORDER
from cheji.records.models.definitions import DefinitionVersion
from cheji.records.models.people import Person, Post, Unit, User


class Cycle(models.Model):
    """考核周期: a unit's people appraised for one period; `state` is the step it has reached.

    `schemes` is the scheme's code by role, `settings` what was chosen at opening: `left_out`
    steps, `appeal_days` and `decide_days`. `period` is the engine's integer key, `since` and
    `until` its half-open days. `moved_by` took the last step, and so does not publish.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    grain = models.CharField(max_length=8)
    period = models.IntegerField()
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=12, choices=[(code, code) for code in ORDER])
    schemes = models.JSONField()
    settings = models.JSONField(default=dict)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField()
    appeal_until = models.DateField(null=True)
    """The first day on which nobody appeals any more; known once published."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "grain", "period", "name"], name="cycle_once"),
            models.CheckConstraint(condition=Q(state__in=ORDER), name="cycle_state_known"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="cycle_has_days"),
        ]

    def __str__(self) -> str:
        return self.name


class CycleStep(models.Model):
    """Until when a step of a cycle is due, and when its owners were last reminded."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=12)
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "step"], name="cycle_step_once"),
            models.CheckConstraint(condition=Q(step__in=ORDER), name="cycle_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.step} {self.due_on}"


class Appraisal(models.Model):
    """考核表: one person in one part of a cycle's period, under one manager and one scheme.

    A person who moves has several; they weigh by their days, `since` to `until` (half-open) less
    `absent`. `left_out` says why it does not count. Both agree to the terms of one `digest`.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="appraisals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=Post.Role)
    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    team = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField()
    absent = models.PositiveIntegerField(default=0)
    scheme = models.ForeignKey(DefinitionVersion, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    left_out = models.CharField(max_length=400, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    person_agreed_at = models.DateTimeField(null=True)
    manager_agreed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "person", "role", "outlet", "team", "since"],
                nulls_distinct=False,
                name="appraisal_once",
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("person")),
                name="appraisal_not_by_oneself",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="appraisal_has_days"),
        ]
        indexes = [models.Index(fields=["person", "cycle"], name="appraisal_of_person")]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.person_id} {self.since}"

    @property
    def days(self) -> int:
        """Days that weigh."""
        return max((self.until - self.since).days - self.absent, 0)


class AppraisalItem(models.Model):
    """考核项 of one appraisal; `item` is its key in the scheme, `goal` a work goal below it.

    Target, base and stretch in 1/10,000 of the unit that the scheme's item is scored in; `weight`
    in 1/10,000: of a goal among the goals of its item, else as the scheme has it. `days` are those
    that the part had when its aims were set. A mid-term revision adds a row and marks the one
    before as `superseded`; nothing is overwritten then.
    """

    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=80)
    goal = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12)
    weight = models.BigIntegerField()
    target = models.BigIntegerField(null=True)
    base = models.BigIntegerField(null=True)
    stretch = models.BigIntegerField(null=True)
    days = models.PositiveIntegerField(null=True)
    text = models.CharField(max_length=400, blank=True)
    superseded = models.BooleanField(default=False)
    revised_from = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="revised_to"
    )
    revised_why = models.CharField(max_length=400, blank=True)
    revised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "item", "goal"],
                condition=Q(superseded=False),
                name="appraisal_item_once",
            ),
            models.CheckConstraint(
                condition=Q(revised_from__isnull=True) | ~Q(revised_why=""),
                name="appraisal_item_revised_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appraisal_id} {self.item} {self.goal}"
