"""A batch keeps the records that it created as runs of ids, not one row each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_drafts_declined")]

    operations = [
        migrations.AddField(
            model_name="importtouch", name="last", field=models.BigIntegerField(null=True)
        ),
        migrations.RunSQL("UPDATE records_importtouch SET last = record", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="importtouch", name="last", field=models.BigIntegerField()
        ),
    ]
