"""Warnings of targets of any period and of a model."""

from django.db import migrations, models

ONCE = ["kpi", "model", "unit", "person", "outlet", "grain", "period"]


class Migration(migrations.Migration):
    dependencies = [("records", "0025_robots")]

    operations = [
        migrations.RemoveConstraint(model_name="targetwarning", name="target_warning_once"),
        migrations.AddField(
            model_name="targetwarning",
            name="model",
            field=models.CharField(default="", max_length=80),
        ),
        migrations.AddField(
            model_name="targetwarning",
            name="grain",
            field=models.CharField(default="month", max_length=8),
        ),
        migrations.AddConstraint(
            model_name="targetwarning",
            constraint=models.UniqueConstraint(
                fields=ONCE, nulls_distinct=False, name="target_warning_once"
            ),
        ),
    ]
