"""A draft of a definition can be declined."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0008_cards_of_orders")]

    operations = [
        migrations.AlterField(
            model_name="definitionversion",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("declined", "Declined"),
                    ("published", "Published"),
                ],
                default="draft",
                max_length=10,
            ),
        )
    ]
