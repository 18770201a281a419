"""The facts behind a number: counted, and looked at but not counted."""

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, Min, OuterRef, Q, QuerySet, Sum, When

from cheji.engine.definitions import Measure
from cheji.engine.kpis import scale_of, why_not
from cheji.engine.periods import month_shifted
from cheji.engine.tallies import KINDS
from cheji.engine.tallies import Fact as EngineFact
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import measure_codes
from cheji.reads.kpis.ground import Ground, Key, read_key
from cheji.reads.kpis.headings import heading
from cheji.reads.kpis.links import Records
from cheji.reads.kpis.shapes import FactRows, FactSeen
from cheji.records.models import Fact, Unit
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

KIND = {kind.code: kind for kind in KINDS}
PERIOD = {
    "month": ("month", "since_month"),
    "week": ("week", "since_week"),
    "day": ("on_date", "since"),
}
LARGEST = 500


def fact_rows(viewer: Viewer, key: str, *, measure: str, page: int = 1, size: int = 50) -> FactRows:
    """The rows behind a measure of the cell with that key; a page of each list.

    Raises:
        NotFound: no such cell or measure, or its rows are not within the viewer's reach.
    """
    ground = Ground(viewer)
    asked = read_key(key)
    if asked.slice.of:
        raise NotFound(noun="figure", key=key)
    ground.check(asked.slice)
    catalogue = ground.ruling_for(asked.slice, asked.grain, asked.period)
    heading(catalogue.ruling, asked.kpi)
    if measure not in measure_codes(catalogue.ruling, [asked.kpi]):
        raise NotFound(noun="measure", key=measure)
    counting = Counting(ground, asked, catalogue, measure)
    start = (max(1, page) - 1) * min(max(1, size), LARGEST)
    window = slice(start, start + min(max(1, size), LARGEST))
    return (_stock if counting.own.is_stock else _flow)(counting, window)


@dataclass(frozen=True)
class Counting:
    """A measure of a cell: which facts it counts, by each outlet's definitions in each period."""

    ground: Ground
    key: Key
    catalogue: Catalogue
    code: str

    @property
    def own(self) -> Measure:
        return self.catalogue.ruling.measure[self.code]

    @property
    def grain(self) -> str:
        return self.key.grain if self.key.grain in PERIOD else "month"

    @property
    def periods(self) -> list[int]:
        return self.ground.elapsed(self.key.slice, self.key.grain, self.key.period)

    def facts(self) -> "QuerySet[Fact]":
        """The slice's facts, of any time and kind, within reach."""
        whose = self.key.slice
        place = self.ground.places[whose.unit]
        rows = self.ground.scope.facts().filter(outlet__in=place.outlets)
        if place.kind == Unit.Kind.TEAM:
            rows = rows.filter(team=place.id)
        if whose.person is not None:
            rows = rows.filter(person=whose.person) if whose.person else rows.filter(person=None)
        for column in ("model", "channel"):
            if getattr(whose, column) is not None:
                rows = rows.filter(**{column: getattr(whose, column)})
        return rows

    def rules(self) -> list[tuple[Measure, Q]]:
        """The measure as each group of outlets and periods reads it."""
        outlets = self.ground.places[self.key.slice.unit].outlets
        special = sorted(outlets & self.ground.shelf.special)
        found: dict[tuple[int, int | None], tuple[Measure, list[int]]] = {}
        grain = self.grain
        for outlet in (None, *special):
            for period in self.periods:
                ruling = self.ground.ruling(grain, period, outlet).ruling  # type: ignore[arg-type]
                if self.code in ruling.measure:
                    measure = ruling.measure[self.code]
                    found.setdefault((id(measure), outlet), (measure, []))[1].append(period)
        return [
            (measure, _outlets(outlet, special) & self._within(periods))
            for (_, outlet), (measure, periods) in found.items()
        ]

    def _within(self, periods: Sequence[int]) -> Q:
        """Facts of the periods; for a stock everything up to the last point where it is taken."""
        if self.own.is_stock:
            return _any(self._cuts())
        column = PERIOD[self.grain][1 if self.own.begun else 0]
        ago = -self.own.ago if self.grain == "month" else 0
        ends = (month_shifted(end, ago) if ago else end for end in (periods[0], periods[-1]))
        first, last = (_at(self.grain, end) for end in ends)
        return Q(**{f"{column}__gte": first, f"{column}__lte": last})

    def _cuts(self) -> list[Q]:
        """What lies before each point where a stock is taken: one, or one for each period.

        A KPI may sum a stock over months: then a fact counts once for each that it lies before.
        """
        column = PERIOD[self.grain][0]
        way = dict(self.catalogue.ruling.kpi[self.key.kpi].over_time).get(self.code)
        taken = {"opening": self.periods[:1], "closing": self.periods[-1:]}
        periods = taken.get(way or self.own.over_time, self.periods)
        closing = "closing" in (way, self.own.over_time)
        word = "lte" if closing and way != "opening" else "lt"
        return [Q(**{f"{column}__{word}": _at(self.grain, period)}) for period in periods]

    def times(self) -> Any:
        """How often a fact counts in a stock."""
        ones = [Case(When(cut, then=1), default=0) for cut in self._cuts()]
        return reduce(operator.add, ones)

    def counted(self) -> Q:
        return _any(place & matching(measure, self.grain) for measure, place in self.rules())

    def regarded(self) -> Q:
        """Facts of kinds that count or that a reader may expect to count."""
        return _any(
            place & Q(kind__in=[*dict(measure.kinds), *measure.looked_at])
            for measure, place in self.rules()
        )

    def signed(self) -> Case:
        """The fact's amount with the sign of its kind."""
        minus = [kind for kind, sign in self.own.kinds if sign < 0]
        column = self.own.column
        amount: Any = (
            Case(When(reverses=None, then=1), default=-1) if column == "count" else F(column)
        )
        return Case(
            When(kind__in=minus, then=-1 * amount), default=amount, output_field=BigIntegerField()
        )

    def scaled(self, amount: int | None) -> Fraction:
        return Fraction(amount or 0, scale_of(self.own))


def _at(grain: str, period: int) -> Any:
    from_day = f"{period // 10000:04d}-{period // 100 % 100:02d}-{period % 100:02d}"
    return from_day if grain == "day" else period


def _outlets(outlet: int | None, special: Sequence[int]) -> Q:
    if outlet is not None:
        return Q(outlet=outlet)
    return ~Q(outlet__in=special) if special else Q()


def _any(parts: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for part in parts:
        found |= part
    return found


def matching(measure: Measure, grain: str = "month") -> Q:
    """The engine's `why_not(measure, fact) is None` as a condition of the database."""
    found = Q(kind__in=list(dict(measure.kinds)))
    for item in measure.where:
        inside = Q(**{f"{item.dimension}__in": list(item.values)})
        found &= inside if item.inside else ~inside
    column, since = PERIOD[grain]
    cohorts = {
        "new": Q(**{f"{since}__gte": F(column)}),
        "carried": Q(**{f"{since}__lt": F(column)}),
        "classified": Q(**{f"{since}__isnull": False}),
        "unclassified": Q(**{f"{since}__isnull": True}),
    }
    if measure.window:
        within = Q(reverses=None, value__lte=measure.window)
        found &= within | Q(reverses__isnull=False, value__gte=-measure.window)
    return found & cohorts.get(measure.cohort, Q())


def standing(rows: "QuerySet[Fact]") -> "QuerySet[Fact]":
    """Facts that are not reversed, without the reversals: they add up to the same."""
    again = Fact.objects.filter(
        source_kind=OuterRef("source_kind"), source=OuterRef("source"), reverses=OuterRef("id")
    )
    return rows.filter(~Exists(again), reverses=None)


def _flow(counting: Counting, window: slice) -> FactRows:
    counted_by = counting.counted()
    facts = counting.facts()
    rows = standing(facts.filter(counted_by)).order_by("-on_date", "-id")
    others = standing(facts.filter(counting.regarded()).exclude(counted_by))
    total = facts.filter(counted_by).annotate(amount=counting.signed()).aggregate(t=Sum("amount"))
    counted = list(rows.annotate(amount=counting.signed())[window])
    regarded = list(others.order_by("-on_date", "-id")[window])
    records = Records(counting.ground, [*counted, *regarded])
    return _answer(
        counting,
        total["t"],
        tuple(_seen(counting, fact, records) for fact in counted),
        rows.count(),
        tuple(_seen(counting, fact, records, refused=True) for fact in regarded),
        others.count(),
        window,
    )


def _stock(counting: Counting, window: slice) -> FactRows:
    """One row for each record that leaves something in the stock."""
    amount = counting.signed() * counting.times()
    facts = counting.facts().filter(counting.counted()).annotate(amount=amount)
    total = facts.aggregate(t=Sum("amount"))
    left = (
        facts.values("source_kind", "source", "outlet", "person", "customer", "model", "channel")
        .annotate(net=Sum("amount"), first=Min("on_date"), level=Min("level"))
        .exclude(net=0)
        .order_by("-first", "source_kind", "source")
    )
    shown = [_as_fact(row) for row in left[window]]
    records = Records(counting.ground, shown)
    seen = tuple(_seen(counting, fact, records) for fact in shown)
    return _answer(counting, total["t"], seen, left.count(), (), 0, window)


def _as_fact(row: Any) -> Fact:
    fact = Fact(
        kind="",
        on_date=row["first"],
        **{name: row[name] for name in ("source_kind", "source", "outlet", "person", "customer")},
        **{name: row[name] for name in ("model", "channel", "level")},
    )
    fact.amount = row["net"]  # type: ignore[attr-defined]
    return fact


def _answer(
    counting: Counting,
    total: int | None,
    counted: tuple[FactSeen, ...],
    count: int,
    regarded: tuple[FactSeen, ...],
    others: int,
    window: slice,
) -> FactRows:
    size = window.stop - window.start
    own = counting.own
    return FactRows(
        counting.key.text,
        counting.code,
        own.zh,
        own.en,
        own.unit,
        counting.scaled(total),
        counted,
        count,
        regarded,
        others,
        window.start // size + 1,
        size,
    )


def _seen(counting: Counting, fact: Fact, records: Records, *, refused: bool = False) -> FactSeen:
    kind = KIND.get(fact.kind)
    noun, record, text = records.link(fact)
    amount = Fraction(0) if refused else counting.scaled(fact.amount)  # type: ignore[attr-defined]
    return FactSeen(
        fact.on_date,
        fact.kind,
        kind.zh if kind else "",
        kind.en if kind else "",
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
        amount,
        _why(counting, fact) if refused else None,
    )


def _why(counting: Counting, fact: Fact) -> str | None:
    """What kept a fact out, by the definitions of its own outlet and period."""
    day = EngineFact(
        fact.kind,
        fact.on_date,
        fact.since,
        model=fact.model,
        channel=fact.channel,
        level=fact.level,
        tags=fact.tags,
    )
    period = {"week": fact.week, "day": counting.key.period}.get(counting.grain, fact.month)
    ruling = counting.ground.ruling(counting.grain, period, fact.outlet).ruling  # type: ignore[arg-type]
    place = counting.ground.places[fact.outlet]
    return why_not(ruling.measure[counting.code], day, place.closing_day)
