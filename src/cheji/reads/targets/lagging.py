"""Who lags behind a target that runs, wherever and of whichever period: asked in bulk at night."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from cheji.engine.periods import GRAINS, Grain, from_key, period_of
from cheji.reads.calendars import Calendars
from cheji.reads.kpis.ground import Ground, Place, Slice
from cheji.records.models import Post, Target, Unit
from cheji.records.visibility import Viewer

from .actuals import actuals
from .progress import Asked, clock_of, limit_of, one, standing, whole
from .shapes import Standing

WARNED: tuple[Grain, ...] = tuple(grain for grain in GRAINS if grain != "day")


def behind(viewer: Viewer) -> list[Standing]:
    """All who lag in a period that runs at their place: people in post and units, of all KPIs."""
    ground = Ground(viewer)
    calendars = Calendars()
    found: list[Standing] = []
    for root in (place for place in ground.places.values() if place.parent is None):
        tree = [place for place in ground.places.values() if place.path.startswith(root.path)]
        night = _Night(ground, calendars, Slice(root.id))
        for grain in WARNED:
            for key, places in _running(ground, grain, tree).items():
                found += night.behind(grain, key, places)
    return found


def _running(ground: Ground, grain: Grain, tree: Sequence[Place]) -> dict[int, set[int]]:
    """The places by the period that runs there: months may close on a day of their own."""
    found: dict[int, set[int]] = {}
    for place in tree:
        key = period_of(ground.viewer.on, grain, place.closing_day).key
        found.setdefault(key, set()).add(place.id)
    return found


@dataclass(frozen=True)
class _Night:
    """One group's search for those behind."""

    ground: Ground
    calendars: Calendars
    group: Slice

    def behind(self, grain: Grain, key: int, places: set[int]) -> list[Standing]:
        rows = self._targets(grain, key, places)
        found: list[Standing] = []
        for _, alike in groupby(sorted(rows, key=self._kind), key=self._kind):
            found += self._standings(grain, key, list(alike))
        return [seen for seen in found if seen.behind]

    def _targets(self, grain: Grain, key: int, places: set[int]) -> "list[_Aimed]":
        """The targets of the period, each with whose it is; of people those in post there."""
        kept = self.ground.scope.targets().filter(reserve=False, grain=grain, period=key)
        rows = whole(kept.filter(Q(unit__in=places) | Q(outlet__in=places)).order_by("within"))
        posted = _posted(self.ground) if any(row.person_id for row in rows) else set()
        aimed = []
        for row in rows:
            if row.person_id is None:
                aimed.append(_Aimed(row, Slice(row.unit_id or 0, model=row.model or None)))
            elif (row.person_id, row.outlet_id) in posted:
                whose = Slice(row.outlet_id or 0, row.person_id, row.model or None)
                aimed.append(_Aimed(row, whose))
        return aimed

    def _kind(self, item: "_Aimed") -> tuple[bool, bool, bool]:
        """What one reading of the facts answers together: people, teams, units; models apart."""
        whose = item.whose
        is_team = self.ground.places[whose.unit].kind == Unit.Kind.TEAM
        return bool(whose.person), is_team, whose.model is not None

    def _standings(self, grain: Grain, key: int, aimed: "Sequence[_Aimed]") -> list[Standing]:
        """Of targets whose scopes are of one kind, from one reading of the facts."""
        ground, over = self.ground, from_key(grain, key)
        scopes = list(dict.fromkeys(item.whose for item in aimed))
        codes = list(dict.fromkeys(item.row.kpi for item in aimed))
        found = actuals(ground, self.group, scopes, codes, one(over))
        names = ground.names(whose.person for whose in scopes if whose.person)
        limit = limit_of(ground, self.group)
        asked = {
            whose: Asked(
                ground, whose, clock_of(ground, self.calendars, whose, grain, key), limit,
                ground.seen(Slice(whose.unit, whose.person), names),
            )
            for whose in scopes
        }  # fmt: skip
        return [
            standing(asked[item.whose], item.whose, item.row, found[item.row.kpi][item.whose, key])
            for item in aimed
            if item.row.kpi in asked[item.whose].definitions.kpi
        ]


@dataclass(frozen=True, slots=True)
class _Aimed:
    """A target and whose it is."""

    row: Target
    whose: Slice


def _posted(ground: Ground) -> set[tuple[int, int]]:
    """Who stands in which outlet on the day."""
    on = ground.viewer.on
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=on), since__lte=on)
    return {
        (person, outlet)
        for person, unit in posts.values_list("person", "unit")
        if ground.places[unit].kind in (Unit.Kind.TEAM, Unit.Kind.OUTLET)
        for outlet in ground.places[unit].outlets
    }
