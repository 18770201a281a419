"""Enquiries that reach an outlet before anybody visits it."""

from django.db import models

from .people import Person, Unit


class Lead(models.Model):
    """One enquiry; `number` is the provider's own key and is unique within the outlet."""

    class State(models.TextChoices):
        NEW = "new"
        CONTACTED = "contacted"
        VALID = "valid"
        CARDED = "carded"
        INVALID = "invalid"
        DUPLICATE = "duplicate"

    outlet = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80)
    received_on = models.DateField()
    received_at = models.DateTimeField(null=True)
    first_attempt_at = models.DateTimeField(null=True)
    contacted_on = models.DateField(null=True)
    channel = models.CharField(max_length=40, default="online")
    provider = models.CharField(max_length=60, blank=True)
    customer = models.ForeignKey("records.Customer", models.PROTECT, null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    model = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outlet", "number"], name="lead_number_once")
        ]
        indexes = [
            models.Index(fields=["outlet", "-received_on"], name="lead_outlet_date"),
            models.Index(fields=["received_on", "id"], name="lead_newest"),
        ]

    def __str__(self) -> str:
        return self.number
