"""From the start to the record behind a number, as a manager and as a consultant walk it."""

import pytest
from playwright.sync_api import expect

from cast import Floor
from cheji.web.viewers import now
from screen import assert_fits

pytestmark = pytest.mark.journey


@pytest.fixture
def month():
    """The month that is running, as the sheet heads it, and its first day."""
    today = now().date()
    return today.month, today.replace(day=1)


def test_from_the_start_to_the_record_behind_a_number(enter, cast, month):
    number, first = month
    floor = Floor()
    customer = floor.customer(cast.outlet, cast.people["zhang"], "钱多多")
    visit = floor.visit(cast.outlet, cast.people["zhang"], on=first, customer=customer)
    again = floor.visit(cast.outlet, cast.people["zhang"], on=first, first=False)
    floor.prospect(customer, on=first)

    page = enter("manager")
    assert page.url.endswith("/cockpit")
    expect(page.locator("h1")).to_have_text("销售业绩驾驶舱")
    page.locator(".side a", has_text="KPI 报表").click()
    page.wait_for_url("**/sheets/kpi")

    line = page.locator("table.data").first.locator("tbody tr", has_text="10 留有资料比例")
    expect(line.locator("td").nth(number - 1)).to_have_text("100.00%")
    line.locator("td").nth(number - 1).locator("a").click()
    drawer = page.locator("#drawer")
    drawer.get_by_text("= 1 ÷ 1 = 100.00%").wait_for()
    drawer.locator(".reason-tree .door").nth(1).click()
    drawer.get_by_text("考虑过、未计入").wait_for()
    counted, looked_at = drawer.locator("table.data").all()
    expect(counted.locator("tbody th")).to_have_text([f"来店 {visit.number}"])
    expect(looked_at.locator("tbody th")).to_have_text([f"来店 {again.number}"])

    counted.locator("tbody th a").click()
    page.wait_for_url(f"**/visits/{visit.pk}")
    expect(page.locator("main")).to_contain_text(visit.number)


def test_the_drawer_closes_with_escape_and_gives_the_focus_back(enter, cast, month):
    number, first = month
    Floor().visit(cast.outlet, cast.people["zhang"], on=first)
    page = enter("manager")
    page.goto("/sheets/kpi")
    door = page.locator("table.data").first.locator("tbody tr").nth(1).locator("td").nth(number - 1)
    door.locator("a").click()
    page.locator("#drawer.show:not(.showing) [data-drawer-heading]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")
    expect(door.locator("a")).to_be_focused()


def test_a_consultant_on_the_phone_has_his_day_and_no_sideways_scrolling(enter, cast, month):
    _number, first = month
    floor = Floor()
    customer = floor.customer(cast.outlet, cast.people["zhang"], "钱多多")
    prospect = floor.prospect(customer, on=first, next_follow_up_on=first)
    page = enter("zhang", width=390)
    expect(page.locator("h1")).to_have_text("我的一天")
    for address in (
        *("/cockpit", "/sheets/kpi", "/people", "/inbox", "/search?q=钱多多"),
        *("/definitions", "/definitions/kpi/at/reserve_rate"),
    ):
        page.goto(address)
        assert_fits(page)
    page.goto("/cockpit")
    page.locator(".todo a", has_text="钱多多").click()
    page.wait_for_url(f"**/prospects/{prospect.pk}")


def test_a_region_head_goes_from_the_ranking_of_people_to_that_of_outlets(enter, cast, month):
    Floor().visit(cast.outlet, cast.people["zhang"], on=month[1])
    page = enter("region_head", width=390)
    page.goto("/ranking")
    page.get_by_role("link", name="门店", exact=True).click()
    page.wait_for_url("**/ranking/outlets*")
    expect(page.locator("table.data tbody tr", has_text="北一店")).to_be_visible()
    expect(page.locator("h1")).to_have_text("排名 · 北区")
    assert_fits(page)


def test_the_drawer_says_what_the_server_says(enter, cast, month):
    """A refusal and a fault in the words of the server's own page, no answer at all in ours."""
    number, first = month
    Floor().visit(cast.outlet, cast.people["zhang"], on=first)
    page = enter("manager")
    page.goto("/sheets/kpi")
    door = page.locator("table.data").first.locator("tbody tr").nth(1).locator("td").nth(number - 1)
    said = page.locator("#drawer [data-drawer-body] .alert")
    for address, sentence in (
        ("/reasons/no-such-thing", "或其内容不在您的数据范围内"),
        ("/people?" + "a&" * 20_001, "表单最多 20,000 个字段"),
    ):
        door.locator("a").evaluate("(link, to) => link.setAttribute('href', to)", address)
        door.locator("a").click()
        said.filter(has_text=sentence).wait_for()
        page.locator("#drawer.show:not(.showing)").wait_for()
        page.keyboard.press("Escape")
        page.locator("#drawer").wait_for(state="hidden")
    page.context.set_offline(True)
    door.locator("a").click()
    said.filter(has_text="连接不上服务器").wait_for()
