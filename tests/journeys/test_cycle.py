"""A whole cycle by four people, with an appeal after its publication."""

import pytest
from playwright.sync_api import Page, expect

from appraisal_floor import Cycled
from cast import ON
from cheji.records.models import Adjustment, Appeal, CalibrationMove
from screen import assert_fits

pytestmark = pytest.mark.journey


def opened(hr: Page, cast) -> Cycled:
    """HR opens a cycle for the outlet after looking who takes part, and moves it on."""
    hr.goto("/appraisals/cycles")
    hr.get_by_role("link", name="开启考核周期").first.click()
    hr.select_option("[name=unit]", str(cast.outlet.pk))
    hr.fill("[name=name]", "二月考核")
    hr.select_option("[name=period]", "202602")
    hr.select_option("[name=scheme_consultant]", "consultant_manual")
    for step in ("reviewing", "peers"):
        hr.check(f"[name=left_out][value={step}]")
    hr.get_by_role("button", name="预览参加与不参加的人员").click()
    expect(hr.get_by_text("未选用适合该岗位、级别的考核方案").first).to_be_visible()
    hr.get_by_role("button", name="开启周期").click()
    hr.get_by_role("button", name="推进到：签订合约").click()
    hr.get_by_text("周期已推进").wait_for()
    cycled = Cycled.__new__(Cycled)
    cycled.cast, cycled.id = cast, int(hr.url.rpartition("/")[2])
    return cycled


def test_a_cycle_from_its_opening_to_a_decided_appeal(enter, cast, monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)
    cycled = opened(enter("hr"), cast)
    cycled.go("calibrating")
    board = f"/appraisals/cycles/{cycled.id}/calibration"

    head = enter("region_head")
    head.goto(board)
    card = head.locator("[data-move]", has_text="张伟")
    card.drag_to(head.locator("[data-grade=B]"))
    form = head.locator("#drawer form")
    form.locator("[name=why]").fill(" ")
    form.get_by_role("button", name="调整").click()
    form.locator(".is-wrong [name=why]").wait_for()  # refused, it stays in the drawer
    form.locator("[name=why]").fill("带教两名新人")
    form.get_by_role("button", name="调整").click()
    head.get_by_text("张伟 已调整").wait_for()
    assert CalibrationMove.objects.get().to_grade == "B"

    group = enter("group_manager")
    group.goto(board)
    group.locator("#publish button[type=submit]").click()
    group.locator("#confirm [data-part=ok]").click()
    group.get_by_text("已公布。").wait_for()
    assert cycled.row.state == "published"

    own = enter("zhang", width=390)
    letter = f"/appraisals/cycles/{cycled.id}/results/ZHANG"
    own.goto(letter)
    expect(own.get_by_text("带教两名新人")).to_be_visible()
    assert_fits(own)
    own.goto(f"/appraisals/{cycled.of('zhang').pk}/do/appeal")
    own.select_option("[name=item]", "teamwork")
    own.fill("[name=text]", "帮带记录漏记")
    own.locator("form.entry button[type=submit]").click()
    own.wait_for_url(f"**/appraisals/{cycled.of('zhang').pk}")

    head.goto("/appraisals/appeals")
    head.get_by_role("link", name="张伟").first.click()
    head.fill("[name=rating_manager]", "100")
    head.get_by_role("button", name="先试算").click()
    expect(head.get_by_role("columnheader", name="更正后", exact=True)).to_be_visible()
    assert not Adjustment.objects.exists()
    head.check("[name=how][value=upheld]")
    head.fill("[name=decision]", "帮带记录属实")
    head.locator("[name=decide]").click()
    head.get_by_text("已裁决，已通知本人及其上级。").wait_for()
    assert Appeal.objects.get().state == "upheld"

    own.goto(letter)
    expect(own.get_by_text("有申诉成立")).to_be_visible()
