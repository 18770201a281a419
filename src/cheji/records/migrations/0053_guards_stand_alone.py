"""Guards read our tables and no others of their names, and only a guard writes seals.

A temporary table is found before ours of the same name, and whoever made one `records_run` told a
guard what it says of the run: each now looks into our schema first. A seal is written with the rights
of its function's owner, so that no other role needs them.
"""

from django.db import migrations

OURS_FIRST = """
DO $do$
DECLARE guard regprocedure;
BEGIN
  FOR guard IN SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'cheji%'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', guard, current_schema());
  END LOOP;
END $do$;
"""
SEALS = "ALTER FUNCTION cheji_seal() SECURITY DEFINER"


class Migration(migrations.Migration):
    dependencies = [("records", "0052_relatives")]

    operations = [
        migrations.RunSQL(OURS_FIRST, migrations.RunSQL.noop),
        migrations.RunSQL(SEALS, migrations.RunSQL.noop),
    ]
