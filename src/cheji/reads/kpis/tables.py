"""KPI values as a flat table: by any scope, of any grain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cheji.engine.kpis import Inputs
from cheji.engine.periods import Grain, from_key, series
from cheji.facts import Narrow, mark
from cheji.reads.kpis.gathering import (
    Columns,
    Gathering,
    added,
    gather,
    goals_missing,
    hold_whole,
    kpi_values,
    measure_codes,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Key, Place, Slice
from cheji.reads.kpis.headings import headings
from cheji.reads.kpis.shapes import By, Cell, Table, TableRow
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer

MAX_PERIODS = 800
UNITS = {"nation": "group", "region": "region", "outlet": "outlet"}
Column = Mapping[int, Inputs]


@dataclass(frozen=True)
class Asking:
    """A table's question with everything looked up."""

    kpis: tuple[str, ...]
    grain: Grain
    periods: tuple[int, ...]
    chosen: frozenset[int] | None


def values(
    viewer: Viewer,
    *,
    kpis: Sequence[str],
    by: By,
    grain: Grain,
    first: int,
    last: int,
    outlets: Sequence[str] | None = None,
) -> Table:
    """Values of the periods first..last (keys, both included), of outlets by code.

    Raises:
        NotFound: a KPI or an outlet that the viewer may not see.
    """
    ground = Ground(viewer)
    return values_on(ground, kpis=kpis, by=by, grain=grain, first=first, last=last, outlets=outlets)


def values_on(
    ground: Ground,
    *,
    kpis: Sequence[str],
    by: By,
    grain: Grain,
    first: int,
    last: int,
    outlets: Sequence[str] | None = None,
) -> Table:
    """As `values`, by the definitions that a ground stands on."""
    ground.must_see()
    settled = mark()
    chosen = None if outlets is None else frozenset(_outlet(ground, code) for code in outlets)
    periods = _periods(grain, first, last)
    asking = Asking(tuple(kpis), grain, periods, chosen)
    shown = headings(ground.ruling(grain, periods[-1]), kpis)
    columns = list(COLUMNS[by](ground, asking, by))
    names = ground.names({whose.person for whose, *_ in columns if whose.person})
    rows = tuple(
        TableRow(ground.seen(found[0], names), period, _cells(ground, asking, period, found))
        for found in columns
        for period in periods
    )
    return Table(by, grain, periods, shown, rows, settled)


def _periods(grain: Grain, first: int, last: int) -> tuple[int, ...]:
    try:
        start, end = from_key(grain, first).start, from_key(grain, last).start
    except (ValueError, KeyError, OverflowError):
        raise BadValue(field="period", value=f"{first}..{last}", why=grain) from None
    if not 0 <= (end - start).days <= MAX_PERIODS * 31:
        raise BadValue(field="period", value=f"{first}..{last}", why=f"≤ {MAX_PERIODS}")
    found = tuple(period.key for period in series(grain, first, last))
    if len(found) > MAX_PERIODS:
        raise BadValue(field="period", value=f"{first}..{last}", why=f"≤ {MAX_PERIODS}")
    return found


def _outlet(ground: Ground, code: str) -> int:
    place = ground.by_code.get(code)
    visible = place and place.kind == "outlet" and (ground.whole(place) or _partly(ground, place))
    if not place or not visible:
        raise NotFound(noun="outlet", key=code)
    return place.id


def _partly(ground: Ground, place: Place) -> bool:
    """Whether some of an outlet's figures are the viewer's: his own, or his team's."""
    return bool(ground.reach.people or ground.reach.teams) and place.id in set(
        ground.scope.outlets().values_list("id", flat=True)
    )


Found = tuple[Slice, Column | None, bool]


def _cells(ground: Ground, asking: Asking, period: int, found: Found) -> tuple[Cell, ...]:
    whose, column, opens = found
    catalogue = ground.ruling_for(whose, asking.grain, period)
    figures = kpi_values(
        catalogue,
        asking.kpis,
        column,
        ground.elapsed(whose, asking.grain, period),
        ground.parts(whose),
    )
    return tuple(
        Cell(figures[code], Key(whose, asking.grain, period, code).text if opens else "")
        for code in asking.kpis
    )


def _gather(ground: Ground, asking: Asking, by: tuple[str, ...], narrow: Narrow) -> Columns:
    return gather(ground, _gathering(ground, asking, by, narrow))


def _gathering(ground: Ground, asking: Asking, by: tuple[str, ...], narrow: Narrow) -> Gathering:
    span = span_of(asking.grain, asking.periods[0], asking.periods[-1])
    rulings = {id(c): c for c in (ground.ruling(span.grain, key) for key in span.keys)}
    codes: dict[str, None] = {}
    for catalogue in rulings.values():
        known = [code for code in asking.kpis if code in catalogue.ruling.kpi]
        codes |= dict.fromkeys(measure_codes(catalogue.ruling, known))
    return Gathering(narrow, by, span, tuple(codes))


def _by_unit(ground: Ground, asking: Asking, by: By) -> Iterator[Found]:
    """Nations, regions, outlets: sums over those of their outlets that were asked for."""
    places = ground.places_in_reach(UNITS[by])
    wanted = [p for p in places if asking.chosen is None or p.outlets & asking.chosen]
    if asking.chosen and not wanted:
        raise NotFound(noun="outlet", key="")
    outlets = frozenset().union(*(p.outlets for p in wanted)) if wanted else frozenset()
    outlets = outlets if asking.chosen is None else outlets & asking.chosen
    narrow = Narrow(ground.reach, outlets=outlets)
    asked = _gathering(ground, asking, ("outlet",), narrow)
    columns, lacking = gather(ground, asked), goals_missing(ground, asked)
    for place in wanted:
        inside = place.outlets & outlets
        column = added(columns[outlet,] for outlet in sorted(inside) if (outlet,) in columns)
        hold_whole(column, lacking, inside)
        yield Slice(place.id), column, place.outlets <= outlets


def _by_team(ground: Ground, asking: Asking, _by: By) -> Iterator[Found]:
    """Teams, and what no team has of outlets that the viewer sees as a whole."""
    columns = _gather(
        ground, asking, ("outlet", "team"), Narrow(ground.reach, outlets=asking.chosen)
    )
    for outlet, team in sorted(columns, key=_order):
        if team is None and outlet in ground.outlets:
            yield Slice(int(outlet or 0), 0), columns[outlet, team], False
        elif team in ground.places and ground.whole(ground.places[int(team or 0)]):
            yield Slice(int(team or 0)), columns[outlet, team], True


def _by_person(ground: Ground, asking: Asking, _by: By) -> Iterator[Found]:
    """People per outlet, and what is nobody's of outlets that the viewer sees as a whole.

    Of people in a lead's teams it is what they did in the team.
    """
    narrow = Narrow(ground.reach, outlets=asking.chosen)
    columns = _gather(ground, asking, ("outlet", "team", "person"), narrow)
    whole = ground.outlets if asking.chosen is None else ground.outlets & asking.chosen
    parts: dict[Slice, list[Column]] = {Slice(outlet, 0): [] for outlet in whole}
    for (outlet, team, person), column in columns.items():
        inner = (Slice(int(unit or 0), int(person or 0)) for unit in (outlet, team))
        whose = next((slice_ for slice_ in inner if ground.may(slice_)), None)
        if whose:
            parts.setdefault(whose, []).append(column)
    for whose in sorted(parts, key=lambda w: (w.unit, not w.person, w.person or 0)):
        yield whose, added(parts[whose]), True


def _order(scope: tuple[int | str | None, ...]) -> tuple[int, bool, int]:
    outlet, inner = scope
    return int(outlet or 0), inner is None, int(inner or 0)


def _by_dimension(ground: Ground, asking: Asking, by: By) -> Iterator[Found]:
    """Models or channels, over everything in reach that was asked for."""
    base = _base(ground, asking)
    columns = _gather(ground, asking, (by,), ground.narrow(base))
    for (value,) in sorted(columns, key=str):
        whose = Slice(base.unit, base.person, **{by: str(value)})
        yield whose, columns[value,], True


def _base(ground: Ground, asking: Asking) -> Slice:
    """The place whose facts a cut by model or channel covers."""
    home = ground.home()
    if asking.chosen is None or home.person:
        return home
    for place in ground.places.values():
        if place.kind != "team" and place.outlets == asking.chosen and ground.whole(place):
            return Slice(place.id)
    raise BadValue(field="outlets", value=str(len(asking.chosen)), why="one, or all of a unit")


COLUMNS = {
    "nation": _by_unit,
    "region": _by_unit,
    "outlet": _by_unit,
    "team": _by_team,
    "person": _by_person,
    "model": _by_dimension,
    "channel": _by_dimension,
}
