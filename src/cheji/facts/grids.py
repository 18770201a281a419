"""Integer sums of many measures at once: one row for a scope and period, one column a measure.

The database adds up what many outlets or people need, so that no tally becomes a Python object.
The text is the one GROUP BY with one sum of cases over it for each way of counting.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache, partial
from itertools import chain

from cheji.engine.definitions import Measure
from cheji.engine.formulas.columns import Column, column
from cheji.engine.kpis import Scope, Value, scale_of
from cheji.engine.periods import series

from . import kept
from .narrowing import Narrow
from .tallies import earlier, statement, until, within
from .ways import Way, dimensions, kinds_of, portions, total, unknown_of, way_of, ways_of

Row = tuple[int, ...]


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
        flows = _transposed(self.within, [(period, *scope) for scope in scopes], len(self.place))
        past = _transposed(self.past, [(0, *scope) for scope in scopes], len(self.past_place))
        return {m.code: column(self._amounts(m, flows, past), scale_of(m)) for m in measures}

    def _amounts(
        self, measure: Measure, flows: Sequence[Sequence[int]], past: Sequence[Sequence[int]]
    ) -> Sequence[int | None]:
        way, unknown = way_of(measure), unknown_of(measure)
        amounts = flows[self.place[way]]
        if measure.is_stock:
            stocks = past[self.past_place[way]]
            opening = measure.over_time == "opening"
            amounts = stocks if opening else [*map(operator.add, stocks, amounts)]
        if unknown is None:
            return amounts
        kept_back, counted = (flows[self.place[way]] for way in unknown)
        rows = zip(amounts, kept_back, counted, strict=True)
        return [None if back and not count else amount for amount, back, count in rows]

    def rolled(self, above: Callable[[Scope], Scope]) -> "Grid":
        """The grid of wider scopes: the sums of those that lie in each."""
        sides = ({}, {})  # type: tuple[dict[Scope, Row], dict[Scope, Row]]
        for found, side in zip(sides, (self.within, self.past), strict=True):
            for (period, *scope), row in side.items():
                group = (period, *above(tuple(scope)))
                old = found.get(group)
                found[group] = row if old is None else tuple(map(operator.add, old, row))
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


def _transposed(
    sums: kept.Sums, groups: Sequence[kept.Group], columns: int
) -> Sequence[Sequence[int]]:
    """The sums of these groups column by column, zeros where there are none."""
    nothing = (0,) * columns
    rows = [sums.get(group, nothing) for group in groups]
    return list(zip(*rows, strict=True)) if rows else [()] * columns


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
    flows, stocks = _portions(measures), _portions(m for m in measures if m.is_stock)

    def grouping(narrow: Narrow, when: str, ways: Sequence[Way]) -> str:
        return statement(narrow, scope, grain, when, dimensions(ways))

    def past(narrow: Narrow, when: str, ways: Sequence[Way]) -> str:
        return earlier(narrow, scope, when, dimensions(ways))

    stretch, pieces = within(grain, first, last), _pieces(grain, first, last)
    return Grid(
        _asked(_Asking(narrow, flows, len(scope), grouping), stretch, pieces),
        _asked(_Asking(narrow, stocks, len(scope), past), until(grain, first)),
        *({way: place for place, way in enumerate(chain(*side))} for side in (flows, stocks)),
    )


def _portions(measures: Iterable[Measure]) -> list[tuple[Way, ...]]:
    return portions(ways_of(measures))


@dataclass(frozen=True)
class _Asking:
    """A grid's question: the one GROUP BY as a text, and what is added up over it."""

    narrow: Narrow
    portions: Sequence[tuple[Way, ...]]
    scopes: int
    grouping: Callable[[Narrow, str, Sequence[Way]], str]

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(chain(*self.portions))

    def text(self, narrow: Narrow, when: str) -> str:
        return self._text(narrow, when, self.ways)

    def shares(self) -> Iterator[kept.Portion]:
        """The texts of the portions, each of its own kinds alone."""
        first = 0
        for ways in self.portions:
            yield kept.Portion(partial(self._own, ways), first, len(ways))
            first += len(ways)

    def _own(self, ways: Sequence[Way], narrow: Narrow, when: str) -> str:
        return self._text(replace(narrow, kinds=kinds_of(ways)), when, ways)

    def _text(self, narrow: Narrow, when: str, ways: Sequence[Way]) -> str:
        groups = ", ".join(["p", *(f"s{place}" for place in range(self.scopes))])
        sums = ", ".join(total(way, place) for place, way in enumerate(ways))
        inner = self.grouping(narrow, when, ways)
        return f"SELECT {groups}, {sums} FROM ({inner}) AS grouped GROUP BY {groups}"  # noqa: S608


def _asked(
    asking: _Asking, stretch: kept.Stretch, pieces: tuple[kept.Stretch, ...] = ()
) -> kept.Sums:
    if not asking.portions:
        return {}
    narrow, keys = replace(asking.narrow, kinds=kinds_of(asking.ways)), 1 + asking.scopes
    shares = tuple(asking.shares())
    return kept.sums(kept.Question(narrow, asking.text, keys, stretch, pieces, shares))


def _pieces(grain: str, first: int | date, last: int | date) -> tuple[kept.Stretch, ...]:
    """The single months: groups of one after the other need little memory."""
    if grain != "month":
        return ()
    keys = (period.key for period in series("month", int(first), int(last)))  # type: ignore[arg-type]
    return tuple(within("month", key, key) for key in keys)
