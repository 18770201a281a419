"""Every KPI of one month for everyone: people, teams, outlets, regions and the nation, by column.

The values are those of `values`, scope by scope; the facts of thousands of people are added up by
the engine of the facts, and the formulas are worked out for all of them at once.
"""

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, repeat
from typing import Final

from cheji.engine.definitions import Definitions, Measure
from cheji.engine.formulas.columns import Column, of_fractions
from cheji.engine.kpis import Scope, Value, needed_measures, uncut
from cheji.engine.kpis.columns import kpi_columns, summed_column
from cheji.engine.periods import month_shifted
from cheji.facts import Narrow, grids, levels, mark
from cheji.reads.kpis.gathering import kpi_values
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.reads.kpis.headings import headings
from cheji.reads.kpis.shapes import By, Cell, Table, TableRow
from cheji.reads.kpis.tables import COLUMNS, UNITS, Asking
from cheji.reads.kpis.tallying import Gathering, Span, reading, without_goal
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

BASE: Final = ("outlet", "team", "person")
LEVELS: Final[tuple[By, ...]] = ("person", "team", "outlet", "region", "nation")
READ: Final[Mapping[By, tuple[str, ...]]] = dict(zip(LEVELS, levels.LEVELS, strict=True))
CUT: Final[Mapping[By, frozenset[str]]] = {
    "person": frozenset(BASE),
    "team": frozenset(BASE[:2]),
    **dict.fromkeys(LEVELS[2:], frozenset(BASE[:1])),
}
"""The columns by which facts are read for a level; those of units are added up from outlets."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level's values: each KPI as a column over the slices, in their order."""

    by: By
    slices: tuple[Slice, ...]
    columns: Mapping[str, Column]


def everyone(ground: Ground, month: int, wanted: Sequence[By] = LEVELS) -> Iterator[Level]:
    """The KPIs in force in a month, of the outlets that the viewer sees as a whole.

    Where an outlet has definitions of its own, the values are worked out one by one.
    """
    ground.must_see()
    one_by_one = ground.shelf.special & ground.outlets
    asked = _Month(ground, month)
    for by in wanted:
        yield asked.one_by_one(by) if one_by_one else asked.level(by)


def every_kpi(viewer: Viewer, *, by: By, month: int) -> Table:
    """All KPIs of a month at one level, as a table.

    Raises:
        BadValue: there is no such level.
    """
    if by not in LEVELS:
        raise BadValue(field="by", value=by, why=", ".join(LEVELS))
    ground, settled = Ground(viewer), mark()
    [level] = everyone(ground, month, [by])
    names = ground.names({whose.person for whose in level.slices if whose.person})
    values = zip(*(column.fractions() for column in level.columns.values()), strict=True)
    rows = (
        TableRow(ground.seen(whose, names), month, tuple(map(Cell, row, repeat(""))))
        for whose, row in zip(level.slices, values, strict=True)
    )
    shown = headings(ground.ruling("month", month), [*level.columns])
    return Table(by, "month", (month,), shown, tuple(rows), settled)


@dataclass(frozen=True)
class _Month:
    """What is read of a month, and of those before and after it at which KPIs look."""

    ground: Ground
    month: int

    @cached_property
    def ruling(self) -> Definitions:
        return self.ground.ruling("month", self.month).ruling

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(kpi.code for kpi in self.ruling.kpis)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        return needed_measures(self.ruling, self.codes)

    @cached_property
    def plain(self) -> list[Measure]:
        return [m for m in self.measures if not (m.is_apart or m.target)]

    @cached_property
    def apart(self) -> list[Measure]:
        return [measure for measure in self.measures if measure.is_apart]

    @cached_property
    def narrow(self) -> Narrow:
        reach = self.ground.reach
        return Narrow(reach, outlets=None if reach.everything else reach.outlets)

    @cached_property
    def regions(self) -> dict[int, int]:
        """Regions of outlets, by id."""
        regions = [place for place in self.ground.places.values() if place.kind == "region"]
        return {outlet: region.id for region in regions for outlet in region.outlets}

    def at(self, measure: Measure) -> int:
        """The month in which a measure looks at facts."""
        return month_shifted(self.month, -measure.ago) if measure.ago else self.month

    def _of(self, month: int, measures: Sequence[Measure]) -> list[Measure]:
        return [measure for measure in measures if self.at(measure) == month]

    # -- what is read --------------------------------------------------------------

    @cached_property
    def sums(self) -> dict[int, dict[By, grids.Grid]]:
        """By month, the sums of what is simply added up, at each level."""
        found = {}
        for month in dict.fromkeys(map(self.at, self.plain)):
            chosen = self._of(month, self.plain)
            grid = grids.read(self.narrow, chosen, first=month, last=month, scope=BASE)
            found[month] = dict(self._rolled(grid))
        return found

    def _rolled(self, base: grids.Grid) -> Iterator[tuple[By, grids.Grid]]:
        yield "person", base.rolled(operator.itemgetter(slice(0, 3, 2)))
        teams = base.rolled(operator.itemgetter(slice(0, 2)))
        yield "team", teams
        outlets = teams.rolled(operator.itemgetter(slice(0, 1)))
        yield "outlet", outlets
        yield "region", outlets.rolled(lambda scope: (self.regions.get(int(scope[0] or 0)),))
        yield "nation", outlets.rolled(lambda _: ())

    @cached_property
    def summaries(self) -> dict[int, dict[tuple[str, ...], levels.Summaries]]:
        """By month, what keeps values apart, at each level."""
        months = dict.fromkeys(map(self.at, self.apart))
        return {
            month: levels.summaries(
                self.narrow, self._of(month, self.apart), month=month, regions=self.regions
            )
            for month in months
        }

    @cached_property
    def goals(self) -> dict[str, dict[int, Value]]:
        """Targets of outlets, by measure and outlet."""
        found: dict[str, dict[int, Value]] = {}
        for measure in (one for one in self.measures if one.target):
            month = self.at(measure)
            span = Span("month", (month,))
            asked = Gathering(self.narrow, ("outlet",), span, (measure.code,))
            read = reading(asked, [measure])([measure], lambda _: True)
            found[measure.code] = {
                int(outlet or 0): months[month].get(measure.code)  # type: ignore[misc]
                for (outlet,), months in read.items()
            }
        return found

    @cached_property
    def lacking(self) -> dict[str, set[int]]:
        """Outlets that were open and have no goal, by measure."""
        aims = [measure for measure in self.measures if measure.target]
        missing = without_goal(self.narrow, Span("month", (self.month,)), aims)
        return {code: outlets for (code, _), outlets in missing.items()}

    # -- levels ----------------------------------------------------------------------

    def level(self, by: By) -> Level:
        scopes = self._scopes(by)
        nothing = Column([None] * len(scopes), 1, 1)
        uncounted = {m.code for m in self.measures if CUT[by].intersection(m.not_by)}
        measured = self._measured(by, scopes) | dict.fromkeys(uncounted, nothing)
        known = [code for code in self.codes if by not in uncut(self.ruling, code)]
        columns = kpi_columns(self.ruling, known, measured, len(scopes))
        slices = tuple(self._slice(by, scope) for scope in scopes)
        return Level(by, slices, dict.fromkeys(self.codes, nothing) | columns)

    def _scopes(self, by: By) -> list[Scope]:
        """Units in reach whether or not something happened there; people and teams where it did."""
        if by in UNITS:
            return [() if by == "nation" else (place.id,) for place in self._places(by)]
        sums = (grids_[by].scopes for grids_ in self.sums.values())
        apart = (found[READ[by]] for found in self.summaries.values())
        return [scope for scope in dict.fromkeys(chain(*sums, *apart))
                if by == "person" or scope[1] is not None]  # fmt: skip

    def _places(self, by: By) -> list[Place]:
        return self.ground.places_in_reach(UNITS[by])

    def _slice(self, by: By, scope: Scope) -> Slice:
        if by == "nation":
            return Slice(self._places(by)[0].id)
        if by == "person":
            return Slice(int(scope[0] or 0), int(scope[1] or 0))
        return Slice(int(scope[-1] or 0))

    def _measured(self, by: By, scopes: Sequence[Scope]) -> dict[str, Column]:
        found: dict[str, Column] = {}
        for month, grids_ in self.sums.items():
            found |= grids_[by].columns(self._of(month, self.plain), month, scopes)
        for month, seen in self.summaries.items():
            rows = [seen[READ[by]].get(scope, {}) for scope in scopes]
            for measure in self._of(month, self.apart):
                summed = [row.get(measure.code) for row in rows]
                found[measure.code] = summed_column(measure, summed)
        for code in self.goals:
            found[code] = of_fractions([self._goal(code, by, scope) for scope in scopes])
        return found

    def _goal(self, code: str, by: By, scope: Scope) -> Value:
        """The goals of a unit's outlets added up; none where one of them has none, nor of parts."""
        if by not in UNITS:
            return None
        inside = self._places(by)[0].outlets if by == "nation" else self._inside(scope)
        goals = [goal for outlet in inside if (goal := self.goals[code].get(outlet)) is not None]
        whole = goals and not inside & self.lacking.get(code, set())
        return sum(goals, Fraction(0)) if whole else None

    def _inside(self, scope: Scope) -> frozenset[int]:
        return self.ground.places[int(scope[0] or 0)].outlets

    # -- one by one --------------------------------------------------------------------

    def one_by_one(self, by: By) -> Level:
        ground, month = self.ground, self.month
        asking = Asking(self.codes, "month", (month,), None)
        found = {
            whose: kpi_values(
                ground.ruling_for(whose, "month", month),
                self.codes,
                column,
                [month],
                ground.parts(whose),
            )
            for whose, column, _ in COLUMNS[by](ground, asking, by)
            if self._is_shown(whose, by) and column
        }
        values = [*found.values()]
        columns = {code: of_fractions([row[code] for row in values]) for code in self.codes}
        return Level(by, tuple(found), columns)

    def _is_shown(self, whose: Slice, by: By) -> bool:
        """Nobody's facts lie among people alone."""
        places = self.ground.outlets if by == "person" else self.ground.places
        return whose.unit in places and (by == "person" or whose.person is None)
