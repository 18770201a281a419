"""Benchmarks from outside, the limits of the traffic lights, and the rankings of an outlet."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from .people import Unit, User


class TypedBenchmark(models.Model):
    """A KPI of a month as somebody published it, for a nation or a region.

    `value` is in 1/10,000 of the KPI's unit, fen for yuan. `series` names the publication, so that
    several stand side by side; without a `source` there is no figure.
    """

    class How(models.TextChoices):
        TYPED = "typed"
        IMPORTED = "imported"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    series = models.CharField(max_length=60)
    period = models.IntegerField()
    kpi = models.CharField(max_length=80)
    value = models.BigIntegerField()
    source = models.CharField(max_length=200)
    how = models.CharField(max_length=8, choices=How)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "series", "period", "kpi"], name="typed_benchmark_once"
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(series=""), name="typed_benchmark_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.kpi} {self.period}"


class KpiLimit(models.Model):
    """From where a KPI is green or red in this house, in place of what its definition suggests.

    Values are in 1/10,000 of the KPI's unit, fen for yuan, and mean what those of a definition's
    benchmark mean (`engine.definitions.Benchmark`).
    """

    kpi = models.CharField(max_length=80, unique=True)
    low = models.BigIntegerField(null=True)
    good = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(low=None, good=None, high=None), name="kpi_limit_says_something"
            ),
            models.CheckConstraint(
                condition=~(Q(low__gt=F("good")) | Q(good__gt=F("high")) | Q(low__gt=F("high"))),
                name="kpi_limits_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.low} {self.good} {self.high}"


class RankingRule(models.Model):
    """How an outlet shows its people's rankings to themselves; without a row: each his own place.

    `ramp` are the percents expected of a new starter in his first months, `least` the smallest
    sample of a rate that is ranked.
    """

    class Mode(models.TextChoices):
        NAMED = "named"
        ANONYMOUS = "anonymous"
        SELF = "self"
        OFF = "off"

    outlet = models.OneToOneField(Unit, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.SELF)
    kpis = ArrayField(models.CharField(max_length=80))
    least = models.PositiveSmallIntegerField(default=5)
    ramp = ArrayField(models.PositiveSmallIntegerField(), default=list)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.mode}"
