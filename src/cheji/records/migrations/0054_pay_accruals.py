"""What months that are not closed are expected to cost, apart from every run."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0053_guards_stand_alone")]

    operations = [
        migrations.CreateModel(
            name="PayAccrual",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.IntegerField()),
                ("definition", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64)),
                ("mark", models.BigIntegerField()),
                ("total", models.BigIntegerField()),
                ("people", models.JSONField()),
                ("taken", models.JSONField(null=True)),
                ("batch", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
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
                    models.UniqueConstraint(
                        fields=("period", "outlet", "definition"), name="pay_accrual_once"
                    )
                ],
            },
        ),
    ]
