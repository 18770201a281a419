"""From where a KPI is green or red in this house."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("records", "0018_custom_fields")]

    operations = [
        migrations.CreateModel(
            name="KpiLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kpi", models.CharField(max_length=80, unique=True)),
                ("low", models.BigIntegerField(null=True)),
                ("good", models.BigIntegerField(null=True)),
                ("high", models.BigIntegerField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(good=None, high=None, low=None),
                        name="kpi_limit_says_something",
                    ),
                    models.CheckConstraint(
                        condition=~(
                            Q(low__gt=F("good")) | Q(good__gt=F("high")) | Q(low__gt=F("high"))
                        ),
                        name="kpi_limits_in_order",
                    ),
                ],
            },
        ),
    ]
