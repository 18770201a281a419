"""Remember column maps for each person; drop two columns that nothing uses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_fewer_indexes'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='columnmap',
            name='column_map_once',
        ),
        migrations.RemoveField(
            model_name='columnmap',
            name='outlet',
        ),
        migrations.RemoveField(
            model_name='importbatch',
            name='progress',
        ),
        migrations.AddField(
            model_name='columnmap',
            name='user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='columnmap',
            constraint=models.UniqueConstraint(fields=('kind', 'headers', 'user'), name='column_map_once', nulls_distinct=False),
        ),
    ]
