"""A fact is taken back once, whoever tries at the same time."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0003_runs_guarded")]

    operations = [
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="fact_reversed_once"
            ),
        ),
    ]
