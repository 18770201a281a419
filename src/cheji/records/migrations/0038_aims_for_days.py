"""For how many days the aims of an appraisal were set: a part that is cut short scales them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0037_pay_batches"),
    ]

    operations = [
        migrations.AddField(
            model_name="appraisalitem",
            name="days",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
