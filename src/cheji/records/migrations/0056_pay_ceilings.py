"""What the pay of an outlet's month may cost."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0055_closed_by_leaving")]

    operations = [
        migrations.CreateModel(
            name="PayCeiling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("month", "Month"),
                            ("share", "Share"),
                            ("unit", "Unit"),
                        ],
                        max_length=5,
                    ),
                ),
                ("amount", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("outlet", "since"), name="pay_ceiling_once"),
                    models.CheckConstraint(
                        condition=Q(kind="", amount=0) | (~Q(kind="") & Q(amount__gt=0)),
                        name="pay_ceiling_of_something",
                    ),
                ],
            },
        ),
    ]
