"""What a person does while a part of the page is drawn again, or before its program has come."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from playwright.sync_api import Page, Route, expect

from cast import Floor
from paying import FEBRUARY, brought, calculated, planned

pytestmark = pytest.mark.journey


@contextmanager
def held_back(page: Page, address: str) -> Iterator[list[Route]]:
    """Requests to an address wait until the block is over."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route))  # noqa: PLW0108  it marks what it is given
    yield held
    page.unroute(address)  # what was held goes on by this


def test_ticks_choices_and_presses_during_a_redraw_stay(enter, cast, monkeypatch):
    """While a kind is drawn again: a post is ticked, a measure chosen, a component asked for."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 12))
    author = enter("hr")
    author.goto("/pay/plans/form")
    author.locator("input#s-components-0-of").wait_for()
    lead = author.locator("[name=posts][value=team_lead]")
    first = author.locator("[name='components.0.kind']")
    with held_back(author, "**/pay/plans/form") as held, author.expect_request("**/plans/form"):
        first.select_option("share")
        author.wait_for_timeout(300)
        assert len(held) == 1
        lead.check()
        author.get_by_role("button", name="加一项").click()
        author.wait_for_timeout(300)
        assert len(held) == 1  # one at a time: its answer would find the part gone
    expect(author.locator("[name='components.1.kind']")).to_have_count(1)
    expect(lead).to_be_checked()
    expect(first).to_have_value("share")

    added = author.locator("input#s-components-1-of")
    gate = author.locator("[name='components.0.kind']")
    with held_back(author, "**/pay/plans/form") as held:
        gate.select_option("units")
        author.wait_for_timeout(300)
        added.fill("deliveries_all")
        added.press("Enter")
        lead.uncheck()
        author.wait_for_timeout(300)
        assert len(held) == 1
    expect(author.locator("[name='components.1.of']")).to_have_value("deliveries_all")
    expect(lead).not_to_be_checked()


def test_the_focus_and_the_place_of_the_page_stay_when_an_unfolded_part_is_drawn_again(enter, cast):
    """Measures are added to the base one after another, further down in a fold of the page."""
    author = enter("hr")
    author.goto("/pay/plans/form?preset=preset_consultant")
    expect(author.locator("#said-components-2")).not_to_be_empty()
    author.locator("#more-s-components-2-deals > summary").click()
    for number, name in enumerate(("到账返利", "计提返利")):
        field = author.locator(f"input#s-components-2-plus-{number}")
        field.fill(name)
        place = author.evaluate("scrollY")
        field.press("Enter")
        expect(author.locator(f"input#s-components-2-plus-{number + 1}")).to_have_value("—")
        expect(field).to_be_focused()
        expect(author.locator("#said-components-2")).to_contain_text(name)
        assert author.evaluate("scrollY") == place


def test_what_has_to_be_asked_does_not_act_before_the_program_is_there(enter, cast):
    """The button is pressed while the browser still waits for the program: then it is asked."""
    planned(since=date(2021, 1, 1))
    floor, on = Floor(), date(2026, 2, 10)
    floor.delivery(floor.order(cast.outlet, cast.people["zhang"], on=on), on)
    run = brought(cast, calculated(cast, FEBRUARY), "review", "approve")
    page = enter("finance")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    with held_back(page, "**/built/app*.js") as held:
        page.goto(f"/pay/runs/{run.pk}", wait_until="commit")
        page.get_by_role("button", name="关账").click()
        page.wait_for_timeout(300)
        assert (len(held), "POST" in sent) == (1, False)
    asked = page.locator("#confirm")
    expect(asked).to_be_visible()
    asked.locator("[value=yes]").click()
    page.locator(".flash", has_text="已关账").wait_for()
    run.refresh_from_db()
    assert run.state == "closed"
