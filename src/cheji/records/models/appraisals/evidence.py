"""Files that prove something: photos and papers beside violations, appeals and marks of oneself."""

import uuid

from django.db import models
from django.db.models import Q

from cheji.records.models.people import User

from .marks import Evaluation
from .results import Appeal
from .talks import Violation


class EvidenceFile(models.Model):
    """佐证文件: one file beside one violation, appeal or mark; only added, never changed.

    `content` is sealed to the row's own `key`, `digest` is the SHA-256 of the file as it was given.
    """

    class Kind(models.TextChoices):
        JPEG = "image/jpeg"
        PNG = "image/png"
        WEBP = "image/webp"
        PDF = "application/pdf"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    violation = models.ForeignKey(Violation, models.PROTECT, null=True, related_name="files")
    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, related_name="files")
    mark = models.ForeignKey(Evaluation, models.PROTECT, null=True, related_name="files")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(violation__isnull=False, appeal__isnull=True, mark__isnull=True)
                | Q(violation__isnull=True, appeal__isnull=False, mark__isnull=True)
                | Q(violation__isnull=True, appeal__isnull=True, mark__isnull=False),
                name="evidence_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.name
