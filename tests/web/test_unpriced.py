"""Orders of unknown cost on the screen: said, found, completed, and then paid."""

import html
import re
from datetime import date

import pytest

from cast import Floor
from cheji.records import models as m

TODAY = date(2026, 4, 10)
SOLD = date(2026, 3, 5)
PAY = "/pay/runs?outlet=N1&period=202603"
WARNED = "2 orders delivered in this month have no cost"
SAID = "the order counts in no gross profit and pays no share of it"


@pytest.fixture(autouse=True)
def _april(monkeypatch):
    """March is over; the cast looks back at it."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: TODAY)


@pytest.fixture
def orders(cast):
    """Zhang's: one whose cost is known, and two without, one of them delivered in February."""
    floor, zhang = Floor(), cast.people["zhang"]
    february = date(2026, 2, 3)
    made = [
        floor.order(cast.outlet, zhang, on=february, cost=cost)
        for cost in (9_500_000, None, None, None)
    ]
    for order, on in zip(made, (SOLD, SOLD, SOLD, february), strict=True):
        floor.delivery(order, on)
    return made


def words(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def rows(answer):
    return {int(pk) for pk in re.findall(r'<tr[^>]*data-href="/orders/(\d+)"', answer.text)}


def test_the_list_has_a_tab_of_them_where_there_are_any(faces, orders):
    known, *unknown = orders
    page = faces["manager"].get("/orders")
    assert "Cost not known 3" in words(page)
    assert rows(page) == {order.pk for order in orders}
    assert "without 3 of unknown cost" in words(page)
    found = faces["manager"].get("/orders?cost=unknown")
    assert rows(found) == {order.pk for order in unknown}
    m.OrderLine.objects.update(cost=1)
    assert "Cost not known" not in words(faces["manager"].get("/orders"))
    assert known.pk in rows(faces["manager"].get("/orders"))


@pytest.mark.parametrize("role", ["care", "stock"])
def test_who_sees_no_figures_is_not_told(faces, orders, role):
    assert rows(faces[role].get("/orders")) == {order.pk for order in orders}
    assert "Cost not known" not in words(faces[role].get("/orders"))
    assert rows(faces[role].get("/orders?cost=unknown")) == set()
    assert SAID not in words(faces[role].get(f"/orders/{orders[1].pk}"))


def test_the_pay_list_warns_and_leads_to_them(faces, orders):
    page = faces["finance"].get(PAY)
    assert WARNED in words(page)
    (address,) = re.findall(r'href="(/orders\?[^"]*cost=unknown[^"]*)"', page.text)
    assert rows(faces["finance"].get(html.unescape(address))) == {order.pk for order in orders[1:3]}
    m.OrderLine.objects.update(cost=1)
    assert "no cost" not in words(faces["finance"].get(PAY))


def test_a_statement_says_what_it_does_not_pay_and_why(faces, orders):
    text = words(faces["zhang"].get("/pay/of/ZHANG/202603"))
    assert "3 lines · 2 of unknown cost" in text
    assert text.count("— Cost not known ¥0.00") == 2
    why = words(faces["zhang"].get("/pay/of/ZHANG/202603/gross_share:2"))
    assert "Cost or floor price not known: nothing is paid on it until that is entered" in why


def test_a_cost_that_is_entered_is_paid(faces, orders):
    """Finance follows the note on the order, and a written zero is a cost too."""
    finance = faces["finance"]
    page = finance.get(f"/orders/{orders[1].pk}")
    assert SAID in words(page)
    (address,) = set(re.findall(r'<a href="([^"]+)"[^>]*>Enter the cost</a>', page.text))
    form = finance.get(address).text
    assert 'name="vehicle_cost"' in form
    given = {
        name: value
        for name, value in re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form)
        if name != "csrfmiddlewaretoken"
    }
    chosen = dict(re.findall(r'name="(channel|deposit_kind)"[^>]*value="(\w+)"[^>]*checked', form))
    for order, cost in ((orders[1], "99000"), (orders[2], "0")):
        version = m.Order.objects.get(pk=order.pk).version
        answer = finance.post(
            address.replace(str(orders[1].pk), str(order.pk)),
            {**given, **chosen, "vehicle_cost": cost, "reason": "补录", "version": version},
        )
        assert answer.status_code == 302, words(answer)
    assert list(orders[2].lines.values_list("cost", flat=True)) == [0]
    assert SAID not in words(finance.get(f"/orders/{orders[1].pk}"))
    assert "no cost" not in words(finance.get(PAY))
    text = words(faces["zhang"].get("/pay/of/ZHANG/202603"))
    assert "Cost not known" not in text
    assert [
        amount in text for amount in ("¥1,000.00 10% ¥100.00", "¥100,000.00 10% ¥10,000.00")
    ] == [
        True,
        True,
    ]
