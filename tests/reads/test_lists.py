"""Every list and detail for each of the cast: exactly what is in scope, masked, without N+1."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import FULL_NAMES, NOUNS, World

from beginnings import begun
from cast import ROLES, load_pack
from cheji.actions.customers import identity_columns
from cheji.engine.periods import DAY, from_key, month_key
from cheji.reads import asking, leads, orders, people, prospects, search, spend, vehicles, visits
from cheji.reads.asking import Asked
from cheji.records import models as m
from cheji.records.refusals import NotFound

pytestmark = pytest.mark.django_db
ALL = Asked(size=500)
LISTS = {
    "customers": prospects.customers,
    "prospects": prospects.prospects,
    "leads": leads.leads,
    "visits": visits.visits,
    "orders": orders.orders,
    "deliveries": orders.deliveries,
    "vehicles": vehicles.vehicles,
    "spend": spend.spend,
}
DETAILS = {
    "customers": prospects.customer,
    "prospects": prospects.prospect,
    "leads": leads.lead,
    "visits": visits.visit,
    "orders": orders.order,
    "vehicles": vehicles.vehicle,
    "spend": spend.entry,
}


@pytest.fixture
def world(db):
    with begun(World) as made:
        yield made


@pytest.mark.parametrize("role", ROLES)
def test_lists_and_details_are_exactly_what_is_in_scope(world, role):
    for noun, listed in LISTS.items():
        page = listed(world.cast[role], ALL)
        expected = world.visible(role, noun)
        assert {row.id for row in page.rows} == expected, noun
        assert page.count == len(expected)
    for noun, detail in DETAILS.items():
        expected = world.visible(role, noun)
        for _, _, pk in world.made[noun]:
            if pk in expected:
                assert detail(world.cast[role], pk)
            else:
                with pytest.raises(NotFound):
                    detail(world.cast[role], pk)


def test_names_are_masked_and_phones_always(world):
    for role in ROLES:
        viewer = world.cast[role]
        seen = [row.customer for row in prospects.customers(viewer, ALL).rows]
        seen += [row.customer for row in orders.orders(viewer, ALL).rows]
        seen += [row.customer for row in visits.visits(viewer, ALL).rows]
        for customer in seen:
            shown = role in FULL_NAMES and customer.open
            assert customer.name.startswith("客户" if shown else "客*")
            assert customer.phone in ("", f"138****{customer.phone[-4:]}")
    assert not any(row.customer.open for row in orders.orders(world.cast["finance"], ALL).rows)


def test_a_shared_orders_customer_is_masked_for_who_does_not_own_him(world):
    cast, floor = world.cast, world.floor
    customer = floor.customer(cast.outlet, cast.people["li"], "欧阳修")
    order = floor.order(cast.outlet, cast.people["zhang"], cast.people["li"], customer=customer)
    seen = orders.order(cast["zhang"], order.pk).row.customer
    assert (seen.name, seen.open) == ("欧**", False)
    assert orders.order(cast["li"], order.pk).row.customer.name == "欧阳修"


def test_an_id_number_is_found_whole_and_shown_masked(world):
    manager, customer = world.cast["manager"], world.made["customers"][0][2]
    row = m.Customer.objects.get(pk=customer)
    columns = identity_columns("11010519491231002X", row.key)
    m.Customer.objects.filter(pk=customer).update(**columns)
    assert prospects.customer(manager, customer).identity == "110***********002X"
    for text, found in (("110105 19491231 002x", [customer]), ("11010519491231002", [])):
        page = prospects.customers(manager, Asked(search=text))
        assert [one.id for one in page.rows] == found
    assert (
        prospects.customers(world.cast["far_manager"], Asked(search="11010519491231002X")).rows
        == ()
    )


def test_a_detail_holds_only_parts_in_scope(world):
    """Care sees a customer and his orders, but no prospect, visit or lead."""
    customer = world.made["customers"][0][2]
    for role, nouns in (
        ("care", {"order", "delivery"}),
        ("manager", {"order", "delivery", "prospect", "visit", "lead"}),
    ):
        detail = prospects.customer(world.cast[role], customer)
        assert {event.noun for event in detail.timeline} == nouns
        assert bool(detail.prospects) is (role == "manager")


def test_totals_are_of_everything_in_scope(world):
    page = orders.orders(world.cast["manager"], Asked(size=1))
    assert dict(page.totals) == {
        "units": 4, "revenue": 40_000_000, "gross": 2_000_000, "unpriced": 0,
    }  # fmt: skip
    assert (len(page.rows), page.count, page.pages) == (1, 4, 4)
    assert orders.orders(world.cast["zhang"]).total("gross") == 500_000
    assert orders.orders(world.cast["stock"]).total("revenue") is None
    assert orders.orders(world.cast["stock"]).rows[0].revenue is None


def test_vehicles_know_their_age_and_hide_their_cost(world):
    row = vehicles.vehicles(world.cast["manager"]).rows[0]
    assert (row.age, row.aged, row.cost) == (139, True, 9_000_000)
    assert vehicles.vehicles(world.cast["stock"]).total("cost") == 36_000_000
    assert vehicles.vehicles(world.cast["zhang"]).rows[0].cost is None


def test_filters_narrow_inside_the_scope(world):
    by_person = Asked(filters=(("person", "LI"),))
    assert orders.orders(world.cast["zhang"], by_person).count == 0
    assert orders.orders(world.cast["lead"], by_person).count == 1
    nobody = Asked(filters=(("person", "-"),))
    assert orders.orders(world.cast["manager"], nobody).count == 1
    far = Asked(filters=(("outlet", "S1"),))
    assert orders.orders(world.cast["region_head"], far).count == 0
    north = Asked(filters=(("outlet", "N"),))
    assert orders.orders(world.cast["group_manager"], north).count == 5


def test_unknown_filters_and_sorts_are_refused(world):
    for asked in (Asked(filters=(("customer__name", "x"),)), Asked(sort="customer__phone_index")):
        with pytest.raises(Exception, match="it knows") as caught:
            orders.orders(world.cast["manager"], asked)
        assert "可用的有" in caught.value.say()


def test_sorts_run_both_ways(world):
    numbers = [r.number for r in orders.orders(world.cast["operator"], Asked(sort="number")).rows]
    back = [r.number for r in orders.orders(world.cast["operator"], Asked(sort="-number")).rows]
    assert numbers == sorted(numbers)
    assert back == numbers[::-1]


def test_a_masked_name_cannot_be_found_by_searching_for_it(world):
    asked = Asked(search="客户outletzhang")
    assert prospects.customers(world.cast["manager"], asked).count == 1
    assert prospects.customers(world.cast["auditor"], asked).count == 0
    assert orders.orders(world.cast["finance"], asked).count == 0
    assert orders.orders(world.cast["li"], asked).count == 0


def test_a_list_asks_as_often_for_three_as_for_one(world):
    def asked(noun):
        with CaptureQueriesContext(connection) as queries:
            page = LISTS[noun](world.cast["manager"], ALL)
        return len(queries), len(page.rows)

    before = {noun: asked(noun) for noun in NOUNS}
    for owner in ("zhang", "li", None):
        world.add("outlet", owner)
    after = {noun: asked(noun) for noun in NOUNS}
    assert all(after[noun][1] == before[noun][1] + 3 for noun in NOUNS)
    assert {n: queries for n, (queries, _) in before.items()} == {
        n: queries for n, (queries, _) in after.items()
    }


def test_people_and_tree(world):
    tree = people.organisation(world.cast["manager"])
    assert [unit.code for unit in tree] == ["G", "N", "N1", "T1", "T2"]
    outlet = tree[2]
    assert outlet.depth == 2
    assert people.counted(world.cast["manager"])[outlet.id] == (1, 8)
    everybody = people.people(world.cast["operator"], ALL)
    assert everybody.count == 17
    in_team = Asked(filters=(("outlet", "T1"), ("role", "consultant")))
    found = people.people(world.cast["manager"], in_team)
    assert [row.number for row in found.rows] == ["LI", "ZHANG"]
    chosen = people.consultants(world.cast["manager"], "N1")
    assert [row.number for row in chosen] == ["LEAD", "LI", "WANG", "ZHANG"]
    posts = m.Post.objects.filter(person=world.cast.people["li"])
    left = world.cast["manager"].on.replace(day=1)
    posts.update(until=left)
    gone, before = (from_key("month", month_key(day)) for day in (left, left - DAY))
    seen = [people.consultants(world.cast["manager"], "N1", month) for month in (gone, before)]
    assert ["LI" in {row.number for row in rows} for rows in seen] == [False, True]
    assert "LI" not in {row.number for row in people.consultants(world.cast["manager"], "N1")}
    with pytest.raises(NotFound):
        people.person(world.cast["manager"], "FAR_CONSULTANT")


def test_a_sign_in_name_is_found_by_who_keeps_the_accounts_alone(world):
    m.User.objects.filter(person=world.cast.people["li"]).update(username="secret-name")
    asked = Asked(search="secret")
    counts = {
        who: people.people(world.cast[who], asked).count for who in ("zhang", "administrator")
    }
    assert counts == {"zhang": 0, "administrator": 1}


def test_people_ask_as_often_for_many_as_for_one(world):
    counts = []
    for size in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            people.people(world.cast["operator"], Asked(size=size))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_person_keeps_his_history(world):
    zhang = world.cast.people["zhang"]
    zhang.posts.update(until="2026-03-01")
    zhang.posts.create(unit=world.cast.far, role="consultant", since="2026-03-01")
    for role in ("manager", "far_manager"):
        seen = people.person(world.cast[role], "ZHANG")
        assert [post.unit.code for post in seen.history] == ["T1", "S1"]
        assert [post.unit.code for post in seen.row.posts] == ["S1"]


def test_search_finds_only_what_is_in_scope(world):
    load_pack()
    cast = world.cast
    row = m.Customer.objects.get(name="客户outletzhang")
    whole, tail = "13800000001", "0001"
    for text in ("客户outletzhang", whole, tail):
        hits = [(hit.noun, hit.id) for hit in search.search(cast["zhang"], text)]
        assert hits == [("customer", row.pk)]
        assert search.search(cast["li"], text) == ()
        assert search.search(cast["far_manager"], text) == ()
    assert [hit.noun for hit in search.search(cast["auditor"], whole)] == ["customer"]
    assert search.search(cast["auditor"], whole)[0].title == "客**"
    order = m.Order.objects.get(customer=row)
    assert [h.title for h in search.search(cast["finance"], order.number)] == [order.number]
    assert [h.title for h in search.search(cast["manager"], "张伟")] == ["张伟"]
    assert search.search(cast["manager"], "1") == ()


def test_of_very_many_orders_the_units_alone_are_added_up(world, monkeypatch):
    manager = world.cast["manager"]
    whole = dict(orders.orders(manager).totals)
    assert whole["revenue"] > 0
    monkeypatch.setattr(orders.lists, "MOST_SUMMED", orders.orders(manager).count - 1)
    found = dict(orders.orders(manager).totals)
    assert found == {"units": whole["units"], "revenue": None, "gross": None, "unpriced": None}


def test_a_search_with_many_hits_gives_the_same_page(world, monkeypatch):
    asked = Asked(search="客户", size=2, page=2)
    few = prospects.customers(world.cast["group_manager"], asked)
    assert few.count > 2
    monkeypatch.setattr(asking, "MOST_HITS", 1)
    assert prospects.customers(world.cast["group_manager"], asked) == few
