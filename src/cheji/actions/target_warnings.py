"""Telling who is behind his target, once in a month and KPI; and how far behind that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cheji.records.models import Person, Post, TargetLimit, TargetWarning, Unit
from cheji.records.refusals import BadValue
from cheji.records.visibility import Viewer, one

from . import messages
from .deeds import deed
from .target_letters import HEADS

MOST_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Behind:
    """A target of a month that lags: how many points behind time, in 1/100 point."""

    kpi: str
    period: int
    points: int
    unit: int | None = None
    person: int | None = None
    outlet: int | None = None


def warn(*, by: Viewer, at: datetime, found: Sequence[Behind]) -> int:
    """Tell the person and the lead, or the head of the unit; returns how many were new."""
    with deed("targets.warn", by=by, at=at, right="targets.write") as doing:
        new = [one_ for one_ in found if _first_time(one_, at)]
        for one_ in new:
            body = {
                "kpi": one_.kpi, "period": one_.period, "points": one_.points,
                "name": _name(one_),
            }  # fmt: skip
            messages.tell(sorted(_told(one_, doing.by)), "targets.behind", body, at)
        doing.tell(behind=len(found), told=len(new))
        return len(new)


def _first_time(one_: Behind, at: datetime) -> bool:
    where: dict[str, Any] = {
        "kpi": one_.kpi, "unit_id": one_.unit, "person_id": one_.person,
        "outlet_id": one_.outlet, "period": one_.period,
    }  # fmt: skip
    _row, made = TargetWarning.objects.get_or_create(**where, defaults={"made_at": at})
    return made


def _told(one_: Behind, by: Viewer) -> set[int]:
    """The person himself and the lead of his team, without one the outlet's manager."""
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=by.on), since__lte=by.on)
    if one_.unit is not None:
        unit = Unit.objects.get(pk=one_.unit)
        heads = posts.filter(unit=unit, role=HEADS[Unit.Kind(unit.kind)])
        return set(heads.values_list("person", flat=True))
    teams = posts.filter(person=one_.person, unit__parent=one_.outlet).values("unit")
    leads = posts.filter(unit__in=teams, role=Post.Role.TEAM_LEAD)
    managers = posts.filter(unit=one_.outlet, role=Post.Role.OUTLET_MANAGER)
    above = set((leads if leads.exists() else managers).values_list("person", flat=True))
    return above | {one_.person or 0}


def _name(one_: Behind) -> str:
    if one_.unit is not None:
        return Unit.objects.get(pk=one_.unit).name
    return Person.objects.get(pk=one_.person or 0).name


def set_limit(*, by: Viewer, at: datetime, unit: int, behind: int) -> None:
    """How many points behind time a group warns, in 1/100 point."""
    with deed("targets.set_limit", by=by, at=at, right="targets.unlock") as doing:
        groups = doing.scope.units_below().filter(kind=Unit.Kind.GROUP)
        one(groups, "unit", unit, pk=unit)
        if not 0 < behind <= MOST_POINTS:
            raise BadValue(field="behind", value=behind, why=f"1–{MOST_POINTS}")
        TargetLimit.objects.update_or_create(unit_id=unit, defaults={"behind": behind})
        doing.tell(subject=unit, behind=behind)
