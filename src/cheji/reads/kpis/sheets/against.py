"""A sheet beside others: averages, bests, similar outlets, published figures, named outlets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from cheji.engine.kpis import Value
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.gathering import Columns, Gathering, Span, few, gather, kpi_values
from cheji.reads.kpis.ground import Key, Place, Slice, parts_of
from cheji.reads.kpis.headings import headings
from cheji.reads.kpis.likeness import earlier
from cheji.reads.kpis.published import series
from cheji.reads.kpis.shapes import Cell, Column, Of, OfKind
from cheji.reads.kpis.sheets.asking import Asking, Drawn
from cheji.records.refusals import NotFound

YEAR = 12
"""Months."""


def against(asking: Asking) -> list[Drawn]:
    """Own outlet, averages and bests of nation and region, then the named outlets.

    The only outlet of a house has itself alone to be compared with: as it was before.
    """
    ground = asking.ground
    own = ground.places[asking.whose.unit]
    nation, region = benchmarks.compared(ground, own)
    named = [ground.place(code) for code in asking.against]
    if asking.whose.person or any(place.kind != "outlet" for place in named):
        raise NotFound(noun="outlet", key=", ".join(asking.against))
    months = tuple(ground.elapsed(Slice(nation.id, of="avg"), asking.grain, asking.period))
    narrow = ground.beyond(nation.outlets | {place.id for place in named})
    span = Span("month", months)
    columns = gather(ground, Gathering(narrow, ("outlet",), span, asking.measures))
    moving = benchmarks.active(ground, nation.outlets, "month", months)
    field = benchmarks.Field(columns, months, moving, asking.measures)
    drawn = [_plain(asking, own, columns)]
    places = benchmarks.around(ground, own)
    drawn += [] if places else _past(asking)
    drawn += [_average(asking, place, field) for place in places]
    best = _best_by_line if asking.is_each else _best
    drawn += [best(asking, place, field) for place in places]
    drawn += _similar(asking, nation, own, field)
    drawn += _published(asking, [nation, region] if region else [nation], months)
    return drawn + [_plain(asking, place, columns) for place in named]


def _past(asking: Asking) -> list[Drawn]:
    """The own figures a year and, of a month, a month before; after as many days as now."""
    ground, whose, grain = asking.ground, asking.whose, asking.grain
    months = ground.elapsed(whose, grain, asking.period)
    drawn = []
    for by in (YEAR, 1) if grain == "month" else (YEAR,):
        then, inside = earlier(ground, whose, months, by, asking.measures)
        period = then[-1] if grain == "month" else asking.period - 1
        ruling = ground.ruling_for(whose, grain, period)
        values = kpi_values(ruling, asking.kpis, inside, then)
        cut = ground.running(whose, months[-1]) or len(months) < len(parts_of(grain, period))
        column = Column(ground.seen(whose), grain, period, cut_short=cut)
        drawn.append(Drawn(column, whose, inside, given=_given(asking, values)))
    return drawn


def _similar(asking: Asking, nation: Place, own: Place, field: benchmarks.Field) -> list[Drawn]:
    """The average of outlets of the same brand and size; no column where it is withheld."""
    ground, month = asking.ground, field.keys[-1]
    if benchmarks.similar_withheld(ground, nation, field, month, own):
        return []
    alike = benchmarks.similar(ground, nation, own, month) & field.active
    of = Of("similar_average", own.id, own.code, "")
    column = Column(of, asking.grain, asking.period, outlets=len(alike))
    inside, ruling = field.mean(alike), ground.ruling(asking.grain, asking.period)
    values = kpi_values(ruling, asking.kpis, inside, field.keys)
    return [Drawn(column, Slice(own.id), inside, given=_given(asking, values))]


def _given(asking: Asking, values: Mapping[str, Value]) -> dict[str, Cell]:
    """Values without a reason of their own; rates have their lights."""
    ground, known = asking.ground, asking.catalogue.ruling.kpi
    return {
        code: Cell(value, "", light=ground.lights.of(known[code], value))
        if code in known and known[code].is_rate
        else Cell(value, "")
        for code, value in values.items()
    }


def _published(asking: Asking, places: Sequence[Place], months: Sequence[int]) -> list[Drawn]:
    """What others publish for the nation and the region, with its source."""
    ruling = asking.ground.ruling(asking.grain, asking.period).ruling
    known = [code for code in asking.kpis if code in ruling.kpi]
    drawn = []
    for one in series(asking.ground, months, [place.id for place in places]):
        column = Column(one.of, asking.grain, asking.period, how=one.how, source=one.source)
        results = one.results(ruling, known, months)
        values = {code: result.value for code, result in results.items()}
        drawn.append(Drawn(column, asking.whose, None, given=_given(asking, values)))
    return drawn


def _plain(asking: Asking, place: Place, columns: Columns) -> Drawn:
    whose = Slice(place.id)
    column = Column(asking.ground.seen(whose), asking.grain, asking.period)
    return Drawn(column, whose, columns.get((place.id,)))


def _average(asking: Asking, place: Place, field: benchmarks.Field) -> Drawn:
    whose = Slice(place.id, of="avg")
    hidden = benchmarks.withheld(asking.ground, place, field)
    seen, count = asking.ground.seen(whose), len(field.of(place))
    column = Column(seen, asking.grain, asking.period, hidden, count)
    return Drawn(column, whose, None if hidden else field.average(place), blank=hidden)


def _best(asking: Asking, place: Place, field: benchmarks.Field) -> Drawn:
    """The best outlet as one consistent column; named only where the viewer may see it anyway."""
    ground = asking.ground
    whose = Slice(place.id, of=f"best.{asking.best_by}")
    catalogue = ground.ruling(asking.grain, asking.period)
    (by,) = headings(catalogue, [asking.best_by])
    outlet = field.best(place, asking.best_by, catalogue)
    hidden = benchmarks.best_withheld(ground, place, field, asking.best_by, catalogue)
    of: Of = ground.seen(whose)
    if outlet is not None and ground.whole(ground.places[outlet]):
        best = ground.places[outlet]
        of = replace(of, id=best.id, code=best.code, name=best.name)
    column = Column(of, asking.grain, asking.period, hidden, len(field.of(place)), by=by)
    inside = None if hidden or outlet is None else field.column(outlet)
    return Drawn(column, whose, inside, blank=hidden)


def _best_by_line(asking: Asking, place: Place, field: benchmarks.Field) -> Drawn:
    """The best of each line by itself, which no outlet is as a whole; for who sees them all."""
    ground, catalogue = asking.ground, asking.ground.ruling(asking.grain, asking.period)
    kind: OfKind = "nation_each" if place.kind == "group" else "region_each"
    hidden = benchmarks.each_withheld(ground, place, field)
    column = Column(
        Of(kind, place.id, place.code, ""), asking.grain, asking.period, hidden,
        len(field.of(place)),
    )  # fmt: skip
    found = {} if hidden else field.best_of_each(place, asking.kpis, catalogue)
    given = {
        code: _best_cell(asking, code, *best, few_=_few(asking, code, field, best[0]))
        for code, best in found.items()
    }
    return Drawn(column, Slice(place.id), None, blank=hidden, given=given)


def _few(asking: Asking, code: str, field: benchmarks.Field, outlet: int) -> bool:
    kpi = asking.catalogue.ruling.kpi[code]
    return few(asking.catalogue, kpi, field.column(outlet), field.keys)


def _best_cell(asking: Asking, code: str, outlet: int, value: Fraction, *, few_: bool) -> Cell:
    whose, ground = Slice(outlet), asking.ground
    kpi = asking.catalogue.ruling.kpi[code]
    return Cell(
        value,
        Key(whose, asking.grain, asking.period, code).text,
        light="" if few_ else ground.light(whose, asking.grain, asking.period, kpi, value),
        name=ground.places[outlet].name,
    )
