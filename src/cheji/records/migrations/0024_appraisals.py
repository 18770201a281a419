"""The appraisal cycle, and what the database itself refuses in it.

Nobody acts on himself in another's name, nothing below a published result changes, and a cycle never
goes back from there.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FINAL = "ARRAY['published', 'deciding', 'archived', 'applied']"

STANDS = """
CREATE FUNCTION cheji_appraisal_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
  found bigint;
BEGIN
  FOREACH entry IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
    WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)] ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END
  LOOP
    found := CASE TG_ARGV[0]
      WHEN 'cycle' THEN (entry->>'cycle_id')::bigint
      WHEN 'appraisal' THEN (SELECT cycle_id FROM records_appraisal
        WHERE id = (entry->>'appraisal_id')::bigint)
      ELSE (SELECT a.cycle_id FROM records_appraisal a JOIN records_steptask t
        ON t.appraisal_id = a.id WHERE t.id = (entry->>'task_id')::bigint) END;
    IF EXISTS (SELECT 1 FROM records_cycle WHERE id = found AND state = ANY(FINAL)) THEN
      RAISE EXCEPTION 'cheji: % of a published cycle never changes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""
STANDING = "".join(
    f"""
CREATE TRIGGER records_{table}_stands BEFORE INSERT OR UPDATE OR DELETE ON records_{table}
  FOR EACH ROW EXECUTE FUNCTION cheji_appraisal_stands('{by}');
"""
    for table, by in (
        ("appraisal", "cycle"),
        ("appraisalitem", "appraisal"),
        ("steptask", "appraisal"),
        ("evaluation", "task"),
        ("calibrationmove", "cycle"),
        ("placement", "cycle"),
    )
)

ONWARD = """
CREATE FUNCTION cheji_cycle_onward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'cheji: a published cycle is never deleted'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF array_position(FINAL, NEW.state::text) IS NULL
    OR array_position(FINAL, NEW.state::text) < array_position(FINAL, OLD.state::text)
    OR (OLD.unit_id, OLD.grain, OLD.period, OLD.since, OLD.until, OLD.schemes, OLD.appeal_until)
      IS DISTINCT FROM
      (NEW.unit_id, NEW.grain, NEW.period, NEW.since, NEW.until, NEW.schemes, NEW.appeal_until)
  THEN
    RAISE EXCEPTION 'cheji: a published cycle only goes on'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_cycle_onward BEFORE UPDATE OR DELETE ON records_cycle FOR EACH ROW
  WHEN (OLD.state = ANY(FINAL)) EXECUTE FUNCTION cheji_cycle_onward();
"""

ONESELF = """
CREATE FUNCTION cheji_task_of_oneself() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint;
BEGIN
  SELECT person_id INTO whose FROM records_appraisal WHERE id = NEW.appraisal_id;
  IF (NEW.part = 'self') <> (NEW.owner_id = whose) OR NEW.delegate_id = whose THEN
    RAISE EXCEPTION 'cheji: nobody acts on himself in the name of another'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_steptask_oneself BEFORE INSERT OR UPDATE ON records_steptask
  FOR EACH ROW EXECUTE FUNCTION cheji_task_of_oneself();

CREATE FUNCTION cheji_mark_by_whom() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  task records_steptask;
  who bigint;
BEGIN
  SELECT * INTO task FROM records_steptask WHERE id = NEW.task_id;
  SELECT person_id INTO who FROM records_user WHERE id = NEW.made_by_id;
  IF task.done_at IS NOT NULL THEN
    RAISE EXCEPTION 'cheji: marks that were handed in never change'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF who IS DISTINCT FROM coalesce(task.delegate_id, task.owner_id) THEN
    RAISE EXCEPTION 'cheji: only who has the task marks' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_evaluation_by_whom BEFORE INSERT OR UPDATE ON records_evaluation
  FOR EACH ROW EXECUTE FUNCTION cheji_mark_by_whom();

CREATE FUNCTION cheji_made_for_oneself() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who bigint;
BEGIN
  SELECT person_id INTO who FROM records_user
    WHERE id = (to_jsonb(NEW)->>TG_ARGV[0])::bigint;
  IF who = NEW.person_id THEN
    RAISE EXCEPTION 'cheji: nobody decides about himself' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_calibrationmove_oneself BEFORE INSERT ON records_calibrationmove
  FOR EACH ROW EXECUTE FUNCTION cheji_made_for_oneself('made_by_id');
CREATE TRIGGER records_placement_oneself BEFORE INSERT ON records_placement
  FOR EACH ROW EXECUTE FUNCTION cheji_made_for_oneself('made_by_id');
CREATE TRIGGER records_violation_oneself BEFORE INSERT OR UPDATE ON records_violation
  FOR EACH ROW EXECUTE FUNCTION cheji_made_for_oneself('decided_by_id');

CREATE FUNCTION cheji_appeal_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  appraisal records_appraisal;
  who bigint;
BEGIN
  IF OLD.state IN ('upheld', 'partly', 'rejected', 'withdrawn')
    OR OLD.frozen IS DISTINCT FROM NEW.frozen THEN
    RAISE EXCEPTION 'cheji: a decided appeal and its evidence never change'
      USING ERRCODE = 'restrict_violation';
  END IF;
  SELECT * INTO appraisal FROM records_appraisal WHERE id = NEW.appraisal_id;
  SELECT person_id INTO who FROM records_user WHERE id = NEW.decided_by_id;
  IF who = appraisal.person_id OR who = appraisal.manager_id THEN
    RAISE EXCEPTION 'cheji: an appeal is decided by neither of the two'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_appeal_decided BEFORE UPDATE ON records_appeal
  FOR EACH ROW EXECUTE FUNCTION cheji_appeal_decided();
"""

KEPT = "".join(
    f"""
CREATE TRIGGER records_{table}_append_only BEFORE UPDATE OR DELETE ON records_{table}
  FOR EACH ROW EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER records_{table}_no_truncate BEFORE TRUNCATE ON records_{table}
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""
    for table in ("adjustment", "calibrationmove", "placement")
)
INPUTS = """
CREATE TRIGGER records_runinput_closed BEFORE INSERT OR UPDATE OR DELETE ON records_runinput
  FOR EACH ROW EXECUTE FUNCTION cheji_closed_line();
CREATE TRIGGER records_runinput_no_truncate BEFORE TRUNCATE ON records_runinput
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""

UNDO = """
DROP FUNCTION IF EXISTS cheji_appraisal_stands, cheji_cycle_onward, cheji_task_of_oneself,
  cheji_mark_by_whom, cheji_made_for_oneself, cheji_appeal_decided CASCADE;
DROP TRIGGER IF EXISTS records_runinput_closed ON records_runinput;
DROP TRIGGER IF EXISTS records_runinput_no_truncate ON records_runinput;
""" + "".join(
    f"DROP TRIGGER IF EXISTS records_{table}_{what} ON records_{table};"
    for table in ("adjustment", "calibrationmove", "placement")
    for what in ("append_only", "no_truncate")
)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0023_newest_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cycle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("grain", models.CharField(max_length=8)),
                ("period", models.IntegerField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("agreeing", "agreeing"),
                            ("running", "running"),
                            ("reviewing", "reviewing"),
                            ("self", "self"),
                            ("manager", "manager"),
                            ("peers", "peers"),
                            ("calibrating", "calibrating"),
                            ("published", "published"),
                            ("deciding", "deciding"),
                            ("archived", "archived"),
                            ("applied", "applied"),
                        ],
                        max_length=12,
                    ),
                ),
                ("schemes", models.JSONField()),
                ("settings", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("appeal_until", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "moved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
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
                        fields=("unit", "grain", "period", "name"), name="cycle_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "draft",
                                    "agreeing",
                                    "running",
                                    "reviewing",
                                    "self",
                                    "manager",
                                    "peers",
                                    "calibrating",
                                    "published",
                                    "deciding",
                                    "archived",
                                    "applied",
                                ),
                            )
                        ),
                        name="cycle_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="cycle_has_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appraisal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("consultant", "Consultant"),
                            ("team_lead", "Team Lead"),
                            ("outlet_manager", "Outlet Manager"),
                            ("region_head", "Region Head"),
                            ("group_manager", "Group Manager"),
                            ("finance", "Finance"),
                            ("hr", "Hr"),
                            ("marketing", "Marketing"),
                            ("care", "Care"),
                            ("stock", "Stock"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=16,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("absent", models.PositiveIntegerField(default=0)),
                ("left_out", models.CharField(blank=True, max_length=400)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("person_agreed_at", models.DateTimeField(null=True)),
                ("manager_agreed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "manager",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
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
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.definitionversion",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisals",
                        to="records.cycle",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "cycle"], name="appraisal_of_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "person", "role", "outlet", "team", "since"),
                        name="appraisal_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manager__isnull", True),
                            models.Q(("manager", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="appraisal_not_by_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))),
                        name="appraisal_has_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=80)),
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
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.runline",
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
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="records.appraisal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "heard"])),
                        fields=("appraisal", "item"),
                        name="appeal_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["upheld", "partly", "rejected"]), _negated=True
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="appeal_decided_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["upheld", "partly", "rejected"]), _negated=True
                            ),
                            ("made_by__isnull", True),
                            ("decided_by__isnull", True),
                            models.Q(("made_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="appeal_needs_second_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.BigIntegerField(null=True)),
                ("after", models.BigIntegerField(null=True)),
                ("grade_before", models.CharField(blank=True, max_length=20)),
                ("grade_after", models.CharField(blank=True, max_length=20)),
                ("reason_before", models.JSONField()),
                ("reason_after", models.JSONField()),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustment",
                        to="records.appeal",
                    ),
                ),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="records.appraisal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AppraisalItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("item", models.CharField(max_length=80)),
                ("goal", models.CharField(blank=True, max_length=40)),
                ("kind", models.CharField(max_length=12)),
                ("weight", models.BigIntegerField()),
                ("target", models.BigIntegerField(null=True)),
                ("base", models.BigIntegerField(null=True)),
                ("stretch", models.BigIntegerField(null=True)),
                ("text", models.CharField(blank=True, max_length=400)),
                ("superseded", models.BooleanField(default=False)),
                ("revised_why", models.CharField(blank=True, max_length=400)),
                ("revised_at", models.DateTimeField(null=True)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="records.appraisal",
                    ),
                ),
                (
                    "revised_from",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revised_to",
                        to="records.appraisalitem",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("superseded", False)),
                        fields=("appraisal", "item", "goal"),
                        name="appraisal_item_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("revised_from__isnull", True),
                            models.Q(("revised_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="appraisal_item_revised_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalibrationMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_grade", models.CharField(max_length=20)),
                ("to_grade", models.CharField(max_length=20)),
                ("reason", models.CharField(max_length=400)),
                ("made_at", models.DateTimeField()),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="records.cycle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="calibration_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_grade", models.F("to_grade")), _negated=True),
                        name="calibration_changes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CycleStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=12)),
                ("due_on", models.DateField()),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="records.cycle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "step"), name="cycle_step_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                (
                                    "draft",
                                    "agreeing",
                                    "running",
                                    "reviewing",
                                    "self",
                                    "manager",
                                    "peers",
                                    "calibrating",
                                    "published",
                                    "deciding",
                                    "archived",
                                    "applied",
                                ),
                            )
                        ),
                        name="cycle_step_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("rule", models.CharField(max_length=40)),
                ("zh", models.CharField(max_length=400)),
                ("en", models.CharField(max_length=400)),
                ("value", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("suggested", "Suggested"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                        ],
                        default="suggested",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="records.cycle",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cycle", "person", "kind", "rule"), name="outcome_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="outcome_declined_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("potential", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=400)),
                ("made_at", models.DateTimeField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="records.cycle",
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("potential__range", (1, 3)), models.Q(("reason", ""), _negated=True)
                        ),
                        name="placement_in_the_box",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RunInput",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("outcome", models.CharField(max_length=64)),
                ("days", models.PositiveIntegerField()),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inputs",
                        to="records.appraisal",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inputs",
                        to="records.run",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "appraisal"), name="run_input_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="StepTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=12)),
                ("part", models.CharField(max_length=8)),
                ("delegated_why", models.CharField(blank=True, max_length=400)),
                (
                    "way",
                    models.CharField(
                        blank=True,
                        choices=[("", "Open"), ("done", "Done"), ("skipped", "Skipped")],
                        default="",
                        max_length=8,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=400)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="records.appraisal",
                    ),
                ),
                (
                    "delegate",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "delegated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "way"], name="step_task_of_owner"),
                    models.Index(fields=["delegate", "way"], name="step_task_of_delegate"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appraisal", "step", "part", "owner"), name="step_task_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("part__in", ["self", "manager"])),
                        fields=("appraisal", "step", "part"),
                        name="step_task_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("part__in", ("self", "manager", "peer", "report", "customer"))
                        ),
                        name="step_task_part_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("delegate__isnull", True), ("part", "manager"), _connector="OR"
                        ),
                        name="step_task_manager_delegates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("way", "")),
                            models.Q(
                                models.Q(("way", ""), _negated=True), ("done_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="step_task_done_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "skipped"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="step_task_skipped_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=80)),
                ("goal", models.CharField(blank=True, max_length=40)),
                ("mark", models.BigIntegerField(null=True)),
                ("comment", models.CharField(blank=True, max_length=2000)),
                ("evidence", models.CharField(blank=True, max_length=400)),
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
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="records.steptask",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "item", "goal"), name="evaluation_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mark__isnull", True), ("mark__gte", 0), _connector="OR"
                        ),
                        name="evaluation_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_date", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("coaching", "Coaching"),
                            ("observation", "Observation"),
                            ("exercise", "Exercise"),
                            ("midterm", "Midterm"),
                            ("feedback", "Feedback"),
                            ("appeal", "Appeal"),
                        ],
                        max_length=12,
                    ),
                ),
                ("kpi", models.CharField(blank=True, max_length=80)),
                ("text", models.CharField(max_length=2000)),
                ("agreed", models.CharField(blank=True, max_length=2000)),
                ("next_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "appraisal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="records.appraisal",
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
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.coachingtask",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "-on_date"], name="talk_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="talk_says_something"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Violation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on_date", models.DateField()),
                ("code", models.CharField(max_length=80)),
                ("text", models.CharField(max_length=2000)),
                ("evidence", models.CharField(blank=True, max_length=400)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("heard", "Heard"),
                            ("decided", "Decided"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="reported",
                        max_length=10,
                    ),
                ),
                ("heard", models.CharField(blank=True, max_length=2000)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=400)),
                ("version", models.PositiveIntegerField(default=1)),
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
                "indexes": [models.Index(fields=["person", "on_date"], name="violation_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["decided", "dismissed"]), _negated=True),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("decision", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="violation_decided_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("made_by__isnull", True),
                            ("decided_by__isnull", True),
                            models.Q(("made_by", models.F("decided_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="violation_needs_second_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL((STANDS + STANDING + ONWARD).replace("FINAL", FINAL), UNDO),
        migrations.RunSQL(ONESELF + KEPT + INPUTS, migrations.RunSQL.noop),
    ]
