"""What figures would be if a definition said something else: old beside new, and whose facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from cheji.engine.definitions import Definitions, Measure, build, switched
from cheji.engine.findings import Refused as Unsound
from cheji.engine.kpis import needed_measures
from cheji.engine.periods import DAY, from_key
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads.definitions import KINDS, Catalogue, Shelf, carded, known, without
from cheji.reads.kpis.ground import Ground
from cheji.reads.kpis.links import Records
from cheji.reads.kpis.rows import KIND, matching, standing
from cheji.reads.kpis.shapes import By, FactSeen, KpiSeen, Of, TableRow
from cheji.reads.kpis.tables import values_on
from cheji.reads.seen import Where
from cheji.records.models import Fact
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

MOST_KPIS = 8
MOST_MONTHS = 12
MOST_FACTS = 50
PREVIEWED = ("kpi", "measure", "switch")


@dataclass(frozen=True, slots=True)
class Supposition:
    """One body that is not in force: a draft, for the group or for one outlet."""

    kind: str
    code: str
    body: Mapping[str, Any]
    outlet: int | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """One scope, month and KPI: as it is and as it would be; None where there is no value."""

    of: Of
    period: int
    kpi: KpiSeen
    old: Fraction | None
    new: Fraction | None

    @property
    def difference(self) -> Fraction | None:
        if self.old is None or self.new is None:
            return None
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Moved:
    """Facts that one side counts and the other does not; the first of them as rows."""

    count: int
    rows: tuple[FactSeen, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """An outlet's months by old and new definitions; people for the first KPI alone."""

    outlet: tuple[Beside, ...]
    people: tuple[Beside, ...]
    counted: Moved
    left_out: Moved


class Supposed(Shelf):
    """The shelf as it would be if a body were in force on every day.

    Where it rests on what came only later, that day's others are those of the day `until`.
    """

    def __init__(self, supposition: Supposition, until: date) -> None:
        super().__init__()
        self.supposed = supposition
        self.until = until
        self._swapped: dict[int, Catalogue] = {}
        if supposition.outlet is not None:
            self.special.add(supposition.outlet)

    def catalogue(self, on: date, outlet: int | None = None) -> Catalogue:
        """As published, with the body in the place of what has its code."""
        found = super().catalogue(on, outlet)
        if self.supposed.outlet not in (None, outlet):
            return found
        if id(found) not in self._swapped:
            self._swapped[id(found)] = self._with_body(found, outlet)
        return self._swapped[id(found)]

    def _with_body(self, found: Catalogue, outlet: int | None) -> Catalogue:
        newest = super().catalogue(self.until, outlet)
        try:
            return swapped(found, self.supposed)
        except Unsound:
            if newest is found:
                raise
            return swapped(newest, self.supposed)


def swapped(found: Catalogue, supposed: Supposition) -> Catalogue:
    """A catalogue with one definition exchanged or added.

    Raises:
        engine Refused: the body does not fit among the others.
    """
    bodies = {KINDS[supposed.kind]: [supposed.body]}
    if supposed.kind == "measure" and supposed.code not in _read_by_kpis(found.all):
        bodies["kpis"] = [_as_kpi(supposed)]
    definitions = build(bodies, without(found.all, [(supposed.kind, supposed.code)]))
    return replace(found, all=definitions, ruling=switched(definitions, models=known(carded())))


def _read_by_kpis(defined: Definitions) -> set[str]:
    """What formulas name, and the codes that KPIs have."""
    return {name for kpi in defined.kpis for name in (kpi.code, *kpi.formula.names)}


def _as_kpi(supposed: Supposition) -> dict[str, Any]:
    """A measure that no KPI reads yet shows its own figures."""
    said = {name: supposed.body.get(name, "") for name in ("zh", "en", "unit")}
    return {"code": supposed.code, **said, "formula": supposed.code}


def outlets(viewer: Viewer) -> tuple[Where, ...]:
    """The outlets whose figures the viewer may see as a whole."""
    ground = Ground(viewer)
    return tuple(place.where for place in ground.places_in_reach("outlet"))


def preview(
    viewer: Viewer, supposition: Supposition, *, outlet: str, first: int, last: int
) -> Preview:
    """Months first..last of an outlet, both included, as they are and as they would be.

    Raises:
        NotFound: an outlet whose figures the viewer may not see.
        BadValue: a kind without figures, or more than a year.
        engine Refused: the body has faults.
    """
    if supposition.kind not in PREVIEWED:
        raise BadValue(field="kind", value=supposition.kind, why=", ".join(PREVIEWED))
    if not 0 <= _months(last) - _months(first) < MOST_MONTHS:
        raise BadValue(field="period", value=f"{first}..{last}", why=f"≤ {MOST_MONTHS}")
    now, then = Ground(viewer), Ground(viewer)
    place = now.place(outlet)
    then.shelf = Supposed(supposition, from_key("month", last, place.closing_day).until - DAY)
    old, new = (ground.ruling("month", last, place.id) for ground in (now, then))
    asked = _Asked(now, then, place.id, outlet, (first, last))
    codes = affected(new.all, supposition.kind, supposition.code)
    read = [supposition.code, *codes] if supposition.kind == "measure" else codes
    counted, left_out = asked.moved(_measures(old.ruling, read), _measures(new.ruling, read))
    return Preview(
        asked.beside(codes, "outlet"),
        asked.beside(codes[:1], "person"),
        counted,
        left_out,
    )


def _months(key: int) -> int:
    return key // 100 * 12 + key % 100


def affected(defined: Definitions, kind: str, code: str) -> list[str]:
    """The KPIs that a definition moves: itself, or what rests on it; at most MOST_KPIS."""
    if kind == "kpi":
        return [code]
    if kind == "measure":
        moved = {code}
    else:
        moved = {m.code for m in defined.measures if code in {o.switch for o in m.when}}
    found = [
        kpi.code
        for kpi in defined.kpis
        if any(m.code in moved for m in needed_measures(defined, [kpi.code]))
    ]
    return found[:MOST_KPIS]


def _measures(defined: Definitions, codes: Iterable[str]) -> tuple[Measure, ...]:
    known = [code for code in codes if code in defined.kpi or code in defined.measure]
    return needed_measures(defined, known)


@dataclass(frozen=True)
class _Asked:
    """Both grounds, and the outlet and months that are looked at."""

    now: Ground
    then: Ground
    outlet: int
    code: str
    months: tuple[int, int]

    def beside(self, codes: Sequence[str], by: By) -> tuple[Beside, ...]:
        old, new = (dict(self._cells(ground, codes, by)) for ground in (self.now, self.then))
        return tuple(
            Beside(of, period, kpi, old.get((of, period, kpi.code), (kpi, None))[1], value)
            for (of, period, _), (kpi, value) in new.items()
        )

    def _cells(
        self, ground: Ground, codes: Sequence[str], by: By
    ) -> Iterator[tuple[tuple[Of, int, str], tuple[KpiSeen, Fraction | None]]]:
        """By scope, month and code; a KPI that is not defined on this side is left out."""
        first, last = self.months
        defined = ground.ruling("month", last, self.outlet).ruling
        known = [code for code in codes if code in defined.kpi]
        if not known:
            return
        table = values_on(
            ground, kpis=known, by=by, grain="month", first=first, last=last, outlets=[self.code]
        )
        for row in table.rows:
            yield from _row(row, table.kpis)

    def moved(self, old: Sequence[Measure], new: Sequence[Measure]) -> tuple[Moved, Moved]:
        """Facts of the months that only the new measures count, and those only the old count."""
        first, last = self.months
        facts = self.now.scope.facts().filter(outlet=self.outlet, month__gte=first, month__lte=last)
        was, will = (facts.filter(_any_of(measures)) for measures in (old, new))
        return self._moved(will, was), self._moved(was, will)

    def _moved(self, inside: "QuerySet[Fact]", outside: "QuerySet[Fact]") -> Moved:
        found = standing(inside.exclude(pk__in=outside.values("pk"))).order_by("-on_date", "-id")
        shown = list(found[:MOST_FACTS])
        records = Records(self.now, shown)
        return Moved(found.count(), tuple(_fact(fact, records) for fact in shown))


def _row(
    row: TableRow, kpis: Sequence[KpiSeen]
) -> Iterator[tuple[tuple[Of, int, str], tuple[KpiSeen, Fraction | None]]]:
    for kpi, cell in zip(kpis, row.cells, strict=True):
        yield (row.of, row.period, kpi.code), (kpi, cell.value)


def _any_of(measures: Iterable[Measure]) -> Q:
    return reduce(or_, (matching(measure) for measure in measures), Q(pk__in=[]))


def _fact(fact: Fact, records: Records) -> FactSeen:
    kind = KIND[fact.kind]
    noun, record, text = records.link(fact)
    return FactSeen(
        fact.on_date,
        fact.kind,
        kind.zh,
        kind.en,
        noun,
        record,
        text,
        records.person(fact.person),
        records.customer(fact.customer),
        fact.model,
        fact.channel,
        fact.level,
        fact.tags,
        fact.since,
        Fraction(fact.quantity, QUANTITY_SCALE),
    )
