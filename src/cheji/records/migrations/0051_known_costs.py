"""Nothing to change: the facts follow an upgrade, and now tell costs known beside an unknown one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0050_published_rows_logged")]

    operations = []
