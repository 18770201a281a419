"""Seals cover fields by their lengths: a bar in a name cannot stand for the end of a field.

Seals made before stay as they are and are verified as version 1.
"""

from django.db import migrations, models

SEAL = """
CREATE OR REPLACE FUNCTION cheji_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last_position bigint;
  last_hash text;
  covered text;
BEGIN
  PERFORM pg_advisory_xact_lock(6784::bigint << 48);
  SELECT position, hash INTO last_position, last_hash
    FROM records_auditseal ORDER BY position DESC LIMIT 1;
  last_position := coalesce(last_position, 0) + 1;
  SELECT string_agg(coalesce(char_length(part) || ':' || part, '-'), '' ORDER BY place)
    INTO covered
    FROM unnest(ARRAY[
      NEW.id::text,
      to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
      NEW.actor::text, NEW.actor_name, NEW.verb, NEW.noun,
      NEW.subject::text, NEW.outlet::text,
      CASE WHEN NEW.refused THEN 'true' ELSE 'false' END, NEW.body
    ]) WITH ORDINALITY AS field(part, place);
  INSERT INTO records_auditseal (position, entry, hash, version) VALUES (last_position, NEW.id,
    encode(sha256(convert_to(
      coalesce(last_hash, '') || '|' || last_position || '|' || covered, 'UTF8')), 'hex'), 2);
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0010_touches_in_runs")]

    operations = [
        migrations.AddField(
            model_name="auditseal",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
    ]
