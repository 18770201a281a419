"""A step asked for of many pay runs at once; what each calculation paid, person by person."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0036_balances_taken_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='runstep',
            name='amounts',
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name='PayBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=10)),
                ('period', models.IntegerField()),
                ('note', models.CharField(blank=True, max_length=400)),
                ('made_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PayBatchItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('definition', models.CharField(max_length=80)),
                ('run', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('refused', 'Refused')], default='waiting', max_length=8)),
                ('said', models.JSONField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='records.paybatch')),
                ('outlet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'outlet', 'definition'), name='pay_batch_item_once')],
            },
        ),
    ]
