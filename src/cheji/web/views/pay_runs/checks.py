"""A run of pay worked out again to the byte from what was frozen with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cheji.reads.pay import run_pages
from cheji.reads.pay.replays import replayed
from cheji.web.pay_run_words import overseer, under_run
from cheji.web.runs import differing

WHAT = {
    "rules": gettext_lazy("Frozen by another version of the rules"),
    "seal": gettext_lazy("Seal"),
    "outcome": gettext_lazy("Seal of the statement"),
    "payable": gettext_lazy("Payable"),
}


@require_GET
def replay(request: HttpRequest, record_id: int) -> HttpResponse:
    """The run worked out again from what was frozen with it."""
    who = overseer(request)
    page = run_pages.run_page(who, record_id)
    [found] = replayed(who, record_id)
    context = {
        **under_run(page),
        "name": _("Replay"),
        "count": found.count,
        "table": differing(found.broken, WHAT),
    }
    return render(request, "pay/runs/replay.html", context)


urlpatterns = [path("pay/runs/<int:record_id>/replay", replay, name="pay-run-replay")]
