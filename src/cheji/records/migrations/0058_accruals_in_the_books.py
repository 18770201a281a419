"""Accruals that the books have stay beside what is expected now."""

from django.db import migrations, models
from django.db.models import Q

NAME = "pay_accrual_once"
OF = ["period", "outlet", "definition"]


class Migration(migrations.Migration):
    dependencies = [("records", "0057_left_before")]

    operations = [
        migrations.RemoveConstraint("payaccrual", NAME),
        migrations.AddField("payaccrual", "stands", models.BooleanField(default=True)),
        migrations.AddField("payaccrual", "booked_at", models.DateTimeField(null=True)),
        migrations.AddField("payaccrual", "reversed_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "payaccrual", models.UniqueConstraint(fields=OF, condition=Q(stands=True), name=NAME)
        ),
        migrations.AddConstraint(
            "payaccrual",
            models.CheckConstraint(
                condition=Q(reversed_at=None) | Q(booked_at__isnull=False),
                name="pay_accrual_booked_first",
            ),
        ),
    ]
