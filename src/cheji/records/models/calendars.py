"""The working calendar: a weekly rule of each unit, and the days that depart from it."""

from django.db import models
from django.db.models import Q

from .people import Unit

EVERY_DAY = "1111111"


class WorkWeek(models.Model):
    """The weekly rule of a unit and all below it that have none: Monday first, 1 is worked.

    `keeps_days`: the single days of the units above hold here too.
    """

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    weekdays = models.CharField(max_length=7, default=EVERY_DAY)
    keeps_days = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekdays__regex=r"^[01]{7}$"), name="work_week_of_seven_days"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.weekdays}"


class WorkDay(models.Model):
    """A day that departs from the weekly rule of a unit and all below it: a holiday, a swap day."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    works = models.BooleanField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "on"], name="work_day_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"
