"""Sign-in: accounts are made by an administrator, sessions end, a second factor can be required."""

import math
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import parse_rates
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext

Answer = Callable[[HttpRequest], HttpResponse]

OPEN_PATHS = ("/accounts/", "/static/", "/healthz", "/i18n/")


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: a dealer group decides who has an account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  the adapter's call
        return False

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Say of a locked sign-in how long it stays so; all else as the library says it."""
        if code != "too_many_login_attempts":
            return super().validation_error(code, *args)
        text = ngettext(
            "Too many failed attempts: sign-in is locked for {minutes} minute. Wait that long, or"
            " ask an administrator for a new password.",
            "Too many failed attempts: sign-in is locked for {minutes} minutes. Wait that long, or"
            " ask an administrator for a new password.",
            locked_minutes(),
        )
        return ValidationError(text.format(minutes=locked_minutes()), code=code)


def locked_minutes() -> int:
    """How long failed attempts count, in minutes; as the settings say."""
    rates = parse_rates(settings.ACCOUNT_RATE_LIMITS["login_failed"])
    return math.ceil(max(rate.duration for rate in rates) / 60)


class SessionLimits:
    """Ends a session that was idle too long or that began too long ago (both from settings)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._count(request, int(time.time()))
        return self.answer(request)

    def _count(self, request: HttpRequest, now: int) -> None:
        session = request.session
        began, seen = session.setdefault("began", now), session.setdefault("seen", now)
        too_old = now - began > settings.CHEJI_SESSION_HOURS * 3600
        if too_old or now - seen > settings.CHEJI_IDLE_MINUTES * 60:
            logout(request)
        elif now - seen >= 60:  # one write a minute, not one for each request
            session["seen"] = now


class RequireSecondFactor:
    """Sends people whom `CHEJI_REQUIRE_MFA` names to set up a second factor first."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.CHEJI_REQUIRE_MFA and self._must_enrol(request):
            return redirect(reverse("mfa_index"))
        return self.answer(request)

    def _must_enrol(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or request.path.startswith(OPEN_PATHS):
            return False
        return is_named(user) and not is_mfa_enabled(user)


def is_named(user: object) -> bool:
    """Whether the setting names everybody, or a role among the person's posts, past or present."""
    names = set(settings.CHEJI_REQUIRE_MFA)
    person = getattr(user, "person", None)
    roles = set(person.posts.values_list("role", flat=True)) if person else set()
    return "all" in names or bool(names & roles)
