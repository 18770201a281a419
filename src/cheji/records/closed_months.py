"""The months of which an outlet has a closed run: what comes for them now comes late."""

from collections import defaultdict
from collections.abc import Collection

from cheji.records.models import Run


def closed_months(outlets: Collection[int]) -> dict[int, set[int]]:
    """Month keys of the closed runs of each outlet that has any."""
    rows = Run.objects.filter(outlet__in=outlets, grain="month", state__in=Run.FIXED)
    found: dict[int, set[int]] = defaultdict(set)
    for outlet, month in rows.values_list("outlet", "period").distinct():
        found[outlet].add(month)
    return dict(found)
