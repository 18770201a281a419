"""Lists and pages of records for the whole cast: what opens to whom, filters, deeds, conflicts."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cast import ON, ROLES, Floor, packed_cast
from cheji.records import models as m
from cheji.web.lists import FILES
from cheji.web.views.exports import LISTS

MINE, THEIRS = "钱多多", "孔有财"
LISTED = ("customers", "prospects", "visits", "leads", "orders", "deliveries", "vehicles")
SCREEN_ROLES = [role for role in ROLES if role != "operator"]


@pytest.fixture(autouse=True)
def _march(monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr("cheji.web.viewers.today", lambda _request: ON)


def stocked():
    """The cast, its floor and one of everything of Zhang's, in the outlet."""
    cast, floor = packed_cast(), Floor()
    zhang, outlet = cast.people["zhang"], cast.outlet
    customer = floor.customer(outlet, zhang, MINE, "13812345678")
    visit = floor.visit(outlet, zhang, customer=customer)
    lead = floor.lead(outlet, zhang, customer=customer, provider="懂车帝")
    prospect = floor.prospect(customer, on=ON - timedelta(days=9))
    sold = floor.customer(outlet, zhang, "赵已买")
    card = floor.prospect(sold, on=ON - timedelta(days=9))
    order = floor.order(outlet, zhang, prospect=card, on=ON - timedelta(days=5))
    m.Prospect.objects.filter(pk=card.pk).update(state="ordered")
    handed = floor.order(outlet, zhang, customer=sold, on=ON - timedelta(days=5))
    delivery = floor.delivery(handed, vin="LVIN0001")
    vehicle = floor.vehicle(outlet, on=ON - timedelta(days=100), cost=9_000_000)
    spend = floor.spend(outlet, 2_000_000)
    return cast, floor, {
        "customer": customer, "visit": visit, "lead": lead, "prospect": prospect,
        "order": order, "delivery": delivery, "vehicle": vehicle, "spend": spend,
    }  # fmt: skip


def bare():
    return packed_cast(), Floor(), {}


@pytest.fixture
def house(request, db):
    with begun(stocked if "records" in request.fixturenames else bare) as made:
        yield made


@pytest.fixture
def cast(house):
    return house[0]


@pytest.fixture
def floor(house):
    return house[1]


@pytest.fixture
def records(house):
    return house[2]


def address(noun, record):
    plural = {"delivery": "deliveries", "spend": "spend"}.get(noun, f"{noun}s")
    return f"/{plural}/{record.pk}"


OPENS = {
    "customer": {"zhang", "lead", "manager", "region_head", "group_manager", "care", "auditor"},
    "prospect": {"zhang", "lead", "manager", "region_head", "group_manager", "auditor"},
    "visit": {
        "zhang", "lead", "manager", "region_head", "group_manager", "marketing", "auditor",
    },
    "lead": {"zhang", "lead", "manager", "region_head", "group_manager", "marketing", "auditor"},
    "order": {
        "zhang", "lead", "manager", "region_head", "group_manager", "finance", "care", "stock",
        "auditor",
    },
    "delivery": {
        "zhang", "lead", "manager", "region_head", "group_manager", "finance", "care", "stock",
        "auditor",
    },
    "spend": {
        "manager", "region_head", "group_manager", "finance", "hr", "marketing", "auditor",
    },
}  # fmt: skip


@pytest.mark.parametrize("noun", sorted(OPENS))
def test_a_record_opens_to_its_scope_and_is_not_there_for_others(faces, records, noun):
    url = address(noun, records[noun])
    answers = {role: faces[role].get(url).status_code for role in SCREEN_ROLES}
    assert {role for role, status in answers.items() if status == 200} == OPENS[noun]
    assert {status for role, status in answers.items() if role not in OPENS[noun]} == {404}


@pytest.mark.parametrize("noun", [*LISTED, "spend", "totals"])
def test_every_list_opens_for_the_whole_cast(faces, records, noun):
    answers = {faces[role].get(f"/{noun}", follow=True).status_code for role in SCREEN_ROLES}
    assert answers == {200}


def test_lists_as_files_are_those_that_can_be_exported():
    assert set(FILES) == set(LISTS)


@pytest.mark.parametrize("noun", ["customers", "prospects", "visits", "leads", "orders"])
def test_a_list_asks_the_database_as_often_with_one_row_as_with_three(faces, cast, floor, noun):
    def add():
        customer = floor.customer(cast.outlet, cast.people["zhang"], MINE, "")
        floor.visit(cast.outlet, cast.people["zhang"], customer=customer)
        floor.lead(cast.outlet, cast.people["zhang"], customer=customer)
        floor.order(cast.outlet, cast.people["zhang"], prospect=floor.prospect(customer))

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert faces["manager"].get(f"/{noun}").status_code == 200
        return len(found)

    add()
    faces["manager"].get(f"/{noun}")
    first = queries()
    add()
    add()
    assert queries() == first


# -- filters -----------------------------------------------------------------------------------


def rows(answer):
    return re.findall(r'<tr[^>]*data-href="([^"]+)"', answer.text)


def test_search_filters_sort_and_columns_stand_in_the_address(faces, records, cast, floor):
    other = floor.prospect(floor.customer(cast.outlet, cast.people["li"], THEIRS), level="C")
    url = "/prospects"
    wanted = [f"/prospects/{records['prospect'].pk}"]
    assert rows(faces["manager"].get(url, {"q": MINE})) == wanted
    assert rows(faces["manager"].get(url, {"q": "5678"})) == wanted
    assert rows(faces["manager"].get(url, {"level": "C"})) == [f"/prospects/{other.pk}"]
    found = faces["manager"].get(url, {"owner": "LI", "col": ["customer", "model"]})
    assert rows(found) == [f"/prospects/{other.pk}"]
    assert re.findall(r'<th scope="col"[^>]*>\s*(\w+)', found.text) == ["Customer", "Model"]
    assert 'aria-label="Remove the filter Consultant"' in found.text
    oldest = rows(faces["manager"].get(url, {"sort": "opened_on", "state": "open"}))
    assert oldest == [f"/prospects/{records['prospect'].pk}", f"/prospects/{other.pk}"]
    assert faces["manager"].get(url, {"sort": "phone"}).status_code == 422


def test_totals_are_of_everything_that_fits_not_of_the_page(faces, records):
    answer = faces["manager"].get("/orders", {"size": 1})
    foot = re.search(r"<tfoot>(.*?)</tfoot>", answer.text, re.DOTALL)
    assert foot is not None
    assert re.findall(r">([^<>\s][^<>]*)<", foot.group(1)) == [
        "Total",
        "2",
        "¥200,000.00",
        "¥10,000.00",
    ]


def test_the_keeper_of_stock_sees_no_money_of_orders(faces, records):
    listed = faces["stock"].get("/orders").text
    page = faces["stock"].get(address("order", records["order"])).text
    assert "Gross" in faces["manager"].get("/orders").text
    assert "Gross" not in listed
    assert ("¥" in listed, "¥" in page) == (False, False)


# -- deeds -------------------------------------------------------------------------------------


def test_a_level_is_changed_and_the_timeline_says_so(faces, records):
    prospect = records["prospect"]
    url = f"/prospects/{prospect.pk}/level"
    assert faces["zhang"].get(url).status_code == 200
    given = {"level": "H", "on": ON.isoformat(), "note": "", "version": prospect.version}
    answer = faces["zhang"].post(url, given)
    assert (answer.status_code, answer.url) == (302, f"/prospects/{prospect.pk}")
    assert m.Prospect.objects.get(pk=prospect.pk).level == "H"
    page = faces["zhang"].get(answer.url).text
    assert "Level changed · H" in page


def test_a_rule_that_says_no_stands_at_its_field_and_the_input_is_kept(faces, records):
    prospect = records["prospect"]
    tomorrow = (ON + timedelta(days=1)).isoformat()
    given = {"level": "H", "on": tomorrow, "note": "急", "version": prospect.version}
    answer = faces["zhang"].post(f"/prospects/{prospect.pk}/level", given)
    assert answer.status_code == 422
    assert "Date 2026-03-21 lies in the future" in answer.text
    assert ('value="急"' in answer.text, f'value="{tomorrow}"' in answer.text) == (True, True)
    assert m.Prospect.objects.get(pk=prospect.pk).level == "A"


def test_a_change_in_between_is_explained_and_can_be_repeated(faces, records):
    prospect = records["prospect"]
    url = f"/prospects/{prospect.pk}/lose"
    given = {"dormant": "", "reason": "价格", "rival": "", "on": ON.isoformat(), "version": 7}
    answer = faces["zhang"].post(url, given)
    assert answer.status_code == 409
    assert "Somebody changed this Prospect after you opened it" in answer.text
    assert 'value="价格"' in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    assert faces["zhang"].post(url, {**given, "version": version.group(1)}).status_code == 302
    assert m.Prospect.objects.get(pk=prospect.pk).state == "lost"


def test_handing_over_is_for_leads(faces, records, cast):
    prospect = records["prospect"]
    url = f"/prospects/{prospect.pk}/assign"
    assert faces["zhang"].get(url).status_code == 403
    given = {"owner": cast.people["li"].pk, "on": ON.isoformat(), "reason": ""}
    assert faces["lead"].post(url, {**given, "version": prospect.version}).status_code == 302
    assert faces["zhang"].get(f"/prospects/{prospect.pk}").status_code == 404
    assert faces["li"].get(f"/prospects/{prospect.pk}").status_code == 200


def test_shares_must_add_up(faces, records, cast):
    order = records["order"]
    url = f"/orders/{order.pk}/share"
    zhang, li = cast.people["zhang"].pk, cast.people["li"].pk
    given = {"person_1": zhang, "part_1": "60", "person_2": li, "part_2": "30", "on": ON}
    answer = faces["manager"].post(url, {**given, "version": order.version})
    assert answer.status_code == 422
    assert "add up to 90 %, not 100 %" in answer.text
    given["part_2"] = "40"
    assert faces["manager"].post(url, {**given, "version": order.version}).status_code == 302
    parts = order.shares.filter(since=ON).order_by("-share").values_list("person", "share")
    assert list(parts) == [(zhang, 6000), (li, 4000)]


def test_a_cancelled_order_gives_the_customer_back(faces, records):
    order = records["order"]
    given = {"on": ON.isoformat(), "reason": "贷款未批", "returns": "on", "version": order.version}
    answer = faces["manager"].post(f"/orders/{order.pk}/cancel", given)
    assert answer.status_code == 302
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "贷款未批")


def test_the_full_number_is_shown_once_with_a_reason_in_the_log(faces, records):
    url = f"/customers/{records['customer'].pk}/phone"
    assert "13812345678" not in faces["zhang"].get(url).text
    refused = faces["zhang"].post(url, {"why": "other", "more": " "})
    assert (refused.status_code, "13812345678" in refused.text) == (422, False)
    shown = faces["zhang"].post(url, {"why": "call", "more": "约试驾"})
    assert "tel:13812345678" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    entry = m.AuditEntry.objects.get(verb="customers.reveal_phone", refused=False)
    assert "约试驾" in entry.body
    assert faces["region_head"].get(url).status_code == 403
    assert faces["li"].get(url).status_code == 404
