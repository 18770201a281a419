"""Fields of a house's own, and their values on customers, prospects, orders and visits."""

from django.db import migrations, models


def values(model: str) -> migrations.AddField:
    empty = models.Value({}, models.JSONField())
    field = models.JSONField(blank=True, db_default=empty, default=dict)
    return migrations.AddField(model_name=model, name="custom", field=field)


class Migration(migrations.Migration):
    dependencies = [("records", "0017_agreed_targets")]

    operations = [
        migrations.CreateModel(
            name="CustomField",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "noun",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("prospect", "Prospect"),
                            ("order", "Order"),
                            ("visit", "Visit"),
                        ],
                        max_length=8,
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True)),
                ("zh", models.CharField(max_length=80)),
                ("en", models.CharField(max_length=80)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("number", "Number"),
                            ("date", "Date"),
                            ("choice", "Choice"),
                        ],
                        max_length=6,
                    ),
                ),
                ("choices", models.JSONField(default=list)),
                ("required", models.BooleanField(default=False)),
                ("in_kpis", models.BooleanField(default=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("retired", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("in_kpis", False), ("type", "choice"), _connector="OR"),
                        name="custom_field_in_kpis_is_choice",
                    )
                ],
            },
        ),
        *(values(model) for model in ("customer", "prospect", "order", "visit")),
    ]
