"""The refusal to change what a published cycle has is told to the log too: it names its table."""

from django.db import migrations

#: `RAISE EXCEPTION 'cheji: … % …', x USING …` becomes `PERFORM cheji_no(…, format('… %s …', x))`.
LOGGED = r"""
DO $do$
DECLARE
  guard record;
BEGIN
  FOR guard IN SELECT pg_get_functiondef(oid) AS body FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname = 'cheji_appraisal_stands'
  LOOP
    EXECUTE regexp_replace(guard.body,
      $r$RAISE EXCEPTION 'cheji: ([^'%]*)%([^'%]*)', TG_TABLE_NAME\s+$r$
        || $r$USING ERRCODE = 'restrict_violation'$r$,
      $r$PERFORM cheji_no(TG_OP, TG_TABLE_NAME, format('\1%s\2', TG_TABLE_NAME))$r$, 'g');
  END LOOP;
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0049_refusals_all_logged")]

    operations = [migrations.RunSQL(LOGGED, migrations.RunSQL.noop)]
