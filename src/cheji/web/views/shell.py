"""The frame: where the start leads, the language switch, and the page of a fault of ours."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from cheji.actions import accounts
from cheji.web.navigation import address, places
from cheji.web.viewers import viewer


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The cockpit for everybody who sees figures, else the first place of the navigation."""
    who = viewer(request)
    if who.sees("facts") and address("cockpit"):
        return redirect("cockpit")
    first = places(request)
    return HttpResponseRedirect(first[0].url) if first else render(request, "no_post.html")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Set the language of this browser and, signed in, of the account."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in ("zh-hans", "en"):
        accounts.choose_language(by=viewer(request), language=chosen)
    return set_language(request)


choose_language.open_to_all = True  # type: ignore[attr-defined]


def broken(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours, with the number under which the log has it."""
    context = {"request_id": getattr(request, "number", "")}
    return render(request, "500.html", context, status=500)


broken.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [
    path("", home, name="home"),
    path("language", choose_language, name="choose_language"),
]
