"""Parties received on the floor (来店批次), and daily counts where no more is kept."""

from django.db import models

from .fields import Custom
from .people import Person, Unit


class Visit(Custom):
    """One party, however many people; `excluded` says why it does not count as a batch."""

    class Purpose(models.TextChoices):
        BUY = "buy"
        AFTERSALES = "aftersales"
        OTHER = "other"

    class Channel(models.TextChoices):
        WALK_IN = "walk_in"
        PHONE = "phone"
        OFF_SITE = "off_site"
        ONLINE = "online"
        OTHER = "other"

    class Excluded(models.TextChoices):
        HOLDS_CARD = "holds_card"
        HAS_ORDERED = "has_ordered"
        NOT_BUYING = "not_buying"
        VOID = "void"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80)
    on_date = models.DateField()
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    people = models.PositiveSmallIntegerField(default=1)
    first = models.BooleanField(default=True)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.BUY)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WALK_IN)
    counted = models.BooleanField(null=True)
    """What a person said of it; null: the counting rules decide."""
    excluded = models.CharField(max_length=12, choices=Excluded, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey("records.Customer", models.PROTECT, null=True)
    model = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "number"], name="visit_number_once")
        ]
        indexes = [
            models.Index(fields=["outlet", "-on_date"], name="visit_outlet_date"),
            models.Index(fields=["on_date", "id"], name="visit_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class DailyTotal(models.Model):
    """Counts of one outlet, day and (optionally) person, where single events are not kept.

    `counts` maps a column of the import kind `daily_totals` to an integer (money in fen).
    """

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on_date = models.DateField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    counts = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "on_date", "person"],
                name="daily_total_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.outlet_id} {self.on_date}"
