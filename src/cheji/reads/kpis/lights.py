"""Traffic lights: by the limits of the house, else by those that a definition suggests."""

from collections.abc import Mapping
from fractions import Fraction

from cheji.engine.benchmarks import Light, light
from cheji.engine.definitions import Benchmark, Kpi
from cheji.reads.kpis.stored import exact
from cheji.records.models import KpiLimit

LEAST = 5
"""Cases below which a rate is not judged, whatever its definition says."""


class Lights:
    """The limits of the house, read once: a page lights hundreds of figures by them."""

    def __init__(self) -> None:
        columns = ("kpi", "low", "good", "high")
        self.house: Mapping[str, tuple[int | None, ...]] = {
            kpi: given for kpi, *given in KpiLimit.objects.values_list(*columns)
        }
        self._limits: dict[str, Benchmark | None] = {}

    def limits(self, kpi: Kpi) -> Benchmark | None:
        """From where a KPI is green or red, in its own unit."""
        if kpi.code not in self.house:
            return kpi.benchmark
        if kpi.code not in self._limits:
            given = (None if v is None else exact(v, kpi.unit) for v in self.house[kpi.code])
            self._limits[kpi.code] = Benchmark("", *given)
        return self._limits[kpi.code]

    def of(self, kpi: Kpi, value: Fraction | None) -> Light:
        return light(kpi.direction, self.limits(kpi), value)
