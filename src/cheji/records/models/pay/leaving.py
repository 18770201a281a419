"""What a person says to his statement, and what is owed to one who leaves."""

from django.db import models
from django.db.models import F, Q

from cheji.records.models.people import Person, Unit, User
from cheji.records.models.runs import Run


class Acknowledgement(models.Model):
    """签收: a person has read his statement; `digest` is that of the lines that he saw."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="acknowledged_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.person_id}"


class Settlement(models.Model):
    """离职结算单: what somebody who leaves has earned, what is held back, what is still open.

    `body` has the lists as they stood; nothing in it is forfeited by itself. `earned` is what the
    settlement pays, `SettledRun` says of which runs.
    """

    class State(models.TextChoices):
        DRAWN_UP = "drawn_up"
        APPROVED = "approved"
        PAID = "paid"

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    left_on = models.DateField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    earned = models.BigIntegerField()
    held = models.BigIntegerField()
    due = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAWN_UP)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "outlet", "left_on"], name="settlement_once"),
            models.CheckConstraint(
                condition=Q(made_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(made_by=F("approved_by")),
                name="settlement_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.left_on}"


class SettledRun(models.Model):
    """A person's pay of a closed run that a settlement took up; the run's pay-out leaves it out."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="runs")
    run = models.ForeignKey(Run, models.PROTECT, related_name="settled")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    fen = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="run_settled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id} {self.run_id}"
