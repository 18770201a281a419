"""Figures that others publish, typed or imported: as KPIs of a series and some months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cheji.engine.definitions import Definitions
from cheji.engine.formulas.nodes import Name
from cheji.engine.kpis import Result, Value, over
from cheji.engine.reasons import Reason
from cheji.reads.kpis.gathering import measure_codes
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.shapes import How, Of
from cheji.reads.kpis.stored import exact
from cheji.records.models import TypedBenchmark


@dataclass(frozen=True)
class Series:
    """The figures of one publication for a unit over months."""

    rows: tuple[TypedBenchmark, ...]

    @property
    def of(self) -> Of:
        first = self.rows[0]
        return Of("published", first.unit_id, first.unit.code, first.series)

    @property
    def how(self) -> How:
        imported = any(row.how == TypedBenchmark.How.IMPORTED for row in self.rows)
        return "imported" if imported else "typed"

    @property
    def source(self) -> str:
        return "、".join(dict.fromkeys(row.source for row in self.rows))

    def results(
        self, definitions: Definitions, kpis: Sequence[str], months: Sequence[int]
    ) -> dict[str, Result]:
        """Each KPI from the published inputs; one that was published itself stands as it was.

        Over several months an input counts that was published for every one of them.
        """
        codes = measure_codes(definitions, kpis)
        given: dict[int, dict[str, Fraction]] = {month: {} for month in months}
        for row in self.rows:
            if row.kpi in definitions.kpi and row.period in given:
                given[row.period][row.kpi] = exact(row.value, definitions.kpi[row.kpi].unit)
        whole = set.intersection(*(set(figures) for figures in given.values()))
        told = [{code: found[code] for code in whole} for found in given.values()]
        inputs = [_inputs(definitions, figures, codes) for figures in told]
        alone = given[months[0]] if len(months) == 1 else {}
        return {code: _result(definitions, code, inputs, alone) for code in kpis}


def series(ground: Ground, months: Sequence[int], units: Sequence[int] = ()) -> list[Series]:
    """The publications over months that the viewer may see, the nation's first."""
    rows = ground.scope.typed_benchmarks().filter(period__in=months).select_related("unit")
    if units:
        rows = rows.filter(unit__in=units)
    found: dict[tuple[int, str], list[TypedBenchmark]] = {}
    for row in rows.order_by("unit__path", "series", "period", "kpi"):
        found.setdefault((row.unit_id, row.series), []).append(row)
    return [Series(tuple(listed)) for listed in found.values()]


def _inputs(
    definitions: Definitions, given: Mapping[str, Fraction], codes: Sequence[str]
) -> dict[str, Value]:
    """The measures that published KPIs are, others without a value."""
    found: dict[str, Value] = dict.fromkeys(codes)
    for kpi, value in given.items():
        root = definitions.kpi[kpi].formula.root
        if isinstance(root, Name) and root.code in found:
            found[root.code] = value
    return found


def _result(
    definitions: Definitions,
    code: str,
    inputs: Sequence[Mapping[str, Value]],
    alone: Mapping[str, Fraction],
) -> Result:
    if code in alone:
        return Result(code, alone[code], Reason("published", code, alone[code]))
    return over(definitions, code, inputs)
