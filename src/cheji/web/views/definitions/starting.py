"""What stands in a new form at first: a KPI of one measure, a measure on an own field."""

from collections.abc import Mapping
from typing import Any

from cheji.engine.definitions import Measure
from cheji.reads import fields as own_fields
from cheji.records.refusals import NotFound

FIRST_KIND = {
    "visit": "visit_first",
    "prospect": "prospect_opened",
    "order": "order_signed",
    "customer": "order_signed",
}
"""By noun the event that a measure on one of its fields most likely counts."""


def kpi_of_measure(measure: Measure) -> Mapping[str, Any]:
    """A KPI that is the measure itself."""
    said = {name: getattr(measure, name) for name in ("code", "zh", "en", "unit")}
    return {**said, "formula": measure.code, "decimals": 0, "direction": "none"}


def measure_of_field(code: str) -> Mapping[str, Any]:
    """A measure that counts by an own field: its event, no choice ticked yet.

    Raises:
        NotFound: no such field is in use for KPIs.
    """
    for field in own_fields.fields():
        if field.code == code and field.in_kpis:
            return {"adds": [FIRST_KIND[field.noun]], "code": f"by_{code}"}
    raise NotFound(noun="field", key=code)
