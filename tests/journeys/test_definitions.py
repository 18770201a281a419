"""Two people define a KPI on the screen: one writes and previews it, the other publishes it."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cast import Floor, totals
from cheji.records.models import DefinitionVersion
from cheji.web.viewers import now
from screen import stands

pytestmark = pytest.mark.journey


def test_a_kpi_is_defined_checked_previewed_and_published_by_two_people(enter, cast):
    totals(cast.outlet, date(2026, 10, 5), visits=40, ad_spend=2_000_000)
    author = enter("hr")
    author.goto("/definitions")
    author.get_by_role("link", name="新增定义").click()
    stands(author, author.locator("#formula-said"))
    author.locator("#id_code").fill("spend_in_hundreds")
    author.locator("#id_zh").fill("百元广宣")
    author.locator("#id_en").fill("Spend in hundreds")
    formula = author.locator("#id_formula")
    formula.fill("ad_spend / (visits - visits)")
    said = author.locator("#formula-said")
    expect(said).to_contain_text("除数恒为 0")
    formula.fill("")
    author.get_by_text("公式可用的名称").click()
    author.get_by_placeholder("名称或代码").fill("ad_spend")
    author.locator("[data-insert=ad_spend]").click()
    formula.press_sequentially(" / 100")
    expect(said).to_contain_text("÷ 100")
    expect(said).to_contain_text("没有问题")
    author.locator("#id_unit").fill("yuan")
    author.get_by_role("button", name="保存为草稿").click()
    author.wait_for_url("**/definitions/versions/*")
    page = author.url
    expect(author.get_by_text("须由第二人发布", exact=False)).to_be_visible()

    second = enter("group_manager")
    second.goto(page)
    second.get_by_role("link", name="用真实数据预览").click()
    second.wait_for_url("**/preview")
    second.goto(f"{page}/preview?outlet=N1&first=202610&last=202610")
    expect(second.locator("main")).to_contain_text("¥200")
    second.goto(page)
    second.get_by_role("button", name="发布", exact=True).click()
    second.locator(".flash", has_text="已发布").wait_for()
    row = DefinitionVersion.objects.get(code="spend_in_hundreds")
    assert (row.state, row.author.username, row.approver.username) == (
        "published", "hr", "group_manager",
    )  # fmt: skip


def test_a_measure_on_an_own_field_becomes_a_kpi_with_its_value(enter, cast):
    author = enter("hr")
    author.goto("/fields/new")
    author.locator("[name=noun][value=order]").check()
    author.locator("[name=type][value=choice]").check()
    author.locator("#id_code").fill("usage")
    author.locator("#id_zh").fill("用途")
    author.locator("#id_en").fill("Usage")
    author.locator("#id_choices").fill("fleet, 车队, Fleet\nown, 私家, Private")
    author.locator("#id_in_kpis").check()
    author.get_by_role("button", name="保存").click()
    author.get_by_role("link", name="用它建基础量").click()
    stands(author, author.locator("#measure-said"))
    author.locator("#id_code").fill("fleet_orders")
    author.locator("#id_zh").fill("车队订单")
    author.locator("#id_en").fill("Fleet orders")
    author.get_by_label("车队", exact=True).check()
    expect(author.locator("#measure-said")).to_contain_text("用途：仅限车队")
    author.get_by_label("同时建一个", exact=False).check()
    author.locator("#id_valid_from").fill(now().date().replace(day=1).isoformat())
    author.get_by_role("button", name="保存为草稿").click()
    author.wait_for_url("**/definitions/versions/*")
    pages = [
        f"/definitions/versions/{row.pk}"
        for row in DefinitionVersion.objects.filter(code="fleet_orders").order_by("id")
    ]

    second = enter("group_manager")
    second.goto(pages[1])
    second.get_by_role("link", name="车队订单").click()
    second.wait_for_url(f"**{pages[0]}")
    for page in pages:
        second.goto(page)
        second.get_by_role("button", name="发布", exact=True).click()
        second.locator(".flash", has_text="已发布").wait_for()
    floor = Floor()
    for choice in ("fleet", "own"):
        zhang = cast.people["zhang"]
        floor.order(cast.outlet, zhang, on=now().date(), custom={"usage": choice})
    second.goto("/definitions/kpi/at/fleet_orders")
    second.get_by_role("link", name="本月数值").click()
    stands(second, second.get_by_role("link", name="1 台"))
    second.get_by_role("link", name="1 台").click()
    expect(second.get_by_text("用途 = 车队", exact=False)).to_be_visible()
