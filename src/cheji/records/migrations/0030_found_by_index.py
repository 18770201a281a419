"""Searching a large house by indexes: characters of names, initials, beginnings of numbers."""

from django.db import migrations

INDEXES = {
    "customer_name_letters": (
        "records_customer USING gin (regexp_split_to_array(upper(name::text), ''))"
    ),
    "customer_initials": "records_customer (initials varchar_pattern_ops)",
    "prospect_number_begins": "records_prospect (upper(number::text) text_pattern_ops)",
    "order_number_begins": "records_order (upper(number::text) text_pattern_ops)",
}


class Migration(migrations.Migration):
    dependencies = [("records", "0029_developments")]
    operations = [
        *(
            migrations.RunSQL(f"CREATE INDEX {name} ON {on}", f"DROP INDEX {name}")
            for name, on in INDEXES.items()
        ),
        migrations.RunSQL(
            "ANALYZE records_customer; ANALYZE records_prospect; ANALYZE records_order",
            migrations.RunSQL.noop,
        ),
    ]
