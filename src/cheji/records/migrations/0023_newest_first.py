"""Lists of a whole group begin with the newest: read from an index, not sorted out of all rows."""

from django.db import migrations, models

NEWEST = {
    "order": "signed_on",
    "visit": "on_date",
    "prospect": "opened_on",
    "customer": "created_on",
    "lead": "received_on",
}


class Migration(migrations.Migration):
    dependencies = [("records", "0022_longer_tags")]
    operations = [
        migrations.AddIndex(
            model_name=name, index=models.Index(fields=[column, "id"], name=f"{name}_newest")
        )
        for name, column in NEWEST.items()
    ]
