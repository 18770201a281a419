"""A year's target goes to months and weeks and to a consultant, who signs for it."""

import re

import pytest
from playwright.sync_api import Page, expect

from cheji.records.models import Target, TargetLetter, TargetProposal
from screen import assert_fits

pytestmark = pytest.mark.journey
ADDRESS = "/targets?unit=N1&year=2026&kpi=deliveries"
WEIGHTS = "7,5,9,8,8,9,8,8,10,9,9,10"


def split(page: Page, way: str, **given: str) -> None:
    """Fill the grid in by the form above it, and save."""
    form = page.locator("form[data-grid-fill]")
    form.locator("[name=way]").select_option(way)
    for name, value in given.items():
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button", name="分解").click()
    page.get_by_text("处修改未保存").wait_for()
    page.get_by_role("button", name="保存").click()
    page.get_by_text("已全部保存").wait_for()


def months(**whose: object) -> list[int]:
    rows = Target.objects.filter(grain="month", kpi="deliveries", **whose).order_by("period")
    return [row.value // 10_000 for row in rows]


def test_a_year_is_split_to_weeks_and_signed(enter, cast):
    Target.objects.create(
        kpi="deliveries", unit=cast.outlet, grain="year", period=2026, value=10_000_000
    )
    page = enter("manager")
    page.goto(f"{ADDRESS}&level=own")
    page.locator(".tabulator-table .tabulator-row").first.wait_for()
    split(page, "weights", weights=WEIGHTS)
    expect(page.locator("[data-grid-compare]")).to_have_attribute("data-tone", "good")
    assert months(unit=cast.outlet) == [70, 50, 90, 80, 80, 90, 80, 80, 100, 90, 90, 100]

    page.goto(f"{ADDRESS}&level=own&across=week&month=202603")
    page.locator(".tabulator-table .tabulator-row").first.wait_for()
    split(page, "working_days")
    weeks = Target.objects.filter(grain="week", within=202603).order_by("period")
    assert [row.value // 10_000 for row in weeks] == [3, 21, 20, 20, 20, 6]

    page.goto(ADDRESS)
    page.locator(".tabulator-table .tabulator-row").first.wait_for()
    split(page, "weights", weights="45,35,20", reserve="10")
    assert months(person=cast.people["li"])[2] == 37
    assert months(unit=cast.outlet, reserve=True)[2] == 9

    page.goto("/targets/letters?year=2026")
    page.locator("[name=scope]").select_option(label="李娜")
    page.get_by_role("button", name="下发责任书").click()
    page.get_by_text("责任书已下发").wait_for()
    expect(page.get_by_text("尚未签署")).to_be_visible()

    own = enter("li")
    own.goto("/inbox")
    own.get_by_text("有一份目标责任书待您签署").first.wait_for()
    own.goto(f"/targets/letters/{TargetLetter.objects.get().pk}")
    own.get_by_role("button", name="签署").click()
    own.get_by_text("已签署。").wait_for()
    assert_fits(own)
    row = TargetLetter.objects.get()
    assert (row.signed_by.username, row.made_by.username) == ("li", "manager")

    page.goto(ADDRESS)
    cell = page.locator(".tabulator-table .tabulator-row", has_text="李娜")
    cell = cell.locator("[tabulator-field=m202603]")
    expect(cell).to_have_class(re.compile("fixed"))
    cell.dblclick()
    expect(cell.locator("input")).to_have_count(0)

    page.goto(f"{ADDRESS}&mode=propose")
    cell.dblclick()
    expect(cell.locator("input")).to_be_focused()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    page.locator("[data-grid-reason]").fill("新车到店")
    page.get_by_role("button", name="提交提案").click()
    page.get_by_text("已提交 1 项目标提案").wait_for()
    assert months(person=cast.people["li"])[2] == 37
    assert [one.value for one in TargetProposal.objects.all()] == [400_000]
