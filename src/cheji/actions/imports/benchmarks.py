"""Importing benchmarks that others publish: one row per series, unit, month and KPI."""

from collections.abc import Sequence
from typing import Any

from cheji.actions.benchmarks import above, provenance
from cheji.engine.periods import Grain
from cheji.records.models import TypedBenchmark, Unit
from cheji.records.refusals import Refused

from .counts import UnknownKpi, UnknownScope, kpis_by_word, stored
from .given import require
from .lookups import Lookups, Units, held
from .plan import Committing, Entry, Planned
from .simple import Key, Resolved, Simple

MONTH: Grain = "month"


class MonthsOnly(Refused):
    """A benchmark is of a month, written like 2026-11."""

    zh = "标杆按月填写，例如 2026-11。"


class Benchmarks(Simple):
    """One row per series, unit, month and KPI; a row without a source is refused."""

    right = "benchmarks.write"
    noun = "benchmark"
    model = TypedBenchmark
    required = ("value",)
    columns = dict.fromkeys(("unit_id", "series", "period", "kpi"), "")

    def plan(self, entries: Sequence[Entry], look: Lookups) -> list[Any]:
        self.kpis = kpis_by_word()
        self.units = Units(look.scope.units_below().exclude(kind=Unit.Kind.TEAM))
        self.user = look.scope.viewer.user
        return super().plan(entries, look)

    def resolve(self, entry: Entry, look: Lookups) -> Resolved:  # noqa: ARG002
        given = entry.values
        provenance(given.get("source") or "", given["series"])
        unit = self.units.find(given["scope"])
        if unit is None:
            raise UnknownScope(scope=given["scope"], column="scope")
        above(unit)
        if given["kpi"] not in self.kpis:
            raise UnknownKpi(kpi=given["kpi"], column="kpi")
        code, measured = self.kpis[given["kpi"]]
        grain, period = given["period"]
        if grain != MONTH:
            raise MonthsOnly(column="period")
        require(given, "value")
        key = unit.pk, given["series"], period, code
        values = dict(zip(self.columns, key, strict=True))
        figures = {"value": stored(given["value"], measured), "source": given["source"]}
        return Resolved(key, {**values, **figures})

    def existing(self, resolved: Sequence[Resolved]) -> dict[Key, Any]:
        rows = TypedBenchmark.objects.filter(
            unit__in={r.key[0] for r in resolved}, period__in={r.key[2] for r in resolved}
        )
        return {(row.unit_id, row.series, row.period, row.kpi): row for row in held(rows)}

    def write(self, planned: Sequence[Planned], doing: Committing) -> None:
        for row in planned:
            row.payload.values |= {
                "how": TypedBenchmark.How.IMPORTED, "made_by_id": self.user, "made_at": doing.at,
            }  # fmt: skip
        super().write(planned, doing)
