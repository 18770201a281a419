"""A dirty spreadsheet in a real browser: columns, cells mended, a row skipped, report, undo."""

import re
import threading

import pytest
from playwright.sync_api import expect
from procrastinate.contrib.django import app

from cheji.records.models import Order
from screen import stands

pytestmark = pytest.mark.journey

DIRTY = """北一店订单台账,,,,,,,
店,合同号,签约日期,客户,电话,车型,成交价,销售
N1,T001,2026年3月3日,钱多多,13900001111,轩逸,12.88万,张伟
N1,T002,2026-13-03,孙小,13900001112,天籁,"185,000",李娜
N1,T003,2026-03-08,周大,13900001113,奇骏,一二三,王芳
N1,T004,2026-03-09,吴用,13900001114,奇骏,203000,没有人
合计,,,,,,,
"""


def work():
    """Let a worker take what is queued, as the one inside `cheji serve` would."""

    def once():
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    thread = threading.Thread(target=once)
    thread.start()
    thread.join()


def test_a_dirty_file_is_mended_committed_and_undone(enter, cast, tmp_path):
    file = tmp_path / "台账.csv"
    file.write_text(DIRTY, encoding="gb18030")

    page = enter("manager")
    page.locator(".side a", has_text="数据导入").click()
    page.locator("main a.btn-primary", has_text="导入文件").first.click()
    page.locator("main .links a", has_text="订单").first.click()
    stands(page, page.locator("[data-upload]"))
    page.set_input_files("input[type=file]", str(file))
    expect(page.locator("[data-upload-names]")).to_have_text(re.compile("^台账.csv"))
    page.get_by_role("button", name="上传并继续").click()

    page.wait_for_url("**/columns")
    expect(page.locator("main")).to_contain_text("尚未用到的列：店、销售")
    page.select_option("#from-outlet_code", "店")
    page.select_option("#from-consultant", "销售")
    page.get_by_role("button", name="检查各行").click()

    page.wait_for_url("**/check")
    assert [cell.input_value() for cell in page.locator("td.faulty .form-control").all()] == [
        "2026-13-03",
        "一二三",
        "没有人",
    ]
    expect(page.locator(".mend")).to_contain_text("没有这一天：2026-13-03")
    page.locator("td.faulty .form-control").nth(0).fill("2026-3-4")
    page.locator("td.faulty .form-control").nth(1).fill("20.3万")
    page.get_by_role("button", name="保存修改并重新检查").click()
    stands(page, page.get_by_role("button", name="跳过 1 行，导入 3 行"))
    page.get_by_role("button", name="跳过 1 行，导入 3 行").click()
    page.locator("#confirm").get_by_role("button", name="确定").click()

    page.locator("#progress").wait_for()
    assert Order.objects.count() == 0
    work()
    page.get_by_role("heading", name="未导入的行").wait_for()
    counts = [re.compile(rf"^\s*{count}\b") for count in (3, 0, 0, 1, 3)]
    expect(page.locator(".kpi .value")).to_have_text(counts)
    row = page.locator("main table tbody tr")
    expect(row).to_contain_text("销售顾问")
    expect(row).to_contain_text("没有名为“没有人”的人员")

    page.get_by_role("link", name="查看记录").click()
    page.wait_for_url("**/orders")
    expect(page.locator("table.data tbody th a")).to_have_text(["周大", "孙小", "钱多多"])
    expect(page.locator("table.data tbody")).to_contain_text("¥203,000")

    page.go_back()
    page.get_by_role("button", name="撤销导入").click()
    page.locator("#confirm").get_by_role("button", name="确定").click()
    page.get_by_text("导入已撤销").wait_for()
    page.goto("/orders")
    page.get_by_text("没有订单", exact=True).wait_for()

    page.locator(".bar a:has(.tally)").click()
    expect(page.locator(".todo li")).to_contain_text("台账.csv：新增 3，更新 0，跳过 1")
    page.get_by_role("button", name="导入完成").click()
    page.wait_for_url("**/imports/*")
    expect(page.locator(".bar .tally")).to_have_count(0)


def test_on_a_phone_the_first_fault_of_a_row_is_seen_without_scrolling(enter, cast, tmp_path):
    """Under its number, in the column that stays while the cells are moved."""
    file = tmp_path / "spend.csv"
    file.write_text("门店代码,投放日期,投放媒体,备注,金额\nN1,2026-03-01,抖音,三月,很多\n")
    page = enter("manager", width=390)
    page.goto("/imports/new/ad_spend")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="上传并继续").click()
    page.wait_for_url("**/check")
    told = page.locator(".mend .why.first")
    expect(told).to_contain_text("金额：")
    expect(told).to_be_in_viewport(ratio=1)
    page.locator(".table-frame").evaluate("frame => { frame.scrollLeft = 200 }")
    at = "e => { const b = e.getBoundingClientRect();"
    at += " return document.elementFromPoint(b.left + 60, b.top + 8) === e }"
    assert told.evaluate(at)
