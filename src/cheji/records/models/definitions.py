"""Versions of definitions: measures, KPIs, sheets, switches, schemes, pay plans, levels."""

from django.db import models
from django.db.models import F, Q

from .people import Unit, User


class DefinitionVersion(models.Model):
    """One version of one definition; a published version never changes (a trigger sees to it).

    A declined draft waits for its author, who edits or withdraws it.

    `outlet` narrows a version to one outlet; without it the version holds for the group.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        DECLINED = "declined"
        PUBLISHED = "published"

    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=80)
    outlet = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    pack = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code", "outlet", "valid_from"],
                condition=Q(state="published"),
                nulls_distinct=False,
                name="definition_published_once",
            ),
            models.CheckConstraint(
                condition=Q(author__isnull=True)
                | Q(approver__isnull=True)
                | ~Q(author=F("approver")),
                name="definition_needs_second_person",
            ),
        ]
        indexes = [models.Index(fields=["kind", "code", "-valid_from"], name="definition_order")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}@{self.valid_from}"
