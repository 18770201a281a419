"""What KPI reads stand on: the viewer's reach, the tree, the definitions, and whose a number is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from itertools import chain
from urllib.parse import quote, unquote

from django.db.models import Max

from cheji.engine.benchmarks import Light
from cheji.engine.definitions import Kpi
from cheji.engine.kinds import AHEAD
from cheji.engine.periods import DAY, MONTHS, Grain, from_key, month_key, months_of
from cheji.facts import Narrow
from cheji.reads.definitions import Catalogue, Shelf
from cheji.reads.kpis.lights import Lights
from cheji.reads.kpis.places import COLUMNS, Place, Tree, placed
from cheji.reads.kpis.shapes import Of, OfKind
from cheji.records.models import Post, Unit
from cheji.records.refusals import NotFound
from cheji.records.visibility import Reach, Viewer, of, operator

K = Unit.Kind
KINDS: dict[str, OfKind] = {
    K.GROUP: "nation",
    K.REGION: "region",
    K.OUTLET: "outlet",
    K.TEAM: "team",
}


@dataclass(frozen=True, slots=True)
class Slice:
    """Whose facts a number counts: a unit's, or in an outlet or team a person's (0: nobody's).

    `model` and `channel` narrow further. `of` is `avg` for the average of the unit's outlets and
    `best.KPI` for the best of them by that KPI.
    """

    unit: int
    person: int | None = None
    model: str | None = None
    channel: str | None = None
    of: str = ""

    @property
    def text(self) -> str:
        """`u12`, `u12.p34`, `u12.p0`, `u3.mModel`, `u3.cowner`, `avg.u3`, `best.deliveries.u3`."""
        parts = [self.of] if self.of else []
        parts.append(f"u{self.unit}")
        if self.person is not None:
            parts.append(f"p{self.person}")
        if self.model is not None:
            parts.append(f"m{written(self.model)}")
        if self.channel is not None:
            parts.append(f"c{written(self.channel)}")
        return ".".join(parts)


def written(text: str) -> str:
    return quote(text, safe="").replace(".", "%2E")


@dataclass(frozen=True, slots=True)
class Key:
    """The address of one number; its text is stable and fits in a URL."""

    slice: Slice
    grain: Grain
    period: int
    kpi: str

    @property
    def text(self) -> str:
        return f"{self.slice.text}:{self.grain}:{self.period}:{self.kpi}"


def read_key(text: str) -> Key:
    """The key with that text.

    Raises:
        NotFound: it is not a key.
    """
    try:
        whose, grain, period, kpi = text.split(":")
        key = Key(_slice(whose.split(".")), grain, int(period), kpi)  # type: ignore[arg-type]
        from_key(key.grain, key.period)
    except (ValueError, KeyError, IndexError, OverflowError):
        raise NotFound(noun="figure", key=text[:80]) from None
    return key


def _slice(parts: list[str]) -> Slice:
    kind = ""
    if parts[0] in {"avg", "best"}:
        kind = parts.pop(0)
        kind += f".{parts.pop(0)}" if kind == "best" else ""
    found = {part[0]: part[1:] for part in parts}
    person = int(found["p"]) if "p" in found else None
    model, channel = (unquote(found[c]) if c in found else None for c in "mc")
    return Slice(int(found["u"]), person, model, channel, kind)


def parts_of(grain: Grain, key: int) -> list[int]:
    """The periods of the grouping grain that make up a period: months, or itself."""
    return months_of(from_key(grain, key)) if grain in MONTHS else [key]


class Ground:
    """One viewer's footing for a read; tree and definitions are read once and on demand."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.scope = of(viewer)
        self.reach = self.scope.reach("facts")
        self._last: dict[int, int] = {}
        self._known: dict[int, tuple[str, str]] = {}

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf()

    @property
    def places(self) -> Mapping[int, Place]:
        """The whole tree, because benchmarks are averages beyond one's own outlets.

        Names of places out of reach are never handed out: `place` and `places_in_reach` check.
        """
        return self.tree[0]

    @property
    def by_code(self) -> Mapping[str, Place]:
        """Places by code; a team by OUTLET/TEAM."""
        return self.tree[1]

    @cached_property
    def tree(self) -> Tree:
        units = of(operator(self.viewer.on)).units().order_by("path")
        return placed(tuple(units.values_list(*COLUMNS)))

    # -- what is in reach --------------------------------------------------------

    def whole(self, place: Place) -> bool:
        """Whether all figures of a place are the viewer's to see."""
        if self.reach.everything:
            return True
        if place.kind == K.TEAM and place.id in self.reach.teams:
            return True
        return bool(place.outlets) and place.outlets <= self.reach.outlets

    def place(self, code: str) -> Place:
        """The place of that code, if the viewer may see all of its figures."""
        found = self.by_code.get(code)
        if found is None or not self.whole(found):
            raise NotFound(noun="unit", key=code)
        return found

    def places_in_reach(self, kind: str) -> list[Place]:
        return [p for p in self.places.values() if p.kind == kind and self.whole(p)]

    @property
    def outlets(self) -> frozenset[int]:
        """The outlets whose figures the viewer may see as a whole."""
        if self.reach.everything:
            return frozenset(p.id for p in self.places.values() if p.kind == K.OUTLET)
        return self.reach.outlets

    def may(self, whose: Slice) -> bool:
        """Whether a slice is in reach; averages and bests have their own rule in `benchmarks`."""
        place = self.places.get(whose.unit)
        if place is None:
            return False
        if self.whole(place):
            return True
        return place.kind == K.OUTLET and bool(whose.person) and whose.person in self.reach.people

    def check(self, whose: Slice) -> Slice:
        if not self.may(whose):
            raise NotFound(noun="figure", key=whose.text)
        return whose

    def must_see(self) -> None:
        if self.reach.nothing:
            raise NotFound(noun="figure", key="")

    # -- lights --------------------------------------------------------------------

    @cached_property
    def lights(self) -> Lights:
        return Lights()

    def light(
        self, whose: Slice, grain: Grain, period: int, kpi: Kpi, value: Fraction | None
    ) -> Light:
        """Of a rate always; of a count only for an outlet's whole month, which its limits mean."""
        if value is None or not (kpi.is_rate or self._is_month_of_outlet(whose, grain, period)):
            return ""
        return "" if self._is_early(whose, grain, period, kpi) else self.lights.of(kpi, value)

    def _is_early(self, whose: Slice, grain: Grain, period: int, kpi: Kpi) -> bool:
        """Whether it sets what is done so far against the target of the whole period."""
        known = self.ruling(grain, period).ruling.measure
        used = [known[name] for name in kpi.formula.names if name in known]
        if not any(measure.target and not measure.ago for measure in used):
            return False
        return any(self.running(whose, month) for month in parts_of(grain, period))

    def _is_month_of_outlet(self, whose: Slice, grain: Grain, period: int) -> bool:
        if grain != "month" or whose.of or self.places[whose.unit].kind != K.OUTLET:
            return False
        return not self.parts(whose) and not self.running(whose, period)

    # -- people ------------------------------------------------------------------

    def outlet_of(self, person: int) -> int | None:
        """The outlet in which a person stands on the day, or stood last before it."""
        posts = Post.objects.filter(person=person, since__lte=self.viewer.on)
        units = posts.order_by("-since", "-id").values_list("unit", flat=True)
        for unit in units:
            place = self.places[unit]
            if place.kind in (K.OUTLET, K.TEAM):
                return next(iter(place.outlets))
        return None

    def person(self, number: str, outlet: str = "") -> Slice:
        """A person's slice by staff number, in the given outlet or the one he stands in."""
        row = self.scope.people().filter(number=number).values_list("id", "name").first()
        if row is None:
            raise NotFound(noun="person", key=number)
        person, self._known[row[0]] = row[0], (number, row[1])
        if outlet:
            place = self.by_code.get(outlet)
            unit = place.id if place and place.kind == K.OUTLET else None
        else:
            unit = self.outlet_of(person)
        for whose in chain([Slice(unit or 0, person)], self._in_teams(unit, person)):
            if self.may(whose):
                return whose
        raise NotFound(noun="person", key=number)

    def _in_teams(self, outlet: int | None, person: int) -> Iterator[Slice]:
        """The person as a member of the viewer's own teams: what he did in them."""
        posts = Post.objects.filter(unit__in=self.reach.teams, unit__parent=outlet, person=person)
        for team in posts.order_by("-since").values_list("unit", flat=True):
            yield Slice(team, person)

    def whose(self, outlet: str, person: str) -> Slice:
        """The slice that codes name; without codes the viewer's own place."""
        if person:
            return self.person(person, outlet)
        return Slice(self.place(outlet).id) if outlet else self.home()

    def home(self) -> Slice:
        """The widest place that the viewer's posts give him figures of; else his own figures."""
        self.must_see()
        if self.reach.everything:
            return Slice(next(p.id for p in self.places.values() if p.kind == K.GROUP))
        order = (K.GROUP, K.REGION, K.OUTLET)
        units = [self.places[g.unit] for g in self.viewer.grants if g.unit in self.places]
        for place in sorted(
            (u for u in units if u.kind in order and self.whole(u)),
            key=lambda p: (order.index(p.kind), p.path),
        ):
            return Slice(place.id)
        if self.reach.teams:
            return Slice(min(self.reach.teams))
        person = self.viewer.person or 0
        return self.check(Slice(self.outlet_of(person) or 0, person))

    def names(self, people: Iterable[int]) -> dict[int, tuple[str, str]]:
        """(staff number, name) by id, of people the viewer may know."""
        wanted = dict.fromkeys(people)
        asked = wanted.keys() - self._known.keys()
        if asked:
            rows = self.scope.people().filter(id__in=asked).values_list("id", "number", "name")
            self._known |= {person: (number, name) for person, number, name in rows}
        return {person: self._known[person] for person in wanted if person in self._known}

    def seen(self, whose: Slice, names: dict[int, tuple[str, str]] | None = None) -> Of:
        """The slice as a heading."""
        place = self.places[whose.unit]
        if whose.model is not None:
            return Of("model", place.id, whose.model, whose.model)
        if whose.channel is not None:
            return Of("channel", place.id, whose.channel, whose.channel)
        if whose.of:
            return self._benchmark(whose, place)
        if whose.person is None:
            return Of(KINDS[place.kind], place.id, place.code, place.name)
        outlet = next(iter(place.outlets), place.id)
        if not whose.person:
            return Of("unassigned", None, "", "", outlet)
        known = names if names is not None else self.names([whose.person])
        number, name = known.get(whose.person, (f"#{whose.person}", ""))
        return Of("person", whose.person, number, name, outlet)

    def _benchmark(self, whose: Slice, place: Place) -> Of:
        nation = place.kind == K.GROUP
        if whose.of == "avg":
            return Of("nation_average" if nation else "region_average", place.id, place.code, "")
        return Of("nation_best" if nation else "region_best", place.id, place.code, "")

    def parts(self, whose: Slice) -> frozenset[str]:
        """The parts by which a slice is cut out of its outlets."""
        cut = {
            "team": self.places[whose.unit].kind == K.TEAM,
            "person": whose.person is not None,
            "model": whose.model is not None,
            "channel": whose.channel is not None,
        }
        return frozenset(part for part, is_cut in cut.items() if is_cut)

    # -- facts and definitions -----------------------------------------------------

    def narrow(self, whose: Slice) -> Narrow:
        """The facts of a slice, still inside the reach; nobody's and a model's are grouped out."""
        place = self.places[whose.unit]
        teams = frozenset({place.id}) if place.kind == K.TEAM else None
        people = frozenset({whose.person}) if whose.person else None
        return Narrow(self.reach, outlets=place.outlets, teams=teams, people=people)

    def beyond(self, outlets: frozenset[int]) -> Narrow:
        """Facts of outlets that may lie out of reach: for averages and the best, nothing else."""
        return Narrow(Reach(outlets=outlets), outlets=outlets)

    def ruling(self, grain: Grain, period: int, outlet: int | None = None) -> Catalogue:
        """The definitions in force in a period: versions start with periods, so its end says.

        An outlet's own versions start with its own months.
        """
        closing = self.places[outlet].closing_day if outlet else 0
        on = from_key(grain, period, closing).until - timedelta(days=1)
        return self.shelf.catalogue(on, outlet)

    def elapsed(self, whose: Slice, grain: Grain, period: int) -> list[int]:
        """The grouping periods of a period without months to come, whose stocks only carry on.

        All of them where the whole period is still to come.
        """
        parts = parts_of(grain, period)
        if grain not in MONTHS:
            return parts
        last = self.last_month(whose)
        return [part for part in parts if part <= last] or parts

    def running(self, whose: Slice, month: int) -> bool:
        """Whether the viewer's day lies in a month, before its last day."""
        closing = self.places[whose.unit].closing_day
        return self.viewer.on + DAY in from_key("month", month, closing)

    def last_month(self, whose: Slice) -> int:
        """The month of the viewer's day, or a later one in which something has happened."""
        if whose.unit not in self._last:
            place = self.places[whose.unit]
            today = month_key(self.viewer.on, place.closing_day)
            rows = of(operator(self.viewer.on)).facts() if whose.of else self.scope.facts()
            rows = rows.filter(outlet__in=place.outlets, month__gt=today).exclude(kind__in=AHEAD)
            self._last[whose.unit] = rows.aggregate(last=Max("month"))["last"] or today
        return self._last[whose.unit]

    def ruling_for(self, whose: Slice, grain: Grain, period: int) -> Catalogue:
        """An outlet's own reading for what lies in one outlet, the group's for what is above."""
        outlets = self.places[whose.unit].outlets
        own = next(iter(outlets)) if len(outlets) == 1 and not whose.of else None
        if self.places[whose.unit].kind in (K.GROUP, K.REGION):
            own = None
        return self.ruling(grain, period, own)
