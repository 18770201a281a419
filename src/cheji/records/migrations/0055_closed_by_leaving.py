"""An account says whether it was closed because its person left: then it may open again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0054_pay_accruals")]

    operations = [
        migrations.AddField("user", "closed_by_leaving", models.BooleanField(default=False))
    ]
