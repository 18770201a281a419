"""Room in the facts for three of the house's own fields at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0021_api_tokens")]

    operations = [
        migrations.AlterField(
            model_name="fact",
            name="tags",
            field=models.CharField(default="", max_length=120),
        ),
    ]
