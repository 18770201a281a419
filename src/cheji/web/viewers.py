"""From a request to the viewer that reads and actions ask for; the clock of the screens is here."""

from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest

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
    name = None
    person = getattr(request.user, "person_id", None)
    if person:
        posts = request.user.person.posts  # type: ignore[union-attr]
        name = posts.order_by("-since", "-id").values_list("unit__timezone", flat=True).first()
    return ZoneInfo(name or settings.TIME_ZONE)
