"""Locking the targets of a month: what is agreed no longer changes."""

from datetime import datetime
from typing import cast

from cheji.engine.periods import MONTHS, Grain, from_key, key_text, month_key, months_of
from cheji.records.models import TargetLock, Unit
from cheji.records.refusals import BadValue, Refused
from cheji.records.visibility import Viewer, one
from cheji.records.words import NO_PERIOD

from .deeds import Deed, SayWhy, deed


class TargetIsLocked(Refused):
    """The targets of {period} are locked for {name}. Ask the group's management to unlock them."""

    zh = "{name} 在 {period} 的目标已锁定。如需修改，请联系集团管理层解锁。"


class LockedAlready(Refused):
    """The targets of {period} are locked for {name} already."""

    zh = "{name} 在 {period} 的目标此前已锁定。"


class NotLocked(Refused):
    """The targets of {period} are not locked at {name} itself; look at the unit above it."""

    zh = "{period} 的目标并非在 {name} 本级锁定，请查看其上级。"


class Locks:
    """All locks, read once; a lock of a unit holds for every unit below it."""

    def __init__(self) -> None:
        rows = TargetLock.objects.select_related("unit")
        self.held = {(row.unit_id, row.period): row.unit for row in rows}
        self._paths: dict[int, str] = {}

    def refuse(self, unit: int, grain: str, period: int, within: int = 0) -> None:
        """Raise TargetIsLocked when a month of the period is locked for the unit.

        Of a week that is a part of a month, it is that month alone.
        """
        if not self.held:
            return
        told = key_text(cast("Grain", grain), period)
        if within:
            grain, period = "month", within
        for above in reversed(self._path(unit).strip("/").split("/")):
            for month in _months(grain, period):
                held = self.held.get((int(above), month))
                if held is not None:
                    raise TargetIsLocked(name=held.name, period=told)

    def _path(self, unit: int) -> str:
        if unit not in self._paths:
            self._paths[unit] = Unit.objects.values_list("path", flat=True).get(pk=unit)
        return self._paths[unit]


def _months(grain: str, period: int) -> list[int]:
    found = from_key(cast("Grain", grain), period)
    return months_of(found) if grain in MONTHS else [month_key(found.start)]


def lock(*, by: Viewer, at: datetime, unit: int, month: int, reason: str = "") -> None:
    """Lock a month's targets of a unit at or below one's post, and of all below it."""
    with deed("targets.lock", by=by, at=at, right="targets.write") as doing:
        row = _unit(doing, unit, month)
        held = TargetLock.objects.filter(unit=row, period=month)
        if held.exists():
            raise LockedAlready(name=row.name, period=key_text("month", month))
        TargetLock.objects.create(
            unit=row, period=month, reason=reason, made_by_id=by.user, made_at=at
        )
        doing.tell(subject=unit, month=month, reason=reason)


def unlock(*, by: Viewer, at: datetime, unit: int, month: int, reason: str) -> None:
    """Take a lock away, saying why; who may set targets may change them again."""
    with deed("targets.unlock", by=by, at=at, right="targets.unlock") as doing:
        row = _unit(doing, unit, month)
        if not reason.strip():
            raise SayWhy(field="reason")
        gone, _ = TargetLock.objects.filter(unit=row, period=month).delete()
        if not gone:
            raise NotLocked(name=row.name, period=key_text("month", month))
        doing.tell(subject=unit, month=month, reason=reason)


def _unit(doing: Deed, unit: int, month: int) -> Unit:
    try:
        from_key("month", month)
    except ValueError as wrong:
        raise BadValue(field="month", value=month, why=NO_PERIOD) from wrong
    return one(doing.scope.units_below(), "unit", unit, pk=unit)
