"""What the house of the demo has decided for comparing: limits, rankings, a maker's bulletin."""

from datetime import date, datetime, timedelta

from cheji.actions import benchmarks, limits
from cheji.records.visibility import Viewer, of

from .people import GROUP_CODE

LIMITS = {
    "visits": limits.Limits(low=1_200_000, good=1_700_000),
    "document_rate": limits.Limits(low=6_000, good=6_800),
    "new_conversion": limits.Limits(low=1_600, good=2_200),
    "open_conversion": limits.Limits(low=700, good=1_100),
    "delivery_rate": limits.Limits(low=5_500, good=6_800),
}
"""In 1/10,000 of each KPI's unit."""
RULE = benchmarks.Rule(
    "named", ["deliveries", "orders", "new_conversion", "document_rate"], 5, [30, 60, 80]
)
BULLETIN = {"visits": 1_300_000, "document_rate": 6_500, "orders": 280_000, "deliveries": 260_000}
NAMELESS = 3
"""Every so many outlets one shows its people no names."""


def decide(by: Viewer, at: datetime) -> None:
    """Limits of the group, a rule for each outlet, and last month's figures of the maker."""
    for kpi, given in LIMITS.items():
        limits.set_limits(by=by, at=at, kpi=kpi, limits=given)
    units = of(by).units()
    outlets = units.filter(kind="outlet").order_by("code").values_list("id", flat=True)
    for place, outlet in enumerate(outlets, start=1):
        mode = RULE.mode if place % NAMELESS else "anonymous"
        rule = benchmarks.Rule(mode, RULE.kpis, RULE.least, RULE.ramp)
        benchmarks.set_ranking(by=by, at=at, outlet=outlet, rule=rule)
    last = date(at.year, at.month, 1) - timedelta(days=1)
    benchmarks.publish(
        by=by,
        at=at,
        unit=units.values_list("id", flat=True).get(kind="group", code=GROUP_CODE),
        series="厂家通报",
        period=last.year * 100 + last.month,
        source=f"厂家销售部月度通报 {last:%Y-%m}",
        values=BULLETIN,
    )
