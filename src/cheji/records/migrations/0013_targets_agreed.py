"""Targets with base and stretch, models, weeks, a reserve, versions, proposals, letters; calendars.

What a target was before a change is kept by a trigger, whoever changes it: a screen, a split, an
import or its undoing. Past versions are only added; a signed letter never changes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
CREATE FUNCTION cheji_target_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO records_targetversion (kpi, unit, person, outlet, model, reserve, grain, period,
    within, value, base, stretch, version, reason, made_by, made_at, approved_by, agreed_at,
    replaced_at)
  VALUES (OLD.kpi, OLD.unit_id, OLD.person_id, OLD.outlet_id, OLD.model, OLD.reserve, OLD.grain,
    OLD.period, OLD.within, OLD.value, OLD.base, OLD.stretch, OLD.version, OLD.reason,
    OLD.made_by_id, OLD.made_at, OLD.approved_by_id, OLD.agreed_at, now());
  RETURN NULL;
END $$;
CREATE TRIGGER records_target_changed AFTER UPDATE ON records_target FOR EACH ROW
  WHEN ((OLD.value, OLD.base, OLD.stretch) IS DISTINCT FROM (NEW.value, NEW.base, NEW.stretch))
  EXECUTE FUNCTION cheji_target_version();
CREATE TRIGGER records_target_cleared AFTER DELETE ON records_target
  FOR EACH ROW EXECUTE FUNCTION cheji_target_version();
CREATE TRIGGER records_targetversion_append_only BEFORE UPDATE OR DELETE ON records_targetversion
  FOR EACH ROW EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER records_targetversion_no_truncate BEFORE TRUNCATE ON records_targetversion
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""

SIGNED = """
CREATE FUNCTION cheji_signed_letter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.signed_at IS NOT NULL THEN
    RAISE EXCEPTION 'cheji: a signed target letter never changes: issue the next one'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_targetletter_signed BEFORE UPDATE OR DELETE ON records_targetletter
  FOR EACH ROW EXECUTE FUNCTION cheji_signed_letter();
"""

UNDO = """
DROP FUNCTION IF EXISTS cheji_target_version, cheji_signed_letter CASCADE;
DROP TRIGGER IF EXISTS records_targetversion_append_only ON records_targetversion;
DROP TRIGGER IF EXISTS records_targetversion_no_truncate ON records_targetversion;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0012_target_locks"),
    ]

    operations = [
        migrations.CreateModel(
            name="TargetLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.IntegerField()),
                ("number", models.PositiveIntegerField(default=1)),
                ("body", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField(null=True)),
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
                        null=True,
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
                (
                    "signed_by",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "person", "outlet", "year", "number"),
                        name="target_letter_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            models.Q(
                                ("outlet__isnull", False),
                                ("person__isnull", False),
                                ("unit__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="target_letter_has_one_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("signed_by__isnull", True),
                            ("made_by__isnull", True),
                            models.Q(("made_by", models.F("signed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="target_letter_needs_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("behind", models.PositiveIntegerField(default=1000)),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TargetProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, default="", max_length=80)),
                ("reserve", models.BooleanField(default=False)),
                ("grain", models.CharField(max_length=8)),
                ("period", models.IntegerField()),
                ("within", models.IntegerField(default=0)),
                ("value", models.BigIntegerField(null=True)),
                ("base", models.BigIntegerField(null=True)),
                ("stretch", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=400)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        null=True,
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
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=(
                            "kpi",
                            "unit",
                            "person",
                            "outlet",
                            "model",
                            "reserve",
                            "grain",
                            "period",
                            "within",
                        ),
                        name="target_proposal_open_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            models.Q(
                                ("outlet__isnull", False),
                                ("person__isnull", False),
                                ("unit__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="target_proposal_has_one_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["accepted", "declined"]), _negated=True),
                            ("made_by__isnull", True),
                            ("decided_by__isnull", True),
                            models.Q(("made_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="target_proposal_needs_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=80)),
                ("unit", models.BigIntegerField(null=True)),
                ("person", models.BigIntegerField(null=True)),
                ("outlet", models.BigIntegerField(null=True)),
                ("model", models.CharField(max_length=80)),
                ("reserve", models.BooleanField()),
                ("grain", models.CharField(max_length=8)),
                ("period", models.IntegerField()),
                ("within", models.IntegerField()),
                ("value", models.BigIntegerField()),
                ("base", models.BigIntegerField(null=True)),
                ("stretch", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("approved_by", models.BigIntegerField(null=True)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("replaced_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kpi", "grain", "period"], name="target_version_of")
                ],
            },
        ),
        migrations.CreateModel(
            name="TargetWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=80)),
                ("period", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "outlet",
                    models.ForeignKey(
                        null=True,
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
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kpi", "unit", "person", "outlet", "period"),
                        name="target_warning_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            models.Q(
                                ("outlet__isnull", False),
                                ("person__isnull", False),
                                ("unit__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="target_warning_has_one_scope",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("works", models.BooleanField()),
                ("name", models.CharField(blank=True, max_length=80)),
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
                    models.UniqueConstraint(fields=("unit", "on"), name="work_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("weekdays", models.CharField(default="1111111", max_length=7)),
                ("keeps_days", models.BooleanField(default=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekdays__regex", "^[01]{7}$")),
                        name="work_week_of_seven_days",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="target",
            name="target_once",
        ),
        migrations.AddField(
            model_name="target",
            name="agreed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="base",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="made_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="made_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="target",
            name="model",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="target",
            name="reason",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name="target",
            name="reserve",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="target",
            name="stretch",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="target",
            name="within",
            field=models.IntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=(
                    "kpi",
                    "unit",
                    "person",
                    "outlet",
                    "model",
                    "reserve",
                    "grain",
                    "period",
                    "within",
                ),
                name="target_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("reserve", False), ("unit__isnull", False), _connector="OR"),
                name="target_reserve_of_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("base__isnull", True),
                    ("stretch__isnull", True),
                    models.Q(("base__lte", models.F("value")), ("stretch__gte", models.F("value"))),
                    models.Q(("base__gte", models.F("value")), ("stretch__lte", models.F("value"))),
                    _connector="OR",
                ),
                name="target_goal_in_between",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("made_by__isnull", True),
                    ("approved_by__isnull", True),
                    models.Q(("made_by", models.F("approved_by")), _negated=True),
                    _connector="OR",
                ),
                name="target_needs_second_person",
            ),
        ),
        migrations.RunSQL(KEEP + SIGNED, UNDO),
    ]
