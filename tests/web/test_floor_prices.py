"""Floor prices on screens: entered, on the order and the statement, and what waits for them."""

from datetime import date

import pytest

from beginnings import begun
from cheji.facts import post
from cheji.records import models as m
from paying import EXCESS, FEBRUARY, LATER, Sold, calculated, planned
from web.test_pay_screens import words

PRICES, ENTER = "/registers/floor_prices", "/enter/floor_price"
PRICE = {"since": "2026-01-01", "price": "98000", "reach": "outlet", "model": "星越", "vin": ""}


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: date(2026, 3, 10))


def opened():
    """Zhang's three cars of 100,000 yuan; the last one was sold with 3,500 off and an agent."""
    sold = Sold()
    planned(components=EXCESS)
    m.Order.objects.update(model="星越")
    order = sold.cars[2].order
    order.lines.create(kind="discount", revenue=-350_000, cost=0)
    order.lines.create(kind="agent", cost=50_000)
    post("order", [order.pk], at=LATER)
    post("delivery", [car.pk for car in sold.cars], at=LATER)
    return sold


@pytest.fixture
def sold(db):
    with begun(opened) as made:
        yield made


@pytest.fixture
def cast(sold):
    return sold.cast


def test_a_price_is_entered_and_stands_in_the_list_of_the_outlet(faces):
    manager = faces["manager"]
    assert manager.post(ENTER, {**PRICE, "note": ""}).status_code == 302
    assert "¥98,000.00" in words(manager.get(PRICES))
    wrong = manager.post(ENTER, {**PRICE, "reach": "group", "model": "缤越", "note": ""})
    assert wrong.status_code == 422
    assert "Only who looks after all outlets" in words(wrong)
    assert 'value="缤越"' in wrong.content.decode()
    assert faces["stock"].get(ENTER).status_code == 403


def test_the_order_says_what_it_is_above_its_floor_price(faces, sold):
    page = f"/orders/{sold.cars[2].order.pk}"
    assert "Sold below the floor price" not in words(faces["manager"].get(page))
    faces["finance"].post(ENTER, {**PRICE, "note": ""})
    text = words(faces["manager"].get(page))
    assert "Floor price ¥98,000.00" in text
    assert "Above the floor price -¥2,000.00" in text.replace("−", "-")
    assert "Sold below the floor price" in text
    assert "kind=below_floor" in faces["manager"].get(page).content.decode()
    assert "kind=below_floor" not in faces["zhang"].get(page).content.decode()
    m.Order.objects.update(state="cancelled", cancelled_on=date(2026, 3, 9))
    assert "Sold below the floor price" in words(faces["manager"].get(page))
    m.Delivery.objects.update(void=True)
    assert "Sold below the floor price" not in words(faces["manager"].get(page))


def test_the_statement_leads_to_the_parts_of_the_excess(faces, sold):
    statement = "/pay/of/ZHANG/202602"
    faces["finance"].post(ENTER, {**PRICE, "since": "2026-02-05", "note": ""})
    assert "Floor price not known" in words(faces["zhang"].get(f"{statement}/excess:1?outlet=N1"))
    faces["finance"].post(ENTER, {**PRICE, "note": ""})
    line = words(faces["zhang"].get(f"{statement}/excess:1?outlet=N1"))
    assert "The base is made of" in line
    assert "Price less discount Part of an excess profit ¥100,000.00" in line
    assert "Floor price Part of an excess profit -¥98,000.00" in line.replace("−", "-")
    assert "excess_profit" not in line
    assert "Below the floor price" in words(faces["zhang"].get(f"{statement}?outlet=N1"))


def test_what_lacks_a_price_or_is_below_it_is_listed_with_its_mend(faces, sold):
    calculated(sold.cast, FEBRUARY)
    waiting = words(faces["finance"].get("/pay/exceptions?period=202602"))
    assert waiting.count("There is no floor price") == 4 + 1  # and the choice of the filter
    faces["finance"].post(ENTER, {**PRICE, "note": ""})
    calculated(sold.cast, FEBRUARY)
    row = m.PayException.objects.get(state="open")
    assert row.kind == "below_floor"
    page = words(faces["finance"].get(f"/pay/exceptions/{row.pk}"))
    assert "Approve the sale here, or correct the order or the floor price." in page
