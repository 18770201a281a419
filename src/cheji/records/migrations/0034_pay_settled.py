"""What a settlement pays of closed runs; exceptions and typed lines of one pay plan."""

import django.db.models.deletion
from django.db import migrations, models


#: Exceptions were the outlet's: they become those of the first plan that found them.
OF_PLAN = """
UPDATE records_payexception e SET definition = coalesce((
  SELECT r.definition FROM records_run r WHERE r.kind = 'pay' AND r.grain = 'month'
    AND r.outlet_id = e.outlet_id AND r.period = e.period ORDER BY r.id LIMIT 1), '');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0033_pay_simulations"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettledRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fen", models.BigIntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="payexception",
            name="pay_exception_once",
        ),
        migrations.AddField(
            model_name="manualline",
            name="definition",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="payexception",
            name="definition",
            field=models.CharField(default="", max_length=80),
        ),
        migrations.AddField(
            model_name="paysplit",
            name="dispute",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="splits",
                to="records.dispute",
            ),
        ),
        migrations.RunSQL(OF_PLAN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="payexception",
            constraint=models.UniqueConstraint(
                fields=("outlet", "period", "definition", "kind", "source_kind", "source"),
                name="pay_exception_once",
            ),
        ),
        migrations.AddField(
            model_name="settledrun",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"
            ),
        ),
        migrations.AddField(
            model_name="settledrun",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="settled",
                to="records.run",
            ),
        ),
        migrations.AddField(
            model_name="settledrun",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="records.settlement",
            ),
        ),
        migrations.AddConstraint(
            model_name="settledrun",
            constraint=models.UniqueConstraint(fields=("run", "person"), name="run_settled_once"),
        ),
    ]
