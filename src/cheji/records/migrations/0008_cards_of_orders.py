"""Tell cards that an order opened from written ones, and visits that a person counted."""

from django.db import migrations, models

OPENED_BY_ORDER = """
UPDATE records_prospect p SET by_order = TRUE
 WHERE EXISTS (
   SELECT 1 FROM records_prospectstep opened
     JOIN records_prospectstep ordered
       ON ordered.prospect_id = opened.prospect_id AND ordered.kind = 'ordered'
      AND ordered.recorded_at = opened.recorded_at AND ordered.on_date = opened.on_date
    WHERE opened.prospect_id = p.id AND opened.kind = 'opened')
"""
# What the rule itself gives on that day stays the rule's; of the others somebody said so.
NOT_COUNTED = """
UPDATE records_visit v SET counted = FALSE
 WHERE v.excluded = 'holds_card' AND NOT (v.first AND (
   EXISTS (SELECT 1 FROM records_prospect p
            WHERE p.customer_id = v.customer_id AND p.opened_on < v.on_date
              AND (p.closed_on IS NULL OR v.on_date <= p.closed_on))
   OR EXISTS (SELECT 1 FROM records_order o
               WHERE o.customer_id = v.customer_id AND o.signed_on < v.on_date)))
"""


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_cost_not_known'),
    ]

    operations = [
        migrations.AddField(
            model_name='prospect',
            name='by_order',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='visit',
            name='counted',
            field=models.BooleanField(null=True),
        ),
        migrations.AlterField(
            model_name='visit',
            name='excluded',
            field=models.CharField(blank=True, choices=[('holds_card', 'Holds Card'), ('has_ordered', 'Has Ordered'), ('not_buying', 'Not Buying'), ('void', 'Void')], max_length=12),
        ),
        migrations.RunSQL([OPENED_BY_ORDER, NOT_COUNTED], migrations.RunSQL.noop),
    ]
