"""A pay plan tried beside the one in force, a rate changed, kept and opened by somebody else."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cast import Floor
from cheji.engine.definitions import as_json, body_of, digest, pay_plan_of
from cheji.records import models as m
from journeys.test_import import work
from paying import PLAN
from screen import assert_fits

pytestmark = pytest.mark.journey


def prepare(cast):
    """Zhang sold three cars last month, Li one; a draft pays 1,000 for each and no gross."""
    on = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=3)
    floor = Floor()
    for who in ("zhang", "zhang", "zhang", "li"):
        floor.delivery(floor.order(cast.outlet, cast.people[who], on=on), on)
    part = {**PLAN["components"][0], "mode": "marginal", "tiers": [{"from": 0, "rate": 1000}]}
    version(date(2021, 1, 1), "published", PLAN)
    version(date(2026, 4, 1), "draft", {**PLAN, "zh": "新提成", "components": [part]})


def version(valid_from, state, body):
    plan = pay_plan_of(body)
    m.DefinitionVersion.objects.create(
        kind="pay_plan", code=plan.code, valid_from=valid_from, state=state,
        body=as_json(body_of(plan)), digest=digest(plan),
    )  # fmt: skip


def cell(page, caption, name, text):
    """The cell of this text in a row of the table under a heading."""
    card = page.locator("section.card", has=page.get_by_role("heading", name=caption))
    return card.locator("tbody tr", has_text=name).get_by_role("cell", name=text, exact=True)


def test_a_draft_is_tried_changed_kept_and_shown_to_the_manager(enter, cast):
    prepare(cast)
    page = enter("hr")
    page.locator(".side a", has_text="提成").first.click()
    page.locator(".nav-tabs a", has_text="提成试算").click()
    page.locator("a.btn-primary", has_text="新建试算").click()
    page.get_by_label("新提成").check()
    page.get_by_label(cast.outlet.name).check()
    page.get_by_role("button", name="开始试算").click()
    page.locator("#progress").wait_for()
    work()
    page.get_by_role("heading", name="方案对比").wait_for()
    expect(cell(page, "增减人员", "张伟", "-300")).to_be_visible()
    expect(page.locator("canvas").nth(2)).to_be_attached()

    page.get_by_label("台数 · 标准").fill("1200")
    page.get_by_role("button", name="用这些数字试算").click()
    page.locator("#progress").wait_for()
    work()
    page.get_by_role("heading", name="方案对比").wait_for()
    expect(cell(page, "增减人员", "张伟", "+300")).to_be_visible()
    expect(page.locator("main")).to_contain_text("台数 · 标准: 1000 → 1200")

    page.fill("input[name=name]", "春季方案")
    page.get_by_role("button", name="保存并共享").click()
    page.get_by_role("button", name="复制链接").wait_for()
    address = page.url

    phone = enter("manager", width=390)
    phone.goto(address)
    expect(phone.locator("h1")).to_contain_text("春季方案")
    assert_fits(phone)
    assert phone.get_by_role("button", name="保存并共享").count() == 0
    assert phone.goto("/pay/simulations").status == 200
    assert enter("far_manager").goto(address).status == 404
