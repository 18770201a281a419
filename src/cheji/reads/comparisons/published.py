"""Benchmarks that came from outside, typed or imported, as columns beside the computed ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import QuerySet

from cheji.engine.definitions import Definitions
from cheji.engine.formulas.nodes import Name
from cheji.engine.kpis import Result, Value, over
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.reasons import Reason
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads.comparisons.sides import Question, Side
from cheji.reads.kpis.gathering import measure_codes
from cheji.reads.kpis.ground import Ground, Place
from cheji.reads.kpis.shapes import Column, Of
from cheji.reads.seen import Where, where
from cheji.records.models import TypedBenchmark
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer, of


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One published figure with its provenance; the value in the unit of its KPI."""

    id: int
    unit: Where
    series: str
    period: int
    kpi: str
    value: Fraction
    source: str
    how: str
    by: str
    at: datetime
    version: int


def exact(stored: int, unit: str) -> Fraction:
    """A stored value in the unit of its KPI: fen are yuan, others 1/10,000."""
    return Fraction(
        stored, FEN_PER_YUAN if unit.split("/", maxsplit=1)[0] == "yuan" else QUANTITY_SCALE
    )


def published(viewer: Viewer, *, unit: str = "", period: int | None = None) -> list[PublishedRow]:
    """What the viewer may see of it, the newest month first."""
    ground = Ground(viewer)
    rows = of(viewer).typed_benchmarks().select_related("unit", "made_by__person")
    if unit:
        rows = rows.filter(unit__code=unit)
    if period:
        rows = rows.filter(period=period)
    kpis = ground.ruling("month", viewer.on.year * 100 + viewer.on.month).ruling.kpi
    return [
        PublishedRow(
            row.pk,
            where(row.unit),
            row.series,
            row.period,
            row.kpi,
            exact(row.value, kpis[row.kpi].unit if row.kpi in kpis else ""),
            row.source,
            row.how,
            row.made_by.get_full_name() if row.made_by else "",
            row.made_at,
            row.version,
        )
        for row in rows.order_by("-period", "unit__path", "series", "id")
    ]


def series_of(
    ground: Ground, above: Sequence[Place], months: Sequence[int]
) -> list[tuple[int, str]]:
    """The published series (unit, name) of places over months, the nation's first."""
    rows = _rows(ground, months).filter(unit__in=[place.id for place in above])
    found = rows.order_by("unit__path", "series").values_list("unit", "series")
    return list(dict.fromkeys(found))


def _rows(ground: Ground, months: Sequence[int]) -> "QuerySet[TypedBenchmark]":
    return ground.scope.typed_benchmarks().filter(period__in=months)


def published_side(asked: Question, text: str) -> Side:
    """A series as a side; `text` is its name, or unit's code and name with a colon.

    Raises:
        NotFound: no such series for the months.
    """
    code, _, name = text.rpartition(":")
    rows = _rows(asked.ground, asked.months).filter(series=name).select_related("unit")
    if code:
        rows = rows.filter(unit__code=code)
    listed = list(rows.order_by("unit__path", "period", "kpi"))
    if not listed:
        raise NotFound(noun="benchmark", key=text)
    first = listed[0]
    mine = [row for row in listed if row.unit_id == first.unit_id]
    sources = "、".join(dict.fromkeys(row.source for row in mine))
    column = Column(
        Of("published", first.unit_id, first.unit.code, first.series),
        asked.grain,
        asked.period,
        how="imported" if any(row.how == TypedBenchmark.How.IMPORTED for row in mine) else "typed",
        source=sources,
    )
    group = asked.ground.ruling(asked.grain, asked.period)
    return Side(column, _results(group.ruling, asked, mine), group)


def _results(
    definitions: Definitions, asked: Question, rows: Sequence[TypedBenchmark]
) -> dict[str, Result]:
    """Each KPI from the published inputs; a KPI published itself stands as it was published."""
    codes = measure_codes(definitions, asked.kpis)
    given: dict[int, dict[str, Fraction]] = {month: {} for month in asked.months}
    for row in rows:
        if row.kpi in definitions.kpi:
            given[row.period][row.kpi] = exact(row.value, definitions.kpi[row.kpi].unit)
    inputs = [_inputs(definitions, given[month], codes) for month in asked.months]
    alone = given[asked.months[0]] if len(asked.months) == 1 else {}
    return {code: _result(definitions, code, inputs, alone) for code in asked.kpis}


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
