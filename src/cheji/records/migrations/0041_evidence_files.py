"""Files of evidence, which are only added."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


GUARD = """
CREATE TRIGGER records_evidencefile_append_only BEFORE UPDATE OR DELETE ON records_evidencefile
  FOR EACH ROW EXECUTE FUNCTION cheji_refuse();
CREATE TRIGGER records_evidencefile_no_truncate BEFORE TRUNCATE ON records_evidencefile
  FOR EACH STATEMENT EXECUTE FUNCTION cheji_refuse();
"""
UNGUARD = """
DROP TRIGGER records_evidencefile_append_only ON records_evidencefile;
DROP TRIGGER records_evidencefile_no_truncate ON records_evidencefile;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0040_refusals_logged"),
    ]

    operations = [
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "Jpeg"),
                            ("image/png", "Png"),
                            ("image/webp", "Webp"),
                            ("application/pdf", "Pdf"),
                        ],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                (
                    "appeal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="records.appeal",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mark",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="records.evaluation",
                    ),
                ),
                (
                    "violation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="records.violation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appeal__isnull", True),
                                ("mark__isnull", True),
                                ("violation__isnull", False),
                            ),
                            models.Q(
                                ("appeal__isnull", False),
                                ("mark__isnull", True),
                                ("violation__isnull", True),
                            ),
                            models.Q(
                                ("appeal__isnull", True),
                                ("mark__isnull", False),
                                ("violation__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_of_one_thing",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
