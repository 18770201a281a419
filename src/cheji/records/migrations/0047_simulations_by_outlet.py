"""Results of simulations are kept by outlet: those of the form before are worked out again."""

from django.db import migrations

FAULT = {
    "zh": "该试算的结果由旧版本保存，不能按门店查看。请重新试算。",
    "en": "The result was kept by an earlier version and cannot be shown by outlet. Try again.",
}


def ask_again(apps, schema_editor):
    simulations = apps.get_model("records", "PaySimulation").objects.filter(state="done")
    simulations.update(state="failed", fault=FAULT, result=None)


class Migration(migrations.Migration):
    dependencies = [("records", "0046_posts_of_more_trades")]

    operations = [migrations.RunPython(ask_again, migrations.RunPython.noop)]
