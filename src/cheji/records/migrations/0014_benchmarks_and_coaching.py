"""Benchmarks from outside, rules of rankings, exercises and coaching tasks."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0013_targets_agreed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exercise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=80)),
                ("kpi", models.CharField(max_length=80)),
                ("zh", models.CharField(max_length=400)),
                ("en", models.CharField(max_length=400)),
                ("retired", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        fields=("code",),
                        name="exercise_code_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RankingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("named", "Named"),
                            ("anonymous", "Anonymous"),
                            ("self", "Self"),
                            ("off", "Off"),
                        ],
                        default="self",
                        max_length=10,
                    ),
                ),
                (
                    "kpis",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None
                    ),
                ),
                ("least", models.PositiveSmallIntegerField(default=5)),
                (
                    "ramp",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "outlet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CoachingTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=80)),
                ("result", models.CharField(max_length=80)),
                ("period", models.IntegerField()),
                ("own", models.BigIntegerField(null=True)),
                ("benchmark", models.BigIntegerField(null=True)),
                ("worth", models.BigIntegerField(null=True)),
                ("sample", models.BigIntegerField(null=True)),
                ("exercise", models.CharField(max_length=400)),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=400)),
                ("ended_on", models.DateField(null=True)),
                ("ended_note", models.CharField(blank=True, max_length=400)),
                ("made_at", models.DateTimeField()),
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
                (
                    "outlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "state"], name="coaching_of_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("outlet", "person", "kpi", "period"),
                        name="coaching_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_on__isnull", True), ("state", "open")),
                            models.Q(
                                ("ended_on__isnull", False),
                                models.Q(("state", "open"), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="coaching_ends_with_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TypedBenchmark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.CharField(max_length=60)),
                ("period", models.IntegerField()),
                ("kpi", models.CharField(max_length=80)),
                ("value", models.BigIntegerField()),
                ("source", models.CharField(max_length=200)),
                (
                    "how",
                    models.CharField(
                        choices=[("typed", "Typed"), ("imported", "Imported")], max_length=8
                    ),
                ),
                ("made_at", models.DateTimeField()),
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
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "series", "period", "kpi"), name="typed_benchmark_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("source", ""), _negated=True),
                            models.Q(("series", ""), _negated=True),
                        ),
                        name="typed_benchmark_has_a_source",
                    ),
                ],
            },
        ),
    ]
