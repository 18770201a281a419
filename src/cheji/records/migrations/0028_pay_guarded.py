"""What the database itself refuses of pay.

What a pay run says is written while it is being calculated and stands from then on. A decided case,
an approved amount and an approved split never change.
"""

from django.db import migrations

RUN = """
CREATE OR REPLACE FUNCTION cheji_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('closed', 'paid', 'exported') THEN
    IF TG_OP = 'UPDATE' AND (OLD.state, NEW.state) IN (('closed', 'paid'), ('paid', 'exported'))
      AND to_jsonb(OLD) - 'state' - 'version' = to_jsonb(NEW) - 'state' - 'version' THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'cheji: a closed run never changes: post an adjustment in the next one'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM records_payinput WHERE run_id = OLD.id) THEN
      RAISE EXCEPTION 'cheji: a pay run that says something is never deleted'
        USING ERRCODE = 'restrict_violation';
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
    RAISE EXCEPTION 'cheji: lines of a closed run never change'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""

ROWS = """
CREATE FUNCTION cheji_pay_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM records_run WHERE id IN (SELECT run_id FROM changed) ORDER BY id FOR SHARE;
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT run_id FROM changed) c
    LEFT JOIN records_run r ON r.id = c.run_id
    WHERE r.id IS NULL OR r.kind <> 'pay' OR r.state NOT IN ('open', 'calculated')) THEN
    RAISE EXCEPTION 'cheji: what a pay run says stands once it is reviewed'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM (SELECT DISTINCT person_id FROM changed) c
    LEFT JOIN records_person p ON p.id = c.person_id WHERE p.id IS NULL) THEN
    RAISE EXCEPTION 'cheji: nobody of that number is paid' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER records_{table}_added AFTER INSERT ON records_{table}
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cheji_pay_rows();
CREATE TRIGGER records_{table}_taken AFTER DELETE ON records_{table}
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION cheji_pay_rows();
CREATE TRIGGER records_{table}_no_update BEFORE UPDATE ON records_{table}
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER records_{table}_no_truncate BEFORE TRUNCATE ON records_{table}
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""
    for table in ("payline", "rejectedrow", "payinput", "paybalance")
)

KEPT = "".join(
    f"""
CREATE TRIGGER records_{table}_append_only BEFORE UPDATE OR DELETE ON records_{table}
  FOR EACH ROW EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER records_{table}_no_truncate BEFORE TRUNCATE ON records_{table}
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""
    for table in ("runstep", "acknowledgement")
)

DECIDED = """
CREATE FUNCTION cheji_dispute_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who bigint;
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state IN ('upheld', 'partly', 'rejected', 'withdrawn')
    OR OLD.frozen IS DISTINCT FROM NEW.frozen OR OLD.text IS DISTINCT FROM NEW.text THEN
    RAISE EXCEPTION 'cheji: a decided dispute and its evidence never change'
      USING ERRCODE = 'restrict_violation';
  END IF;
  SELECT person_id INTO who FROM records_user WHERE id = NEW.decided_by_id;
  IF who IN (NEW.person_id, NEW.against_id) THEN
    RAISE EXCEPTION 'cheji: a dispute is decided by neither of the two'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_dispute_decided BEFORE UPDATE OR DELETE ON records_dispute
  FOR EACH ROW EXECUTE FUNCTION cheji_dispute_decided();

CREATE FUNCTION cheji_manual_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who bigint;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'DELETE' OR OLD.run_id IS NOT NULL OR (OLD.state <> 'asked'
      AND to_jsonb(OLD) - 'run_id' - 'version' <> to_jsonb(NEW) - 'run_id' - 'version') THEN
      RAISE EXCEPTION 'cheji: an amount that was decided never changes'
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  SELECT person_id INTO who FROM records_user WHERE id = NEW.decided_by_id;
  IF who = NEW.person_id THEN
    RAISE EXCEPTION 'cheji: nobody approves his own pay' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_manualline_decided BEFORE INSERT OR UPDATE OR DELETE ON records_manualline
  FOR EACH ROW EXECUTE FUNCTION cheji_manual_decided();

CREATE FUNCTION cheji_pay_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(OLD)->>TG_ARGV[0] <> TG_ARGV[1] AND (TG_OP = 'DELETE'
    OR to_jsonb(OLD) - 'state' - 'version' <> to_jsonb(NEW) - 'state' - 'version') THEN
    RAISE EXCEPTION 'cheji: what was approved of pay never changes'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_settlement_decided BEFORE UPDATE OR DELETE ON records_settlement
  FOR EACH ROW EXECUTE FUNCTION cheji_pay_decided('state', 'drawn_up');
CREATE TRIGGER records_paysplit_decided BEFORE UPDATE OR DELETE ON records_paysplit
  FOR EACH ROW EXECUTE FUNCTION cheji_pay_decided('approved', '');
"""

UNDO = """
DROP FUNCTION IF EXISTS cheji_pay_rows, cheji_dispute_decided,
  cheji_manual_decided, cheji_pay_decided CASCADE;
""" + "".join(
    f"DROP TRIGGER IF EXISTS records_{table}_{what} ON records_{table};"
    for table, whats in {
        **dict.fromkeys(
            ("payline", "rejectedrow", "payinput", "paybalance"), ("no_update", "no_truncate")
        ),
        **dict.fromkeys(("runstep", "acknowledgement"), ("append_only", "no_truncate")),
    }.items()
    for what in whats
)


class Migration(migrations.Migration):
    dependencies = [("records", "0027_pay")]

    operations = [migrations.RunSQL(RUN + ROWS + KEPT + DECIDED, UNDO)]
