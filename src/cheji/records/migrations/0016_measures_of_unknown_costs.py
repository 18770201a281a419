"""The pack's money measures know orders of unknown cost, whose facts migration 0007 sets apart.

Revenue counts them as it always did, and gross per unit divides by what has a cost. A published
version never changes, so each gets a new one, a month after the first; before that there are no
figures. Where a group published a version of its own, its definitions are its own to mend.
"""

from datetime import date, timedelta
from typing import Any

from django.db import migrations

from cheji.engine.definitions import digest

APART = {"looked_at": ["line_unpriced"]}
CHANGED: dict[tuple[str, str], dict[str, Any]] = {
    ("measure", "revenue"): {"kinds": {"line_revenue": 1, "line_unpriced": 1}},
    ("measure", "cost"): {
        **APART,
        "note_zh": "只计各项成本都已知的订单。",
        "note_en": "Of the orders whose costs are all known.",
    },
    ("measure", "gross"): {
        **APART,
        "note_zh": "成本未知的订单不计入，直到成本录入。",
        "note_en": "An order of unknown cost does not count until the cost is entered.",
    },
    ("kpi", "gross_per_unit"): {
        "formula": "gross / units_priced",
        "note_zh": "毛利 ÷ 成本已知的交车数。",
        "note_en": "Gross profit by the deliveries whose cost is known.",
    },
}
UNITS: dict[str, Any] = {
    "code": "units_priced",
    "zh": "成本已知的交车数",
    "en": "Deliveries whose cost is known",
    "unit": "vehicle",
    "kinds": {"line_revenue": 1},
    "where": {"tags": {"in": ["vehicle"]}},
    **APART,
}


def renew(apps: Any, _schema: Any) -> None:
    versions = apps.get_model("records", "DefinitionVersion").objects
    published = versions.filter(state="published")

    def only(kind: str, code: str) -> Any:
        """The version, when it is the pack's and nobody published another."""
        found = list(published.filter(kind=kind, code=code))
        return found[0] if len(found) == 1 and found[0].pack else None

    def add(kind: str, body: dict[str, Any], old: Any, valid_from: date) -> None:
        versions.create(
            kind=kind,
            code=body["code"],
            valid_from=valid_from,
            body=body,
            digest=digest(body),
            state="published",
            pack=old.pack,
        )

    revenue = only("measure", "revenue")
    if revenue is None or "line_unpriced" in revenue.body["kinds"]:
        return
    if not published.filter(kind="measure", code="units_priced").exists():
        add("measure", UNITS, revenue, revenue.valid_from)
    for (kind, code), change in CHANGED.items():
        old = only(kind, code)
        if old is not None:
            next_month = (old.valid_from.replace(day=1) + timedelta(days=31)).replace(day=1)
            add(kind, {**old.body, **change}, old, next_month)


class Migration(migrations.Migration):
    dependencies = [("records", "0015_registers")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
