"""Every refusal of a guard is told to the log; what was still open beside a closed pay run is shut.

A step follows the state that the run has, and what fixed it is said once. A statement is signed as
it stands, an amount is paid by a run that has a line of it, and no table of pay is emptied.
"""

from django.db import migrations

#: `RAISE EXCEPTION 'cheji: … %', x USING …` becomes `PERFORM cheji_no(…, format('… %s', x))`.
LOGGED = r"""
DO $do$
DECLARE
  guard record;
  using_ constant text := $r$\s+USING ERRCODE = 'restrict_violation'$r$;
  said text;
BEGIN
  FOR guard IN SELECT pg_get_functiondef(oid) AS body FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
      AND proname LIKE 'cheji%'
  LOOP
    said := regexp_replace(guard.body, $r$RAISE EXCEPTION 'cheji: ([^'%]*)'$r$ || using_,
      $r$PERFORM cheji_no(TG_OP, TG_TABLE_NAME, '\1')$r$, 'g');
    said := regexp_replace(said,
      $r$RAISE EXCEPTION 'cheji: ([^'%]*)%([^'%]*)%([^'%]*)',([^;]*?)$r$ || using_,
      $r$PERFORM cheji_no(TG_OP, TG_TABLE_NAME, format('\1%s\2%s\3',\4))$r$, 'g');
    IF said <> guard.body THEN
      EXECUTE said;
    END IF;
  END LOOP;
END $do$;
"""

SHUT = """
CREATE FUNCTION cheji_step_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM records_run WHERE id = NEW.run_id AND state = NEW.state)
    OR NEW.state IN ('closed', 'paid', 'exported') AND EXISTS (
      SELECT 1 FROM records_runstep WHERE run_id = NEW.run_id AND state = NEW.state) THEN
    PERFORM cheji_no(TG_OP, TG_TABLE_NAME, 'a step is the one that the run has just taken');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_runstep_taken BEFORE INSERT ON records_runstep
  FOR EACH ROW EXECUTE FUNCTION cheji_step_taken();

CREATE FUNCTION cheji_statement_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM records_payinput i JOIN records_run r ON r.id = i.run_id
    WHERE i.run_id = NEW.run_id AND i.person_id = NEW.person_id AND i.outcome = NEW.digest
      AND r.state IN ('closed', 'paid', 'exported')) THEN
    PERFORM cheji_no(TG_OP, TG_TABLE_NAME, 'a statement is signed as the closed run says it');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_acknowledgement_signed BEFORE INSERT ON records_acknowledgement
  FOR EACH ROW EXECUTE FUNCTION cheji_statement_signed();

CREATE FUNCTION cheji_manual_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM records_payline WHERE run_id = NEW.run_id
    AND person_id = NEW.person_id AND source_kind = 'manual' AND source = NEW.id) THEN
    PERFORM cheji_no(TG_OP, TG_TABLE_NAME, 'an amount is paid by a run that has a line of it');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_manualline_paid BEFORE UPDATE ON records_manualline FOR EACH ROW
  WHEN (OLD.run_id IS NULL AND NEW.run_id IS NOT NULL) EXECUTE FUNCTION cheji_manual_paid();

CREATE FUNCTION cheji_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cheji_no(TG_OP, TG_TABLE_NAME, TG_ARGV[0]);
  RETURN NULL;
END $$;
CREATE TRIGGER records_settlement_drawn_up BEFORE INSERT ON records_settlement FOR EACH ROW
  WHEN (NEW.state <> 'drawn_up')
  EXECUTE FUNCTION cheji_never('a settlement is drawn up before it is approved');
CREATE TRIGGER records_payexception_found BEFORE INSERT ON records_payexception FOR EACH ROW
  WHEN (NEW.state <> 'open')
  EXECUTE FUNCTION cheji_never('an exception is found before it is decided');
CREATE TRIGGER records_dispute_asked BEFORE INSERT ON records_dispute FOR EACH ROW
  WHEN (NEW.state IN ('upheld', 'partly', 'rejected'))
  EXECUTE FUNCTION cheji_never('a dispute is asked before it is decided');
""" + "".join(
    f"CREATE TRIGGER records_{table}_no_truncate BEFORE TRUNCATE ON records_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();\n"
    for table in ("settlement", "manualline", "dispute", "paysplit", "payexception", "payevent")
)


class Migration(migrations.Migration):
    dependencies = [("records", "0048_floor_prices")]

    operations = [
        migrations.RunSQL(LOGGED, migrations.RunSQL.noop),
        migrations.RunSQL(SHUT, migrations.RunSQL.noop),
    ]
