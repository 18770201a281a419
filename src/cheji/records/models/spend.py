"""What an outlet spends on advertising (广宣投放)."""

from django.db import models

from .people import Unit


class AdSpend(models.Model):
    """One entry by spend date; amount gross and the maker's subsidy in it, both in fen."""

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=80)
    on_date = models.DateField()
    channel = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField()
    subsidy = models.BigIntegerField(default=0)
    note = models.CharField(max_length=400, blank=True)
    void = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "number"], name="ad_spend_number_once")
        ]

    def __str__(self) -> str:
        return self.number
