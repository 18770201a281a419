"""Signing in: closed to strangers, slowed for guessers, ended in time, with a second factor."""

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from cheji.records.models import Person, Post, Unit, User

PASSWORD = "Right-password-1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    group = Unit.objects.create(kind=Unit.Kind.GROUP, code="G", name="集团", path="/1/")
    person = Person.objects.create(number="1", name="王芳")
    Post.objects.create(person=person, unit=group, role="finance", since=date(2026, 1, 1))
    user = User(username="wang", person=person)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed_in(user: User, client: Client) -> Client:
    cache.clear()
    answer = client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _is_signed_in(client: Client) -> bool:
    return client.get("/accounts/sessions/").status_code == 200


def test_the_right_password_opens_and_the_session_is_listed(signed_in: Client) -> None:
    assert _is_signed_in(signed_in)
    assert Session.objects.count() == 1


def test_nobody_signs_up(client: Client) -> None:
    body = {"username": "me", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", body)
    assert User.objects.filter(username="me").exists() is False


def test_a_guesser_is_slowed_and_then_even_the_right_password_waits(
    user: User, client: Client
) -> None:
    cache.clear()
    for _ in range(5):
        client.post("/accounts/login/", {"login": "wang", "password": "wrong-password"})
    answer = client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert _is_signed_in(client) is False
    (said,) = answer.context["form"].non_field_errors()
    assert said == "尝试失败次数过多，登录已锁定 5 分钟。请稍后再试，或联系管理员重设密码。"


@pytest.mark.parametrize(("proxies", "opens"), [(0, False), (1, True)])
def test_behind_a_proxy_one_guesser_does_not_lock_everybody_out(
    user: User, client: Client, settings, proxies: int, opens: bool
) -> None:
    """Twenty guesses from one address close it; without the proxy's word all share that address."""
    cache.clear()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for n in range(20):
        body = {"login": f"nobody{n}", "password": "wrong-password"}
        client.post("/accounts/login/", body, headers={"x-forwarded-for": "10.9.9.9, 203.0.113.7"})
    right = {"login": "wang", "password": PASSWORD}
    client.post("/accounts/login/", right, headers={"x-forwarded-for": "203.0.113.8"})
    assert _is_signed_in(client) is opens


@pytest.mark.parametrize(
    ("field", "ago", "still_in"),
    [
        ("seen", 119 * 60, True),
        ("seen", 121 * 60, False),
        ("began", 12 * 3600 - 60, True),
        ("began", 12 * 3600 + 60, False),
    ],
)
def test_a_session_ends(signed_in: Client, field: str, ago: int, still_in: bool) -> None:
    session = signed_in.session
    session["began"] = session["seen"] = int(time.time())
    session[field] = int(time.time()) - ago
    session.save()
    assert _is_signed_in(signed_in) is still_in


@pytest.mark.parametrize(
    ("required", "sent"), [([], False), (["all"], True), (["finance"], True), (["hr"], False)]
)
def test_a_second_factor_is_asked_of_those_named(
    signed_in: Client, settings, required: list[str], sent: bool
) -> None:
    settings.CHEJI_REQUIRE_MFA = required
    answer = signed_in.get("/anything")
    assert (answer.status_code, answer.headers.get("Location")) == (
        (302, "/accounts/2fa/") if sent else (404, None)
    )


def test_whoever_has_a_second_factor_goes_on(signed_in: Client, user: User, settings) -> None:
    settings.CHEJI_REQUIRE_MFA = ["all"]
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert signed_in.get("/anything").status_code == 404


def test_a_page_is_not_kept_and_lets_no_foreign_script_in(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


def test_healthz_needs_no_sign_in(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_under_https_the_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    names = ["SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "ALLOWED_HOSTS"]
    names += ["ALLAUTH_TRUSTED_PROXY_COUNT"]
    values = f"[getattr(settings, name) for name in {names}]"
    code = f"import json; from cheji.config import settings; print(json.dumps({values}))"
    environment = {
        **os.environ,
        "CHEJI_DATA": str(tmp_path),
        "CHEJI_ORIGINS": "https://kpi.example.cn",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [
        "__Host-session",
        True,
        "__Host-csrf",
        ["localhost", "127.0.0.1", "[::1]", "kpi.example.cn"],
        1,
    ]
