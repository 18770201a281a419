"""Pay on a phone, in English: nothing is cut, everything can be touched; and pay on paper."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from cast import Cast, Floor
from cheji.actions import pay as verbs
from cheji.records import models as m
from journeys.test_simulation import version
from paying import FEBRUARY, LATER, MARCH, PLAN, calculated, closed
from screen import assert_handy

pytestmark = pytest.mark.journey
TODAY = date(2026, 3, 12)
Enter = Callable[..., Page]
#: Whether what has the focus shows it: a line around it, or the border of a field.
OUTLINED = """() => {
  const one = document.activeElement;
  return one.matches("input, select, textarea") || getComputedStyle(one).outlineStyle === "solid";
}"""


@pytest.fixture
def sold(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> m.Dispute:
    """February closed, March calculated with a car of unknown cost, one car claimed by two."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)
    floor, seller = Floor(), cast.people["zhang"]
    version(date(2021, 1, 1), "published", PLAN)
    for on in (date(2026, 2, 3), date(2026, 2, 10), date(2026, 3, 3)):
        order = floor.order(cast.outlet, seller, on=on, cost=None if on.month == 3 else 9_500_000)
        floor.delivery(order, on)
    closed(cast, FEBRUARY)
    calculated(cast, MARCH)
    customer = floor.customer(cast.outlet, cast.people["li"])
    floor.prospect(customer, on=date(2026, 1, 20))
    m.Order.objects.filter(pk=order.pk).update(customer=customer)
    about = verbs.About(
        outlet=cast.outlet.pk, period=FEBRUARY, order=order.number, against=seller.pk
    )
    made = verbs.dispute(by=cast["li"], at=LATER, kind="collision", about=about, text="first card")
    verbs.hear(by=cast["manager"], at=LATER, dispute=made.id)
    return m.Dispute.objects.get(pk=made.id)


def test_pages_of_pay_are_handy_on_a_phone(enter: Enter, sold: m.Dispute) -> None:
    mine = enter("zhang", width=390, language="en")
    for address in (
        "/pay?period=202602",
        "/pay/what-if",
        "/pay/dispute?period=202602",
        f"/pay/cases/{sold.pk}",
    ):
        mine.goto(address)
        assert_handy(mine)

    page = enter("finance", width=390, language="en")
    run = m.Run.objects.get(kind="pay", period=MARCH)
    for address in ("/pay/runs?period=202603", f"/pay/runs/{run.pk}", "/pay/overview",
                    "/pay/vouchers?period=202602", "/pay/settlements"):  # fmt: skip
        page.goto(address)
        assert_handy(page)

    page.goto("/pay/vouchers?period=202602")
    page.locator("main").focus()
    for _key in range(16):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINED), page.evaluate("document.activeElement.outerHTML")

    page.goto("/pay/exceptions?period=202603")
    assert_handy(page)
    page.get_by_text("Select all rows of this page").click()
    expect(page.locator("tbody input[name=select]")).to_be_checked()

    judge = enter("manager", width=390, language="en")
    judge.goto(f"/pay/cases/{sold.pk}")
    assert_handy(judge)
    expect(judge.locator("#decide")).to_contain_text("followed up: ")
    enter_plan = enter("hr", width=390, language="en")
    enter_plan.goto("/pay/plans/form")
    assert_handy(enter_plan)


def test_a_run_and_its_month_are_printed_whole_on_one_sheet(enter: Enter, sold: m.Dispute) -> None:
    page = enter("finance", language="en")
    run = m.Run.objects.get(kind="pay", period=MARCH)
    for address in (f"/pay/runs/{run.pk}", "/pay/runs?period=202603"):
        page.goto(address)
        page.emulate_media(media="print")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1, address
    expect(page.locator("main")).to_contain_text("Mar 2026")
    expect(page.locator(".top .only-print")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
