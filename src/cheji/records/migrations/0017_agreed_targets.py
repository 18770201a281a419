"""What is signed for is changed, cleared or un-signed only by the verb that takes two persons.

The verb says so to the database for its own statement; an import, its undoing or any other way is
refused.
"""

from django.db import migrations

AGREED = """
CREATE FUNCTION cheji_agreed_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('cheji.two_persons', true) IS DISTINCT FROM 'yes' THEN
    RAISE EXCEPTION 'cheji: a signed target changes by a proposal that a second person accepts'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_target_agreed_kept BEFORE UPDATE ON records_target FOR EACH ROW
  WHEN (OLD.agreed_at IS NOT NULL AND
    (OLD.value, OLD.base, OLD.stretch, OLD.agreed_at)
      IS DISTINCT FROM (NEW.value, NEW.base, NEW.stretch, NEW.agreed_at))
  EXECUTE FUNCTION cheji_agreed_target();
CREATE TRIGGER records_target_agreed_stays BEFORE DELETE ON records_target FOR EACH ROW
  WHEN (OLD.agreed_at IS NOT NULL) EXECUTE FUNCTION cheji_agreed_target();
"""

UNDO = "DROP FUNCTION IF EXISTS cheji_agreed_target CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("records", "0016_measures_of_unknown_costs")]

    operations = [migrations.RunSQL(AGREED, UNDO)]
