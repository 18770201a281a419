"""Floor prices, agents' fees of orders, and the two ways in which pay waits for them."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.deletion import PROTECT

LINES = (
    "vehicle", "accessory", "insurance", "finance", "licence", "warranty", "trade_in", "discount",
    "gift", "agent",
)  # fmt: skip
EXCEPTIONS = (
    "missing_cost", "missing_floor", "below_floor", "unknown_model", "negative_price", "no_post",
    "no_plan", "no_score",
)  # fmt: skip


def named(codes: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(code, code.replace("_", " ").title()) for code in codes]


class Migration(migrations.Migration):
    dependencies = [("records", "0047_simulations_by_outlet")]

    operations = [
        migrations.CreateModel(
            name="FloorPrice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("model", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("void", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                ("since", models.DateField()),
                ("price", models.BigIntegerField(null=True)),
                ("vin", models.CharField(blank=True, max_length=40)),
                ("reach", models.CharField(max_length=40)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="+", to="records.customer"
                    ),
                ),
                (
                    "outlet",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="records.unit"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=PROTECT, related_name="+", to="records.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["outlet", "-since"], name="floor_price_outlet_date")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("outlet", "number"), name="floor_price_number_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(price__gte=0) | Q(price__isnull=True),
                        name="floor_price_price_fits",
                    ),
                    models.CheckConstraint(
                        condition=Q(reach__in=["outlet", "group"]), name="floor_price_reach_fits"
                    ),
                    models.CheckConstraint(
                        condition=~Q(model=""), name="floor_price_has_model"
                    ),
                ],
            },
        ),
        migrations.AlterField(
            "orderline", "kind", models.CharField(max_length=10, choices=named(LINES))
        ),
        migrations.AlterField(
            "payexception", "kind", models.CharField(max_length=16, choices=named(EXCEPTIONS))
        ),
    ]
