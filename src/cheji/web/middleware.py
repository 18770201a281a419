"""Around every screen: a number for the request, the sign-in it needs, and refusals as pages."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation

from cheji.records.refusals import NotFound, NotYours, Refused
from cheji.web.viewers import zone

Answer = Callable[[HttpRequest], HttpResponse]
LOG = logging.getLogger("cheji.web")


class RequestNumber:
    """Numbers each request; an error page shows the number and the log has it."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = secrets.token_hex(5)  # type: ignore[attr-defined]
        response = self.answer(request)
        response.headers["X-Request-Id"] = request.number  # type: ignore[attr-defined]
        if response.status_code >= 500:
            LOG.error("%s: %s %s", request.number, request.method, request.path)  # type: ignore[attr-defined]
        return response


class SignedIn:
    """Screens are for people who are signed in; times and texts then follow the person."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.answer(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: object
    ) -> HttpResponse | None:
        ours = getattr(view, "__module__", "").startswith("cheji.web.")
        if not request.user.is_authenticated:
            closed = ours and not getattr(view, "open_to_all", False)
            return redirect_to_login(request.get_full_path()) if closed else None
        if ours:
            timezone.activate(zone(request))
        self._speak(request)
        return None

    def _speak(self, request: HttpRequest) -> None:
        """The language of the account, unless this browser was told another one."""
        language = getattr(request.user, "language", "")
        if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()


class DrawerForms:
    """A form sent from the drawer is told where it goes on, in a header.

    The page itself goes there: what was done is then said once, on it.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        sent = request.method == "POST" and request.headers.get("Cheji-Part") == "drawer"
        if sent and response.has_header("Location"):
            response.status_code = 200
            response.headers["Cheji-Next"] = response.headers["Location"]
            del response.headers["Location"]
        return response


class Refusals:
    """A rule that says no becomes a page: out of scope as if it were not there, else why."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):  # answers in a shape of its own
            return self.answer(request)
        words = (request.path, *(word for pair in request.GET.lists() for word in pair[1]))
        if any("\0" in word for word in words):  # no text of the database can hold it
            return refused(request, NotFound(noun="", key=""))
        return self.answer(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, Http404):
            fault = NotFound(noun="", key="")
        if not isinstance(fault, Refused):
            return None
        return refused(request, fault)


def refused(request: HttpRequest, fault: Refused) -> HttpResponse:
    """404, 403 or 422 with the sentence of the rule, as JSON where JSON was asked for."""
    status = 404 if isinstance(fault, NotFound) else 403 if isinstance(fault, NotYours) else 422
    message = fault.say(translation.get_language() or "")
    if "application/json" in request.headers.get("Accept", ""):
        body = {"ok": False, "code": fault.code, "message": message}
        return JsonResponse(body, status=status)
    page = "422.html" if status == 422 else f"{status}.html"
    return render(request, page, {"message": message}, status=status)
