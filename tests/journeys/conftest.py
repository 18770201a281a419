"""A real browser on a real server: signs people in as they would do it themselves."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cast import Cast
from cheji.records.models import User
from conftest import chromium

PATIENCE = 60_000
"""Milliseconds: a busy machine is slow, not wrong."""
PASSWORD = "Right-password-1"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def enter(browser: Browser, live_server, cast: Cast) -> Iterator[Callable[..., Page]]:
    """enter("manager") is that person's page, signed in; faults of the browser fail the test."""
    contexts, faults = [], []

    def signed_in(key: str, *, width: int = 1440, language: str = "zh-hans") -> Page:
        user = User.objects.get(username=key)
        user.set_password(PASSWORD)
        user.save()
        context = browser.new_context(
            base_url=live_server.url,
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
        )
        context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "console",
            lambda line: faults.append(line.text) if "Security Policy" in line.text else None,
        )
        page.goto("/")
        page.fill("[name=login]", key)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert faults == []
