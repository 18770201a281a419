"""Attempts on what is closed are told to the server's log too, where no rollback takes them back.

The log has the operation, the table, the role and the rule, never a row.
"""

from django.db import migrations

NO = """
CREATE FUNCTION cheji_no(doing text, place text, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE LOG 'cheji: refused % on % for %: %', doing, place, session_user, why;
  RAISE EXCEPTION 'cheji: %', why USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION cheji_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cheji_no(TG_OP, TG_TABLE_NAME,
    format('%s on %s is not allowed: rows are only added', TG_OP, TG_TABLE_NAME));
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION cheji_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('closed', 'paid', 'exported') THEN
    IF TG_OP = 'UPDATE' AND (OLD.state, NEW.state) IN (('closed', 'paid'), ('paid', 'exported'))
      AND to_jsonb(OLD) - 'state' - 'version' = to_jsonb(NEW) - 'state' - 'version' THEN
      RETURN NEW;
    END IF;
    PERFORM cheji_no(TG_OP, TG_TABLE_NAME,
      'a closed run never changes: post an adjustment in the next one');
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM records_payinput WHERE run_id = OLD.id) THEN
      PERFORM cheji_no(TG_OP, TG_TABLE_NAME, 'a pay run that says something is never deleted');
    END IF;
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION cheji_closed_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE runs bigint[];
BEGIN
  runs := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.run_id] WHEN 'DELETE' THEN ARRAY[OLD.run_id]
    ELSE ARRAY[OLD.run_id, NEW.run_id] END;
  IF EXISTS (SELECT 1 FROM records_run WHERE id = ANY(runs)
    AND state IN ('closed', 'paid', 'exported')) THEN
    PERFORM cheji_no(TG_OP, TG_TABLE_NAME, 'lines of a closed run never change');
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION cheji_pay_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM records_run WHERE id IN (SELECT run_id FROM changed) ORDER BY id FOR SHARE;
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT run_id FROM changed) c
    LEFT JOIN records_run r ON r.id = c.run_id
    WHERE r.id IS NULL OR r.kind <> 'pay' OR r.state NOT IN ('open', 'calculated')) THEN
    PERFORM cheji_no(TG_OP, TG_TABLE_NAME, 'what a pay run says stands once it is reviewed');
  END IF;
  IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM (SELECT DISTINCT person_id FROM changed) c
    LEFT JOIN records_person p ON p.id = c.person_id WHERE p.id IS NULL) THEN
    RAISE EXCEPTION 'cheji: nobody of that number is paid' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0039_voucher_accounts")]

    operations = [migrations.RunSQL(NO, migrations.RunSQL.noop)]
