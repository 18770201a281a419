"""What somebody is to get better at, from one appraisal into the next."""

from django.db import models
from django.db.models import Q

from cheji.records.models.people import Person, Unit, User

from .cycles import Appraisal


class Development(models.Model):
    """改进项: something to improve, with a measure and a date; open ones go into the next terms.

    `appraisal` is where it was agreed; `kpi` the weak step, where there is one.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="developments")
    kpi = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=400)
    measure = models.CharField(max_length=400, blank=True)
    until = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    ended_on = models.DateField(null=True)
    ended_note = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="development_says_something"),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True)
                | ~Q(state="open") & Q(ended_on__isnull=False) & ~Q(ended_note=""),
                name="development_ended_with_a_word",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="development_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.text} {self.state}"
