"""From where KPIs are green or red: the house's limits, else those that definitions suggest."""

from dataclasses import dataclass

from cheji.engine.definitions import Benchmark
from cheji.reads.definitions import catalogue
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.lights import Lights
from cheji.reads.kpis.shapes import KpiSeen
from cheji.records.models import KpiLimit
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A KPI with a good side and its limits in its own unit; `own` says that the house set them."""

    kpi: KpiSeen
    limits: Benchmark | None
    own: bool
    version: int


def limits(viewer: Viewer) -> list[LimitRow]:
    """Of every KPI in force that has a direction or a band, in the order of the catalogue."""
    ruling, lights = catalogue(viewer.on).ruling, Lights()
    versions = dict(KpiLimit.objects.values_list("kpi", "version"))
    return [
        LimitRow(
            heading(ruling, kpi.code),
            lights.limits(kpi),
            kpi.code in lights.house,
            versions.get(kpi.code, 0),
        )
        for kpi in ruling.kpis
        if kpi.direction != "none"
    ]


def limit(viewer: Viewer, kpi: str) -> LimitRow:
    """Of one KPI.

    Raises:
        NotFound: none of that code has a good side.
    """
    for row in limits(viewer):
        if row.kpi.code == kpi:
            return row
    raise NotFound(noun="KPI", key=kpi)
