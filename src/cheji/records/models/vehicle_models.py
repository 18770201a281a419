"""What the house knows of the models that it sells."""

from django.db import models


class VehicleModel(models.Model):
    """A model by the name that orders and vehicles have; KPIs filter on what it is."""

    class Displacement(models.TextChoices):
        UPTO_50 = "upto_50"
        UPTO_150 = "upto_150"
        UPTO_250 = "upto_250"
        OVER_250 = "over_250"

    name = models.CharField(max_length=80, unique=True)
    displacement = models.CharField(max_length=8, choices=Displacement, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    key = models.BooleanField(default=False)
    """Whether it is one of those that the house wants to sell above all (重点车型)."""
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name
