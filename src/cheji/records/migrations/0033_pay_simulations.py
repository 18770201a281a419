"""Pay plans tried on past months, kept apart from runs."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0032_pay_in_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaySimulation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=80)),
                (
                    "outlets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("first", models.IntegerField()),
                ("last", models.IntegerField()),
                ("asked", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("mark", models.BigIntegerField(null=True)),
                ("result", models.JSONField(null=True)),
                ("fault", models.JSONField(null=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("mark__isnull", False), ("result__isnull", False)),
                            _connector="OR",
                        ),
                        name="simulation_done_with_a_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outlets__len__gt", 0)),
                        name="simulation_of_some_outlet",
                    ),
                ],
            },
        ),
    ]
