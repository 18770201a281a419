"""The working calendar of a unit: its weekly rule, single days, and the public holidays."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cheji.actions import calendars as actions
from cheji.reads.calendars import CalendarSeen
from cheji.reads.calendars import calendar as read
from cheji.records.refusals import BadValue, NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import version_seen
from cheji.web.labels import sentence
from cheji.web.scopes import Tree
from cheji.web.target_question import ways, year_of
from cheji.web.templatetags.parts import PeriodChoice
from cheji.web.viewers import now, viewer
from cheji.web.wording import period_text, short_month

WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)
WORKS = {"works": True, "off": False, "rule": None}


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A year of a unit's calendar; without a unit the viewer's own outlet, region or group."""
    who = viewer(request)
    tree = Tree(who)
    units = [unit for unit in tree.units.values() if unit.kind != "team"]
    unit = request.GET.get("unit", "").split("/", maxsplit=1)[0] or _home(who, tree)
    year = year_of(request, who)
    found = read(who, unit=unit, year=year)
    context = {
        "name": _("Working calendar"),
        "ways": ways("calendar", unit, who) if who.sees("targets") else [],
        "choice": _years(year, who.on.year),
        "units": [(one.code, one.name) for one in units],
        "found": found,
        "weekdays": [(str(n), name, found.weekdays[n] == "1") for n, name in enumerate(WEEKDAYS)],
        "months": [(short_month(n), days) for n, days in enumerate(found.worked, 1)],
        "total": sum(found.worked),
    }
    return render(request, "targets/calendar.html", context)


def _home(who: Viewer, tree: Tree) -> str:
    """The unit of the viewer's first post; of a team its outlet."""
    for grant in who.grants:
        unit = tree.units.get(grant.unit)
        if unit is not None:
            return tree.code(unit).split("/", maxsplit=1)[0]
    raise NotFound(noun="unit", key="")


def _years(year: int, this: int) -> PeriodChoice:
    years = sorted({*range(this - 1, this + 3), year}, reverse=True)
    at = years.index(year)
    return PeriodChoice(
        str(year),
        [(str(one), period_text("year", one)) for one in years],
        previous=str(years[at + 1]) if at + 1 < len(years) else None,
        next=str(years[at - 1]) if at else None,
        param="year",
    )


@require_POST
def change(request: HttpRequest, verb: str) -> HttpResponse:
    """Set the weekly rule or a day, or take the public holidays over."""
    who, given = viewer(request), request.POST
    unit, year = given.get("unit", ""), year_of(request, who)
    found = read(who, unit=unit, year=year)
    acts = {"week": _week, "day": _day, "seed": _seed}
    if verb not in acts:
        raise NotFound(noun="unit", key=verb)
    try:
        told = acts[verb](who, found, given)
    except NotFound:
        raise
    except Refused as refusal:
        messages.error(request, sentence(refusal))
    else:
        messages.success(request, told)
    return redirect(f"{reverse('calendar')}?{urlencode({'unit': unit, 'year': year})}")


def _week(who: Viewer, found: CalendarSeen, given: Any) -> str:
    worked = set(given.getlist("weekday"))
    actions.set_week(
        by=who, at=now(), unit=found.unit,
        weekdays="".join("1" if str(n) in worked else "0" for n in range(7)),
        keeps_days="keeps_days" in given,
        version=version_seen(given, "version", 0),
    )  # fmt: skip
    return _("The weekly rule is set.")


def _day(who: Viewer, found: CalendarSeen, given: Any) -> str:
    text, works = given.get("on", ""), given.get("works", "")
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise BadValue(field=_("Day"), value=text[:40], why="2026-10-01") from None
    if works not in WORKS:
        raise BadValue(field=_("Day"), value=works[:40], why=" / ".join(WORKS))
    actions.set_day(
        by=who, at=now(), unit=found.unit, on=on, works=WORKS[works], name=given.get("name", "")
    )
    return _("The day is set.")


def _seed(who: Viewer, found: CalendarSeen, _given: Any) -> str:
    count = actions.seed(by=who, at=now(), unit=found.unit, year=found.year)
    return _("{count} days of {year} taken over.").format(count=count, year=found.year)


urlpatterns = [
    path("calendar", calendar, name="calendar"),
    path("calendar/<slug:verb>", change, name="calendar-change"),
]
