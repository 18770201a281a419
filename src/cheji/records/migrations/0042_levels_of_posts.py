"""A post has a level, by which pay plans choose whom they are for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0041_evidence_files")]

    operations = [
        migrations.AddField(
            "post",
            "level",
            models.CharField(blank=True, db_default="", default="", max_length=20),
        )
    ]
