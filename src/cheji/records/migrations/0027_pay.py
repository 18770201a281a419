"""Tables of pay runs, and the states that a run of pay goes through."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0026_target_warnings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=2000)),
                ("evidence", models.CharField(blank=True, max_length=400)),
                ("frozen", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("heard", "Heard"),
                            ("upheld", "Upheld"),
                            ("partly", "Partly"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("heard_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=2000)),
                ("version", models.PositiveIntegerField(default=1)),
                ("period", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("collision", "Collision"),
                            ("cross_outlet", "Cross Outlet"),
                            ("missing_car", "Missing Car"),
                            ("wrong_model", "Wrong Model"),
                            ("amount", "Amount"),
                        ],
                        max_length=12,
                    ),
                ),
                ("line", models.BigIntegerField(null=True)),
                ("answer", models.CharField(blank=True, max_length=2000)),
                ("rule", models.CharField(blank=True, max_length=12)),
                ("window", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ManualLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.IntegerField()),
                ("component", models.CharField(max_length=80)),
                ("fen", models.BigIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("evidence", models.CharField(blank=True, max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=400)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="PayBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("key", models.CharField(default="", max_length=80)),
                ("source", models.CharField(default="", max_length=40)),
                ("fen", models.BigIntegerField()),
                ("since", models.IntegerField(default=0)),
                ("origin", models.CharField(default="", max_length=40)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PayEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("source_kind", models.CharField(max_length=12)),
                ("source", models.BigIntegerField()),
                ("on_date", models.DateField()),
                ("evidence", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="PayException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing_cost", "Missing Cost"),
                            ("unknown_model", "Unknown Model"),
                            ("negative_price", "Negative Price"),
                            ("no_post", "No Post"),
                            ("no_plan", "No Plan"),
                            ("no_score", "No Score"),
                        ],
                        max_length=16,
                    ),
                ),
                ("source_kind", models.CharField(default="", max_length=12)),
                ("source", models.BigIntegerField()),
                ("found_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("decided", "Decided"), ("gone", "Gone")],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[("accept", "Accept"), ("leave_out", "Leave Out")],
                        max_length=10,
                    ),
                ),
                ("decision", models.CharField(blank=True, max_length=400)),
                ("decided_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="PayInput",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("payable", models.BigIntegerField()),
                ("outcome", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PayLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.PositiveSmallIntegerField()),
                ("component", models.CharField(max_length=80)),
                ("entry", models.CharField(max_length=12)),
                ("source_kind", models.CharField(default="", max_length=12)),
                ("source", models.BigIntegerField(null=True)),
                ("amount", models.TextField(default="")),
                ("scale", models.SmallIntegerField(default=1)),
                ("rate", models.TextField(default="")),
                ("factor", models.TextField(default="")),
                (
                    "band_from",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "band_part",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                (
                    "band_rate",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                ("fen", models.BigIntegerField()),
                ("origin_run", models.BigIntegerField(null=True)),
                ("origin", models.BigIntegerField(null=True)),
                ("code", models.CharField(default="", max_length=40)),
                ("args", models.JSONField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PaySplit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parts", models.JSONField()),
                ("reason", models.CharField(max_length=400)),
                ("asked_at", models.DateTimeField()),
                ("approved", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="RejectedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("component", models.CharField(max_length=80)),
                ("source_kind", models.CharField(default="", max_length=12)),
                ("source", models.BigIntegerField(null=True)),
                ("code", models.CharField(max_length=40)),
                ("args", models.JSONField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RunStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.CreateModel(
            name="Settlement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("left_on", models.DateField()),
                ("body", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("earned", models.BigIntegerField()),
                ("held", models.BigIntegerField()),
                ("due", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drawn_up", "Drawn Up"),
                            ("approved", "Approved"),
                            ("paid", "Paid"),
                        ],
                        default="drawn_up",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="run",
            name="run_closed_is_sealed",
        ),
        migrations.AddField(
            model_name="run",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="order",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="run",
            name="reviewed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="run",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="run",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("calculated", "Calculated"),
                    ("reviewed", "Reviewed"),
                    ("approved", "Approved"),
                    ("closed", "Closed"),
                    ("paid", "Paid"),
                    ("exported", "Exported"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("state__in", ("closed", "paid", "exported")), _negated=True),
                        ("closed_at__isnull", True),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("state__in", ("closed", "paid", "exported")),
                        models.Q(("sealed", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="run_closed_is_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "pay"), ("state__in", ("open", "closed")), _connector="OR"
                ),
                name="run_of_pay_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    models.Q(
                        models.Q(
                            ("made_by__isnull", True),
                            models.Q(("made_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="run_approved_by_another",
            ),
        ),
        migrations.AddField(
            model_name="acknowledgement",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="acknowledgement",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acknowledgements",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="against",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="order",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.order",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="outlet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="manualline",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="manualline",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="manualline",
            name="dispute",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="effects",
                to="records.dispute",
            ),
        ),
        migrations.AddField(
            model_name="manualline",
            name="outlet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="manualline",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="manualline",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="manual_lines",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="paybalance",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="paybalance",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="%(class)ss",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="payevent",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payevent",
            name="outlet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="payexception",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="payexception",
            name="outlet",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.unit",
            ),
        ),
        migrations.AddField(
            model_name="payexception",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="payinput",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="payinput",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="%(class)ss",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="payline",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="payline",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="%(class)ss",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="paysplit",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paysplit",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="paysplit",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pay_splits",
                to="records.order",
            ),
        ),
        migrations.AddField(
            model_name="rejectedrow",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="records.person",
            ),
        ),
        migrations.AddField(
            model_name="rejectedrow",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="%(class)ss",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="runstep",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="runstep",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="records.run"
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="outlet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.unit"
            ),
        ),
        migrations.AddField(
            model_name="settlement",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="acknowledgement",
            constraint=models.UniqueConstraint(fields=("run", "person"), name="acknowledged_once"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("upheld", "partly", "rejected")), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False), models.Q(("decision", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="dispute_decided_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("upheld", "partly", "rejected")), _negated=True),
                    ("made_by__isnull", True),
                    ("decided_by__isnull", True),
                    models.Q(("made_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="dispute_needs_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("against__isnull", True),
                    models.Q(("person", models.F("against")), _negated=True),
                    _connector="OR",
                ),
                name="dispute_between_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "heard"])),
                fields=("person", "kind", "period", "order", "line"),
                name="dispute_open_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="manualline",
            index=models.Index(
                condition=models.Q(("run__isnull", True)),
                fields=["outlet", "period"],
                name="manual_line_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True), models.Q(("fen", 0), _negated=True)
                ),
                name="manual_line_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "asked"), ("decided_at__isnull", False), _connector="OR"
                ),
                name="manual_line_decided_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by__isnull", True),
                    ("decided_by__isnull", True),
                    models.Q(("asked_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="manual_line_needs_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualline",
            constraint=models.CheckConstraint(
                condition=models.Q(("run__isnull", True), ("state", "approved"), _connector="OR"),
                name="manual_line_paid_approved",
            ),
        ),
        migrations.AddIndex(
            model_name="paybalance",
            index=models.Index(fields=["run", "person"], name="paybalance_of_run"),
        ),
        migrations.AddIndex(
            model_name="payevent",
            index=models.Index(fields=["outlet", "on_date"], name="pay_event_of_outlet"),
        ),
        migrations.AddConstraint(
            model_name="payevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("void", False)),
                fields=("kind", "source_kind", "source"),
                name="pay_event_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="payexception",
            constraint=models.UniqueConstraint(
                fields=("outlet", "period", "kind", "source_kind", "source"),
                name="pay_exception_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="payexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "decided"), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        models.Q(("decision", ""), _negated=True),
                        models.Q(("how", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="pay_exception_decided_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="payinput",
            index=models.Index(fields=["run", "person"], name="payinput_of_run"),
        ),
        migrations.AddIndex(
            model_name="payline",
            index=models.Index(fields=["run", "person"], name="payline_of_run"),
        ),
        migrations.AddIndex(
            model_name="payline",
            index=models.Index(
                condition=models.Q(("origin_run__isnull", False)),
                fields=["origin_run"],
                name="payline_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="paysplit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by__isnull", True),
                    ("decided_by__isnull", True),
                    models.Q(("asked_by", models.F("decided_by")), _negated=True),
                    _connector="OR",
                ),
                name="pay_split_needs_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="paysplit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approved__isnull", True)),
                fields=("order",),
                name="pay_split_asked_once",
            ),
        ),
        migrations.AddIndex(
            model_name="rejectedrow",
            index=models.Index(fields=["run", "person"], name="rejectedrow_of_run"),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.UniqueConstraint(
                fields=("person", "outlet", "left_on"), name="settlement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="settlement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("made_by__isnull", True),
                    ("approved_by__isnull", True),
                    models.Q(("made_by", models.F("approved_by")), _negated=True),
                    _connector="OR",
                ),
                name="settlement_needs_second_person",
            ),
        ),
    ]
