"""Two people make a pay plan: begun with a preset or from nothing, tried, published by another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest
from playwright.sync_api import Page, Route, expect

from cast import Cast, Floor
from cheji.records.models import DefinitionVersion, Person

pytestmark = pytest.mark.journey
TODAY = date(2026, 3, 12)


def sold(cast: Cast) -> Person:
    """A consultant who handed three cars over in February."""
    floor, seller = Floor(), cast.people["zhang"]
    for day in (3, 10, 17):
        on = date(2026, 2, day)
        floor.delivery(floor.order(cast.outlet, seller, on=on), on)
    return seller


def tried_on_another_month(author: Page) -> None:
    """An answer about February leaves the month be that was chosen meanwhile."""
    measure = partial(choose, author, "s-components-2-of", "deliveries_all")
    month = author.locator("#example-month")
    with answered_late(author, "live", measure):
        month.select_option("202601")
    expect(author.locator("#editor-live")).to_contain_text("按台数：月度交车合计")
    expect(month).to_have_value("202601")
    month.select_option("202602")


def test_a_preset_is_changed_tried_on_a_person_and_published_by_another(enter, cast, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    sold(cast).posts.update(role="second_tier")
    author = enter("hr")
    author.goto("/pay/plans")
    author.get_by_label("选用 二网专员（模板）").click()
    live = author.locator("#editor-live")
    expect(live).to_contain_text("没有阻碍发布的问题")
    tried_on_another_month(author)
    expect(live).to_contain_text("¥150.00")

    author.locator("[name='components.2.tiers.0.rate']").fill("hundred")
    expect(live).to_contain_text("请先更正红色项")
    author.locator("[name='components.2.tiers.0.rate']").fill("100")
    expect(live).to_contain_text("¥300.00")
    expect(author.locator("#said-components-2")).to_contain_text("100 元")

    author.locator("#more-s-components-2-deals summary").first.click()
    first = author.locator("[name='components.2.first']")
    with drawn_again(author):
        first.select_option("month")
    expect(author.locator("#said-components-2")).to_contain_text("只发本人每月的首单")
    expect(live).to_contain_text("¥100.00")
    with drawn_again(author):
        first.select_option("")
    expect(live).to_contain_text("¥300.00")

    paste = author.locator("#more-s-components-2-paste")
    paste.locator("summary").click()
    paste.locator("textarea").fill("1≤X<3：100\n4 以上：200")
    with drawn_again(author):
        paste.get_by_role("button", name="读入分档").click()
    expect(author.locator("#more-s-components-2-paste")).to_contain_text("3")
    expect(author.locator("[name='components.2.tiers.1.rate']")).to_have_value("200")
    with author.expect_response("**/pay/plans/live"):
        author.locator("#id_code").fill("second_tier_2026")
    author.get_by_role("button", name="保存为草稿").press("Enter")
    author.wait_for_url("**/definitions/versions/*")
    page = author.url
    expect(author.get_by_text("须由第二人发布", exact=False)).to_be_visible()

    second = enter("group_manager")
    second.goto(page)
    band = second.get_by_role("listitem").filter(has_text="第 4 起")
    expect(band.locator("strong")).to_have_text("每台（件）200 元")
    second.get_by_role("button", name="发布", exact=True).click()
    second.locator(".flash", has_text="已发布").wait_for()
    row = DefinitionVersion.objects.get(code="second_tier_2026")
    assert (row.state, row.author.username, row.approver.username) == (
        "published", "hr", "group_manager",
    )  # fmt: skip
    second.goto("/pay/plans")
    expect(second.locator("main")).to_contain_text("second_tier_2026")


@contextmanager
def drawn_again(page: Page) -> Iterator[None]:
    """Waits until the server has drawn the fields again."""
    page.evaluate("document.getElementById('editor-parts').dataset.before = ''")
    yield
    expect(page.locator("#editor-parts:not([data-before])")).to_have_count(1)


@contextmanager
def answered_late(page: Page, part: str, deed: Callable[[], object]) -> Iterator[None]:
    """Does what asks the server for a part; its answer is held back until a person has gone on."""
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/pay/plans/{part}", hold)
    with page.expect_request(f"**/pay/plans/{part}"):
        deed()
    yield
    page.unroute(f"**/pay/plans/{part}")  # what was held goes on by this
    assert held


def choose(page: Page, field: str, code: str) -> None:
    """Chooses in a list that is searched by typing."""
    found = page.locator(f"input#{field}")
    found.fill(code)
    found.press("Enter")


def test_a_plan_is_made_from_nothing_and_seen_on_a_person(enter, cast, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    seller = sold(cast)
    author = enter("hr")
    author.goto("/pay/plans/form")
    live = author.locator("#editor-live")
    author.locator("[name=zh]").fill("摩托提成")
    author.locator("#id_code").fill("bikes")
    author.locator("[name='components.0.tiers.0.rate']").fill("100")
    with drawn_again(author):
        author.locator("#s-components-0-tiers").get_by_role("button", name="加一行").click()
    author.locator("[name='components.0.tiers.1.from']").fill("3")
    author.locator("[name='components.0.tiers.1.rate']").fill("200")

    with drawn_again(author):
        author.get_by_role("button", name="加一项").click()
    choose(author, "s-components-1-of", "deliveries")
    expect(author.locator("[name='components.1.of']")).to_have_value("deliveries")
    kind = author.locator("[name='components.1.kind']")
    with drawn_again(author), answered_late(author, "form", lambda: kind.select_option("base")):
        author.locator("[name=zh]").fill("摩托车提成")
    expect(author.locator("[name=zh]")).to_have_value("摩托车提成")
    expect(author.locator("[name='components.1.of']")).to_have_count(0)
    author.locator("[name='components.1.tiers.0.rate']").fill("1500")
    expect(author.locator("#said-components-1")).to_contain_text("底薪 ·")

    author.locator("#more-gates summary").first.click()
    with drawn_again(author):
        author.locator("#s-gates").get_by_role("button", name="添加").click()
    with drawn_again(author):
        author.locator("[name='gates.0.look.by']").select_option("units")
    with drawn_again(author):
        choose(author, "s-gates-0-look-of", "deliveries_all")
    author.locator("[name='gates.0.below']").fill("1")
    author.locator("#more-holdbacks summary").first.click()
    with drawn_again(author):
        author.locator("#s-holdbacks").get_by_role("button", name="添加").click()
    author.locator("[name='holdbacks.0.share']").fill("10")
    event = author.locator("#offered-events option").first.get_attribute("value")
    author.locator("[name='holdbacks.0.release']").fill(event)
    author.locator("#s-holdbacks").get_by_label("台数提成").check()
    expect(live).to_contain_text("在“替代”中选它")
    author.get_by_role("group", name="替代").get_by_label("销售顾问提成").check()
    expect(live).to_contain_text("没有阻碍发布的问题")
    author.select_option("#example-person", str(seller.pk))
    expect(live).to_contain_text("¥1,860.00")
    author.get_by_role("button", name="保存为草稿").click()
    author.wait_for_url("**/definitions/versions/*")
    body = DefinitionVersion.objects.get(code="bikes").body
    assert (body["zh"], body["en"]) == ("摩托车提成", "摩托车提成")
