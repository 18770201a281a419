"""The printed sheets: month by month, by consultant, against the benchmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cheji.engine.definitions import Definitions
from cheji.engine.definitions import Sheet as SheetDefinition
from cheji.engine.formulas.nodes import Name, Node, Number
from cheji.engine.kpis import IdentityResult, Inputs, Value, check_identities
from cheji.engine.periods import Grain, from_key, months_of, period_of
from cheji.facts import mark
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis import benchmarks
from cheji.reads.kpis.gathering import (
    Columns,
    Gathering,
    Scope,
    Span,
    back,
    filled,
    gather,
    kpi_values,
    measure_codes,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Key, Place, Slice, parts_of
from cheji.reads.kpis.headings import change, headings
from cheji.reads.kpis.published import series
from cheji.reads.kpis.shapes import (
    Cell,
    Column,
    IdentitySeen,
    IdentitySide,
    KpiSeen,
    Line,
    Of,
    Sheet,
    SheetBy,
)
from cheji.records.refusals import BadValue, NotFound
from cheji.records.visibility import Viewer

Inside = Mapping[int, Inputs]


@dataclass(frozen=True)
class Asking:
    """A sheet's question with everything looked up."""

    ground: Ground
    code: str
    year: int
    month: int | None
    whose: Slice
    mark: int
    against: tuple[str, ...]
    best_by: str

    @property
    def grain(self) -> Grain:
        return "month" if self.month else "year"

    @property
    def period(self) -> int:
        return self.month or self.year

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.ruling_for(self.whose, self.grain, self.period)

    @property
    def definition(self) -> SheetDefinition:
        found = self.catalogue.ruling.sheet.get(self.code)
        if found is None:
            raise NotFound(noun="sheet", key=self.code)
        return found

    @property
    def kpis(self) -> tuple[str, ...]:
        return self.definition.lines

    @property
    def measures(self) -> tuple[str, ...]:
        """All measures behind the lines and the identities."""
        ruling = self.catalogue.ruling
        names = [*self.kpis, *({self.best_by} & set(ruling.kpi))]
        for identity in self.definition.identities:
            names += [*identity.left.names, *identity.right.names]
        return tuple(measure_codes(ruling, names))


@dataclass(frozen=True)
class Drawn:
    """A column with its inputs by month, and those of the time before for its changes."""

    column: Column
    whose: Slice
    inside: Inside | None
    earlier: tuple[int, ...] = ()
    last_year: tuple[int, ...] = ()
    blank: bool = False
    given: Mapping[str, Value] | None = None


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
    by which the best outlet is chosen. Without a unit or person it is the viewer's own place.

    Raises:
        NotFound: the scope is not, as a whole, within the viewer's reach.
    """
    ground = Ground(viewer)
    ground.must_see()
    _check_months(year, month)
    whose = ground.whose(outlet, person)
    asking = Asking(ground, code, year, month, whose, mark(), tuple(against), best_by)
    drawn = {"month": _months, "consultant": _consultants, "benchmark": _benchmarks}[by](asking)
    return _sheet(asking, by, drawn)


def _check_months(year: int, month: int | None) -> None:
    try:
        from_key("year", year)
        fits = month is None or month in months_of(from_key("year", year))
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise BadValue(field="month", value=str(month or year), why=f"{year}01..{year}12")


# -- month by month ----------------------------------------------------------------------------


def _months(asking: Asking) -> list[Drawn]:
    """Twelve months and, where the sheet has one, the year; last year stands behind them."""
    ground, whose = asking.ground, asking.whose
    span = Span("month", (*span_of("year", asking.year - 1, asking.year).keys, _after(asking.year)))
    columns = gather(ground, Gathering(ground.narrow(whose), (), span, asking.measures))
    inside = columns.get((), {})
    months = months_of(from_key("year", asking.year))
    past = [month for month in months if month <= ground.last_month(whose)]
    drawn = [
        Drawn(
            Column(ground.seen(whose), "month", month),
            whose,
            inside,
            () if ground.running(whose, month) else (back("month", month, 1),),
            () if ground.running(whose, month) else (month - 100,),
            blank=month not in past,
        )
        for month in months
    ]
    if asking.definition.annual:
        year = Column(ground.seen(whose), "year", asking.year)
        same = tuple(month - 100 for month in past)
        drawn.append(Drawn(year, whose, inside, last_year=same))
    return drawn


def _after(year: int) -> int:
    return (year + 1) * 100 + 1


NOBODY: tuple[Scope, ...] = ((None,),)


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
        (back("month", months[0], 1),) if asking.month else (),
        tuple(month - 100 for month in months),
    )


# -- against the benchmarks --------------------------------------------------------------------


def _benchmarks(asking: Asking) -> list[Drawn]:
    """Own outlet, averages and bests of nation and region, then the named outlets."""
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
    places = [nation, region] if region else [nation]
    drawn += [_average(asking, place, field) for place in places]
    drawn += [_best(asking, place, field) for place in places]
    drawn += _similar(asking, nation, own, field)
    drawn += _published(asking, places, months)
    return drawn + [_plain(asking, place, columns) for place in named]


def _similar(asking: Asking, nation: Place, own: Place, field: benchmarks.Field) -> list[Drawn]:
    """The average of outlets of the same brand and size; no column where it is withheld."""
    ground, month = asking.ground, field.keys[-1]
    if benchmarks.similar_withheld(ground, nation, field, month, own):
        return []
    alike = benchmarks.similar(ground, nation, own, month) & field.active
    of = Of("similar_average", own.id, own.code, "")
    column = Column(of, asking.grain, asking.period, outlets=len(alike))
    inside, ruling = field.mean(alike), ground.ruling(asking.grain, asking.period)
    given = kpi_values(ruling, asking.kpis, inside, field.keys)
    return [Drawn(column, Slice(own.id), inside, given=given)]


def _published(asking: Asking, places: Sequence[Place], months: Sequence[int]) -> list[Drawn]:
    """What others publish for the nation and the region, with its source."""
    ruling = asking.ground.ruling(asking.grain, asking.period).ruling
    known = [code for code in asking.kpis if code in ruling.kpi]
    drawn = []
    for one in series(asking.ground, months, [place.id for place in places]):
        column = Column(one.of, asking.grain, asking.period, how=one.how, source=one.source)
        results = one.results(ruling, known, months)
        given = {code: result.value for code, result in results.items()}
        drawn.append(Drawn(column, asking.whose, None, given=given))
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
    headings(catalogue, [asking.best_by])
    outlet = field.best(place, asking.best_by, catalogue)
    hidden = benchmarks.best_withheld(ground, place, field, asking.best_by, catalogue)
    of: Of = ground.seen(whose)
    if outlet is not None and ground.whole(ground.places[outlet]):
        best = ground.places[outlet]
        of = replace(of, id=best.id, code=best.code, name=best.name)
    column = Column(of, asking.grain, asking.period, hidden, len(field.of(place)))
    inside = None if hidden or outlet is None else field.column(outlet)
    return Drawn(column, whose, inside, blank=hidden)


# -- putting it together -----------------------------------------------------------------------


def _sheet(asking: Asking, by: SheetBy, drawn: Sequence[Drawn]) -> Sheet:
    definition = asking.definition
    shown = headings(asking.catalogue, definition.lines)
    figures = [_figures(asking, shown, column) for column in drawn]
    sums = by == "consultant" and not asking.whose.person
    lines = tuple(
        Line(
            number,
            kpi,
            tuple(column[number - 1] for column in figures),
            _adds_up(asking.catalogue.ruling, kpi, [c[number - 1] for c in figures])
            if sums
            else None,
        )
        for number, kpi in enumerate(shown, 1)
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
        _identities(asking, drawn) if by != "benchmark" else (),
        asking.mark,
        asking.ground.viewer.on,
    )


def _figures(asking: Asking, shown: Sequence[KpiSeen], drawn: Drawn) -> list[Cell]:
    """The cells of one column, top to bottom."""
    if drawn.blank:
        return [Cell(None, "") for _ in shown]
    if drawn.given is not None:
        return [Cell(drawn.given.get(kpi.code), "") for kpi in shown]
    grain, period = drawn.column.grain, drawn.column.period
    codes = [kpi.code for kpi in shown]
    ruling = asking.ground.ruling_for(drawn.whose, grain, period)
    elapsed = asking.ground.elapsed(drawn.whose, grain, period)
    parts = asking.ground.parts(drawn.whose)
    now, before, last = (
        kpi_values(ruling, codes, drawn.inside, keys, parts) if keys else {}
        for keys in (elapsed, drawn.earlier, drawn.last_year)
    )
    return [
        Cell(
            now[kpi.code],
            Key(drawn.whose, grain, period, kpi.code).text,
            change(kpi, now[kpi.code], before.get(kpi.code)),
            change(kpi, now[kpi.code], last.get(kpi.code)),
        )
        for kpi in shown
    ]


def _adds_up(definitions: Definitions, kpi: KpiSeen, cells: Sequence[Cell]) -> bool | None:
    """Whether the people's and nobody's cells sum to the last one; None for ratios."""
    if not additive(definitions, kpi.code):
        return None
    *people, whole = [cell.value or Fraction(0) for cell in cells]
    return sum(people, Fraction(0)) == whole


def additive(definitions: Definitions, code: str) -> bool:
    """Whether people's parts add up to the whole: sums and differences of measures by person."""
    if code in definitions.measure:
        return "person" not in definitions.measure[code].not_by
    root = definitions.kpi[code].formula.root
    return _sums(root) and all(additive(definitions, name) for name in _names(definitions, code))


def _names(definitions: Definitions, code: str) -> tuple[str, ...]:
    return definitions.kpi[code].formula.names


def _sums(node: Node) -> bool:
    if isinstance(node, Name):
        return True
    if isinstance(node, Number):
        return False
    return node.op in {"+", "-", "neg"} and all(_sums(part) for part in node.args)


def _identities(asking: Asking, drawn: Sequence[Drawn]) -> tuple[IdentitySeen, ...]:
    """Each identity in each column of a month; for a year it holds by its months."""
    checked = [_checks(asking, column) for column in drawn]
    return tuple(
        IdentitySeen(
            identity.code,
            identity.zh,
            identity.en,
            identity.relation,
            tuple(_side(found.get(identity.code)) for found in checked),
        )
        for identity in asking.definition.identities
    )


def _checks(asking: Asking, drawn: Drawn) -> dict[str, IdentityResult]:
    if drawn.blank or drawn.column.grain != "month":
        return {}
    month = drawn.column.period
    following = period_of(from_key("month", month).until, "month").key
    ruling = asking.ground.ruling_for(drawn.whose, "month", month).ruling
    now, then = filled(drawn.inside, (month, following), asking.measures)
    if asking.code not in ruling.sheet:
        return {}
    found = check_identities(ruling, asking.code, now, then)
    return {result.identity.code: result for result in found}


def _side(result: IdentityResult | None) -> IdentitySide | None:
    if result is None:
        return None
    return IdentitySide(result.left, result.right, result.difference, result.holds)
