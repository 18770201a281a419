"""A month of pay, from its exceptions to the voucher, by four people."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cast import Floor
from cheji.engine.definitions import as_json, body_of, digest, pay_plan_of
from cheji.jobs import pay_batches as jobs
from cheji.records import models as m
from paying import LATER, PLAN
from screen import assert_fits, stands

pytestmark = pytest.mark.journey
TODAY = date(2026, 4, 10)
ACCOUNTS = {"expense": "6601.01 销售费用", "payable": "2211.01 应付职工薪酬", "bank": "1002 银行"}


def sold(cast) -> None:
    """Two cars of March; the cost of one is not known."""
    plan = pay_plan_of(PLAN)
    m.DefinitionVersion.objects.create(
        kind="pay_plan", code=plan.code, valid_from=date(2021, 1, 1), state="published",
        body=as_json(body_of(plan)), digest=digest(plan),
    )  # fmt: skip
    floor, zhang = Floor(), cast.people["zhang"]
    for place, cost in enumerate((9_500_000, None)):
        order = floor.order(cast.outlet, zhang, on=date(2026, 3, 5 + place), cost=cost)
        floor.delivery(order, date(2026, 3, 5 + place))
    m.VoucherAccounts.objects.create(unit=cast.group, values=ACCOUNTS, changed_at=LATER)


def test_finance_closes_a_month_with_three_others(enter, cast, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    sold(cast)
    hr = enter("hr")
    hr.goto("/pay?outlet=N1&period=202603")
    hr.get_by_role("button", name="计算并存档").click()
    hr.get_by_role("button", name="标记为已复核").wait_for()
    run = m.Run.objects.get(kind="pay")
    address = f"/pay/runs/{run.pk}"

    finance = enter("finance")
    finance.goto("/pay/runs?period=202603")
    finance.get_by_role("link", name="项待决事项").click()
    stands(finance, finance.get_by_role("link", name="成本未知"))
    finance.locator("[data-select-all]").check()
    finance.fill("[name=decision]", "成本待厂家对账")
    finance.get_by_role("button", name="处理勾选项").click()
    finance.get_by_text("没有待决事项").wait_for()

    manager = enter("manager")
    manager.goto(address)
    manager.get_by_role("button", name="标记为已复核").click()
    manager.locator(".flash", has_text="已复核").wait_for()
    head = enter("region_head", width=390)
    head.goto(address)
    assert_fits(head)
    head.get_by_role("button", name="批准", exact=True).click()
    head.locator(".flash", has_text="已批准").wait_for()
    finance.goto(address)
    finance.get_by_role("button", name="关账并封存").click()
    finance.locator("#confirm [data-part=ok]").click()
    finance.get_by_role("button", name="标记为已发放").click()
    finance.get_by_role("button", name="标记为已导出").wait_for()

    finance.goto("/pay/vouchers?period=202603")
    expect(finance.get_by_text("借贷平衡")).to_be_visible()
    with finance.expect_download() as file:
        finance.get_by_role("link", name="用友").click()
    text = file.value.path().read_bytes().decode("gbk")
    run.refresh_from_db()
    assert f"{run.total // 100}.{run.total % 100:02d}" in text
    finance.get_by_role("button", name="将 1 次已发放的计算标记为已导出").click()
    finance.locator("#confirm [data-part=ok]").click()
    finance.wait_for_url("**/pay/runs/batches/*")
    batch = m.PayBatch.objects.get()
    jobs.batch(number=batch.pk, user=batch.made_by_id)
    run.refresh_from_db()
    assert (run.state, run.total > 0) == ("exported", True)
