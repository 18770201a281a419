"""KPI figures of appraisals: each part of a period by its own days, a whole cycle at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from cheji.engine.definitions import Definitions, Scheme, scheme_of
from cheji.engine.periods import MONTHS, Grain, from_key
from cheji.facts import Narrow, mark
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import gather, kpi_values, measure_codes
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.kpis.tallying import Columns, Gathering, Scope, Span
from cheji.reads.targets.kept import sums_over_time
from cheji.records.appraised import Figures
from cheji.records.models import Appraisal, Unit
from cheji.records.visibility import Reach, Viewer, of, one

#: What facts are grouped by; a region or the group is read by itself.
BY: dict[str, tuple[str, ...]] = {
    "person": ("outlet", "person"), "team": ("team",), "outlet": ("outlet",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figured:
    """Figures by appraisal, as facts up to `mark` give them: what `publish` asks for."""

    figures: dict[int, Figures]
    mark: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Appraisals that are read together: the same days, measured by the same kind of unit.

    `since` and `until` are None where a part begins or ends with the period itself.
    """

    grain: Grain
    period: int
    since: date | None
    until: date | None
    measured: str


def cycle_figures(viewer: Viewer, cycle: int, *, upto: int | None = None) -> Figured:
    """The figures of everybody who takes part in a cycle that the viewer sees.

    From facts up to one number, or up to now.

    Raises:
        NotFound: the cycle is not his to see.
    """
    row = one(of(viewer).cycles(), "cycle", cycle, pk=cycle)
    rows = row.appraisals.filter(left_out="").select_related("cycle", "scheme")
    top = mark() if upto is None else upto
    return Figured(figures_of(viewer, rows, mark=top), top)


def figures_of(
    viewer: Viewer, appraisals: Iterable[Appraisal], *, mark: int | None = None
) -> dict[int, Figures]:
    """The KPI values of appraisals by code, each over the days of its own part.

    The appraisals are rows that the viewer sees, read with `cycle` and `scheme`. A running period
    counts as far as it has come.
    """
    ground, found = Ground(viewer), {}
    schemes: dict[int, Scheme] = {}
    groups: dict[Stretch, list[Appraisal]] = {}
    for row in appraisals:
        if row.scheme_id not in schemes:
            schemes[row.scheme_id] = scheme_of(row.scheme.body)
        stretch = _stretch(ground, row, schemes[row.scheme_id])
        groups.setdefault(stretch, []).append(row)
    for stretch, rows in groups.items():
        found.update(_read(ground, stretch, rows, schemes, mark))
    return found


def _stretch(ground: Ground, row: Appraisal, scheme: Scheme) -> Stretch:
    cycle = row.cycle
    measured: str = scheme.measured
    if measured != "person" and ground.places[row.outlet_id].kind != Unit.Kind.OUTLET:
        measured = f"unit {row.outlet_id}"
    elif measured == "team" and row.team_id is None:
        measured = "outlet"
    return Stretch(
        cast("Grain", cycle.grain),
        cycle.period,
        row.since if row.since > cycle.since else None,
        row.until if row.until < cycle.until else None,
        measured,
    )


def _read(
    ground: Ground,
    stretch: Stretch,
    rows: Sequence[Appraisal],
    schemes: Mapping[int, Scheme],
    mark: int | None,
) -> dict[int, Figures]:
    """One grouping of facts for all of these appraisals."""
    kpis = {key: list(dict.fromkeys(i.kpi for i in schemes[key].items if i.kpi)) for key in schemes}
    catalogues = {row.outlet_id: _ruling(ground, row) for row in rows}
    asked = {
        (place, chosen): [code for code in kpis[chosen] if code in catalogues[place].ruling.kpi]
        for place, chosen in dict.fromkeys((row.outlet_id, row.scheme_id) for row in rows)
    }
    measures = dict.fromkeys(
        measure
        for (place, _chosen), known in asked.items()
        for measure in measure_codes(catalogues[place].ruling, known)
    )
    span = _span(ground, stretch, rows[0])
    columns = _columns(ground, stretch, rows, span, tuple(measures), mark)
    cut = frozenset(BY.get(stretch.measured, ())) - {"outlet"}
    adding = {
        (place, chosen): adding_in(catalogues[place].ruling, known)
        for (place, chosen), known in asked.items()
    }
    return {
        row.pk: Figures(
            kpi_values(
                catalogues[row.outlet_id],
                kpis[row.scheme_id],
                columns.get(_scope(row, stretch)),
                span.keys,
                cut,
            ),
            adding[row.outlet_id, row.scheme_id],
        )
        for row in rows
    }


def _columns(
    ground: Ground,
    stretch: Stretch,
    rows: Sequence[Appraisal],
    span: Span,
    measures: tuple[str, ...],
    mark: int | None,
) -> Columns:
    """The measures of these appraisals' scopes over the periods of the stretch."""
    outlets = frozenset().union(*(ground.places[row.outlet_id].outlets for row in rows))
    narrow = Narrow(
        Reach(outlets=outlets), outlets=outlets, mark=mark, since=stretch.since, until=stretch.until
    )
    present = tuple(dict.fromkeys(_scope(row, stretch) for row in rows))
    by = BY.get(stretch.measured, ())
    return gather(ground, Gathering(narrow, by, span, measures, present))


def adding_in(ruling: Definitions, kpis: Iterable[str]) -> frozenset[str]:
    """Those of the KPIs whose months add up to a year: aims of some days are a part of them."""
    return frozenset(kpi for kpi in kpis if kpi in ruling.kpi and sums_over_time(ruling, kpi))


def _ruling(ground: Ground, row: Appraisal) -> Catalogue:
    """An outlet's own definitions for what lies in it, the group's for what is above."""
    grain = cast("Grain", row.cycle.grain)
    return ground.ruling_for(Slice(row.outlet_id), grain, row.cycle.period)


def _scope(row: Appraisal, stretch: Stretch) -> Scope:
    if stretch.measured == "person":
        return row.outlet_id, row.person_id
    if stretch.measured == "team":
        return (row.team_id,)
    return (row.outlet_id,) if stretch.measured == "outlet" else ()


def slice_of(row: Appraisal, scheme: Scheme) -> Slice:
    """Whose facts the appraisal is measured by."""
    if scheme.measured == "person":
        return Slice(row.outlet_id, row.person_id)
    return Slice(row.team_id if scheme.measured == "team" and row.team_id else row.outlet_id)


def _span(ground: Ground, stretch: Stretch, row: Appraisal) -> Span:
    """The grouping periods that the part touches, without months to come."""
    keys = ground.elapsed(Slice(row.outlet_id), stretch.grain, stretch.period)
    if stretch.grain not in MONTHS:
        return Span(stretch.grain, tuple(keys))
    closing = ground.places[row.outlet_id].closing_day
    months = [from_key("month", key, closing) for key in keys]
    touched = [m.key for m in months if m.start < row.until and row.since < m.until]
    return Span("month", tuple(touched or keys[:1]))
