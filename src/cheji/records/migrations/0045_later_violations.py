"""A violation decided after the publication adjusts the result, as an upheld appeal does."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT


class Migration(migrations.Migration):
    dependencies = [("records", "0044_outlets_of_disputes")]

    operations = [
        migrations.AlterField(
            "adjustment",
            "appeal",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="adjustment", to="records.appeal"
            ),
        ),
        migrations.AddField(
            "adjustment",
            "violation",
            models.ForeignKey(
                null=True, on_delete=PROTECT, related_name="adjustments", to="records.violation"
            ),
        ),
        migrations.AddConstraint(
            "adjustment",
            models.UniqueConstraint(
                fields=["violation", "appraisal"], name="adjustment_of_violation_once"
            ),
        ),
        migrations.AddConstraint(
            "adjustment",
            models.CheckConstraint(
                condition=Q(appeal=None, violation__isnull=False)
                | Q(appeal__isnull=False, violation=None),
                name="adjustment_has_one_cause",
            ),
        ),
    ]
