"""Telling who is behind his target, once in a period and KPI; and how far behind that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cheji.records.models import Person, Post, TargetLimit, TargetWarning, Unit
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer, one

from . import messages
from .deeds import deed
from .target_letters import HEADS

MOST_POINTS = 10_000
Place = tuple[str, str, int | None, int | None, int | None, str, int]


@dataclass(frozen=True, slots=True)
class Behind:
    """A target that lags: how many points, in 1/100 point, behind what it is held `against`.

    `against` is `time`, `use` where less is better and more is used up than time has gone, or
    `goal` for what has no time. `zh` and `en` name the KPI.
    """

    kpi: str
    period: int
    points: int
    unit: int | None = None
    person: int | None = None
    outlet: int | None = None
    grain: str = "month"
    model: str = ""
    against: str = "time"
    zh: str = ""
    en: str = ""

    @property
    def place(self) -> Place:
        """What one is told of once."""
        whose = self.unit, self.person, self.outlet
        return self.kpi, self.model, *whose, self.grain, self.period


COLUMNS = ("kpi", "model", "unit_id", "person_id", "outlet_id", "grain", "period")


def warn(*, by: Viewer, at: datetime, found: Sequence[Behind]) -> int:
    """Tell the person and the lead, or the head of the unit; returns how many were new."""
    with deed("targets.warn", by=by, at=at, right="targets.write") as doing:
        new = _new(found, at)
        heads = _Heads(doing.by)
        people = _people(new)
        for one_ in new:
            whose = heads.named(one_.unit) if one_.unit else people[one_.person or 0]
            body = {
                "kpi": one_.kpi, "zh": one_.zh, "en": one_.en, "period": one_.period,
                "points": one_.points, "grain": one_.grain, "model": one_.model,
                "against": one_.against, **whose,
            }  # fmt: skip
            messages.tell(sorted(heads.told(one_)), "targets.behind", body, at)
        doing.tell(behind=len(found), told=len(new))
        return len(new)


def _new(found: Sequence[Behind], at: datetime) -> list[Behind]:
    """Those of whom nobody was told yet; kept as told."""
    kept = TargetWarning.objects.filter(period__in={one_.period for one_ in found})
    told = set(kept.values_list(*COLUMNS))
    new = list({one_.place: one_ for one_ in found if one_.place not in told}.values())
    TargetWarning.objects.bulk_create(
        TargetWarning(**dict(zip(COLUMNS, one_.place, strict=True)), made_at=at) for one_ in new
    )
    return new


class _Heads:
    """Who heads what on the day, read once."""

    def __init__(self, by: Viewer) -> None:
        self.units = {unit.pk: unit for unit in Unit.objects.all()}
        self.posted: dict[int, list[tuple[int, str]]] = {}
        self.teams: dict[int, list[int]] = {}
        posts = Post.objects.filter(Q(until=None) | Q(until__gt=by.on), since__lte=by.on)
        for person, unit, role in posts.values_list("person", "unit", "role"):
            self.posted.setdefault(unit, []).append((person, role))
            if self.units[unit].kind == Unit.Kind.TEAM:
                self.teams.setdefault(person, []).append(unit)

    def named(self, unit: int) -> dict[str, str]:
        """Name and code of a unit; a team's code is that of its outlet and its own."""
        found = self.units[unit]
        team = found.kind == Unit.Kind.TEAM and found.parent_id is not None
        code = f"{self.units[found.parent_id or 0].code}/{found.code}" if team else found.code
        return {"name": found.name, "unit": code}

    def told(self, one_: Behind) -> set[int]:
        """The person himself and the lead of his team; without one the outlet's manager."""
        if one_.unit is not None:
            return self._over([one_.unit], self.units[one_.unit].parent_id)
        person = one_.person or 0
        teams = self.teams.get(person, ())
        inside = [team for team in teams if self.units[team].parent_id == one_.outlet]
        return self._over(inside, one_.outlet) | {person}

    def _over(self, units: Sequence[int], outlet: int | None) -> set[int]:
        """The heads of units; of teams without a lead the manager of the outlet."""
        heads = {head for unit in units for head in self._heads(unit)}
        teams_only = all(self.units[unit].kind == Unit.Kind.TEAM for unit in units)
        return heads or (self._heads(outlet) if outlet and teams_only else set())

    def _heads(self, unit: int) -> set[int]:
        head = HEADS[Unit.Kind(self.units[unit].kind)]
        return {person for person, role in self.posted.get(unit, ()) if role == head}


def _people(found: Sequence[Behind]) -> dict[int, dict[str, str]]:
    """Names and staff numbers by id."""
    rows = Person.objects.filter(pk__in={one_.person for one_ in found if one_.person})
    listed = rows.values_list("pk", "name", "number")
    return {pk: {"name": name, "person": number} for pk, name, number in listed}


def set_limit(*, by: Viewer, at: datetime, unit: int, behind: int) -> None:
    """How many points behind time a group warns, in 1/100 point."""
    with deed("targets.set_limit", by=by, at=at, right="targets.unlock") as doing:
        groups = doing.scope.units_below().filter(kind=Unit.Kind.GROUP)
        one(groups, "unit", unit, pk=unit)
        if not 0 < behind <= MOST_POINTS:
            raise BadValue(field="behind", value=behind, why=f"1–{MOST_POINTS}")
        TargetLimit.objects.update_or_create(unit_id=unit, defaults={"behind": behind})
        doing.tell(subject=unit, behind=behind)
