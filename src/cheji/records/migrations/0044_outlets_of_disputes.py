"""A dispute keeps the outlet of the other side; until now both stood in the same one."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT

SAME = """
ALTER TABLE records_dispute DISABLE TRIGGER USER;
UPDATE records_dispute SET against_outlet_id = outlet_id WHERE against_id IS NOT NULL;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE records_dispute ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0043_targets_from_results")]

    operations = [
        migrations.AddField(
            "dispute",
            "against_outlet",
            models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to="records.unit"),
        ),
        migrations.RunSQL(SAME, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "dispute",
            models.CheckConstraint(
                condition=Q(against__isnull=True) | Q(against_outlet__isnull=False),
                name="dispute_other_side_stands",
            ),
        ),
    ]
