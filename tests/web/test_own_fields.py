"""Fields of the house's own in quick entry, in forms that amend, in lists and their files."""

import json

import pytest

from cast import AT, ON, Floor
from cheji.actions import fields
from cheji.actions.customers import phone_of
from cheji.records.models import AuditEntry, Customer, Fact, Order, Prospect, Visit


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


FUEL = (("ev", "纯电", "Electric"), ("ice", "燃油", "Petrol"))


@pytest.fixture
def house(cast):
    """A required choice of visits and cards, a text and a number of customers, a date of orders."""

    def field(noun, code, kind, **more):
        terms = fields.Terms(f"{code}中", code.title(), **more)
        fields.define(by=cast["hr"], at=AT, noun=noun, code=code, kind=kind, terms=terms)

    field("visit", "fuel", "choice", choices=FUEL, required=True, in_kpis=True)
    field("prospect", "budget", "number", required=True)
    field("customer", "hobby", "text", required=True)
    field("order", "plated", "date")
    return cast


VISIT = {"first": "1", "channel": "walk_in", "purpose": "buy", "people": "1", "on": "2026-03-20"}
CARD = {"level": "A", "channel": "walk_in", "on": "2026-03-20", "name": "钱多多"}
ORDER = {
    "price": "100000", "channel": "walk_in", "on": "2026-03-20", "deposit_kind": "earnest",
    "units": "1", "name": "孙小美",
}  # fmt: skip


def test_quick_entry_asks_for_the_fields_and_keeps_them(faces, house):
    page = faces["zhang"].get("/enter/visit").text
    assert page.index('name="own_fuel"') < page.index("More details")
    told = {**VISIT, "own_fuel": "ev", "own_hobby": "钓鱼", "name": "周游"}
    assert faces["zhang"].post("/enter/visit", told).status_code == 302
    visit = Visit.objects.get()
    assert (visit.custom, visit.customer.custom) == ({"fuel": "ev"}, {"hobby": "钓鱼"})
    assert list(Fact.objects.filter(kind__endswith="_of").values_list("tags", flat=True)) == [
        "fuel=ev"
    ]
    told = {**CARD, "own_budget": "12.5", "own_hobby": "登山"}
    assert faces["zhang"].post("/enter/prospect", told).status_code == 302
    assert Prospect.objects.get().custom == {"budget": "12.5"}
    told = {**ORDER, "own_plated": "2026-03-21", "own_hobby": "跑步"}
    assert faces["zhang"].post("/enter/order", told).status_code == 302
    assert Order.objects.get().custom == {"plated": "2026-03-21"}
    bodies = [str(body) for body in AuditEntry.objects.values_list("body", flat=True)]
    assert [body for body in bodies if "登山" in body or "12.5" in body] == []


@pytest.mark.parametrize(
    ("slug", "given", "at"),
    [
        ("visit", VISIT, "own_fuel"),
        ("prospect", {**CARD, "own_hobby": "x"}, "own_budget"),
        ("prospect", {**CARD, "own_hobby": "x", "own_budget": "much"}, "own_budget"),
        ("prospect", {**CARD, "own_budget": "1"}, "own_hobby"),
        ("prospect", {**CARD, "own_budget": "1", "own_hobby": "13812345678"}, "own_hobby"),
        ("order", {**ORDER, "own_hobby": "x", "own_plated": "soon"}, "own_plated"),
    ],
)
def test_a_missing_or_wrong_value_is_refused_at_its_field(faces, house, slug, given, at):
    answer = faces["zhang"].post(f"/enter/{slug}", given)
    assert answer.status_code == 422
    assert [name for name in answer.context["form"].errors if name != "__all__"] == [at]
    assert (Visit.objects.count(), Prospect.objects.count(), Customer.objects.count()) == (0, 0, 0)


def test_a_known_customer_is_not_asked_again_and_keeps_what_he_has(faces, house):
    customer = Floor().customer(house.outlet, house.people["zhang"], phone="13812345678")
    page = faces["zhang"].get(f"/enter/prospect?customer={customer.pk}").text
    assert ("own_budget" in page, "own_hobby" in page) == (True, False)
    told = {**CARD, "phone": "13812345678", "own_budget": "3", "own_hobby": "x"}
    assert faces["zhang"].post("/enter/prospect", told).status_code == 302
    customer.refresh_from_db()
    assert customer.custom == {}


def test_the_forms_that_amend_hold_the_fields(faces, house):
    floor, zhang = Floor(), house.people["zhang"]
    customer = floor.customer(house.outlet, zhang, phone="13812345678")
    order = floor.order(house.outlet, zhang, customer=customer, on=ON)
    told = {"name": "新名", "phone": "", "note": "", "own_hobby": "书法", "version": "1"}
    assert faces["zhang"].post(f"/customers/{customer.pk}/amend", told).status_code == 302
    refused = faces["zhang"].post(
        f"/customers/{customer.pk}/amend", {**told, "own_hobby": "", "version": "2"}
    )
    assert list(refused.context["form"].errors) == ["own_hobby"]
    customer.refresh_from_db()
    assert (customer.name, customer.custom) == ("新名", {"hobby": "书法"})
    assert phone_of(customer) == "13812345678", "an empty phone keeps the number"
    page = faces["zhang"].get(f"/orders/{order.pk}/amend")
    given = {
        name: str(page.context["form"][name].value() or "") for name in page.context["form"].fields
    }
    given |= {"own_plated": "2026-03-21", "reason": "x", "version": str(order.version)}
    assert faces["zhang"].post(f"/orders/{order.pk}/amend", given).status_code == 302
    order.refresh_from_db()
    assert order.custom == {"plated": "2026-03-21"}
    entry = AuditEntry.objects.filter(verb="orders.amend").latest("id")
    assert json.loads(entry.body)["changes"] == {"custom": [["plated"]]}


def test_lists_show_filter_and_export_the_fields(faces, house):
    floor, zhang = Floor(), house.people["zhang"]
    for value in ("ev", "ev", "ice", ""):
        visit = floor.visit(house.outlet, zhang)
        Visit.objects.filter(pk=visit.pk).update(custom={"fuel": value} if value else {})
    face = faces["manager"]
    assert "Electric</td>" not in face.get("/visits").text.replace("\n", "")
    counts = {
        value: face.get("/visits", {"own_fuel": value}).context["count"]
        for value in ("ev", "ice", "-", "+", "ev,ice", "other")
    }
    assert counts == {"ev": 2, "ice": 1, "-": 1, "+": 3, "ev,ice": 3, "other": 0}
    assert face.get("/visits", {"col": "own_fuel"}).text.count("Electric") >= 3
    head, *rows = face.get("/export/visits.csv").text.strip().splitlines()
    assert head.rstrip().endswith(",Fuel")
    assert sorted(row.rsplit(",", 1)[1] for row in rows) == ["", "Electric", "Electric", "Petrol"]


def test_a_text_is_hidden_from_who_may_not_read_names(faces, house):
    customer = Floor().customer(house.outlet, house.people["zhang"])
    Customer.objects.filter(pk=customer.pk).update(custom={"hobby": "张伟的爱好"})
    page = f"/customers/{customer.pk}"
    assert "张伟的爱好" in faces["manager"].get(page).text
    text = faces["auditor"].get(page).text
    assert ("张伟的爱好" in text, "***" in text) == (False, True)
    assert "own_hobby" not in faces["auditor"].get("/customers").text
    assert "张伟的爱好" in faces["manager"].get("/export/customers.csv").text
    assert "张伟的爱好" not in faces["auditor"].get("/export/customers.csv").text
    asked = faces["auditor"].get("/customers", {"own_hobby": "张伟的爱好"})
    assert (asked.status_code, asked.context["count"]) == (200, 1), "the filter is not known to him"
