"""Integer sums of many measures at once: one row for a scope and period, one column a measure.

The database adds up what many outlets or people need, so that no tally becomes a Python object.
The text is the one GROUP BY with one sum of cases over it for each way of counting.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from cheji.engine.definitions import Filter, Measure
from cheji.engine.formulas.columns import Column, column
from cheji.engine.kpis import Scope, Value, scale_of
from cheji.engine.periods import series
from cheji.engine.tallies import CARRIED, DIMENSIONS, NEW, NO_COHORT, UNPRICED

from . import kept
from .narrowing import Narrow
from .tallies import earlier, statement, until, within

Row = tuple[int, ...]
SUMMED: Final = {"quantity": "q", "fen": "f", "value": "v", "count": "n"}
COHORTS: Final = {
    "new": f"c = {NEW}",
    "carried": f"c = {CARRIED}",
    "classified": f"c <> {NO_COHORT}",
    "unclassified": f"c = {NO_COHORT}",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A way of counting facts: kinds with signs, the column that is added, filters, a cohort.

    Its sums are integers: quantity in 1/10,000, money in fen.
    """

    kinds: tuple[tuple[str, int], ...]
    column: str
    where: tuple[Filter, ...] = ()
    cohort: str = "any"


def way_of(measure: Measure) -> Way:
    """How a measure without spread or window counts."""
    return Way(measure.kinds, measure.column, measure.where, measure.cohort)


def unknown_of(measure: Measure) -> tuple[Way, Way] | None:
    """Facts of unknown cost that a measure cannot count, and those that it counts.

    Where there are some of the first and none of the second it has no value.
    """
    unpriced = UNPRICED in measure.looked_at and UNPRICED not in dict(measure.kinds)
    if measure.column != "fen" or not unpriced:
        return None
    counted = tuple((kind, 1) for kind in dict(measure.kinds))
    return tuple(  # type: ignore[return-value]
        Way(kinds, "count", measure.where, measure.cohort) for kinds in (((UNPRICED, 1),), counted)
    )


@dataclass(frozen=True)
class Grid:
    """Sums by (period, *scope) of each way of counting, and those of everything before."""

    within: kept.Sums
    past: kept.Sums
    place: Mapping[Way, int]
    past_place: Mapping[Way, int]

    def values(
        self,
        measures: Sequence[Measure],
        periods: Sequence[int],
        keep: Callable[[Scope], bool] = lambda _: True,
    ) -> dict[Scope, dict[int, dict[str, Value]]]:
        """By scope and period each measure's value, as `engine.kpis.measure_values` gives it."""
        flows, stocks = self._by_scope(keep)
        found: dict[Scope, dict[int, dict[str, Value]]] = {}
        for scope in dict.fromkeys([*stocks, *flows]):
            found[scope] = {period: {} for period in periods}
            rows = [flows.get(scope, {}).get(period) for period in periods]
            for measure in measures:
                series = self._series(measure, rows, stocks.get(scope))
                for inputs, value in zip(found[scope].values(), series, strict=True):
                    inputs[measure.code] = value
        return found

    def columns(
        self, measures: Sequence[Measure], period: int, scopes: Sequence[Scope]
    ) -> dict[str, Column]:
        """Each measure as a column over these scopes, of the first period of the grid."""
        rows = [self.within.get((period, *scope)) for scope in scopes]
        past = [self.past.get((0, *scope)) for scope in scopes]
        return {m.code: column(self._amounts(m, rows, past), scale_of(m)) for m in measures}

    def _amounts(
        self, measure: Measure, rows: Sequence[Row | None], past: Sequence[Row | None]
    ) -> list[int | None]:
        way, unknown = way_of(measure), unknown_of(measure)
        place = self.place[way]
        amounts: list[int | None] = [row[place] if row else 0 for row in rows]
        if measure.is_stock:
            at = self.past_place[way]
            stocks = [row[at] if row else 0 for row in past]
            opening = measure.over_time == "opening"
            flows = zip(stocks, amounts, strict=True)
            amounts = [stock if opening else stock + (flow or 0) for stock, flow in flows]
        if unknown is None:
            return amounts
        pairs = zip(rows, amounts, strict=True)
        return [None if row and self._blank(row, unknown) else amount for row, amount in pairs]

    def rolled(self, above: Callable[[Scope], Scope]) -> "Grid":
        """The grid of wider scopes: the sums of those that lie in each."""
        sides = ({}, {})  # type: tuple[dict[Scope, Row], dict[Scope, Row]]
        for found, side in zip(sides, (self.within, self.past), strict=True):
            for (period, *scope), row in side.items():
                group = (period, *above(tuple(scope)))
                old = found.get(group)
                found[group] = row if old is None else tuple(map(int.__add__, old, row))
        return replace(self, within=sides[0], past=sides[1])

    @property
    def scopes(self) -> list[Scope]:
        return list(dict.fromkeys(group[1:] for side in (self.past, self.within) for group in side))

    def _by_scope(
        self, keep: Callable[[Scope], bool]
    ) -> tuple[dict[Scope, dict[int, Row]], dict[Scope, Row]]:
        flows: dict[Scope, dict[int, Row]] = {}
        for (period, *scope), row in self.within.items():
            if keep(tuple(scope)):
                flows.setdefault(tuple(scope), {})[period] = row
        earlier = ((group[1:], row) for group, row in self.past.items())
        return flows, {scope: row for scope, row in earlier if keep(scope)}

    def _series(
        self, measure: Measure, rows: Sequence[Row | None], past: Row | None
    ) -> Iterator[Value]:
        scale, way, unknown = scale_of(measure), way_of(measure), unknown_of(measure)
        place = self.place[way]
        stock = past[self.past_place[way]] if past and measure.is_stock else 0
        for row in rows:
            flow = row[place] if row else 0
            amounts = {"opening": stock, "closing": stock + flow}
            blank = row is not None and unknown is not None and self._blank(row, unknown)
            yield None if blank else exact(amounts.get(measure.over_time, flow), scale)
            stock += flow

    def _blank(self, row: Row, unknown: tuple[Way, Way]) -> bool:
        """Whether all that happened were orders of unknown cost."""
        kept_back, counted = (row[self.place[way]] for way in unknown)
        return bool(kept_back) and not counted


@lru_cache(maxsize=1 << 16)
def exact(amount: int, scale: int) -> Fraction:
    """An integer sum in its unit; small amounts come again and again."""
    return Fraction(amount, scale)


def read(
    narrow: Narrow,
    measures: Sequence[Measure],
    *,
    first: int | date,
    last: int | date,
    scope: Sequence[str] = ("outlet",),
    grain: str = "month",
) -> Grid:
    """The grid of measures without spread or window over the periods first..last."""
    ways = _ways(measures)
    stocks = tuple(dict.fromkeys(way_of(m) for m in measures if m.is_stock))

    def grouping(narrow: Narrow, when: str) -> str:
        return statement(narrow, scope, grain, when, _dimensions(ways))

    def past(narrow: Narrow, when: str) -> str:
        return earlier(narrow, scope, when, _dimensions(stocks))

    stretch, pieces = within(grain, first, last), _pieces(grain, first, last)
    return Grid(
        _asked(_Asking(narrow, ways, len(scope), grouping), stretch, pieces),
        _asked(_Asking(narrow, stocks, len(scope), past), until(grain, first)),
        {way: place for place, way in enumerate(ways)},
        {way: place for place, way in enumerate(stocks)},
    )


def _ways(measures: Iterable[Measure]) -> tuple[Way, ...]:
    found: dict[Way, None] = {}
    for measure in measures:
        found |= dict.fromkeys((way_of(measure), *(unknown_of(measure) or ())))
    return tuple(found)


def _dimensions(ways: Sequence[Way]) -> dict[str, str]:
    """Only what a way filters on, and that only of the kinds that it counts: few groups."""
    found = {"kind": "kind"}
    for name in DIMENSIONS:
        kinds = {
            kind
            for way in ways
            for kind, _ in way.kinds
            if any(item.dimension == name for item in way.where)
        }
        if kinds:
            found[name] = f"CASE WHEN {_among('kind', sorted(kinds))} THEN {name} ELSE '' END"
    return found


@dataclass(frozen=True)
class _Asking:
    """A grid's question: the one GROUP BY as a text, and what is added up over it."""

    narrow: Narrow
    ways: tuple[Way, ...]
    scopes: int
    grouping: Callable[[Narrow, str], str]

    def text(self, narrow: Narrow, when: str) -> str:
        groups = ", ".join(["p", *(f"s{place}" for place in range(self.scopes))])
        sums = ", ".join(_sum(way, place) for place, way in enumerate(self.ways))
        inner = self.grouping(narrow, when)
        return f"SELECT {groups}, {sums} FROM ({inner}) AS grouped GROUP BY {groups}"  # noqa: S608


def _asked(
    asking: _Asking, stretch: kept.Stretch, pieces: tuple[kept.Stretch, ...] = ()
) -> kept.Sums:
    if not asking.ways:
        return {}
    kinds = frozenset(kind for way in asking.ways for kind, _ in way.kinds)
    narrow = replace(asking.narrow, kinds=kinds)
    return kept.sums(kept.Question(narrow, asking.text, 1 + asking.scopes, stretch, pieces))


def _pieces(grain: str, first: int | date, last: int | date) -> tuple[kept.Stretch, ...]:
    """The single months: groups of one after the other need little memory."""
    if grain != "month":
        return ()
    keys = (period.key for period in series("month", int(first), int(last)))  # type: ignore[arg-type]
    return tuple(within("month", key, key) for key in keys)


def _sum(way: Way, place: int) -> str:
    amount = SUMMED[way.column]
    held = " AND ".join(_conditions(way))
    cases = [
        f"WHEN {_among('kind', kinds)}{' AND ' + held if held else ''} THEN {sign} * {amount}"
        for sign, kinds in _by_sign(way.kinds).items()
    ]
    return f"CAST(SUM(CASE {' '.join(cases)} ELSE 0 END) AS BIGINT) AS m{place}"


def _by_sign(kinds: Iterable[tuple[str, int]]) -> dict[int, list[str]]:
    """Kinds by how often they count; one that is listed twice counts twice."""
    signs: dict[str, int] = {}
    for kind, sign in kinds:
        signs[kind] = signs.get(kind, 0) + sign
    found: dict[int, list[str]] = {}
    for kind, sign in signs.items():
        found.setdefault(sign, []).append(kind)
    return found


def _conditions(way: Way) -> list[str]:
    found = [
        _among(item.dimension, item.values)
        if item.inside
        else f"NOT {_among(item.dimension, item.values)}"
        for item in way.where
    ]
    if way.cohort != "any":
        found.append(COHORTS[way.cohort])
    return found


def _among(column: str, values: Iterable[str]) -> str:
    words = ", ".join(_literal(value) for value in values)
    return f"{column} IN ({words})" if words else "1 = 0"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
