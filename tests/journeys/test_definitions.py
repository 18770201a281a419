"""Two people define a KPI on the screen: one writes and previews it, the other publishes it."""

from datetime import date

import pytest
from playwright.sync_api import expect

from cast import totals
from cheji.records.models import DefinitionVersion

pytestmark = pytest.mark.journey


def test_a_kpi_is_defined_checked_previewed_and_published_by_two_people(enter, cast):
    totals(cast.outlet, date(2026, 10, 5), visits=40, ad_spend=2_000_000)
    author = enter("hr")
    author.goto("/definitions")
    author.get_by_role("link", name="新增定义").click()
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
    second.goto(f"{second.url}?outlet=N1&first=202610&last=202610")
    expect(second.locator("main")).to_contain_text("¥200")
    second.goto(page)
    second.get_by_role("button", name="发布", exact=True).click()
    second.wait_for_url(page)
    row = DefinitionVersion.objects.get(code="spend_in_hundreds")
    assert (row.state, row.author.username, row.approver.username) == (
        "published", "hr", "group_manager",
    )  # fmt: skip
