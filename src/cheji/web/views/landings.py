"""Where the running month lands: loaded into the cards of the cockpit once they are there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cheji.reads.targets import Standing
from cheji.reads.targets.progress import standings
from cheji.web.templatetags import figures
from cheji.web.viewers import viewer
from cheji.web.views.cockpit import asked
from cheji.web.wording import figure


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """Where the running month lands, card by card, to be put into the page."""
    who = viewer(request)
    question = asked(request, who.on)
    found = standings(who, unit=question.unit, person=question.person, period=question.period)
    told = [
        (f"landing-{row.kpi.code}", _landing(row))
        for row in found.rows
        if row.landing is not None and not row.model
    ]
    return render(request, "cockpit/landing.html", {"told": told})


def _landing(row: Standing) -> str:
    """The forecast, and how far its method was off in the months that it was tried on."""
    lands = row.landing
    if lands is None:
        return ""
    value, kind, _decimals = figure(row.kpi, lands.value)
    shown = figures.figure(value, "wan") if kind == "money" else figures.number(value, 1)
    if lands.missed is None:
        return _("Landing about {value}").format(value=shown)
    return _("Landing about {value} (usually off by {missed})").format(
        value=shown, missed=figures.percent(lands.missed, 0)
    )


urlpatterns = [path("cockpit/landing", landing, name="cockpit-landing")]
