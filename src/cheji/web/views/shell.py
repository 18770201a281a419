"""The frame: where the start leads, the language switch, and pages of what could not be read."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
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


def unread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a request that could not be read: too large, too many fields, or damaged."""
    heading, text = _unread(exception)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "code": "unread", "message": text}, status=400)
    context = {
        "heading": heading,
        "text": text,
        "request_id": getattr(request, "number", ""),
    }
    return render(request, "400.html", context, status=400)


unread.open_to_all = True  # type: ignore[attr-defined]


def _unread(fault: Exception) -> tuple[str, str]:
    """What was wrong with the request, and how to mend it."""
    if isinstance(fault, RequestDataTooBig):
        most = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / (1 << 20):g}"
        return _("The form was too large"), _(
            "A form takes %(most)s MB at most; this one was larger. Nothing was saved. Return with "
            "the browser's Back: what was typed is still there; send it in smaller parts."
        ) % {"most": most}
    if isinstance(fault, TooManyFieldsSent):
        count = f"{settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,}"
        return _("The form had too many fields"), _(
            "A form takes %(most)s fields at most; this one had more. Nothing was saved. Return "
            "with the browser's Back: what was typed is still there; send it in smaller parts."
        ) % {"most": count}
    return _("The request could not be read"), _(
        "It arrived damaged or incomplete, and nothing was saved. Return with the browser's Back, "
        "load the page again and repeat it."
    )


def broken(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours, with the number under which the log has it."""
    context = {"request_id": getattr(request, "number", "")}
    return render(request, "500.html", context, status=500)


broken.open_to_all = True  # type: ignore[attr-defined]

urlpatterns = [
    path("", home, name="home"),
    path("language", choose_language, name="choose_language"),
]
