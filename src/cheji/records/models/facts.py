"""The one append-only table of facts. Only `cheji.facts` writes it; triggers refuse change."""

from django.db import models
from django.db.models import Q


class Fact(models.Model):
    """Something that happened, in the engine's shape; columns as in the design's fact table.

    Ids of units, people and customers are plain numbers: facts outlive rows and are grouped
    without joins. `week` and `month` are period keys of `on_date`, `since_week` and
    `since_month` of `since`, all by the outlet's calendar at posting.
    """

    kind = models.CharField(max_length=24)
    on_date = models.DateField()
    since = models.DateField(null=True)
    week = models.IntegerField()
    month = models.IntegerField()
    since_week = models.IntegerField(null=True)
    since_month = models.IntegerField(null=True)
    outlet = models.BigIntegerField()
    team = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)
    customer = models.BigIntegerField(null=True)
    model = models.CharField(max_length=80, default="")
    channel = models.CharField(max_length=40, default="")
    level = models.CharField(max_length=1, default="")
    tags = models.CharField(max_length=120, default="")
    quantity = models.BigIntegerField(default=0)
    fen = models.BigIntegerField(default=0)
    value = models.BigIntegerField(default=0)
    source_kind = models.CharField(max_length=12)
    source = models.BigIntegerField()
    reverses = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="fact_reversed_once"
            )
        ]
        indexes = [
            models.Index(fields=["outlet", "month", "kind"], name="fact_outlet_month"),
            models.Index(fields=["source_kind", "source"], name="fact_source"),
            models.Index(fields=["person", "month"], name="fact_person_month"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on_date}"
