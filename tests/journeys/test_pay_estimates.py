"""What a month that is not closed is expected to cost, into the books, and what it may cost."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cast import Cast, Floor
from cheji.engine.money import yuan_text
from cheji.jobs import pay_batches as jobs
from cheji.records import models as m
from paying import FEBRUARY, booked, calculated, planned
from screen import assert_fits

pytestmark = pytest.mark.journey
TODAY = date(2026, 3, 12)


@pytest.fixture
def sold(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Three cars of February, 5,000 yuan of gross each, and accounts for the vouchers."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    planned(since=date(2021, 1, 1))
    booked(cast.group)
    floor = Floor()
    for day in (3, 10, 17):
        on = date(2026, 2, day)
        floor.delivery(floor.order(cast.outlet, cast.people["zhang"], on=on), on)
    return cast


def test_an_accrual_is_worked_out_looked_into_and_fetched(enter, sold):
    page = enter("finance")
    page.goto("/pay/overview?period=202602&outlet=N1")
    page.get_by_role("button", name="按目前记录计算").click()
    page.wait_for_url("**/pay/runs/batches/*")
    batch = m.PayBatch.objects.get()
    jobs.batch(number=batch.pk, user=batch.made_by_id)
    total = m.PayAccrual.objects.get().total
    page.get_by_role("link", name="北一店").click()
    expect(page.get_by_role("row", name="张伟")).to_contain_text(f"¥{total / 100:,.2f}")

    page.get_by_role("link", name="提成成本").first.click()
    page.get_by_role("link", name="暂估凭证").click()
    expect(page.get_by_text("借贷平衡")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="用友").click()
    assert yuan_text(total) in file.value.path().read_bytes().decode("gbk")


def test_a_ceiling_is_set_and_what_is_left_of_it_seen(enter, sold):
    total = calculated(sold, FEBRUARY).total
    page = enter("finance", width=390)
    page.goto("/pay/overview?period=202602&outlet=N1")
    page.get_by_role("link", name="预算上限").click()
    page.get_by_label("每店每月金额（元）").check()
    page.fill("[name=amount]", "3,500")
    page.get_by_label("北一店").check()
    assert_fits(page)
    page.get_by_role("button", name="保存").click()
    page.locator(".flash", has_text="已保存").wait_for()
    page.goto("/pay/overview?period=202602&outlet=N1")
    assert_fits(page)
    left = page.locator(".kpi", has_text="预算剩余")
    expect(left).to_contain_text(f"¥{(350_000 - total) / 100:,.2f}")
    expect(left).to_contain_text("¥3,500.00")
