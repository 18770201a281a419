"""A leaving entered by mistake is taken back: the post goes on, the account signs in again."""

import pytest
from playwright.sync_api import expect

from cheji.records.models import Post, User
from screen import assert_fits

pytestmark = pytest.mark.journey


def test_a_leaving_is_entered_and_taken_back(enter, cast):
    page = enter("hr")
    page.goto("/people/at/LI")
    page.get_by_role("link", name="办理离职").click()
    page.get_by_role("button", name="办理离职").click()
    page.get_by_role("link", name="撤销离职").wait_for()
    expect(page.locator("main")).to_contain_text("已离职，最后工作日")
    assert User.objects.get(username="li").is_active is False

    page.get_by_role("link", name="撤销离职").click()
    expect(page.get_by_label("销售顾问")).to_be_checked()
    page.get_by_role("button", name="撤销离职").click()
    page.locator(".flash", has_text="已撤销离职").wait_for()
    expect(page.locator("main")).not_to_contain_text("已离职")
    assert Post.objects.get(person=cast.people["li"]).until is None
    assert_fits(enter("li", width=390))
