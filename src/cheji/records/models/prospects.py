"""Customers, and their intent to buy (意向) with every step of it."""

import uuid

from django.db import models
from django.db.models import Q

from .fields import Custom
from .people import Person, Unit


class Channel(models.TextChoices):
    """The six acquisition channels of the source's structure sheet (成交结构)."""

    WALK_IN = "walk_in"
    OUTREACH = "outreach"
    OWNER = "owner"
    OFF_SITE = "off_site"
    OTHER = "other"
    SECOND_TIER = "second_tier"


class Customer(Custom):
    """A buyer of one outlet; phone and ID number are kept encrypted with a blind index."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=120)
    initials = models.CharField(max_length=40, blank=True)
    company = models.BooleanField(default=False)
    phone_cipher = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True)
    phone_tail_index = models.BinaryField(null=True)
    identity_cipher = models.BinaryField(null=True)
    identity_index = models.BinaryField(null=True)
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.WALK_IN)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    consent_on = models.DateField(null=True)
    note = models.CharField(max_length=400, blank=True)
    created_on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outlet", "phone_index"], name="customer_phone_once_per_outlet"
            ),
            models.UniqueConstraint(
                fields=["outlet", "number"],
                condition=~Q(number=""),
                name="customer_number_once_per_outlet",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_tail_index"], name="customer_phone_tail"),
            models.Index(fields=["phone_index"], name="customer_phone"),
            models.Index(fields=["created_on", "id"], name="customer_newest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Prospect(Custom):
    """A card (意向卡): one wish to buy, open until it is ordered, lost or dormant."""

    class Level(models.TextChoices):
        H = "H"
        A = "A"
        B = "B"
        C = "C"

    class State(models.TextChoices):
        OPEN = "open"
        ORDERED = "ordered"
        LOST = "lost"
        DORMANT = "dormant"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="prospects")
    opened_on = models.DateField()
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.WALK_IN)
    model = models.CharField(max_length=80, blank=True)
    level = models.CharField(max_length=1, choices=Level)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    closed_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    rival = models.CharField(max_length=80, blank=True)
    by_order = models.BooleanField(default=False)
    """Opened by its own order (who buys at once): gives way to a card written for the same wish."""
    expected_on = models.DateField(null=True)
    next_follow_up_on = models.DateField(null=True)
    note = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "number"], name="prospect_number_once"),
            models.UniqueConstraint(
                fields=["outlet", "customer"],
                condition=Q(state="open"),
                name="one_open_prospect_per_customer",
            ),
        ]
        indexes = [
            models.Index(fields=["outlet", "state", "-opened_on"], name="prospect_outlet_state"),
            models.Index(fields=["owner", "state"], name="prospect_owner_state"),
            models.Index(fields=["opened_on", "id"], name="prospect_newest"),
        ]

    def __str__(self) -> str:
        return self.number


class ProspectStep(models.Model):
    """One dated step of a prospect; level and owner are those after the step. Only appended."""

    class Kind(models.TextChoices):
        OPENED = "opened"
        LEVEL = "level"
        OWNER = "owner"
        ORDERED = "ordered"
        LOST = "lost"
        DORMANT = "dormant"
        REACTIVATED = "reactivated"
        RETURNED = "returned"
        NOTE = "note"
        UNDONE = "undone"

    prospect = models.ForeignKey(Prospect, models.CASCADE, related_name="steps", db_index=False)
    on_date = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    level = models.CharField(max_length=1, choices=Prospect.Level)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["prospect", "on_date", "id"], name="step_in_order")]

    def __str__(self) -> str:
        return f"{self.prospect_id} {self.kind} {self.on_date}"
