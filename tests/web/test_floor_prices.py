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


def test_a_price_of_all_outlets_names_no_single_outlet(faces):
    for reach in ("group", "outlet"):
        body = {**PRICE, "reach": reach, "model": f"车-{reach}", "note": ""}
        who = "group_manager" if reach == "group" else "manager"
        assert faces[who].post(f"{ENTER}?outlet=N1", body).status_code == 302
    table = faces["manager"].get(PRICES).context["table"]
    at = [column.key for column in table.columns].index("outlet")
    places = {row[at] for row in cells(table)}
    assert places == {"All outlets", m.Unit.objects.get(code="N1").name}


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


def cells(table):
    return [[getattr(cell, "value", cell) for cell in row.cells] for row in table.rows]


def test_cars_without_a_price_wait_once_for_each_model_with_its_form(faces, sold):
    """Three of Zhang's, one of Li's at N1 from the 3rd on; one of them is another model."""
    m.Order.objects.filter(pk=sold.cars[1].order_id).update(model="缤越")
    calculated(sold.cast, FEBRUARY)
    page = faces["finance"].get("/pay/exceptions?period=202602")
    models, waits = page.context["models"], m.PayException.objects.order_by("id")
    assert (page.context["count"], page.context["table"].rows) == (4, [])
    assert [row[:3] for row in cells(models)] == [
        ["星越", "3 cars", date(2026, 2, 3)], ["缤越", "1 car", date(2026, 2, 10)],
    ]  # fmt: skip
    form = faces["finance"].get(models.rows[0].cells[4].href)
    assert {name: form.context["form"][name].value() for name in ("model", "since")} == {
        "model": "星越", "since": "2026-02-03",
    }  # fmt: skip
    alone = faces["finance"].get(models.rows[0].cells[1].href).context
    assert (len(alone["table"].rows), alone["models"].rows) == (3, [])
    assert cells(faces["hr"].get("/pay/exceptions").context["models"]) == []
    assert models.rows[0].key == " ".join(
        f"{one.pk}:1" for one in waits if one.source != sold.cars[1].pk
    )
    body = {"how": "leave_out", "decision": "待厂家定价", "select": [models.rows[0].key]}
    assert faces["finance"].post("/pay/exceptions/many", body).status_code == 302
    assert m.PayException.objects.filter(how="leave_out").count() == 3


def test_a_sale_below_its_floor_price_says_what_the_decision_needs(faces, sold):
    faces["finance"].post(ENTER, {**PRICE, "note": ""})
    calculated(sold.cast, FEBRUARY)
    [row] = m.PayException.objects.all()
    [seen] = cells(faces["finance"].get("/pay/exceptions?period=202602").context["table"])
    car = sold.cars[2]
    assert seen[1:8] == [
        car.order.number, "星越", 9_650_000, 9_800_000, -200_000, "张伟", car.on_date,
    ]  # fmt: skip
    page = words(faces["finance"].get(f"/pay/exceptions/{row.pk}"))
    assert "Approve the sale here, or correct the order or the floor price." in page
    assert "Price less discount ¥96,500.00 Floor price ¥98,000.00" in page
