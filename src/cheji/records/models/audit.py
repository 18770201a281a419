"""Who changed what: entries written with the change, sealed into a hash chain at commit."""

from django.db import models


class AuditEntry(models.Model):
    """One action. Holds ids and names as text, no foreign keys: it outlives what it tells of.

    `body` is canonical JSON (sorted keys): verb, subject ids, before, after, reason.
    """

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    noun = models.CharField(max_length=20)
    subject = models.BigIntegerField(null=True)
    outlet = models.BigIntegerField(null=True)
    body = models.TextField()
    refused = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["noun", "subject"], name="audit_subject"),
            models.Index(fields=["-at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class AuditSeal(models.Model):
    """A link of the chain: sha256(previous hash + position + entry's text); made by the trigger.

    `version` says how the entry became a text: 1 joined its fields by a bar that a field could
    hold too; 2 gives each field with its length.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:8]}"
