"""The first screen: cards, funnel, table and trend of one scope and period, in one read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import Count, Q

from cheji.engine.benchmarks import Light
from cheji.engine.kpis import Inputs, Value
from cheji.engine.periods import MONTHS, Grain, from_key, period_of
from cheji.engine.targets import Progress, progress
from cheji.reads.calendars import Calendars
from cheji.reads.cockpit.shapes import Card, Cockpit, Point, Stage, Today, Under
from cheji.reads.definitions import Catalogue
from cheji.reads.kpis.gathering import (
    Gathering,
    Scope,
    Span,
    added,
    back,
    few,
    gather,
    kpi_values,
    measure_codes,
    span_of,
)
from cheji.reads.kpis.ground import Ground, Key, Place, Slice, parts_of
from cheji.reads.kpis.headings import change, headings, share
from cheji.reads.kpis.likeness import alike
from cheji.reads.kpis.shapes import By, Cell, KpiSeen, Of
from cheji.reads.prospects import due, overdue
from cheji.reads.targets import sums_over_time, targets_for
from cheji.reads.targets.progress import Clock, clock_of
from cheji.records.models import Order, OrderShare, Post
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer

Inside = Mapping[int, Inputs]


CARDS = (
    "visits",
    "prospects_new",
    "orders",
    "deliveries",
    "revenue",
    "gross",
    "document_rate",
    "new_conversion",
    "delivery_rate",
)
FUNNEL = ("visits", "prospects_new", "orders", "deliveries")
UNDER = ("visits", "prospects_new", "orders", "deliveries", "new_conversion", "gross")
TREND = ("visits", "orders", "deliveries", "gross")
AIM = "deliveries"
TREND_MONTHS = 13
BELOW: dict[str, By] = {"group": "region", "region": "outlet", "outlet": "person", "team": "person"}


def cockpit(
    viewer: Viewer,
    *,
    unit: str = "",
    person: str = "",
    grain: Grain = "month",
    period: int | None = None,
) -> Cockpit:
    """Of a unit (by code) or a person (by staff number); by default the viewer's own place.

    `grain` is month, quarter, half or year; without a period it is the one that is running.

    Raises:
        NotFound: the scope is not, as a whole, within the viewer's reach.
    """
    ground = Ground(viewer)
    whose = ground.whose(unit, person)
    if grain not in MONTHS:
        raise BadValue(field="grain", value=grain, why=" / ".join(MONTHS))
    closing = ground.places[whose.unit].closing_day
    asked = Asking(ground, whose, grain, period or period_of(viewer.on, grain, closing).key)
    _check(asked)
    inside = _inside(asked)
    cards = tuple(_cards(asked, inside))
    trend_kpis = asked.headings(TREND)
    under_by, under = _under(asked)
    return Cockpit(
        of=ground.seen(whose),
        path=_path(asked),
        grain=grain,
        period=asked.period,
        cards=cards,
        funnel=tuple(_funnel(cards)),
        under_by=under_by,
        under_kpis=asked.headings(UNDER),
        under=under,
        trend_kpis=trend_kpis,
        trend=tuple(_trend(asked, trend_kpis, inside)),
        today=_today(asked),
        on=viewer.on,
    )


@dataclass(frozen=True)
class Asking:
    """A cockpit's question with everything looked up."""

    ground: Ground
    whose: Slice
    grain: Grain
    period: int

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.ruling_for(self.whose, self.grain, self.period)

    def headings(self, codes: Sequence[str]) -> tuple[KpiSeen, ...]:
        """Of those KPIs that are in force: an installation may have dropped one."""
        known = self.catalogue.ruling.kpi
        return headings(self.catalogue, [code for code in codes if code in known])

    @property
    def months(self) -> list[int]:
        return self.ground.elapsed(self.whose, self.grain, self.period)

    @property
    def before(self) -> list[int]:
        """As many months of the period before as have elapsed of this one."""
        return parts_of(self.grain, back(self.grain, self.period, 1))[: len(self.months)]

    def figures(
        self,
        kpis: Sequence[KpiSeen],
        inside: Inside | None,
        keys: Sequence[int],
        part: Slice | None = None,
    ) -> dict[str, Value]:
        """Of the scope, or of a part of it; what may not be cut by the part has no value."""
        codes, parts = [kpi.code for kpi in kpis], self.ground.parts(part or self.whose)
        return kpi_values(self.catalogue, codes, inside, keys, parts)

    @property
    def last_year(self) -> list[int]:
        return [month - 100 for month in self.months]

    def gathering(self, kpis: Sequence[KpiSeen], by: tuple[str, ...], span: Span) -> Gathering:
        codes = measure_codes(self.catalogue.ruling, [kpi.code for kpi in kpis])
        return Gathering(self.ground.narrow(self.whose), by, span, tuple(codes))

    def like(
        self,
        kpis: Sequence[KpiSeen],
        by: tuple[str, ...],
        months: Sequence[int],
        full: Mapping[Scope, Inside],
    ) -> Mapping[Scope, Inside]:
        """What earlier months had after as many days as the running month has had.

        `full` holds them whole, which is right as soon as the month is over.
        """
        if not self.ground.running(self.whose, self.months[-1]):
            return full
        whole = self.gathering(kpis, by, span_of("month", months[0], months[-1]))
        return alike(self.ground, self.whose, self.months[-1], whole, full)


def _check(asked: Asking) -> None:
    try:
        from_key(asked.grain, asked.period)
    except (ValueError, OverflowError):
        raise BadValue(field="period", value=str(asked.period), why=asked.grain) from None


def _inside(asked: Asking) -> Inside:
    """The scope's inputs from thirteen months ago, or from last year's period, to the end."""
    last = parts_of(asked.grain, asked.period)[-1]
    first = min(back("month", last, TREND_MONTHS - 1), asked.months[0] - 100, asked.before[0])
    kpis = asked.headings(tuple(dict.fromkeys((*CARDS, *TREND))))
    whole = asked.gathering(kpis, (), span_of("month", first, last))
    return gather(asked.ground, whole).get((), {})


def _cards(asked: Asking, inside: Inside) -> Iterator[Card]:
    kpis = asked.headings(CARDS)
    now = asked.figures(kpis, inside, asked.months)
    before, last = (
        asked.figures(kpis, asked.like(kpis, (), months, {(): inside}).get(()), months)
        for months in (asked.before, asked.last_year)
    )
    aims = targets_for(asked.ground, [asked.whose], kpis, asked.grain, asked.period)
    clock = _clock(asked) if aims else None
    for kpi in kpis:
        value, target = now[kpi.code], aims.get((asked.whose, kpi.code))
        going = _progress(asked, kpi, value, target, clock)
        yield Card(
            kpi,
            value,
            Key(asked.whose, asked.grain, asked.period, kpi.code).text,
            target,
            share(value, target),
            before[kpi.code],
            last[kpi.code],
            change(kpi, value, before[kpi.code]),
            change(kpi, value, last[kpi.code]),
            going,
            _light(asked, kpi, value, inside) or _towards(kpi, share(value, target), going),
        )


def _light(asked: Asking, kpi: KpiSeen, value: Value, inside: Inside | None) -> Light:
    """By the limits of the KPI; a single person's rates rest on too few cases."""
    if asked.whose.person is not None:
        return ""
    defined = asked.catalogue.ruling.kpi[kpi.code]
    found = asked.ground.light(asked.whose, asked.grain, asked.period, defined, value)
    return "" if found and few(asked.catalogue, defined, inside, asked.months) else found


def _towards(kpi: KpiSeen, done: Value, going: Progress | None) -> Light:
    """Of what should rise: ahead of time or behind it, and once it is over reached or not."""
    if kpi.direction != "up" or done is None:
        return ""
    if going is not None and going.gap is not None and done < 1:
        return "good" if going.gap >= 0 else "warn"
    return "good" if done >= 1 else "bad"


def _clock(asked: Asking) -> Clock | None:
    """The days worked of the month that runs; None for other periods."""
    if asked.grain != "month" or not asked.ground.running(asked.whose, asked.period):
        return None
    return clock_of(asked.ground, Calendars(), asked.whose, "month", asked.period)


def _progress(
    asked: Asking, kpi: KpiSeen, value: Value, target: Fraction | None, clock: Clock | None
) -> Progress | None:
    if clock is None or target is None or value is None:
        return None
    if not sums_over_time(asked.catalogue.ruling, kpi.code):
        return None
    return progress(value, target, days_gone=clock.gone, days=clock.days)


def _funnel(cards: Sequence[Card]) -> Iterator[Stage]:
    above = None
    for card in cards:
        if card.kpi.code in FUNNEL:
            yield Stage(card.kpi, card.value, card.key, share(card.value, above))
            above = card.value


def _trend(asked: Asking, kpis: Sequence[KpiSeen], inside: Inside) -> Iterator[Point]:
    last = asked.months[-1]
    for month in span_of("month", back("month", last, TREND_MONTHS - 1), last).keys:
        values = asked.figures(kpis, inside, [month])
        cells = (Cell(values[k.code], Key(asked.whose, "month", month, k.code).text) for k in kpis)
        yield Point(month, tuple(cells))


def _path(asked: Asking) -> tuple[Of, ...]:
    """From the widest place in reach down to the scope."""
    ground, place = asked.ground, asked.ground.places[asked.whose.unit]
    above = [ground.places[int(part)] for part in place.path.strip("/").split("/")]
    units = [Slice(p.id) for p in above if ground.whole(p)]
    slices = units if asked.whose.person is None else [*units, asked.whose]
    return tuple(ground.seen(whose) for whose in slices)


# -- the table under the cards -----------------------------------------------------------------


def _under(asked: Asking) -> tuple[By | None, tuple[Under, ...]]:
    """Regions, outlets or consultants, in order of what they delivered."""
    if asked.whose.person is not None:
        return None, ()
    ground, place = asked.ground, asked.ground.places[asked.whose.unit]
    by = BELOW[place.kind]
    kpis = asked.headings(UNDER)
    span = span_of("month", asked.before[0], asked.months[-1])
    grouped = ("person",) if by == "person" else ("outlet",)
    columns = gather(ground, asked.gathering(kpis, grouped, span))
    earlier = asked.like(kpis, grouped, asked.before, columns)
    parts, past = (
        _people(place, found) if by == "person" else _units(ground, place, found)
        for found in (columns, earlier)
    )
    aim = [kpi for kpi in kpis if kpi.code == AIM]
    aims = targets_for(ground, list(parts), aim, asked.grain, asked.period)
    names = ground.names(whose.person for whose in parts if whose.person)
    rows = [
        _row(
            asked,
            kpis,
            Compared(whose, column, past.get(whose)),
            ground.seen(whose, names),
            aims.get((whose, AIM)),
        )
        for whose, column in parts.items()
    ]
    place_of = next((n for n, kpi in enumerate(kpis) if kpi.code == AIM), 0)
    rows.sort(
        key=lambda row: (
            row.of.kind == "unassigned",
            -(row.cells[place_of].value or 0),
            row.of.code,
        )
    )
    return by, tuple(rows)


def _people(place: Place, columns: Mapping[Scope, Inside]) -> dict[Slice, Inside]:
    return {Slice(place.id, int(person or 0)): column for (person,), column in columns.items()}


def _units(ground: Ground, place: Place, columns: Mapping[Scope, Inside]) -> dict[Slice, Inside]:
    """The units right below a place; each the sum of its outlets."""
    inner = [p for p in ground.places.values() if p.parent == place.id]
    return {
        Slice(p.id): added(columns[outlet,] for outlet in p.outlets if (outlet,) in columns)
        for p in inner
    }


@dataclass(frozen=True)
class Compared:
    """A part's inputs now and, as far as the days go, before."""

    whose: Slice
    now: Inside
    before: Inside | None


def _row(
    asked: Asking, kpis: Sequence[KpiSeen], part: Compared, of: Of, target: Fraction | None
) -> Under:
    now = asked.figures(kpis, part.now, asked.months, part.whose)
    before = asked.figures(kpis, part.before, asked.before, part.whose)
    cells = tuple(
        Cell(
            now[kpi.code],
            Key(part.whose, asked.grain, asked.period, kpi.code).text,
            change(kpi, now[kpi.code], before[kpi.code]),
            light=_light(replace(asked, whose=part.whose), kpi, now[kpi.code], part.now),
        )
        for kpi in kpis
    )
    return Under(of, cells, target, share(now.get(AIM), target))


# -- what waits --------------------------------------------------------------------------------


def _today(asked: Asking) -> Today:
    """Follow-ups and late orders of the scope, of those that the viewer may open."""
    scope, whose = asked.ground.scope, asked.whose
    place = asked.ground.places[whose.unit]
    cards = scope.prospects().filter(outlet__in=place.outlets)
    orders = scope.orders().filter(outlet__in=place.outlets, promised_on__lt=scope.viewer.on)
    orders = orders.filter(state=Order.State.SIGNED)
    people = {whose.person} if whose.person else _members(place, scope.viewer)
    if people is not None:
        cards = cards.filter(owner__in=people)
        shares = OrderShare.objects.filter(person__in=people)
        orders = orders.filter(id__in=shares.values("order"))
    sums = cards.aggregate(
        due=Count("id", filter=due(scope)), overdue=Count("id", filter=overdue(scope))
    )
    return Today(sums["due"], sums["overdue"], orders.count())


def _members(place: Place, viewer: Viewer) -> set[int] | None:
    """Who stands in a team on the day; None for larger places."""
    if place.kind != "team":
        return None
    posts = Post.objects.filter(unit=place.id, since__lte=viewer.on)
    in_force = posts.filter(Q(until=None) | Q(until__gt=viewer.on))
    return set(in_force.values_list("person", flat=True))
