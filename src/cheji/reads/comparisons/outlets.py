"""Outlets beyond one's reach as benchmarks: averages, the best one, similar ones."""

from collections.abc import Mapping
from dataclasses import replace

from cheji.engine.kpis import Inputs, over
from cheji.reads.comparisons.sides import Question, Side
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.ground import Place, Slice
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import Column, Of
from cheji.records.refusals import NotFound

AVERAGES = ("nation", "region")
BESTS = ("nation_best", "region_best")
SIMILAR = "similar"


def outlets_side(asked: Question, against: str) -> Side:
    ground = asked.ground
    nation, region = benchmarks.compared(ground, asked.place)
    place = region if against.startswith("region") else nation
    if place is None:
        raise NotFound(noun="benchmark", key=against)
    base = replace(asked, kpis=(*asked.kpis, benchmarks.BEST_BY))
    months = ground.elapsed(Slice(nation.id, of="avg"), asked.grain, asked.period)
    field_ = benchmarks.field_of(ground, nation, months, base.measures)
    if against == SIMILAR:
        return _similar(asked, nation, field_)
    return (_best if against in BESTS else _average)(asked, place, field_)


def _average(asked: Question, place: Place, found: benchmarks.Field) -> Side:
    whose = Slice(place.id, of="avg")
    hidden = benchmarks.withheld(asked.ground, place, found)
    column = Column(
        asked.ground.seen(whose), asked.grain, asked.period, hidden, len(found.of(place))
    )
    return _side(asked, column, whose, None if hidden else found.average(place))


def _best(asked: Question, place: Place, found: benchmarks.Field) -> Side:
    ground, by = asked.ground, benchmarks.BEST_BY
    whose = Slice(place.id, of=f"best.{by}")
    catalogue = ground.ruling(asked.grain, asked.period)
    best = found.best(place, by, catalogue)
    hidden = benchmarks.best_withheld(ground, place, found, by, catalogue)
    of = ground.seen(whose)
    if best is not None and ground.whole(ground.places[best]):
        of = replace(of, code=ground.places[best].code, name=ground.places[best].name)
    chosen = heading(catalogue.ruling, by)
    column = Column(of, asked.grain, asked.period, hidden, len(found.of(place)), by=chosen)
    inside = None if hidden or best is None else found.column(best)
    return _side(asked, column, whose, inside)


def _similar(asked: Question, nation: Place, found: benchmarks.Field) -> Side:
    ground, own = asked.ground, asked.place
    month = found.keys[-1]
    alike = benchmarks.similar(ground, nation, own, month) & found.active
    hidden = benchmarks.similar_withheld(ground, nation, found, month, own)
    of = Of("similar_average", own.id, own.code, "")
    column = Column(of, asked.grain, asked.period, hidden, len(alike))
    return _side(asked, column, None, None if hidden else found.mean(alike))


def _side(
    asked: Question, column: Column, whose: Slice | None, inside: Mapping[int, Inputs] | None
) -> Side:
    if inside is None:
        return Side(column)
    group = asked.ground.ruling(asked.grain, asked.period)
    months = [inside[month] for month in sorted(inside)]
    results = {code: over(group.ruling, code, months) for code in asked.kpis}
    return Side(column, results, group, whose)
