"""A dispute may name a customer who is of the buyer's family: spouses count as one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0051_known_costs")]

    operations = [
        migrations.AddField(
            "dispute",
            "relative",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="records.customer",
            ),
        )
    ]
