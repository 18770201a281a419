"""How many records a token gave on a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0030_found_by_index")]
    operations = [
        migrations.AddField(
            model_name="apitoken", name="taken_on", field=models.DateField(null=True)
        ),
        migrations.AddField(
            model_name="apitoken", name="taken", field=models.PositiveIntegerField(default=0)
        ),
    ]
