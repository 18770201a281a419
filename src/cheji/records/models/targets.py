"""Targets: what a unit or a person should reach in a period, how it came about, who agreed."""

from django.db import models
from django.db.models import F, Q

from .appraisals import Outcome
from .people import Person, Unit, User

ONE_SCOPE = Q(unit__isnull=False, person__isnull=True) | Q(
    unit__isnull=True, person__isnull=False, outlet__isnull=False
)


class Scoped(models.Model):
    """Whose target, of which KPI, model (empty: all) and period.

    `grain` and `period` are the engine's period grain and integer key; `within` is the month of
    which a week is a part, 0 elsewhere. Exactly one of unit and person is set; a person's target
    belongs to the outlet in `outlet`. `reserve` is what a unit keeps back from those below it.
    """

    kpi = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outlet = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    model = models.CharField(max_length=80, blank=True, default="")
    reserve = models.BooleanField(default=False)
    grain = models.CharField(max_length=8)
    period = models.IntegerField()
    within = models.IntegerField(default=0)

    class Meta:
        abstract = True


SCOPE = ("kpi", "unit", "person", "outlet", "model", "reserve", "grain", "period", "within")


class Target(Scoped):
    """What one scope should reach of a KPI in a period; in 1/10,000 of its unit, fen for yuan.

    `value` is the goal, `base` what must be reached at least, `stretch` the challenge: the goal
    lies between them. The row is the version that holds; a trigger keeps those before it.
    Who signed for it has agreed at `agreed_at`: from then on it changes by two persons.
    """

    value = models.BigIntegerField()
    base = models.BigIntegerField(null=True)
    stretch = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=SCOPE, nulls_distinct=False, name="target_once"),
            models.CheckConstraint(condition=ONE_SCOPE, name="target_has_one_scope"),
            models.CheckConstraint(
                condition=Q(reserve=False) | Q(unit__isnull=False), name="target_reserve_of_unit"
            ),
            models.CheckConstraint(
                condition=Q(base__isnull=True)
                | Q(stretch__isnull=True)
                | Q(base__lte=F("value"), stretch__gte=F("value"))
                | Q(base__gte=F("value"), stretch__lte=F("value")),
                name="target_goal_in_between",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(made_by=F("approved_by")),
                name="target_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"


class TargetVersion(models.Model):
    """A version of a target that was replaced or cleared; written by a trigger, never changed.

    Whose it was stands as plain ids: what happened stays when the row or the unit is gone.
    """

    kpi = models.CharField(max_length=80)
    unit = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    outlet = models.BigIntegerField(null=True)
    model = models.CharField(max_length=80)
    reserve = models.BooleanField()
    grain = models.CharField(max_length=8)
    period = models.IntegerField()
    within = models.IntegerField()
    value = models.BigIntegerField()
    base = models.BigIntegerField(null=True)
    stretch = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=400)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    approved_by = models.BigIntegerField(null=True)
    agreed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kpi", "grain", "period"], name="target_version_of")]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period} v{self.version}"


class TargetProposal(Scoped):
    """A target that somebody proposes: from below, or as the change of one that is agreed.

    `value` None proposes to clear it. A second person accepts or declines, and says why not.
    `outcome` is the suggestion after an appraisal from which it came.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    value = models.BigIntegerField(null=True)
    base = models.BigIntegerField(null=True)
    stretch = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=400, blank=True)
    outcome = models.ForeignKey(Outcome, models.PROTECT, null=True, related_name="proposals")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=SCOPE,
                condition=Q(state="open"),
                nulls_distinct=False,
                name="target_proposal_open_once",
            ),
            models.CheckConstraint(condition=ONE_SCOPE, name="target_proposal_has_one_scope"),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"])
                | Q(made_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(made_by=F("decided_by")),
                name="target_proposal_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period} {self.state}"


class TargetLetter(models.Model):
    """目标责任书: the targets of a person or a unit in a year, issued from above and signed.

    `body` holds the targets as they stood when it was issued, with their versions; `digest` is
    its SHA-256. A signed letter never changes (a trigger sees to it); a later one has the next
    number.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outlet = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    year = models.IntegerField()
    number = models.PositiveIntegerField(default=1)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "person", "outlet", "year", "number"],
                nulls_distinct=False,
                name="target_letter_once",
            ),
            models.CheckConstraint(condition=ONE_SCOPE, name="target_letter_has_one_scope"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True)
                | Q(made_by__isnull=True)
                | ~Q(made_by=F("signed_by")),
                name="target_letter_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} #{self.number}"


class TargetLock(models.Model):
    """A month whose targets no longer change: of a unit and of everything below it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    period = models.IntegerField()
    reason = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "period"], name="target_lock_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"


class TargetLimit(models.Model):
    """How many points behind time a group warns, in 1/100 point: 1,000 is 10 points."""

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    behind = models.PositiveIntegerField(default=1_000)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.behind}"


class TargetWarning(models.Model):
    """That somebody was told once of being behind: once in a period, KPI and model."""

    kpi = models.CharField(max_length=80)
    model = models.CharField(max_length=80, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outlet = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    grain = models.CharField(max_length=8, default="month")
    period = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "model", "unit", "person", "outlet", "grain", "period"],
                nulls_distinct=False,
                name="target_warning_once",
            ),
            models.CheckConstraint(condition=ONE_SCOPE, name="target_warning_has_one_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.period}"
