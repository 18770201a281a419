"""A manager sets the year's targets: pasted from a spreadsheet, undone, saved, and in conflict."""

import re

import pytest
from playwright.sync_api import Page, expect

from cast import AT
from cheji.records.models import Target, TargetLock

pytestmark = pytest.mark.journey
ADDRESS = "/targets?unit=N1&year=2026&kpi=deliveries"


def row(page: Page, name: str):
    return page.locator(".tabulator-table .tabulator-row", has_text=name)


def cell(page: Page, name: str, month: int):
    return row(page, name).locator(f"[tabulator-field=m2026{month:02d}]")


def sums(page: Page, month: int):
    return page.locator(f".tabulator-footer [tabulator-field=m2026{month:02d}]")


def paste(page: Page, name: str, month: int, text: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.bring_to_front()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    cell(page, name, month).click()
    expect(row(page, name)).to_have_class(re.compile("tabulator-range-highlight"))
    page.keyboard.press("Control+V")


def kept():
    return {
        (one.person.number, one.period): one.value
        for one in Target.objects.filter(person__isnull=False).select_related("person")
    }


@pytest.fixture
def page(enter, cast):
    Target.objects.create(
        kpi="deliveries", unit=cast.outlet, grain="month", period=202603, value=100_000
    )
    page = enter("manager")
    page.goto(ADDRESS)
    cell(page, "李娜", 3).wait_for()
    return page


def test_a_block_from_a_spreadsheet_is_pasted_undone_and_saved(page):
    paste(page, "李娜", 3, "6\t7\n4.5\t5")
    page.get_by_text("4 处修改未保存").wait_for()
    expect(cell(page, "王芳", 4)).to_have_text("5")
    expect(sums(page, 3)).to_have_text("10.5+0.5")
    expect(sums(page, 4)).to_have_text("12")

    cell(page, "张伟", 1).dblclick()
    expect(cell(page, "张伟", 1).locator("input")).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    page.get_by_text("5 处修改未保存").wait_for()
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("4 处修改未保存").wait_for()
    expect(cell(page, "张伟", 1)).to_have_text("")

    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存 4 项目标").wait_for()
    assert kept() == {
        ("LI", 202603): 60_000,
        ("LI", 202604): 70_000,
        ("WANG", 202603): 45_000,
        ("WANG", 202604): 50_000,
    }
    page.reload()
    expect(cell(page, "王芳", 3)).to_have_text("4.5")


def test_a_pasted_block_is_undone_as_a_whole(page):
    paste(page, "李娜", 3, "6\t7\n4.5\t5")
    page.get_by_text("4 处修改未保存").wait_for()
    page.keyboard.press("Control+Z")
    page.get_by_text("已全部保存").wait_for()
    for name in ("李娜", "王芳"):
        expect(cell(page, name, 3)).to_have_text("")
    expect(sums(page, 3)).to_have_text("—−10")
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()


def test_what_is_no_number_is_marked_and_cannot_be_saved(page):
    paste(page, "李娜", 3, "六台")
    page.locator(".tabulator-cell.invalid").wait_for()
    page.get_by_text("1 处修改未保存").wait_for()
    expect(page.get_by_role("button", name="保存")).to_be_disabled()
    assert kept() == {}


def test_what_another_changed_meanwhile_is_said_at_the_cell(page, cast):
    kept_one = Target.objects.create(
        kpi="deliveries", person=cast.people["li"], outlet=cast.outlet, grain="month",
        period=202603, value=80_000,
    )  # fmt: skip
    paste(page, "李娜", 3, "6")
    page.get_by_role("button", name="保存").click()
    page.locator(".tabulator-cell.invalid").wait_for()
    expect(cell(page, "李娜", 3)).to_have_attribute("title", re.compile("已被他人改为 8"))
    assert kept() == {("LI", 202603): 80_000}

    page.get_by_role("button", name="保存").click()
    page.get_by_text("已保存 1 项目标").wait_for()
    kept_one.refresh_from_db()
    assert (kept_one.value, kept_one.version) == (60_000, 2)


def test_a_block_over_a_signed_and_a_locked_cell_leaves_both_and_clearing_too(page, cast):
    mine = {"person": cast.people["li"], "outlet": cast.outlet, "kpi": "deliveries"}
    Target.objects.create(**mine, grain="month", period=202604, value=30_000, agreed_at=AT)
    TargetLock.objects.create(unit=cast.outlet, period=202605, made_at=AT)
    page.reload()
    cell(page, "李娜", 3).wait_for()
    paste(page, "李娜", 3, "6\t7\t8\t9")
    for month, text in ((3, "6"), (4, "3"), (5, ""), (6, "9")):
        expect(cell(page, "李娜", month)).to_have_text(text)
    cell(page, "李娜", 4).click()
    page.keyboard.press("Delete")
    expect(cell(page, "李娜", 4)).to_contain_text("3")
