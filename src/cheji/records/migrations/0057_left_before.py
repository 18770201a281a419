"""A person keeps the days on which he left before he was hired again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0056_pay_ceilings")]

    operations = [
        migrations.AddField(
            "person",
            "left_before",
            models.JSONField(default=list, db_default=models.Value([], models.JSONField())),
        )
    ]
