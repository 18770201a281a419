"""Vehicles in stock, by frame number (VIN)."""

from django.db import models
from django.db.models import Q

from .people import Unit


class Vehicle(models.Model):
    """One vehicle that an outlet holds or held; cost in fen."""

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    vin = models.CharField(max_length=40)
    model = models.CharField(max_length=80)
    colour = models.CharField(max_length=40, blank=True)
    stocked_on = models.DateField()
    left_on = models.DateField(null=True)
    cost = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vin"], condition=Q(left_on__isnull=True), name="vin_in_stock_once"
            )
        ]
        indexes = [models.Index(fields=["outlet", "left_on"], name="vehicle_outlet_stock")]

    def __str__(self) -> str:
        return self.vin
