"""Ways by which messages leave: what people want by e-mail, robots of groups, sendings."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q


def key() -> tuple[str, models.BigAutoField]:
    field = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    return "id", field


def to(model: str, how: Any, **more: Any) -> models.ForeignKey:
    return models.ForeignKey(on_delete=how, to=model, **more)


def old_are_told(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """What was in the inbox before this version does not leave the house now."""
    apps.get_model("records", "Message").objects.filter(sent_at=None).update(sent_at=F("made_at"))


PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE


class Migration(migrations.Migration):
    dependencies = [("records", "0024_appraisals")]

    operations = [
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                key(),
                ("type", models.CharField(max_length=20)),
                (
                    "mail",
                    models.CharField(
                        choices=[("now", "Now"), ("digest", "Digest"), ("off", "Off")],
                        max_length=6,
                    ),
                ),
                ("person", to("records.person", PROTECT, related_name="mail_choices")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["person", "type"], name="mail_choice_of_type")
                ],
            },
        ),
        migrations.CreateModel(
            name="Robot",
            fields=[
                key(),
                ("provider", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=32, unique=True)),
                ("address_cipher", models.BinaryField()),
                ("address_index", models.BinaryField(unique=True)),
                ("secret_cipher", models.BinaryField(null=True)),
                ("types", models.JSONField(default=list)),
                ("private_allowed", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("free_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("made_by", to(settings.AUTH_USER_MODEL, PROTECT, null=True, related_name="+")),
                ("unit", to("records.unit", PROTECT, related_name="+")),
            ],
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                key(),
                ("type", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Failed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("fault", models.CharField(blank=True, max_length=200)),
                ("message", to("records.message", CASCADE, null=True, related_name="sendings")),
                ("robot", to("records.robot", PROTECT, null=True, related_name="sendings")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(message__isnull=False) | Q(robot__isnull=False),
                        name="sending_is_to",
                    ),
                    models.UniqueConstraint(
                        fields=["message", "robot"],
                        nulls_distinct=False,
                        name="sending_once",
                        condition=Q(message__isnull=False),
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["due_at"], name="sending_due", condition=Q(state="waiting")
                    ),
                    models.Index(fields=["robot", "-id"], name="sending_of_robot"),
                ],
            },
        ),
        migrations.RunPython(old_are_told, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["id"], name="message_unsent", condition=Q(sent_at=None)),
        ),
    ]
