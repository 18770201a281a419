"""Finance fills in the cost of an order that was handed over, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cast import Floor
from cheji.records.models import AuditEntry, Fact
from screen import stands

pytestmark = pytest.mark.journey


def test_finance_enters_a_missing_cost_with_a_reason(enter, cast):
    floor, today = Floor(), timezone.localdate()
    order = floor.order(
        cast.outlet, cast.people["zhang"], on=today - timedelta(days=3), cost=None, model="轩逸"
    )
    floor.delivery(order, on=today)

    page = enter("finance")
    page.goto(f"/orders/{order.pk}")
    page.get_by_role("link", name="更正").click()
    stands(page, page.locator("[name=reason]"))
    page.locator("[name=vehicle_cost]").fill("9.5万")
    page.locator("form.entry").get_by_role("button", name="更正").click()
    page.locator("[name=reason][aria-invalid=true]").wait_for()
    assert order.lines.get().cost is None
    page.locator("[name=reason]").fill("补录进价")
    page.locator("form.entry").get_by_role("button", name="更正").click()
    page.get_by_text("订单已更正").wait_for()
    expect(page.locator("main")).to_contain_text("¥95,000")
    assert order.lines.get().cost == 9_500_000
    assert [fact.fen for fact in Fact.objects.filter(kind="line_cost")] == [9_500_000]
    assert AuditEntry.objects.filter(verb="orders.correct", subject=order.pk).count() == 1

    page = enter("zhang")
    page.goto(f"/orders/{order.pk}")
    assert page.get_by_role("link", name="更正").count() == 0
