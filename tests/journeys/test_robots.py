"""A manager brings a robot into his group, lets it say a test, and decides about his e-mails."""

import pytest
from playwright.sync_api import expect

from cheji.jobs import messages as jobs
from cheji.records import models as m
from cheji.web.viewers import now
from jobs.robots_nearby import SECRET, serving
from screen import stands

pytestmark = pytest.mark.journey


def test_declare_a_robot_let_it_speak_and_choose_ones_e_mails(enter, cast, settings):
    with serving(now) as nearby:
        settings.CHEJI_ROBOT_ORIGINS = [nearby.address]
        page = enter("manager")
        page.goto("/robots")
        page.get_by_role("link", name="新增机器人").first.click()
        page.check("[name=provider][value=dingtalk]")
        page.fill("[name=name]", "销售群")
        page.fill("[name=address]", nearby.url("dingtalk"))
        page.fill("[name=secret]", SECRET)
        page.check("[name=types][value=leads]")
        page.locator("form.card.entry button[type=submit]").first.click()
        stands(page, page.locator("form[action$='/test']"))
        assert SECRET not in page.content()
        page.locator("form[action$='/test'] button").click()
        page.get_by_text("等待中").first.wait_for()
        jobs.send(0)  # what the worker does every minute
        page.goto("/robots")
        row = page.locator("table.data tbody tr", has_text="销售群")
        expect(row).to_contain_text("已发出")
        assert [name for name, _text in nearby.taken] == ["dingtalk"]

    page.goto("/inbox/settings")
    page.check("[name=scores][value=digest]")
    page.locator("form.card.entry button[type=submit]").first.click()
    page.get_by_text("选择已保存").wait_for()
    page.reload()
    expect(page.locator("[name=scores][value=digest]")).to_be_checked()
    assert m.Robot.objects.get().name == "销售群"
