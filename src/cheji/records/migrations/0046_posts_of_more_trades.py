"""Posts of internet sales, second-tier sales and aftersales advisers."""

from django.db import migrations, models

ROLES = (
    ("consultant", "Consultant"),
    ("internet_sales", "Internet Sales"),
    ("second_tier", "Second Tier"),
    ("aftersales", "Aftersales"),
    ("team_lead", "Team Lead"),
    ("outlet_manager", "Outlet Manager"),
    ("region_head", "Region Head"),
    ("group_manager", "Group Manager"),
    ("finance", "Finance"),
    ("hr", "Hr"),
    ("marketing", "Marketing"),
    ("care", "Care"),
    ("stock", "Stock"),
    ("auditor", "Auditor"),
    ("administrator", "Administrator"),
)


class Migration(migrations.Migration):
    dependencies = [("records", "0045_later_violations")]

    operations = [
        migrations.AlterField("post", "role", models.CharField(choices=ROLES, max_length=20)),
        migrations.AlterField(
            "appraisal", "role", models.CharField(choices=ROLES, max_length=16)
        ),
    ]
