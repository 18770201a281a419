"""A floor price entered in a real browser; the statement leads to what the car brought above it."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cast import Floor
from paying import EXCESS, planned
from screen import assert_fits

pytestmark = pytest.mark.journey
TODAY = date(2026, 4, 10)


def test_a_consultant_follows_his_excess_to_the_floor_price(enter, cast, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    planned(date(2021, 1, 1), components=EXCESS)
    floor, on = Floor(), date(2026, 3, 5)
    order = floor.order(cast.outlet, cast.people["zhang"], on=on, model="星越")
    order.lines.create(kind="gift", cost=50_000)
    floor.delivery(order, on)

    finance = enter("finance")
    finance.goto("/registers/floor_prices")
    finance.get_by_role("link", name="录入").first.click()
    finance.fill("[name=since]", "2026-03-01")
    finance.fill("[name=price]", "9.8万")
    finance.fill("[name=model]", "星越")
    finance.locator("form.entry").get_by_role("button", name="保存").click()
    expect(finance.get_by_role("cell", name="¥98,000")).to_be_visible()

    zhang = enter("zhang", width=390)
    zhang.goto("/pay/of/ZHANG/202603?outlet=N1")
    assert_fits(zhang)
    zhang.goto("/pay/of/ZHANG/202603/excess:1?outlet=N1")
    base = zhang.locator("section", has_text="基数由以下构成")
    for part in ("车价减让利", "¥100,000.00", "赠品", "-¥500.00", "限价", "-¥98,000.00"):
        expect(base).to_contain_text(part)
    expect(zhang.locator("main")).to_contain_text("1500 × 15% = 225 元")
