"""What 0002 left open: a second person closes a run, no line moves into a closed one, no TRUNCATE."""

from django.db import migrations, models
from django.db.models import F, Q

CLOSED_LINE = """
CREATE OR REPLACE FUNCTION cheji_closed_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE runs bigint[];
BEGIN
  runs := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.run_id] WHEN 'DELETE' THEN ARRAY[OLD.run_id]
    ELSE ARRAY[OLD.run_id, NEW.run_id] END;
  IF EXISTS (SELECT 1 FROM records_run WHERE id = ANY(runs) AND state = 'closed') THEN
    RAISE EXCEPTION 'cheji: lines of a closed run never change'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""

KEPT = ("records_run", "records_runline", "records_definitionversion")
NO_TRUNCATE = "".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();"
    for table in KEPT
)
TRUNCATE = "".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in KEPT)


class Migration(migrations.Migration):
    dependencies = [("records", "0002_guards")]

    operations = [
        migrations.RunSQL(CLOSED_LINE, migrations.RunSQL.noop),
        migrations.RunSQL(NO_TRUNCATE, TRUNCATE),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=Q(made_by__isnull=True)
                | Q(closed_by__isnull=True)
                | ~Q(made_by=F("closed_by")),
                name="run_needs_second_person",
            ),
        ),
    ]
