"""From the gap of an outlet to a consultant's weak step, its rows, and a task about it."""

import re

import pytest
from playwright.sync_api import expect

from cast import Floor, totals
from cheji.records import models as m
from cheji.web.viewers import now
from screen import stands

pytestmark = pytest.mark.journey
#: Visits, new intent customers and orders of them: 王芳 makes least of her customers.
FIGURES = {"zhang": (70, 45, 12), "li": (80, 48, 9), "wang": (50, 26, 2)}


def test_find_the_weakest_step_of_a_consultant_and_open_its_rows(enter, cast):
    first = now().date().replace(day=1)
    for who, (visits, new, orders) in FIGURES.items():
        given = {"visits": visits, "intent_new": new, "orders_new": orders}
        totals(cast.outlet, first, cast.people[who], **given)
    customer = Floor().customer(cast.outlet, cast.people["wang"], "钱多多")
    prospect = Floor().prospect(customer, on=first)
    m.Exercise.objects.create(kpi="new_conversion", zh="练异议", en="Practise objections")

    page = enter("manager")
    page.locator(".side a", has_text="差距分析").click()
    page.get_by_role("link", name="顾问短板").click()
    line = page.locator("table.data tbody tr", has_text="王芳")
    stands(page, line)
    expect(line).to_contain_text("新增意向客户订单转化率B")
    line.locator("td.is-bad a").click()
    drawer = page.locator("#drawer")
    drawer.get_by_text("= 2 ÷ 27").wait_for()
    drawer.locator(".reason-tree .door").nth(1).click()
    counted = drawer.locator("table.data").first
    row = counted.locator("tbody th", has_text=prospect.number)
    row.wait_for()
    page.keyboard.press("Escape")

    line.get_by_role("link", name="辅导").click()
    page.get_by_label("练异议").check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/coaching/\d+"))
    expect(page.locator("main")).to_contain_text("练异议")
    task = m.CoachingTask.objects.get()
    assert (task.person, task.kpi) == (cast.people["wang"], "new_conversion")
    page.goto("/coaching")
    expect(page.locator("table.data tbody tr").first).to_contain_text("王芳")
