"""Fields that a house adds of its own to customers, prospects, orders and visits."""

from django.db import models


class CustomField(models.Model):
    """One field: where it stands, what it is called, and what may be written into it.

    Records keep values by code in their column `custom`: texts, dates as 2026-11-22, numbers as
    decimal texts, choices by code. `in_kpis` posts a choice with the facts of its record. A field
    is retired, never deleted, since records keep what was written.
    """

    class Noun(models.TextChoices):
        CUSTOMER = "customer"
        PROSPECT = "prospect"
        ORDER = "order"
        VISIT = "visit"

    class Type(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        DATE = "date"
        CHOICE = "choice"

    noun = models.CharField(max_length=8, choices=Noun)
    code = models.CharField(max_length=20, unique=True)
    zh = models.CharField(max_length=80)
    en = models.CharField(max_length=80)
    type = models.CharField(max_length=6, choices=Type)
    choices = models.JSONField(default=list)
    """Of a choice: (code, zh, en) in order."""
    required = models.BooleanField(default=False)
    in_kpis = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_kpis=False) | models.Q(type="choice"),
                name="custom_field_in_kpis_is_choice",
            )
        ]

    def __str__(self) -> str:
        return f"{self.noun}.{self.code}"


class Custom(models.Model):
    """What has fields of the house's own: their values by code."""

    custom = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), blank=True
    )

    class Meta:
        abstract = True
