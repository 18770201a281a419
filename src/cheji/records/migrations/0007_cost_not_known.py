"""The cost of goods may be unknown; a vehicle that was sold at a price never cost nothing."""

from django.db import migrations, models
from django.db.models import Q

UNKNOWN = """
UPDATE records_orderline SET cost = NULL WHERE kind = 'vehicle' AND cost = 0 AND revenue > 0"""
NOTHING = "UPDATE records_orderline SET cost = 0 WHERE cost IS NULL"


class Migration(migrations.Migration):
    dependencies = [("records", "0006_maps_of_people")]

    operations = [
        migrations.AlterField(
            model_name="orderline", name="cost", field=models.BigIntegerField(null=True)
        ),
        migrations.RunSQL(UNKNOWN, NOTHING),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=Q(cost__isnull=False) | Q(kind__in=("vehicle", "accessory")),
                name="order_line_cost_known",
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                fields=["order"], condition=Q(cost__isnull=True), name="order_line_unpriced"
            ),
        ),
    ]
