"""A person and his manager on phones: agree, mark oneself, evaluate; what is typed stays."""

import pytest
from playwright.sync_api import expect

from appraisal_floor import Cycled
from cheji.records import models as m
from screen import assert_fits

pytestmark = pytest.mark.journey
PHONE = 390
PHOTO = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture
def cycled(cast):
    made = Cycled(cast)
    made.advance()
    return made


def proves(page):
    """A photo is put beside the work goal, whose scheme asks for evidence."""
    page.get_by_role("link", name="佐证文件").click()
    photo = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}
    page.set_input_files("[name=file]", photo)
    page.get_by_role("button", name="添加").click()
    page.get_by_role("link", name="现场.jpg").wait_for()
    assert_fits(page)


def test_two_people_bring_an_appraisal_to_its_evaluation_on_phones(enter, cycled):
    mine = f"/appraisals/{cycled.of('zhang').pk}"
    lead = enter("lead", width=PHONE)
    lead.goto(f"{mine}/terms")
    lead.fill("[name='target-sales_units']", "六台")
    lead.click("main form button[type=submit]")
    lead.locator(".alert-danger").wait_for()
    expect(lead.locator("[name='target-sales_units']")).to_have_value("六台")
    lead.fill("[name='target-sales_units']", "6")
    lead.fill("[name='text-work_goals.g1']", "每周整理展车")
    lead.fill("[name='weight-work_goals.g1']", "100")
    lead.click("main form button[type=submit]")
    lead.get_by_label("没有目标我也同意").check()  # 销售额
    lead.get_by_role("button", name="确认合约").click()
    lead.locator(".flash", has_text="已确认").wait_for()

    zhang = enter("zhang", width=PHONE)
    zhang.goto("/appraisals/mine")
    assert_fits(zhang)
    expect(zhang.locator("main")).to_contain_text("每周整理展车")
    zhang.get_by_label("没有目标我也同意").check()
    zhang.get_by_role("button", name="确认合约").click()
    zhang.locator(".flash", has_text="已确认").wait_for()
    assert cycled.of("zhang").manager_agreed_at is not None

    cycled.go("self")
    zhang.goto(f"{mine}/marks")
    field = zhang.locator("[name$='.teamwork'][name^='mark-']")
    field.fill("120")
    zhang.locator("[data-mark-fault]:visible").wait_for()
    expect(field).to_have_value("120")
    field.fill("88")
    zhang.locator("[data-mark-said]", has_text="已保存").wait_for()
    zhang.locator("[name$='.g1'][name^='mark-']").fill("90")
    field.press("Enter")
    proves(zhang)
    zhang.goto(f"{mine}/marks")
    assert_fits(zhang)
    zhang.get_by_role("button", name="提交").click()
    zhang.wait_for_url(lambda url: not url.endswith("/marks"))

    cycled.go("manager")
    lead.goto("/appraisals/team")
    assert_fits(lead)
    lead.goto(f"{mine}/marks")
    expect(lead.locator("main")).to_contain_text("自评: 88")
    lead.locator("[name$='.teamwork'][name^='mark-']").fill("85")
    lead.locator("[name$='.g1'][name^='mark-']").fill("95")
    lead.get_by_role("button", name="提交").click()
    lead.wait_for_url(lambda url: not url.endswith(f"{mine}/marks"))
    kept = m.Evaluation.objects.filter(task__appraisal=cycled.of("zhang")).order_by("id")
    assert list(kept.values_list("task__part", "goal", "mark")) == [
        ("self", "", 880_000), ("self", "g1", 9_000),
        ("manager", "", 850_000), ("manager", "g1", 9_500),
    ]  # fmt: skip
