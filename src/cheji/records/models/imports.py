"""Files that were brought in: the batch, its rows, and the remembered column maps."""

import uuid

from django.db import models

from .people import User


class ImportBatch(models.Model):
    """One upload of one kind; committed all or nothing, and undone as a whole.

    `content` is the file until it is committed, and then the rows that were not taken; sealed.
    `report` names the rows that were not taken by place, column and code, never by their cells.
    """

    class State(models.TextChoices):
        READ = "read"
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDONE = "undone"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    mode = models.CharField(max_length=8, default="both")
    state = models.CharField(max_length=8, choices=State, default=State.READ)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    mapping = models.JSONField(default=dict)
    content = models.BinaryField(null=True)
    mended = models.JSONField(default=dict)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class ImportTouch(models.Model):
    """What a batch did to records, so that it can be undone.

    A changed record has a row with its columns `before`; creations have none, and one row for each
    run of ids, `record` to `last`, that the batch left in the same `version`.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="touches", db_index=False)
    noun = models.CharField(max_length=12)
    record = models.BigIntegerField()
    last = models.BigIntegerField()
    before = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["batch", "noun"], name="touch_batch")]

    def __str__(self) -> str:
        return f"{self.noun} {self.record}"


class ColumnMap(models.Model):
    """A remembered mapping: a person's files with the same headers are read the same way again.

    Without `user` it was remembered before maps were a person's own.
    """

    kind = models.CharField(max_length=20)
    headers = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    mapping = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "headers", "user"], name="column_map_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.headers[:8]}"
