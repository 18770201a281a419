"""From a request to the viewer that reads and actions ask for; the clock of the screens is here."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

from cheji.reads import people
from cheji.records.visibility import Asking, Viewer

KEPT = "_cheji_viewer"


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def viewer(request: HttpRequest) -> Viewer:
    """Who asks, on today's date where he works; made once for each request."""
    if not hasattr(request, KEPT):
        setattr(request, KEPT, _asking(request).viewer(today(request)))
    return cast("Viewer", getattr(request, KEPT))


def today(request: HttpRequest) -> date:
    """The business date at the viewer's place of work."""
    return now().astimezone(zone(request)).date()


def zone(request: HttpRequest) -> ZoneInfo:
    """The time zone of the unit where the person was posted last; the installation's without."""
    signed_in = request.user.is_authenticated
    return _asking(request).zone if signed_in else ZoneInfo(settings.TIME_ZONE)


def _asking(request: HttpRequest) -> Asking:
    if not hasattr(request, "_cheji_asking"):
        request._cheji_asking = Asking(request.user)  # type: ignore[attr-defined,arg-type]  # noqa: SLF001
    return cast("Asking", request._cheji_asking)  # type: ignore[attr-defined]  # noqa: SLF001


def viewer_at(request: HttpRequest, outlet: int) -> Viewer:
    """Who asks, on today's date at an outlet: the days of its records are those of its zone."""
    who, there = viewer(request), ZoneInfo(people.zone_at(outlet))
    return who if there == zone(request) else replace(who, on=now().astimezone(there).date())
