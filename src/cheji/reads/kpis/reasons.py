"""Why a cell shows its number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cheji.engine.kpis import Inputs, over, uncut
from cheji.engine.periods import Grain
from cheji.engine.reasons import Reason
from cheji.facts import mark
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.gathering import Gathering, Span, filled, gather, measure_codes
from cheji.reads.kpis.ground import Ground, Key, Place, Slice, read_key
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.shapes import MeasureSeen, ReasonSeen, measure_seen
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


@dataclass(frozen=True)
class Basis:
    """The inputs of a cell, and the outlets that its average or best rests on."""

    inside: Mapping[int, Inputs]
    outlets: tuple[Place, ...] = ()


def reason(viewer: Viewer, key: str) -> ReasonSeen:
    """The reason of the cell with that key.

    Raises:
        NotFound: no such cell, or not within the viewer's reach.
    """
    return reasons(viewer, [key])[key]


def home_key(viewer: Viewer, kpi: str, grain: Grain, period: int) -> str:
    """The key of a KPI's cell at the viewer's own place; empty for whom sees no figures."""
    try:
        return Key(Ground(viewer).home(), grain, period, kpi).text
    except NotFound:
        return ""


def reasons(viewer: Viewer, keys: Iterable[str]) -> dict[str, ReasonSeen]:
    """The reasons of many cells by key; those of one scope and period are gathered once.

    Raises:
        NotFound: there is no such cell, or one is not within the viewer's reach.
    """
    ground, settled = Ground(viewer), mark()
    columns: dict[tuple[Slice, Grain, int], dict[str, Key]] = {}
    for text in keys:
        asked = read_key(text)
        columns.setdefault((asked.slice, asked.grain, asked.period), {})[text] = asked
    found = {}
    for cells in columns.values():
        first = next(iter(cells.values()))
        codes = tuple(dict.fromkeys(c for asked in cells.values() for c in _codes(ground, asked)))
        basis = (_benchmark if first.slice.of else _own)(ground, first, codes)
        for text, asked in cells.items():
            found[text] = _reason(ground, asked, text, basis, settled)
    return found


def _reason(ground: Ground, asked: Key, text: str, basis: Basis, settled: int) -> ReasonSeen:
    catalogue = ground.ruling_for(asked.slice, asked.grain, asked.period)
    elapsed = ground.elapsed(asked.slice, asked.grain, asked.period)
    months = filled(basis.inside, elapsed, _codes(ground, asked))
    result = over(catalogue.ruling, asked.kpi, months)
    if ground.parts(asked.slice) & uncut(catalogue.ruling, asked.kpi):
        result = replace(result, value=None)
    return ReasonSeen(
        text,
        ground.seen(asked.slice),
        asked.grain,
        asked.period,
        heading(catalogue.ruling, asked.kpi),
        result.value,
        result.reason,
        tuple(_measures(catalogue, result.reason, rows_open=not asked.slice.of)),
        catalogue.digests.get(("kpi", asked.kpi), ""),
        settled,
        ground.viewer.on,
        tuple(place.where for place in basis.outlets if ground.whole(place)),
    )


def _codes(ground: Ground, asked: Key) -> list[str]:
    catalogue = ground.ruling_for(asked.slice, asked.grain, asked.period)
    heading(catalogue.ruling, asked.kpi)
    names = [asked.kpi]
    if asked.slice.of.startswith("best."):
        names.append(asked.slice.of.removeprefix("best."))
        heading(catalogue.ruling, names[-1])
    return measure_codes(catalogue.ruling, names)


def _span(ground: Ground, asked: Key) -> Span:
    grain = asked.grain if asked.grain in ("day", "week") else "month"
    return Span(grain, tuple(ground.elapsed(asked.slice, asked.grain, asked.period)))


def _own(ground: Ground, asked: Key, codes: tuple[str, ...]) -> Basis:
    """The facts of a slice within reach; what is grouped out is picked here."""
    whose = ground.check(asked.slice)
    by = _grouping(asked)
    scope = tuple(by.values())
    span = _span(ground, asked)
    asking = Gathering(ground.narrow(whose), tuple(by), span, codes, (scope,))
    return Basis(gather(ground, asking)[scope])


def _grouping(asked: Key) -> dict[str, str | None]:
    """The columns by which a slice is grouped out, and the value that it has there."""
    whose = asked.slice
    by: dict[str, str | None] = {}
    if whose.person == 0:
        by["person"] = None
    if whose.model is not None:
        by["model"] = whose.model
    if whose.channel is not None:
        by["channel"] = whose.channel
    return by


def _benchmark(ground: Ground, asked: Key, codes: tuple[str, ...]) -> Basis:
    whose = asked.slice
    if not benchmarks.may_compare(ground, whose) or asked.grain in ("day", "week"):
        raise NotFound(noun="figure", key=asked.text)
    place, span = ground.places[whose.unit], _span(ground, asked)
    outlets = ground.places[int(place.path.strip("/").split("/")[0])].outlets
    gathering = Gathering(ground.beyond(outlets), ("outlet",), span, codes)
    moving = benchmarks.active(ground, outlets, span.grain, span.keys)
    field = benchmarks.Field(gather(ground, gathering), span.keys, moving, codes)
    if whose.of == "avg":
        if benchmarks.withheld(ground, place, field):
            raise NotFound(noun="figure", key=asked.text)
        return Basis(field.average(place), tuple(ground.places[o] for o in field.of(place)))
    catalogue = ground.ruling(asked.grain, asked.period)
    kpi = whose.of.removeprefix("best.")
    outlet = field.best(place, kpi, catalogue)
    if outlet is None or benchmarks.best_withheld(ground, place, field, kpi, catalogue):
        raise NotFound(noun="figure", key=asked.text)
    return Basis(field.column(outlet), (ground.places[outlet],))


def _measures(catalogue: Catalogue, why: Reason, *, rows_open: bool) -> Iterable[MeasureSeen]:
    """Each measure in the reason once, in order of appearance."""
    seen: set[str] = set()
    for part in _flat(why):
        if part.kind == "measure" and part.code not in seen:
            seen.add(part.code)
            value = None if part.value is None else part.value * 1
            measure = catalogue.ruling.measure[part.code]
            yield measure_seen(measure, value, rows_open=rows_open)  # type: ignore[arg-type]


def _flat(why: Reason) -> Iterable[Reason]:
    yield why
    for part in why.parts:
        yield from _flat(part)
