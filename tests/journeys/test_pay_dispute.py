"""A consultant signs a closed statement, disputes a line, and sees what came of it next month."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cast import Floor
from cheji.records.models import ManualLine
from journeys.test_simulation import version
from paying import FEBRUARY, MARCH, PLAN, calculated, closed
from screen import assert_fits, stands

pytestmark = pytest.mark.journey
TODAY = date(2026, 3, 12)


def test_a_line_is_disputed_decided_approved_and_adjusted(enter, cast, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    floor, seller = Floor(), cast.people["zhang"]
    for day in (3, 10, 17):
        on = date(2026, 2, day)
        floor.delivery(floor.order(cast.outlet, seller, on=on), on)
    version(date(2021, 1, 1), "published", PLAN)
    closed(cast, FEBRUARY)

    mine = enter("zhang", width=390)
    mine.goto("/pay?period=202602")
    expect(mine.locator("main")).to_contain_text("¥3,300.00")
    mine.fill("#note", "已核对")
    mine.get_by_role("button", name="签收提成单").click()
    stands(mine, mine.locator(".flash", has_text="已签收"))
    mine.locator("#step-6 td .door").first.click()
    expect(mine.locator("#drawer")).to_contain_text("600")
    mine.goto("/pay/of/ZHANG/202602/unit_bonus:1?outlet=N1")
    mine.get_by_role("link", name="有异议").click()
    mine.fill("[name=text]", "少算一台推荐奖")
    mine.get_by_role("button", name="提出争议").click()
    mine.wait_for_url("**/pay/cases/*")
    page = mine.url
    assert_fits(mine)

    manager = enter("manager")
    manager.goto("/pay/cases")
    manager.get_by_role("link", name="张伟").first.click()
    manager.get_by_role("button", name="提出人已听取").click()
    stands(manager, manager.locator(".flash"))
    manager.locator("#id_how_0").check()
    manager.fill("[name=mine]", "500")
    manager.fill("[name=decision]", "核实有推荐记录")
    manager.get_by_role("button", name="裁决", exact=True).click()
    expect(manager.locator("#effects")).to_contain_text("待批准")

    finance = enter("finance")
    finance.goto(page)
    finance.get_by_role("button", name="批准").click()
    expect(finance.locator("#effects")).to_contain_text("已批准")
    assert ManualLine.objects.get().fen == 50_000

    calculated(cast, MARCH)
    mine.goto("/pay?period=202603")
    expect(mine.locator("#step-12")).to_contain_text("¥500.00")
    expect(mine.locator("#step-12")).to_contain_text("核实有推荐记录")
