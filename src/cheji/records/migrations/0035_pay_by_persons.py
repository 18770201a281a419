"""Decisions about pay are persons', in order, and once; what a settlement pays is paid by it alone.

A server's own account makes figures and asks; it approves and closes nothing.
"""

from django.db import migrations

RUN = """
CREATE OR REPLACE FUNCTION cheji_pay_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was text := CASE TG_OP WHEN 'INSERT' THEN 'open' ELSE OLD.state END;
BEGIN
  IF was <> NEW.state AND (was, NEW.state::text) NOT IN (
    ('open', 'calculated'), ('calculated', 'reviewed'), ('reviewed', 'approved'),
    ('approved', 'closed'), ('closed', 'paid'), ('paid', 'exported'),
    ('calculated', 'open'), ('reviewed', 'open'), ('approved', 'open')
  ) THEN
    RAISE EXCEPTION 'cheji: a pay run goes from % to no %', was, NEW.state
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF was <> NEW.state AND (NEW.state = 'approved' AND NEW.approved_by_id IS NULL
    OR NEW.state = 'closed' AND (NEW.approved_by_id IS NULL OR NEW.closed_by_id IS NULL)) THEN
    RAISE EXCEPTION 'cheji: a person approves and closes pay' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.state IN ('approved', 'closed') AND EXISTS (
    SELECT 1 FROM (SELECT DISTINCT ON (state) state, by_id FROM records_runstep
      WHERE run_id = NEW.id AND state IN ('calculated', 'reviewed') ORDER BY state, id DESC) s
    WHERE by_id = NEW.approved_by_id OR (state = 'calculated' AND by_id = NEW.closed_by_id)
  ) THEN
    RAISE EXCEPTION 'cheji: who made or reviewed a pay run does not approve it'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.state IN ('approved', 'closed') AND EXISTS (
    SELECT 1 FROM records_payinput i JOIN records_user u ON u.person_id = i.person_id
    WHERE i.run_id = NEW.id AND u.id IN (NEW.approved_by_id, NEW.closed_by_id)
  ) THEN
    RAISE EXCEPTION 'cheji: nobody approves his own pay' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""

SETTLED = """
CREATE FUNCTION cheji_settlement_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE was text := CASE TG_OP WHEN 'INSERT' THEN 'drawn_up' ELSE OLD.state END;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF was <> 'drawn_up' THEN
      RAISE EXCEPTION 'cheji: what was approved of pay never changes'
        USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
  END IF;
  IF was <> NEW.state
    AND (was, NEW.state::text) NOT IN (('drawn_up', 'approved'), ('approved', 'paid')) THEN
    RAISE EXCEPTION 'cheji: a settlement goes from % to no %', was, NEW.state
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF was <> 'drawn_up'
    AND to_jsonb(OLD) - 'state' - 'version' <> to_jsonb(NEW) - 'state' - 'version' THEN
    RAISE EXCEPTION 'cheji: what was approved of pay never changes'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.state = 'approved' AND (NEW.approved_by_id IS NULL OR EXISTS (
    SELECT 1 FROM records_user WHERE id = NEW.approved_by_id AND person_id = NEW.person_id)) THEN
    RAISE EXCEPTION 'cheji: another person approves a settlement'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER records_settlement_decided ON records_settlement;
CREATE TRIGGER records_settlement_moved BEFORE INSERT OR UPDATE OR DELETE ON records_settlement
  FOR EACH ROW EXECUTE FUNCTION cheji_settlement_moved();

CREATE FUNCTION cheji_run_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM records_run WHERE id = NEW.run_id AND kind = 'pay' AND state = 'closed' FOR SHARE;
  IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM records_payinput
      WHERE run_id = NEW.run_id AND person_id = NEW.person_id AND payable = NEW.fen)
    OR NOT EXISTS (SELECT 1 FROM records_settlement
      WHERE id = NEW.settlement_id AND person_id = NEW.person_id AND state = 'drawn_up') THEN
    RAISE EXCEPTION 'cheji: a settlement takes up what a closed run owes and has not paid'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_settledrun_owed BEFORE INSERT ON records_settledrun
  FOR EACH ROW EXECUTE FUNCTION cheji_run_settled();
CREATE TRIGGER records_settledrun_append_only BEFORE UPDATE OR DELETE ON records_settledrun
  FOR EACH ROW EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER records_settledrun_no_truncate BEFORE TRUNCATE ON records_settledrun
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""

DECIDED = """
CREATE OR REPLACE FUNCTION cheji_manual_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who bigint;
BEGIN
  IF TG_OP = 'INSERT' AND (NEW.state <> 'asked' OR NEW.run_id IS NOT NULL) THEN
    RAISE EXCEPTION 'cheji: an amount is asked for before it is decided'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'DELETE' OR OLD.run_id IS NOT NULL OR (OLD.state <> 'asked'
      AND to_jsonb(OLD) - 'run_id' - 'version' <> to_jsonb(NEW) - 'run_id' - 'version') THEN
      RAISE EXCEPTION 'cheji: an amount that was decided never changes'
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  IF NEW.state = 'approved' AND NEW.decided_by_id IS NULL THEN
    RAISE EXCEPTION 'cheji: a person approves pay' USING ERRCODE = 'restrict_violation';
  END IF;
  SELECT person_id INTO who FROM records_user WHERE id = NEW.decided_by_id;
  IF who = NEW.person_id OR EXISTS (SELECT 1 FROM records_dispute d WHERE d.id = NEW.dispute_id
      AND (who IN (d.person_id, d.against_id) OR d.decided_by_id = NEW.decided_by_id)) THEN
    RAISE EXCEPTION 'cheji: nobody approves his own pay' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION cheji_split_decided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE who bigint;
BEGIN
  IF TG_OP = 'INSERT' AND NEW.approved IS NOT NULL THEN
    RAISE EXCEPTION 'cheji: a split is asked for before it is decided'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.approved THEN
    SELECT person_id INTO who FROM records_user WHERE id = NEW.decided_by_id;
    IF NEW.decided_by_id IS NULL
      OR EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.parts) part WHERE (part->>0)::bigint = who)
      OR EXISTS (SELECT 1 FROM records_dispute d WHERE d.id = NEW.dispute_id
        AND (who IN (d.person_id, d.against_id) OR d.decided_by_id = NEW.decided_by_id)) THEN
      RAISE EXCEPTION 'cheji: another person approves a split'
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_paysplit_by_another BEFORE INSERT OR UPDATE ON records_paysplit
  FOR EACH ROW EXECUTE FUNCTION cheji_split_decided();

CREATE FUNCTION cheji_exception_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.state = 'decided'
    OR to_jsonb(OLD) - 'state' - 'how' - 'decision' - 'decided_by_id' - 'decided_at' - 'found_at'
      - 'person_id' - 'version'
    <> to_jsonb(NEW) - 'state' - 'how' - 'decision' - 'decided_by_id' - 'decided_at' - 'found_at'
      - 'person_id' - 'version' THEN
    RAISE EXCEPTION 'cheji: what was decided about a record never changes'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.state <> NEW.state AND (OLD.state, NEW.state)
    NOT IN (('open', 'decided'), ('open', 'gone'), ('gone', 'open')) THEN
    RAISE EXCEPTION 'cheji: an exception goes from % to no %', OLD.state, NEW.state
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_payexception_decided BEFORE UPDATE OR DELETE ON records_payexception
  FOR EACH ROW EXECUTE FUNCTION cheji_exception_decided();

CREATE FUNCTION cheji_event_happened() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.void OR NOT NEW.void
    OR to_jsonb(OLD) - 'void' - 'version' <> to_jsonb(NEW) - 'void' - 'version' THEN
    RAISE EXCEPTION 'cheji: an event of pay is taken back, never changed'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_payevent_happened BEFORE UPDATE OR DELETE ON records_payevent
  FOR EACH ROW EXECUTE FUNCTION cheji_event_happened();
"""

UNDO = """
DROP FUNCTION IF EXISTS cheji_settlement_moved, cheji_run_settled, cheji_split_decided,
  cheji_exception_decided, cheji_event_happened CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0034_pay_settled")]

    operations = [migrations.RunSQL(RUN + SETTLED + DECIDED, UNDO)]
