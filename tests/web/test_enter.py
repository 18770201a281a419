"""Quick entry: what each role is offered, defaults, errors at fields, what is written."""

import re
from datetime import timedelta

import pytest

from cast import ON, ROLES, Floor
from cheji.records import models as m
from cheji.records.registers import REGISTERS


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


OFFERED = {
    "visit": {"zhang", "li", "wang", "lead", "manager", "far_manager", "region_head",
              "group_manager"},
    "lead": {"zhang", "li", "wang", "lead", "manager", "far_manager", "region_head",
             "group_manager", "marketing"},
    "vehicle": {"manager", "far_manager", "region_head", "group_manager", "stock"},
    "spend": {"manager", "far_manager", "region_head", "group_manager", "marketing"},
}  # fmt: skip
OFFERED["prospect"] = OFFERED["order"] = OFFERED["delivery"] = OFFERED["visit"]


def test_each_role_is_offered_its_forms_and_no_other_opens(faces):
    for role in (role for role in ROLES if role != "operator"):
        page = faces[role].get("/enter").text
        wanted = {slug for slug, roles in OFFERED.items() if role in roles}
        assert {slug for slug in OFFERED if f'/enter/{slug}"' in page} == wanted, role
        closed = set(OFFERED) - wanted
        assert {faces[role].get(f"/enter/{slug}").status_code for slug in closed} <= {403}, role


def test_each_role_is_offered_its_registers(faces):
    offered = {}
    for role in ("zhang", "care", "hr", "auditor"):
        page = faces[role].get("/enter").text
        offered[role] = {code for code in REGISTERS if f'href="/enter/{code}"' in page}
        opened = {code: faces[role].get(f"/enter/{code}").status_code for code in REGISTERS}
        assert {code for code, status in opened.items() if status != 403} == offered[role], role
    assert {"call", "test_drive"} < offered["zhang"]
    assert "case" in offered["care"] - offered["zhang"]
    assert offered["hr"] == {"attendance", "training", "check", "manual_value"}
    assert offered["auditor"] == set()


def test_a_consultant_is_not_asked_whose_it_is(faces, cast):
    page = faces["zhang"].get("/enter/visit").text
    assert f'value="{ON.isoformat()}"' in page
    assert 'name="person"' not in page
    asked = faces["lead"].get("/enter/visit").text
    names = re.findall(r'<option value="\d+"[^>]*>(\S+)', asked)
    assert set(names) == {"张伟", "李娜", "王芳", "刘洋"}


VISIT = {
    "first": "1", "channel": "walk_in", "name": "钱多多", "phone": "13812345678", "model": "星越",
    "on": ON.isoformat(), "purpose": "buy", "people": "2", "note": "",
}  # fmt: skip


def test_a_visit_becomes_a_card_becomes_an_order_becomes_a_delivery(faces, cast):
    zhang = faces["zhang"]
    answer = zhang.post("/enter/visit", VISIT, follow=True)
    visit = m.Visit.objects.get()
    assert (visit.person, visit.people, visit.model) == (cast.people["zhang"], 2, "星越")
    assert f"Visit {visit.number} is saved." in answer.text
    assert f'href="/visits/{visit.pk}"' in answer.text
    assert f'href="/enter/prospect?visit={visit.pk}"' in answer.text
    assert f'href="/enter/order?customer={visit.customer_id}"' in answer.text

    page = zhang.get(f"/enter/prospect?visit={visit.pk}").text
    assert ("钱多多" in page, 'name="phone"' in page, 'value="星越"' in page) == (True, False, True)
    card = {"level": "H", "channel": "walk_in", "model": "星越", "on": ON.isoformat(), "note": ""}
    assert zhang.post(f"/enter/prospect?visit={visit.pk}", card).status_code == 302
    prospect = m.Prospect.objects.get()
    assert (prospect.customer, prospect.level) == (visit.customer, "H")

    order = {
        "model": "星越", "price": "128,800.50", "cost": "120000", "deposit": "5000",
        "deposit_kind": "earnest", "on": ON.isoformat(), "channel": "walk_in", "units": "1",
        "discount": "800", "accessory_revenue": "3000", "accessory_cost": "1000",
    }  # fmt: skip
    assert zhang.post(f"/enter/order?prospect={prospect.pk}", order).status_code == 302
    made = m.Order.objects.get()
    assert (made.prospect, made.deposit) == (prospect, 500_000)
    assert sorted(made.lines.values_list("kind", "revenue", "cost")) == [
        ("accessory", 300_000, 100_000),
        ("discount", -80_000, 0),
        ("vehicle", 12_880_050, 12_000_000),
    ]
    assert list(made.shares.values_list("person", "share")) == [(cast.people["zhang"].pk, 10_000)]

    assert f'href="?order={made.pk}"' in zhang.get("/enter/delivery").text
    given = {"vin": " lvin0001 ", "on": ON.isoformat(), "trade_in": "on", "note": ""}
    assert zhang.post(f"/enter/delivery?order={made.pk}", given).status_code == 302
    delivery = m.Delivery.objects.get()
    assert (delivery.order, delivery.vin, delivery.trade_in) == (made, "LVIN0001", True)
    for slug in ("order", "visit", "lead", "spend"):  # an order is where a delivery begins, alone
        assert zhang.get(f"/enter/{slug}?order={made.pk}").status_code in (200, 403)


@pytest.mark.parametrize(
    ("slug", "given", "said"),
    [
        ("visit", {"on": (ON + timedelta(days=1)).isoformat()}, "lies in the future"),
        ("visit", {"on": "31.02.2026"}, "Enter a valid date"),
        ("order", {"price": "一万"}, "Not an amount: type yuan such as 128,800"),
        ("order", {"price": ""}, "This field is required"),
        ("visit", {"name": "", "phone": "", "person": "", "model": ""}, "Say who received"),
        ("visit", {"phone": "1381234567"}, "A mobile number has 11 digits"),
        ("visit", {"phone": "138123456789"}, "A mobile number has 11 digits"),
        ("prospect", {"name": "", "phone": ""}, "needs a name or a phone number"),
        ("spend", {"amount": "100", "subsidy": "200"}, "The subsidy is higher"),
    ],
)
def test_errors_are_said_and_the_input_stays(faces, slug, given, said):
    usual = {
        "visit": VISIT,
        "order": {
            "name": "钱多多", "phone": "", "price": "100000", "on": ON.isoformat(), "units": "1",
            "deposit_kind": "earnest", "channel": "walk_in", "model": "特别款",
        },
        "prospect": {
            "name": "钱多多", "phone": "", "level": "A", "channel": "walk_in", "model": "特别款",
            "on": ON.isoformat(),
        },
        "spend": {"amount": "300", "on": ON.isoformat(), "channel": "特别款"},
    }[slug]  # fmt: skip
    answer = faces["manager"].post(f"/enter/{slug}", {**usual, **given})
    assert answer.status_code == 422
    assert said in answer.text
    kept = given.get("model", "星越" if slug == "visit" else "特别款")
    assert f'value="{kept}"' in answer.text or not kept
    written = (m.Visit, m.Order, m.Prospect, m.AdSpend)
    assert [table.objects.count() for table in written] == [0, 0, 0, 0]


def test_a_second_card_for_the_same_customer_is_refused(faces, cast):
    floor = Floor()
    card = floor.prospect(floor.customer(cast.outlet, cast.people["zhang"], "钱多多"))
    given = {"level": "A", "channel": "walk_in", "model": "", "on": ON.isoformat(), "note": ""}
    answer = faces["zhang"].post(f"/enter/prospect?customer={card.customer_id}", given)
    assert answer.status_code == 422
    assert f"already has an open card ({card.number})" in answer.text


def test_nobody_begins_from_what_he_may_not_see(faces, cast):
    floor = Floor()
    customer = floor.customer(cast.outlet, cast.people["zhang"], "钱多多")
    order = floor.order(cast.outlet, cast.people["zhang"], customer=customer)
    for url in (
        f"/enter/visit?customer={customer.pk}",
        f"/enter/delivery?order={order.pk}",
        f"/enter/prospect?customer={customer.pk}",
        "/enter/visit?outlet=S1",
    ):
        assert (url, faces["li"].get(url).status_code) == (url, 404)
    assert faces["li"].get("/enter/visit?customer=abc").status_code == 404


def test_a_region_head_chooses_the_outlet(faces, cast):
    page = faces["region_head"].get("/enter/visit?outlet=N2").text
    assert re.findall(r'<option value="(N\d)" (selected)?', page) == [
        ("N1", ""),
        ("N2", "selected"),
    ]
    assert faces["region_head"].post("/enter/visit?outlet=N2", VISIT).status_code == 302
    assert m.Visit.objects.get().outlet == cast.sister


def test_the_counts_of_a_day_are_entered_and_replaced(faces, cast):
    given = {"on": ON.isoformat(), "visits": "12", "ad_spend": "300.50"}
    assert faces["manager"].post("/totals/enter", given).status_code == 302
    row = m.DailyTotal.objects.get()
    assert row.counts == {"visits": 12, "ad_spend": 30_050}
    page = faces["manager"].get(f"/totals/enter?outlet=N1&on={ON.isoformat()}").text
    assert ('value="12"' in page, 'value="300.50"' in page) == (True, True)
    assert faces["manager"].post("/totals/enter", {**given, "visits": "13"}).status_code == 302
    assert m.DailyTotal.objects.get().counts == {"visits": 13, "ad_spend": 30_050}
    assert faces["zhang"].get("/totals/enter").status_code == 403


def test_a_landline_is_taken_and_amounts_in_ten_thousands(faces):
    assert (
        faces["zhang"].post("/enter/visit", {**VISIT, "phone": "010-12345678"}).status_code == 302
    )
    order = {
        "name": "钱多多", "phone": "", "model": "星越", "price": "12.88万", "cost": "12万",
        "deposit_kind": "earnest", "on": ON.isoformat(), "channel": "walk_in", "units": "1",
    }  # fmt: skip
    assert faces["zhang"].post("/enter/order", order).status_code == 302
    line = m.Order.objects.get().lines.get()
    assert (line.revenue, line.cost) == (12_880_000, 12_000_000)


def test_the_cost_of_the_vehicle_stands_in_front(faces):
    front = faces["zhang"].get("/enter/order").text.split('class="behind"')[0]
    assert 'name="cost"' in front
    assert "Blank: not known yet." in front


@pytest.mark.parametrize(("typed", "cost"), [("", None), ("0", 0), ("12万", 12_000_000)])
def test_a_blank_cost_is_not_known_and_zero_is_zero(faces, typed, cost):
    order = {
        "name": "钱多多", "phone": "", "model": "星越", "price": "12.88万", "cost": typed,
        "accessory_revenue": "800", "accessory_cost": typed, "insurance_revenue": "900",
        "deposit_kind": "earnest", "on": ON.isoformat(), "channel": "walk_in", "units": "1",
    }  # fmt: skip
    assert faces["zhang"].post("/enter/order", order).status_code == 302
    lines = m.Order.objects.get().lines
    assert dict(lines.values_list("kind", "cost")) == {
        "vehicle": cost, "accessory": cost, "insurance": 0,
    }  # fmt: skip


def test_the_menu_has_no_imports_for_who_can_import_nothing(faces):
    for role, shown in {"zhang": False, "lead": False, "manager": True}.items():
        assert ('href="/imports"' in faces[role].get("/enter").text) == shown, role
