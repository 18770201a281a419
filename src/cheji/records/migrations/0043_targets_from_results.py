"""A proposed target names the suggestion after an appraisal from which it came."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("records", "0042_levels_of_posts")]

    operations = [
        migrations.AddField(
            "targetproposal",
            "outcome",
            models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="proposals", to="records.outcome"
            ),
        )
    ]
