"""A run says whose balances it took up; what was kept before took those of its outlet's last."""

import django.contrib.postgres.fields
from django.db import migrations, models

BEFORE = """
ALTER TABLE records_payinput DISABLE TRIGGER USER;
UPDATE records_payinput i SET taken = ARRAY[(
  SELECT before.id FROM records_run own
  JOIN records_run before ON before.kind = 'pay' AND before.outlet_id = own.outlet_id
    AND before.grain = own.grain AND before.definition = own.definition
    AND before.period < own.period
  JOIN records_payinput j ON j.run_id = before.id AND j.person_id = i.person_id
  WHERE own.id = i.run_id ORDER BY before.period DESC LIMIT 1
)]::bigint[];
UPDATE records_payinput SET taken = '{}' WHERE taken = ARRAY[NULL]::bigint[];
ALTER TABLE records_payinput ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0035_pay_by_persons")]

    operations = [
        migrations.AddField(
            "payinput",
            "taken",
            django.contrib.postgres.fields.ArrayField(
                models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            "payinput", models.Index(fields=["person"], name="payinput_of_person")
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
    ]
