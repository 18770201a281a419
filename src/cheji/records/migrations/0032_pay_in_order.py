"""A pay run takes its states in order, and nobody approves or closes what pays himself."""

from django.db import migrations

STATE = """
CREATE FUNCTION cheji_pay_state() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF NEW.state IN ('approved', 'closed') AND EXISTS (
    SELECT 1 FROM records_payinput i JOIN records_user u ON u.person_id = i.person_id
    WHERE i.run_id = NEW.id AND u.id IN (NEW.approved_by_id, NEW.closed_by_id)
  ) THEN
    RAISE EXCEPTION 'cheji: nobody approves his own pay' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_run_pay_state BEFORE INSERT OR UPDATE ON records_run FOR EACH ROW
  WHEN (NEW.kind = 'pay') EXECUTE FUNCTION cheji_pay_state();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0031_records_by_tokens")]

    operations = [migrations.RunSQL(STATE, "DROP FUNCTION IF EXISTS cheji_pay_state CASCADE")]
