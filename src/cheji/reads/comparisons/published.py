"""Benchmarks that came from outside, typed or imported, as columns beside the computed ones."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from cheji.reads.comparisons.sides import Question, Side
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.published import series
from cheji.reads.kpis.shapes import Column
from cheji.reads.kpis.stored import exact
from cheji.reads.seen import Where, where
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


def published_side(asked: Question, text: str) -> Side:
    """A series as a side; `text` is its name, or a unit's code and the name with a colon.

    Raises:
        NotFound: no such series for the months.
    """
    code, _, name = text.rpartition(":")
    for one in series(asked.ground, asked.months):
        if one.of.name == name and code in ("", one.of.code):
            column = Column(one.of, asked.grain, asked.period, how=one.how, source=one.source)
            group = asked.ground.ruling(asked.grain, asked.period)
            return Side(column, one.results(group.ruling, asked.kpis, asked.months), group)
    raise NotFound(noun="benchmark", key=text)
