"""A table for each register, and when a lead was tried and reached."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_benchmarks_and_coaching"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="contacted_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="first_attempt_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("answered_on", models.DateField()),
                ("delivered_on", models.DateField(null=True)),
                ("survey", models.CharField(max_length=40)),
                ("score", models.BigIntegerField(null=True)),
                ("full", models.BigIntegerField(null=True)),
                ("recommend", models.IntegerField(null=True)),
                ("promise_kept", models.BooleanField(null=True)),
                ("recommends", models.BooleanField(null=True)),
                ("satisfied", models.BooleanField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-answered_on"], name="answer_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "number"), name="answer_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("survey__in", ["ssi", "csi", "day3", "nps", "other"])),
                        name="answer_survey_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__gte", 0), ("score__isnull", True), _connector="OR"
                        ),
                        name="answer_score_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("full__gte", 10000), ("full__isnull", True), _connector="OR"
                        ),
                        name="answer_full_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recommend__gte", 0), ("recommend__isnull", True), _connector="OR"
                        ),
                        name="answer_recommend_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__gte", models.F("delivered_on")),
                            ("delivered_on__isnull", True),
                            ("answered_on__isnull", True),
                            _connector="OR",
                        ),
                        name="answer_answered_on_after_delivered_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_on", models.DateField()),
                ("due_on", models.DateField()),
                ("purpose", models.CharField(max_length=40)),
                ("state", models.CharField(max_length=40)),
                ("arrived_on", models.DateField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-due_on"], name="appointment_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="appointment_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purpose__in", ["visit", "test_drive", "delivery", "other"])
                        ),
                        name="appointment_purpose_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "kept", "missed", "cancelled"])),
                        name="appointment_state_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gte", models.F("set_on")),
                            ("set_on__isnull", True),
                            ("due_on__isnull", True),
                            _connector="OR",
                        ),
                        name="appointment_due_on_after_set_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("arrived_on__gte", models.F("set_on")),
                            ("set_on__isnull", True),
                            ("arrived_on__isnull", True),
                            _connector="OR",
                        ),
                        name="appointment_arrived_on_after_set_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("due_days", models.BigIntegerField()),
                ("present_days", models.BigIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-on_date"], name="attendance_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="attendance_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_days__gte", 0)), name="attendance_due_days_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("present_days__gte", 0)),
                        name="attendance_present_days_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False)), name="attendance_has_person"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("called_at", models.DateTimeField(null=True)),
                ("direction", models.CharField(max_length=40)),
                ("purpose", models.CharField(max_length=40)),
                ("answered", models.BooleanField()),
                ("wait_seconds", models.IntegerField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["outlet", "-on_date"], name="call_outlet_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "number"), name="call_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["in", "out"])),
                        name="call_direction_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["buy", "other"])),
                        name="call_purpose_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wait_seconds__gte", 0),
                            ("wait_seconds__isnull", True),
                            _connector="OR",
                        ),
                        name="call_wait_seconds_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("due_on", models.DateField()),
                ("day", models.CharField(max_length=40)),
                ("delivered_on", models.DateField(null=True)),
                ("attempted_on", models.DateField(null=True)),
                ("reached", models.BooleanField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-due_on"], name="call_back_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="call_back_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day__in", ["3", "7", "30"])), name="call_back_day_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gte", models.F("delivered_on")),
                            ("delivered_on__isnull", True),
                            ("due_on__isnull", True),
                            _connector="OR",
                        ),
                        name="call_back_due_on_after_delivered_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("opened_on", models.DateField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("sort", models.CharField(max_length=40)),
                ("responded_on", models.DateField(null=True)),
                ("responded_at", models.DateTimeField(null=True)),
                ("solved_on", models.DateField(null=True)),
                ("matter", models.CharField(blank=True, max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["outlet", "-opened_on"], name="case_outlet_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "number"), name="case_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sort__in", ["complaint", "problem", "question"])),
                        name="case_sort_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("solved_on__gte", models.F("opened_on")),
                            ("opened_on__isnull", True),
                            ("solved_on__isnull", True),
                            _connector="OR",
                        ),
                        name="case_solved_on_after_opened_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("responded_at__gte", models.F("opened_at")),
                            ("opened_at__isnull", True),
                            ("responded_at__isnull", True),
                            _connector="OR",
                        ),
                        name="case_responded_at_after_opened_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("sort", models.CharField(max_length=40)),
                ("title", models.CharField(blank=True, max_length=80)),
                ("points", models.BigIntegerField()),
                ("full", models.BigIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["outlet", "-on_date"], name="check_outlet_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "number"), name="check_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sort__in", ["traffic", "records", "mystery", "5s", "other"])
                        ),
                        name="check_sort_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 0)), name="check_points_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("full__gte", 10000)), name="check_full_fits"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                ("way", models.CharField(max_length=40)),
                ("planned", models.BooleanField(null=True)),
                ("result", models.CharField(blank=True, max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-due_on"], name="follow_up_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="follow_up_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["phone", "wechat", "outlet", "home"])),
                        name="follow_up_way_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ManualValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("code", models.CharField(max_length=40)),
                ("value", models.BigIntegerField(null=True)),
                ("amount", models.BigIntegerField(null=True)),
                ("evidence", models.CharField(max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-on_date"], name="manual_value_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="manual_value_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "opex",
                                    "fixed_expense",
                                    "fees",
                                    "area_registrations",
                                    "own_registrations",
                                    "market_sales",
                                    "plan_units",
                                    "ordered_units",
                                    "supplied_units",
                                    "forecast_units",
                                    "second_tier_units",
                                    "key_account_visits",
                                    "bids",
                                    "brand_search",
                                    "followers",
                                    "door_swings",
                                    "via",
                                    "parts_stock",
                                    "dead_parts",
                                    "parts_used",
                                    "effort_hours",
                                    "pretax_profit",
                                    "outlet_gross",
                                    "active_base",
                                    "base_customers",
                                    "retained_customers",
                                    "partners",
                                    "gold_partners",
                                    "innovations_planned",
                                    "innovations_done",
                                    "new_products",
                                    "new_products_won",
                                    "staff_satisfaction",
                                    "teamwork",
                                    "attitude",
                                    "receivables",
                                    "stock_interest",
                                    "other",
                                ],
                            )
                        ),
                        name="manual_value_code_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__gte", -10000000000000),
                            ("value__isnull", True),
                            _connector="OR",
                        ),
                        name="manual_value_value_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evidence", ""), _negated=True),
                        name="manual_value_evidence_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("kind", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                ("order_no", models.CharField(blank=True, max_length=80)),
                ("voucher", models.CharField(blank=True, max_length=80)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-on_date"], name="payment_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="payment_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["deposit", "balance", "refund"])),
                        name="payment_kind_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="payment_amount_fits"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preparation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("due_on", models.DateField()),
                ("done_on", models.DateField(null=True)),
                ("vin", models.CharField(max_length=40)),
                ("work", models.CharField(max_length=40)),
                ("defects", models.IntegerField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-due_on"], name="preparation_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="preparation_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vin", ""), _negated=True), name="preparation_vin_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("work__in", ["pdi", "assembly"])),
                        name="preparation_work_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("defects__gte", 0), ("defects__isnull", True), _connector="OR"
                        ),
                        name="preparation_defects_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("price", models.BigIntegerField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["outlet", "-on_date"], name="quote_outlet_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "number"), name="quote_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="quote_price_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__gte", models.F("on_date")),
                            ("on_date__isnull", True),
                            ("valid_until__isnull", True),
                            _connector="OR",
                        ),
                        name="quote_valid_until_after_on_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rebate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("accrued_on", models.DateField()),
                ("received_on", models.DateField(null=True)),
                ("title", models.CharField(blank=True, max_length=80)),
                ("amount", models.BigIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-accrued_on"], name="rebate_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "number"), name="rebate_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="rebate_amount_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_on__gte", models.F("accrued_on")),
                            ("accrued_on__isnull", True),
                            ("received_on__isnull", True),
                            _connector="OR",
                        ),
                        name="rebate_received_on_after_accrued_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Renewal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("due_on", models.DateField()),
                ("renewed_on", models.DateField(null=True)),
                ("premium", models.BigIntegerField(null=True)),
                ("policy", models.CharField(blank=True, max_length=60)),
                ("insurer", models.CharField(blank=True, max_length=60)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["outlet", "-due_on"], name="renewal_outlet_date")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="renewal_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("premium__gte", 0), ("premium__isnull", True), _connector="OR"
                        ),
                        name="renewal_premium_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RepairOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("in_on", models.DateField()),
                ("settled_on", models.DateField()),
                ("plate", models.CharField(blank=True, max_length=20)),
                ("work", models.CharField(max_length=40)),
                ("labour", models.BigIntegerField()),
                ("parts", models.BigIntegerField()),
                ("cost", models.BigIntegerField(null=True)),
                ("booked", models.BooleanField(null=True)),
                ("on_time", models.BooleanField(null=True)),
                ("fixed_first", models.BooleanField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-settled_on"], name="repair_order_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="repair_order_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "work__in",
                                [
                                    "maintenance",
                                    "repair",
                                    "warranty",
                                    "accident",
                                    "bodyshop",
                                    "rework",
                                ],
                            )
                        ),
                        name="repair_order_work_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("labour__gte", 0)), name="repair_order_labour_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parts__gte", 0)), name="repair_order_parts_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cost__gte", 0), ("cost__isnull", True), _connector="OR"
                        ),
                        name="repair_order_cost_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_on__gte", models.F("in_on")),
                            ("in_on__isnull", True),
                            ("settled_on__isnull", True),
                            _connector="OR",
                        ),
                        name="repair_order_settled_on_after_in_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TestDrive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("drive_minutes", models.IntegerField(null=True)),
                ("vin", models.CharField(blank=True, max_length=40)),
                ("route", models.CharField(blank=True, max_length=80)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-on_date"], name="test_drive_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="test_drive_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drive_minutes__gte", 0),
                            ("drive_minutes__isnull", True),
                            _connector="OR",
                        ),
                        name="test_drive_drive_minutes_fits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("sort", models.CharField(max_length=40)),
                ("title", models.CharField(blank=True, max_length=80)),
                ("score", models.BigIntegerField(null=True)),
                ("passed", models.BooleanField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-on_date"], name="training_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="training_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sort__in", ["training", "exam", "retest"])),
                        name="training_sort_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__gte", 0), ("score__isnull", True), _connector="OR"
                        ),
                        name="training_score_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False)), name="training_has_person"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedCar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("appraised_on", models.DateField()),
                ("plate", models.CharField(blank=True, max_length=20)),
                ("offer", models.BigIntegerField(null=True)),
                ("bought_on", models.DateField(null=True)),
                ("price", models.BigIntegerField(null=True)),
                ("recon", models.BigIntegerField(null=True)),
                ("sold_on", models.DateField(null=True)),
                ("sold_price", models.BigIntegerField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-appraised_on"], name="used_car_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="used_car_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("offer__gte", 0), ("offer__isnull", True), _connector="OR"
                        ),
                        name="used_car_offer_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("price__gte", 0), ("price__isnull", True), _connector="OR"
                        ),
                        name="used_car_price_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recon__gte", 0), ("recon__isnull", True), _connector="OR"
                        ),
                        name="used_car_recon_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sold_price__gte", 0), ("sold_price__isnull", True), _connector="OR"
                        ),
                        name="used_car_sold_price_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("bought_on__gte", models.F("appraised_on")),
                            ("appraised_on__isnull", True),
                            ("bought_on__isnull", True),
                            _connector="OR",
                        ),
                        name="used_car_bought_on_after_appraised_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sold_on__gte", models.F("bought_on")),
                            ("bought_on__isnull", True),
                            ("sold_on__isnull", True),
                            _connector="OR",
                        ),
                        name="used_car_sold_on_after_bought_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VehicleMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("on_date", models.DateField()),
                ("vin", models.CharField(max_length=40)),
                ("way", models.CharField(max_length=40)),
                ("counterpart", models.CharField(blank=True, max_length=80)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.customer",
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-on_date"], name="vehicle_move_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="vehicle_move_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vin", ""), _negated=True), name="vehicle_move_vin_fits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("way__in", ["in", "out", "consigned", "returned", "demo"])
                        ),
                        name="vehicle_move_way_fits",
                    ),
                ],
            },
        ),
    ]
