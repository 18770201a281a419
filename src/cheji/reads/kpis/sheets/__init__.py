"""The printed sheets: month by month, by consultant, against the benchmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from cheji.engine.benchmarks import Light
from cheji.engine.kpis import Inputs, Value
from cheji.engine.periods import from_key, months_of, period_of
from cheji.facts import mark
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.gathering import (
    Gathering,
    Scope,
    Span,
    back,
    few,
    gather,
    kpi_values,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Key, Slice, parts_of
from cheji.reads.kpis.headings import change, headings
from cheji.reads.kpis.likeness import alike
from cheji.reads.kpis.shapes import Cell, Column, KpiSeen, Line, Sheet, SheetBy
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

from .against import against as _against
from .asking import Asking, Drawn, Inside, Stretch
from .checks import additive, adds_up, identities

TREND_MONTHS = 13
NOBODY: tuple[Scope, ...] = ((None,),)

__all__ = ["additive", "sheet"]


def sheet(  # noqa: PLR0913  the question has that many parts, each named
    viewer: Viewer,
    *,
    code: str,
    year: int,
    outlet: str = "",
    person: str = "",
    by: SheetBy = "month",
    month: int | None = None,
    against: Sequence[str] = (),
    best_by: str = benchmarks.BEST_BY,
) -> Sheet:
    """A sheet of a unit (code; a team as OUTLET/TEAM) or of a person (staff number).

    `month` is a key such as 202611 for the columns of `consultant` and `benchmark`; None is the
    whole year. `against` are codes of further outlets as benchmark columns; `best_by` is the KPI
    by which the best outlet is chosen, or `each` for the best of every line. Without a unit or
    person it is the viewer's own place.

    Raises:
        NotFound: the scope is not, as a whole, within the viewer's reach.
    """
    ground = Ground(viewer)
    ground.must_see()
    _check_months(year, month)
    whose = ground.whose(outlet, person)
    asking = Asking(ground, code, year, month, whose, mark(), tuple(against), best_by)
    drawn = {"month": _months, "consultant": _consultants, "benchmark": _against}[by](asking)
    return _sheet(asking, by, drawn)


def _check_months(year: int, month: int | None) -> None:
    try:
        _before, own = from_key("year", year - 1), from_key("year", year)
        fits = month is None or month in months_of(own)
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise BadValue(field="month", value=str(month or year), why=f"{year}01..{year}12")


# -- month by month ----------------------------------------------------------------------------


def _months(asking: Asking) -> list[Drawn]:
    """Twelve months and, where the sheet has one, the year; last year stands behind them."""
    ground, whose = asking.ground, asking.whose
    span = Span("month", (*span_of("year", asking.year - 1, asking.year).keys, _after(asking.year)))
    whole = Gathering(ground.narrow(whose), (), span, asking.measures)
    inside = gather(ground, whole).get((), {})
    months = months_of(from_key("year", asking.year))
    past = [month for month in months if month <= ground.last_month(whose)]
    cut = _cut(asking, whole, inside, past)
    drawn = [
        Drawn(
            Column(ground.seen(whose), "month", month, cut_short=month in cut),
            whose,
            inside,
            _stretch_of(inside, cut, month, (back("month", month, 1),)),
            _stretch_of(inside, cut, month, (month - 100,)),
            blank=month not in past,
        )
        for month in months
    ]
    if asking.definition.annual:
        year = Column(ground.seen(whose), "year", asking.year)
        same = Stretch({**inside, **_shared(cut, past)}, tuple(month - 100 for month in past))
        drawn.append(Drawn(year, whose, inside, last_year=same))
    return drawn


def _after(year: int) -> int:
    return (year + 1) * 100 + 1


Cut = Mapping[int, Inside]


def _cut(asking: Asking, whole: Gathering, inside: Inside, past: Sequence[int]) -> Cut:
    """By the month that runs, if one does: the one before and last year's after as many days."""
    ground, whose = asking.ground, asking.whose
    running = next((month for month in past if ground.running(whose, month)), None)
    if running is None:
        return {}
    found: dict[int, Inputs] = {}
    for then in (back("month", running, 1), running - 100):
        asked = replace(whole, span=Span("month", (then,)))
        found |= {then: alike(ground, whose, running, asked, {(): inside})[()][then]}
    return {running: found}


def _stretch_of(inside: Inside, cut: Cut, month: int, keys: tuple[int, ...]) -> Stretch:
    return Stretch(cut.get(month, inside), keys)


def _shared(cut: Cut, past: Sequence[int]) -> Inside:
    """Last year's month that is cut short, of the months that a year is compared with."""
    same = {month - 100 for month in past}
    return {key: inputs for one in cut.values() for key, inputs in one.items() if key in same}


# -- by consultant -----------------------------------------------------------------------------


def _consultants(asking: Asking) -> list[Drawn]:
    """One column per person with figures, nobody's, and the whole."""
    ground, place = asking.ground, asking.ground.places[asking.whose.unit]
    if place.kind not in ("outlet", "team"):
        raise BadValue(field="by", value="consultant", why=place.kind)
    span = _stretch(asking)
    narrow = ground.narrow(asking.whose)
    columns = gather(ground, Gathering(narrow, ("person",), span, asking.measures, NOBODY))
    whole = gather(ground, Gathering(narrow, (), span, asking.measures)).get((), {})
    if asking.whose.person:
        return [_column(asking, asking.whose, columns.get((asking.whose.person,)))]
    people = [int(person) for (person,) in columns if person and _stirs(columns[person,])]
    names = ground.names(people)
    people.sort(key=lambda person: names.get(person, ("~", "")))
    drawn = [_column(asking, Slice(place.id, p), columns[p,], names) for p in people]
    drawn.append(_column(asking, Slice(place.id, 0), columns.get((None,))))
    return [*drawn, _column(asking, asking.whose, whole)]


def _stretch(asking: Asking) -> Span:
    """The months asked for, the one before, one after, and the same of last year."""
    last = parts_of(asking.grain, asking.period)[-1]
    first = parts_of(asking.grain, asking.period)[0] - 100
    following = period_of(from_key("month", last).until, "month").key
    return Span("month", span_of("month", first, following).keys)


def _stirs(column: Inside) -> bool:
    return any(value for inputs in column.values() for value in inputs.values())


def _column(
    asking: Asking,
    whose: Slice,
    inside: Inside | None,
    names: dict[int, tuple[str, str]] | None = None,
) -> Drawn:
    of = asking.ground.seen(whose, names)
    months = asking.ground.elapsed(whose, asking.grain, asking.period)
    return Drawn(
        Column(of, asking.grain, asking.period),
        whose,
        inside,
        Stretch(inside, (back("month", months[0], 1),) if asking.month else ()),
        Stretch(inside, tuple(month - 100 for month in months)),
    )


# -- putting it together -----------------------------------------------------------------------


def _sheet(asking: Asking, by: SheetBy, drawn: Sequence[Drawn]) -> Sheet:
    definition = asking.definition
    worked = Worked(asking, headings(asking.catalogue, definition.lines))
    figures = [_figures(worked, column) for column in drawn]
    trends = _trends(worked, drawn[0].inside) if by == "month" else {}
    sums = by == "consultant" and not asking.whose.person
    lines = tuple(
        Line(
            number,
            kpi,
            cells := tuple(column[number - 1] for column in figures),
            adds_up(asking.catalogue.ruling, kpi, cells) if sums else None,
            trends.get(kpi.code, ()),
        )
        for number, kpi in enumerate(worked.shown, 1)
    )
    return Sheet(
        definition.code,
        definition.zh,
        definition.en,
        by,
        asking.ground.seen(asking.whose),
        asking.year,
        asking.month,
        tuple(column.column for column in drawn),
        lines,
        identities(asking, drawn) if by != "benchmark" else (),
        asking.mark,
        asking.ground.viewer.on,
    )


@dataclass(frozen=True)
class Worked:
    """The values of the lines, each stretch of months worked out once."""

    asking: Asking
    shown: Sequence[KpiSeen]
    known: dict[tuple[int, int, tuple[int, ...]], dict[str, Value]] = field(default_factory=dict)

    def values(self, whose: Slice, catalogue: Catalogue, stretch: Stretch) -> Mapping[str, Value]:
        if not stretch.keys:
            return {}
        place = id(catalogue), id(stretch.inside), stretch.keys
        if place not in self.known:
            codes, parts = [kpi.code for kpi in self.shown], self.asking.ground.parts(whose)
            found = kpi_values(catalogue, codes, stretch.inside, stretch.keys, parts)
            self.known[place] = found
        return self.known[place]


def _trends(worked: Worked, inside: Inside | None) -> dict[str, tuple[Value, ...]]:
    """Thirteen months up to the last that has begun, by KPI."""
    ground, whose = worked.asking.ground, worked.asking.whose
    last = ground.elapsed(whose, "year", worked.asking.year)[-1]
    months = span_of("month", back("month", last, TREND_MONTHS - 1), last).keys
    values = [
        worked.values(
            whose, ground.ruling_for(whose, "month", month), Stretch(inside, (month,))
        )
        for month in months
    ]  # fmt: skip
    return {kpi.code: tuple(found[kpi.code] for found in values) for kpi in worked.shown}


def _figures(worked: Worked, drawn: Drawn) -> list[Cell]:
    """The cells of one column, top to bottom."""
    if drawn.blank:
        return [Cell(None, "") for _ in worked.shown]
    if drawn.given is not None:
        return [drawn.given.get(kpi.code, Cell(None, "")) for kpi in worked.shown]
    ground, whose = worked.asking.ground, drawn.whose
    grain, period = drawn.column.grain, drawn.column.period
    catalogue = ground.ruling_for(whose, grain, period)
    own = Stretch(drawn.inside, tuple(ground.elapsed(whose, grain, period)))
    now, before, last = (
        worked.values(whose, catalogue, stretch)
        for stretch in (own, drawn.earlier, drawn.last_year)
    )

    def light(code: str) -> Light:
        kpi = catalogue.ruling.kpi[code]
        found = ground.light(whose, grain, period, kpi, now[code])
        return "" if found and few(catalogue, kpi, own.inside, own.keys) else found

    return [
        Cell(
            now[kpi.code],
            Key(whose, grain, period, kpi.code).text,
            change(kpi, now[kpi.code], before.get(kpi.code)),
            change(kpi, now[kpi.code], last.get(kpi.code)),
            last.get(kpi.code),
            light(kpi.code),
        )
        for kpi in worked.shown
    ]
