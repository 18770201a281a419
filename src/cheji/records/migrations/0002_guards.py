"""What the database itself refuses, and the seal of the audit log.

Facts and audit are append-only; a published definition and a closed run never change; each
audit entry is linked into a hash chain by a deferred trigger at commit; and each insert of facts
holds a shared advisory lock that tells readers below which id all facts are settled.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION cheji_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cheji: % on % is not allowed: rows are only added', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
"""

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""
    for table in ("records_fact", "records_auditentry", "records_auditseal")
)

# 6783 marks our locks among advisory locks; the low 48 bits carry the sequence's last value.
FACT_FLOOR = """
CREATE FUNCTION cheji_fact_floor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE floor bigint;
BEGIN
  IF current_setting('cheji.floor', true) = 'held' THEN RETURN NULL; END IF;
  EXECUTE format('SELECT last_value FROM %s', pg_get_serial_sequence('records_fact', 'id'))
    INTO floor;
  PERFORM pg_advisory_xact_lock_shared((6783::bigint << 48) | floor);
  PERFORM set_config('cheji.floor', 'held', true);
  RETURN NULL;
END $$;
CREATE TRIGGER records_fact_floor BEFORE INSERT ON records_fact
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_fact_floor();
"""

SEAL = """
CREATE FUNCTION cheji_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last_position bigint;
  last_hash text;
  covered text;
BEGIN
  PERFORM pg_advisory_xact_lock(6784::bigint << 48);
  SELECT position, hash INTO last_position, last_hash
    FROM records_auditseal ORDER BY position DESC LIMIT 1;
  last_position := coalesce(last_position, 0) + 1;
  covered := concat_ws('|',
    NEW.id::text,
    to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    coalesce(NEW.actor::text, ''), NEW.actor_name, NEW.verb, NEW.noun,
    coalesce(NEW.subject::text, ''), coalesce(NEW.outlet::text, ''),
    CASE WHEN NEW.refused THEN 'true' ELSE 'false' END, NEW.body);
  INSERT INTO records_auditseal (position, entry, hash) VALUES (last_position, NEW.id,
    encode(sha256(convert_to(
      coalesce(last_hash, '') || '|' || last_position || '|' || covered, 'UTF8')), 'hex'));
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER records_auditentry_seal AFTER INSERT ON records_auditentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cheji_seal();
"""

PUBLISHED = """
CREATE FUNCTION cheji_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'cheji: a published definition never changes: publish a new version'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_definitionversion_published
  BEFORE UPDATE OR DELETE ON records_definitionversion
  FOR EACH ROW EXECUTE FUNCTION cheji_published();
"""

CLOSED = """
CREATE FUNCTION cheji_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' THEN
    RAISE EXCEPTION 'cheji: a closed run never changes: post an adjustment in the next one'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_run_closed BEFORE UPDATE OR DELETE ON records_run
  FOR EACH ROW EXECUTE FUNCTION cheji_closed();
CREATE FUNCTION cheji_closed_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE run bigint;
BEGIN
  run := CASE WHEN TG_OP = 'INSERT' THEN NEW.run_id ELSE OLD.run_id END;
  IF EXISTS (SELECT 1 FROM records_run WHERE id = run AND state = 'closed') THEN
    RAISE EXCEPTION 'cheji: lines of a closed run never change'
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER records_runline_closed BEFORE INSERT OR UPDATE OR DELETE ON records_runline
  FOR EACH ROW EXECUTE FUNCTION cheji_closed_line();
"""

UNDO = """
DROP FUNCTION IF EXISTS cheji_refuse, cheji_fact_floor, cheji_seal, cheji_published,
  cheji_closed, cheji_closed_line CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_tables")]

    operations = [
        migrations.RunSQL(REFUSE + APPEND_ONLY, UNDO),
        migrations.RunSQL("CREATE SEQUENCE cheji_number", "DROP SEQUENCE cheji_number"),
        migrations.RunSQL(FACT_FLOOR + SEAL + PUBLISHED + CLOSED, migrations.RunSQL.noop),
    ]
