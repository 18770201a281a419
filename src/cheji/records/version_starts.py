"""What stands in the way of the day from which a version of a definition is to hold."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from cheji.engine.periods import Grain, Period, from_key, key_text, period_of

from .models import DefinitionVersion, Run, Unit
from .words import RUNS, Words


@dataclass(frozen=True, slots=True)
class Start:
    """From when a version of a definition is to hold; `outlet` None is the whole group."""

    kind: str
    code: str
    outlet: int | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class ClosedBeyond:
    """A run that is closed and reaches past the start; `start` is the first day that is free.

    `period` is the run's as one types it: 2026-11.
    """

    outlet: str
    kind: Words
    period: str
    start: date


def start_of(row: DefinitionVersion) -> Start:
    return Start(row.kind, row.code, row.outlet_id, row.valid_from)


def published_from(start: Start) -> int | None:
    """The published version that begins on the same day at the same place; None where none does."""
    rows = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED)
    same = rows.filter(kind=start.kind, code=start.code, valid_from=start.valid_from)
    return same.filter(outlet=start.outlet).values_list("pk", flat=True).first()


def closed_beyond(start: Start) -> ClosedBeyond | None:
    """The last closed run in whose period the version would hold; None where there is none.

    A definition that nobody has had before changes no closed run: it may start at any time.
    """
    rows = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED)
    if not rows.filter(kind=start.kind, code=start.code).exists():
        return None
    closed = Run.objects.filter(state__in=Run.FIXED)
    if start.outlet is not None:
        closed = closed.filter(outlet=start.outlet)
    columns = ("kind", "grain", "period", "outlet__name", "outlet__closing_day")
    ends: list[tuple[Period, str, str]] = [
        (from_key(cast("Grain", grain), key, closing_day), kind, name)
        for kind, grain, key, name, closing_day in closed.values_list(*columns).distinct()
    ]
    period, kind, name = max(ends, key=lambda end: end[0].until, default=(None, "", ""))
    if period is None or period.until <= start.valid_from:
        return None
    when = key_text(period.grain, period.key)
    return ClosedBeyond(name, RUNS[kind], when, _next_start(period.until, start.outlet))


def closing_day(outlet: int | None) -> int:
    """Of the outlet's months; the group's are those of the calendar."""
    return Unit.objects.get(pk=outlet).closing_day if outlet else 0


def _next_start(on: date, outlet: int | None) -> date:
    """The first start of a period of the version's calendar that is not before a day."""
    period = period_of(on, "month", closing_day(outlet))
    return period.start if period.start == on else period.until
