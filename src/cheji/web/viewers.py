"""From a request to the viewer that reads and actions ask for; the clock of the screens is here."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

from cheji.reads import people
from cheji.records.visibility import Viewer, viewer_of

KEPT = "_cheji_viewer"


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def viewer(request: HttpRequest) -> Viewer:
    """Who asks, on today's date where he works; read once for each request."""
    if not hasattr(request, KEPT):
        setattr(request, KEPT, viewer_of(request.user, today(request)))  # type: ignore[arg-type]
    return cast("Viewer", getattr(request, KEPT))


def today(request: HttpRequest) -> date:
    """The business date at the viewer's place of work."""
    return now().astimezone(zone(request)).date()


def zone(request: HttpRequest) -> ZoneInfo:
    """The time zone of the unit where the person was posted last; the installation's without."""
    if not hasattr(request, "_cheji_zone"):
        request._cheji_zone = _find_zone(request)  # type: ignore[attr-defined]  # noqa: SLF001
    return cast("ZoneInfo", request._cheji_zone)  # type: ignore[attr-defined]  # noqa: SLF001


def _find_zone(request: HttpRequest) -> ZoneInfo:
    name = people.zone_of(getattr(request.user, "person_id", None))
    return ZoneInfo(name or settings.TIME_ZONE)


def viewer_at(request: HttpRequest, outlet: int) -> Viewer:
    """Who asks, on today's date at an outlet: the days of its records are those of its zone."""
    who, there = viewer(request), ZoneInfo(people.zone_at(outlet))
    return who if there == zone(request) else replace(who, on=now().astimezone(there).date())
