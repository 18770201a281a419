"""What the house knows of the models that it sells."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0019_limits_of_lights")]

    operations = [
        migrations.CreateModel(
            name="VehicleModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "displacement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("upto_50", "Upto 50"),
                            ("upto_150", "Upto 150"),
                            ("upto_250", "Upto 250"),
                            ("over_250", "Over 250"),
                        ],
                        max_length=8,
                    ),
                ),
                ("segment", models.CharField(blank=True, max_length=40)),
                ("key", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
        ),
    ]
