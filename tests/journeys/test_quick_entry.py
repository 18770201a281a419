"""A consultant's day on the phone: visit, card, order, delivery, each form three taps away."""

import pytest
from playwright.sync_api import expect

from cast import Floor
from cheji.records import models as m
from cheji.web.viewers import now
from screen import assert_fits, stands

pytestmark = pytest.mark.journey


def test_from_the_visit_to_the_delivery_on_a_phone(enter, cast):
    page = enter("zhang", width=390)

    page.locator(".foot a", has_text="快速录入").click()
    page.locator(".chooser a", has_text="来店").click()
    page.get_by_label("客户姓名").wait_for()
    assert_fits(page)
    small = page.eval_on_selector_all(
        "main .btn, main .form-control, main .segments .form-check",
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).length",
    )
    assert small == 0
    page.get_by_label("客户姓名").fill("钱多多")
    page.get_by_label("电话").fill("138 1234 5678")
    page.get_by_label("意向车型").fill("星越")
    page.get_by_role("button", name="保存来店").click()
    page.get_by_text("已保存").wait_for()
    visit = m.Visit.objects.get()
    assert (visit.person, visit.first) == (cast.people["zhang"], True)

    page.get_by_role("link", name="打开").click()
    page.wait_for_url(f"**/visits/{visit.pk}")
    page.get_by_role("link", name="建立意向卡").click()
    page.get_by_label("H · 7 天内成交").check()
    page.get_by_role("button", name="建立意向卡").click()
    page.get_by_text("已建立").wait_for()
    card = m.Prospect.objects.get()
    assert (card.level, card.customer, card.model) == ("H", visit.customer, "星越")

    page.locator(".foot a", has_text="意向客户").click()
    page.wait_for_url("**/prospects")
    page.locator("table.data tbody th a", has_text="钱多多").click()
    page.get_by_role("link", name="签订订单").click()
    page.get_by_label("车价（元）").fill("128,800")
    page.get_by_role("button", name="签订订单").click()
    page.get_by_text("已签订").wait_for()
    order = m.Order.objects.get()
    assert (order.prospect, order.lines.get().revenue) == (card, 12_880_000)

    page.locator(".foot a", has_text="快速录入").click()
    page.locator(".chooser a[href='/enter/delivery']").click()
    page.wait_for_url("**/enter/delivery")
    page.locator(".links a", has_text="钱多多").click()
    page.get_by_label("车架号（VIN）").fill("lvin00001")
    page.get_by_role("button", name="交车", exact=True).click()
    page.get_by_text("已保存").wait_for()
    assert m.Delivery.objects.get().vin == "LVIN00001"
    order.refresh_from_db()
    assert order.state == "delivered"


def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(enter, cast):
    page = enter("zhang", width=390)
    page.goto("/enter/order")
    page.get_by_label("客户姓名").fill("钱多多")
    page.get_by_label("车价（元）").fill("十万")
    page.get_by_role("button", name="签订订单").click()
    page.get_by_text("不是有效金额").first.wait_for()
    expect(page.get_by_label("客户姓名")).to_have_value("钱多多")
    expect(page.get_by_label("车价（元）")).to_have_value("十万")
    assert m.Order.objects.count() == 0


def test_a_follow_up_is_three_taps_away(enter, cast):
    floor = Floor()
    customer = floor.customer(cast.outlet, cast.people["zhang"], "钱多多")
    card = floor.prospect(customer, on=now().date())
    page = enter("zhang", width=390)
    page.locator(".foot a", has_text="意向客户").click()
    page.locator("table.data tbody th a", has_text="钱多多").click()
    stands(page, page.get_by_role("link", name="跟进"))
    page.get_by_role("link", name="跟进").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("沟通内容").fill("周六来试驾")
    drawer.get_by_role("button", name="跟进").click()
    page.get_by_text("跟进已记录").wait_for()
    assert card.steps.filter(kind="note").get().reason == "周六来试驾"
