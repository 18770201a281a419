"""No page offers a person an address that would not open for him."""

import re
from datetime import date
from html import unescape

import pytest

from cast import ON, ROLES
from cheji.records.models import Post
from web.test_cockpit import sold  # noqa: F401  what the cast sold

R = Post.Role
#: Files that the browser build makes and forms that a filled field opens are not pages.
ELSEWHERE = ("/static/", "/manifest")


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def shut(face, *pages):
    """Addresses that pages offer, and that do not open."""
    offered = {
        unescape(link)
        for page in pages
        for link in re.findall(r'href="(/[^"#]*)"', face.get(page, follow=True).text)
    }
    opens = {link: face.get(link).status_code for link in offered if not link.startswith(ELSEWHERE)}
    assert len(opens) > 5
    return {link: code for link, code in opens.items() if code not in {200, 302}}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "operator"])
@pytest.mark.usefixtures("sold")
def test_whatever_the_first_page_offers_opens(faces, role):
    assert shut(faces[role], "/") == {}


@pytest.mark.parametrize("role", [R.INTERNET_SALES, R.SECOND_TIER, R.AFTERSALES])
@pytest.mark.usefixtures("sold")
def test_who_sees_his_own_alone_is_not_led_to_his_outlet(faces, cast, role):
    Post.objects.filter(person=cast.people["zhang"]).update(role=role)
    assert shut(faces["zhang"], "/", "/scores", "/pay/runs") == {}


@pytest.mark.usefixtures("sold")
def test_a_post_that_sees_figures_alone_leads_to_nobodys_pay(faces, cast):
    Post.objects.create(
        person=cast.people["zhang"], unit=cast.outlet, role=R.MARKETING, since=date(2020, 1, 1)
    )
    assert shut(faces["zhang"], "/", "/scores", "/pay/runs") == {}
