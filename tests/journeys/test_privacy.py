"""A consultant finds no door to a colleague's customer: list, search, address, number, file."""

import pytest
from playwright.sync_api import expect

from cast import Floor
from cheji.web.viewers import now

pytestmark = pytest.mark.journey
SECRET, PHONE = "秘不宣", "13987654321"


@pytest.fixture
def theirs(cast):
    """A customer of Li's with everything that a dealer keeps of him, and one of Zhang's own."""
    floor, today = Floor(), now().date()
    li, zhang = cast.people["li"], cast.people["zhang"]
    floor.prospect(floor.customer(cast.outlet, zhang, "钱多多", "13812345678"), on=today)
    customer = floor.customer(cast.outlet, li, SECRET, PHONE)
    visit = floor.visit(cast.outlet, li, on=today, customer=customer)
    lead = floor.lead(cast.outlet, li, on=today, customer=customer)
    prospect = floor.prospect(customer, on=today)
    order = floor.order(cast.outlet, li, customer=customer, on=today)
    delivery = floor.delivery(order, on=today, vin="LSECRET01")
    return {
        f"/customers/{customer.pk}": customer,
        f"/customers/{customer.pk}/phone": customer,
        f"/customers/{customer.pk}/amend": customer,
        f"/visits/{visit.pk}": visit,
        f"/leads/{lead.pk}": lead,
        f"/prospects/{prospect.pk}": prospect,
        f"/prospects/{prospect.pk}/follow-up": prospect,
        f"/orders/{order.pk}": order,
        f"/deliveries/{delivery.pk}": delivery,
        f"/enter/visit?customer={customer.pk}": customer,
        f"/enter/order?prospect={prospect.pk}": prospect,
        f"/enter/delivery?order={order.pk}": order,
    }


LISTS = ("customers", "prospects", "visits", "leads", "orders", "deliveries", "enter/delivery")


def test_no_door_leads_to_a_colleagues_customer(enter, cast, theirs):
    theirs_page = enter("li")
    theirs_page.goto("/customers")
    expect(theirs_page.locator("main")).to_contain_text(SECRET)

    page = enter("zhang")
    for noun in LISTS:
        for query in ("", f"?q={SECRET}", f"?q={PHONE}", "?q=4321", "?owner=LI", "?person=LI"):
            answer = page.goto(f"/{noun}{query}")
            assert answer is not None
            text = page.locator("main").inner_text()
            known = query in ("", f"?q={SECRET}", f"?q={PHONE}", "?q=4321")
            assert answer.status == 200 or not known, (noun, query)
            assert ("LSECRET" in text, "4321" in text.replace("?q=4321", "")) == (False, False)
            assert SECRET not in text.replace(f"“{SECRET}”", ""), (noun, query)

    for words in (SECRET, PHONE, "4321", "LSECRET01", "mbx"):
        page.goto(f"/search?q={words}")
        assert page.locator("main a[href^='/customers/'], main a[href^='/orders/']").count() == 0

    for address in theirs:
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 404)
        assert SECRET not in page.locator("body").inner_text()

    for noun in ("customers", "prospects", "orders"):
        answer = page.request.get(f"/export/{noun}.csv")
        assert (noun, answer.status) == (noun, 403)


def test_the_rows_behind_the_own_numbers_name_no_colleagues_customer(enter, cast, theirs):
    page = enter("zhang")
    page.goto("/sheets/kpi?person=ZHANG")
    doors = page.locator("table.data a.door")
    addresses = {door.get_attribute("href") for door in doors.all()}
    assert addresses
    for address in sorted(addresses)[:12]:
        page.goto(address or "")
        for rows in [one.get_attribute("href") for one in page.locator(".reason-tree .door").all()]:
            page.goto(rows or "")
            assert SECRET not in page.locator("body").inner_text()
    for key in ("/sheets/kpi?outlet=N1", "/sheets/kpi?person=LI"):
        answer = page.goto(key)
        assert answer is not None
        assert (key, answer.status) == (key, 404)
