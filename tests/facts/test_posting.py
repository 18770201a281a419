"""What each record says as facts, case by case, and whose it is."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cast import AT, ON, Cast, Floor
from cheji import facts
from cheji.actions import amending, deliveries, imports, orders, people, prospects, visits
from cheji.actions.imports import Entry
from cheji.facts import book, rebuilding
from cheji.records import models as m
from cheji.records.visibility import Reach

pytestmark = pytest.mark.django_db
MARCH, FEB = date(2026, 3, 1), date(2026, 2, 28)
PHONE = "13800000001"


class Scene:
    """The cast with the verbs as one manager does them, and the net facts as plain rows."""

    def __init__(self) -> None:
        self.cast, self.floor = Cast(), Floor()
        self.by = self.cast["operator"]
        self.outlet = self.cast.outlet
        self.zhang, self.li = (self.cast.people[name] for name in ("zhang", "li"))

    def card(self, on: date, level: str = "A", owner: m.Person | None = None) -> m.Prospect:
        done = prospects.open_card(
            by=self.by, at=AT, outlet=self.outlet.pk, on=on, name="钱", phone=PHONE, level=level,
            owner=(owner or self.zhang).pk,
        )  # fmt: skip
        return m.Prospect.objects.get(pk=done.id)

    def level(self, card: m.Prospect, level: str, on: date) -> None:
        card.refresh_from_db()
        prospects.change_level(
            by=self.by, at=AT, prospect=card.pk, version=card.version, level=level, on=on
        )

    def lose(self, card: m.Prospect, on: date, *, dormant: bool = False, rival: str = "") -> None:
        card.refresh_from_db()
        prospects.lose(
            by=self.by, at=AT, prospect=card.pk, version=card.version, on=on, reason="价格",
            dormant=dormant, rival=rival,
        )  # fmt: skip

    def sign(
        self, on: date, *shares: tuple[m.Person, int], units: int = 1, phone: str = PHONE,
        lines: tuple[orders.Line, ...] = (orders.Line("vehicle", 10_000_001, 9_000_000),),
    ) -> m.Order:  # fmt: skip
        done = orders.sign(
            by=self.by, at=AT, outlet=self.outlet.pk, on=on, lines=lines, phone=phone, units=units,
            shares=[(who.pk, part) for who, part in shares or ((self.zhang, 10_000),)],
        )  # fmt: skip
        return m.Order.objects.get(pk=done.id)

    def cancel(self, order: m.Order, on: date) -> None:
        order.refresh_from_db()
        orders.cancel(
            by=self.by, at=AT, order=order.pk, version=order.version, on=on, reason="退订"
        )

    def deliver(self, order: m.Order, on: date, units: int = 1) -> m.Delivery:
        done = deliveries.deliver(by=self.by, at=AT, order=order.pk, on=on, units=units)
        return m.Delivery.objects.get(pk=done.id)

    def net(self, *kinds: str, columns: tuple[str, ...] = ()) -> dict[tuple[object, ...], object]:
        """(kind, day, columns …) → quantity in whole units, and money where there is some."""
        sums: dict[tuple[object, ...], list[int]] = {}
        rows = m.Fact.objects.filter(kind__in=kinds).order_by("on_date", "id")
        for fact in rows:
            key = (fact.kind, fact.on_date, *(getattr(fact, name) for name in columns))
            total = sums.setdefault(key, [0, 0])
            total[0] += fact.quantity
            total[1] += fact.fen
        return {
            key: (quantity / 10_000, fen) if fen else quantity / 10_000
            for key, (quantity, fen) in sums.items()
            if quantity or fen
        }


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    """Whatever a test did, the facts equal a rebuild at its end."""
    with begun(Scene) as made:
        yield made
        rebuilding.rebuild()
        assert rebuilding.differences() == []


INTENT = [
    f"intent_{step}"
    for step in (
        "opened", "raised", "reactivated", "returned", "in", "out", "ordered", "lost", "dormant",
        "dropped",
    )
]  # fmt: skip


def test_spells_of_intent(scene: Scene) -> None:
    """Opened at C, raised, dropped, raised again, lost, reactivated, dormant, reactivated."""
    days = [date(2026, 1, 1) + timedelta(days=10 * n) for n in range(8)]
    card = scene.card(days[0], "C")
    scene.level(card, "A", days[1])
    scene.level(card, "C", days[2])
    scene.level(card, "H", days[3])
    scene.level(card, "B", days[4])
    scene.lose(card, days[5])
    card.refresh_from_db()
    told = {"by": scene.by, "at": AT, "prospect": card.pk}
    prospects.reactivate(**told, version=card.version, on=days[6], level="B")
    scene.lose(card, days[7], dormant=True)
    assert scene.net(*INTENT, columns=("since", "level")) == {
        ("intent_raised", days[1], days[1], "A"): 1,
        ("intent_dropped", days[2], days[1], "A"): 1,
        ("intent_raised", days[3], days[3], "H"): 1,
        ("intent_lost", days[5], days[3], "B"): 1,
        ("intent_reactivated", days[6], days[6], "B"): 1,
        ("intent_dormant", days[7], days[6], "B"): 1,
    }
    prospect = [kind.replace("intent", "prospect") for kind in INTENT]
    assert scene.net(*prospect, columns=("since",)) == {
        ("prospect_opened", days[0], days[0]): 1,
        ("prospect_lost", days[5], days[0]): 1,
        ("prospect_reactivated", days[6], days[6]): 1,
        ("prospect_dormant", days[7], days[6]): 1,
    }


def test_a_loss_says_whether_it_is_clear_and_to_a_rival(scene: Scene) -> None:
    days = [date(2026, 1, 5), date(2026, 2, 5), date(2026, 2, 20), date(2026, 3, 5)]
    card = scene.card(days[0])
    scene.lose(card, days[1])
    card.refresh_from_db()
    told = {"by": scene.by, "at": AT, "prospect": card.pk}
    prospects.reactivate(**told, version=card.version, on=days[2], level="B")
    scene.lose(card, days[3], rival="云岭 X5")
    assert scene.net("prospect_lost", "intent_lost", columns=("tags",)) == {
        ("prospect_lost", days[1], "reason"): 1,
        ("intent_lost", days[1], "reason"): 1,
        ("prospect_lost", days[3], "rival"): 1,
        ("intent_lost", days[3], "rival"): 1,
    }


def test_a_cancelled_order_returns_the_customer_to_his_spell(scene: Scene) -> None:
    opened, signed, back = date(2026, 1, 5), date(2026, 2, 10), date(2026, 3, 3)
    scene.card(opened)
    order = scene.sign(signed)
    scene.cancel(order, back)
    assert scene.net(*INTENT, columns=("since",)) == {
        ("intent_opened", opened, opened): 1,
        ("intent_ordered", signed, opened): 1,
        ("intent_returned", back, opened): 1,
    }
    assert scene.net("order_signed", "order_cancelled", columns=("since",)) == {
        ("order_signed", signed, opened): (1, 10_000_001),
        ("order_cancelled", back, signed): (1, 10_000_001),
    }
    assert m.Prospect.objects.get().state == "open"


def test_an_order_of_level_c_raises_him_that_day(scene: Scene) -> None:
    scene.card(FEB, "C")
    scene.sign(MARCH)
    assert scene.net(*INTENT, columns=("since",)) == {
        ("intent_raised", MARCH, MARCH): 1,
        ("intent_ordered", MARCH, MARCH): 1,
    }
    assert scene.net("order_signed", columns=("since", "level")) == {
        ("order_signed", MARCH, MARCH, "C"): (1, 10_000_001)
    }


def test_who_walks_in_and_buys_is_new_intent_and_its_order(scene: Scene) -> None:
    scene.sign(MARCH)
    assert scene.net(*INTENT, "order_signed", columns=("since", "person")) == {
        ("intent_opened", MARCH, MARCH, scene.zhang.pk): 1,
        ("intent_ordered", MARCH, MARCH, scene.zhang.pk): 1,
        ("order_signed", MARCH, MARCH, scene.zhang.pk): (1, 10_000_001),
    }


def test_who_buys_twice_a_day_is_one_customer_and_later_another_intent(scene: Scene) -> None:
    """Typed one by one, or brought in one file: the same."""
    for on in (FEB, FEB, MARCH):
        scene.sign(on)
    typed = scene.net(*INTENT, "order_signed", columns=("since",))
    assert typed == {
        ("intent_opened", FEB, FEB): 1,
        ("intent_ordered", FEB, FEB): 1,
        ("order_signed", FEB, FEB): (2, 20_000_002),
        ("intent_opened", MARCH, MARCH): 1,
        ("intent_ordered", MARCH, MARCH): 1,
        ("order_signed", MARCH, MARCH): (1, 10_000_001),
    }
    rows = [
        Entry(place, {
            "outlet_code": "N2", "order_no": f"F{place}", "signed_on": on, "phone": PHONE,
            "vehicle_price": 10_000_001, "vehicle_cost": 9_000_000,
        })
        for place, on in enumerate((MARCH, FEB, FEB))
    ]  # fmt: skip
    batch = imports.start(by=scene.by, at=AT, kind="orders", name="x", content=b"x")
    imports.commit(by=scene.by, at=AT, batch=batch, entries=rows)
    there = m.Fact.objects.filter(outlet=scene.cast.sister.pk, kind__in=[*INTENT, "order_signed"])
    found = sorted(there.values_list("kind", "on_date", "since", "quantity", "fen"))
    here = m.Fact.objects.filter(outlet=scene.outlet.pk, kind__in=[*INTENT, "order_signed"])
    assert found == sorted(here.values_list("kind", "on_date", "since", "quantity", "fen"))


def test_an_order_entered_late_closes_no_card_of_a_later_wish(scene: Scene) -> None:
    card = scene.card(MARCH)
    order = scene.sign(MARCH - timedelta(days=31))
    card.refresh_from_db()
    assert card.state == "open"
    assert order.prospect_id != card.pk
    scene.lose(card, ON)
    card.refresh_from_db()
    told = {"by": scene.by, "at": AT, "prospect": card.pk}
    prospects.reactivate(**told, version=card.version, on=ON, level="A")
    assert scene.sign(MARCH + timedelta(days=3)).prospect_id not in (card.pk, order.prospect_id)


@pytest.mark.parametrize(
    ("closing_day", "since", "on", "cohort"),
    [
        (0, date(2026, 3, 1), date(2026, 3, 31), 1),
        (0, date(2026, 2, 28), date(2026, 3, 1), 2),
        (25, date(2026, 2, 26), date(2026, 3, 25), 1),
        (25, date(2026, 2, 25), date(2026, 2, 26), 2),
        (25, date(2026, 2, 26), date(2026, 3, 1), 1),
        (0, date(2026, 2, 26), date(2026, 3, 1), 2),
    ],
)
def test_new_or_carried_at_the_border_of_a_month(
    scene: Scene, closing_day: int, since: date, on: date, cohort: int
) -> None:
    m.Unit.objects.filter(pk=scene.outlet.pk).update(closing_day=closing_day)
    scene.floor.prospect(scene.floor.customer(scene.outlet, scene.zhang), on=since)
    card = m.Prospect.objects.get()
    order = scene.floor.order(scene.outlet, scene.zhang, prospect=card, on=on)
    row = m.Fact.objects.get(kind="order_signed", source=order.pk)
    narrow = facts.Narrow(Reach(everything=True), kinds=frozenset({"order_signed"}))
    (tally,) = facts.tallies(narrow, first=row.month, last=row.month)
    assert tally.cohort == cohort


def test_who_moves_keeps_his_history_on_both_sides(scene: Scene) -> None:
    scene.floor.visit(scene.outlet, scene.zhang, FEB)
    scene.floor.visit(scene.outlet, scene.zhang, ON)
    moved = people.move(
        by=scene.by, at=AT, person=scene.zhang.pk, unit=scene.cast.other_team.pk, on=MARCH
    )
    team, other = scene.cast.team.pk, scene.cast.other_team.pk
    assert scene.net("visit_first", columns=("team",)) == {
        ("visit_first", FEB, team): 1,
        ("visit_first", ON, other): 1,
    }
    people.leave(by=scene.by, at=AT, person=scene.zhang.pk, on=ON)
    assert scene.net("visit_first", columns=("team", "person")) == {
        ("visit_first", FEB, team, scene.zhang.pk): 1,
        ("visit_first", ON, None, scene.zhang.pk): 1,
    }
    assert m.Post.objects.get(pk=moved.id).until == ON


def test_who_moves_on_the_day_he_came_held_one_post(scene: Scene) -> None:
    done = people.hire(
        by=scene.by, at=AT, number="N9", name="新", hired_on=MARCH, unit=scene.cast.team.pk
    )
    people.move(by=scene.by, at=AT, person=done.id, unit=scene.cast.other_team.pk, on=MARCH)
    posts = m.Post.objects.filter(person=done.id).values_list("unit", "since", "until")
    assert list(posts) == [(scene.cast.other_team.pk, MARCH, None)]


def test_shares_add_up_to_the_fen(scene: Scene) -> None:
    thirds = ((scene.zhang, 3_333), (scene.li, 3_333), (scene.cast.people["wang"], 3_334))
    scene.sign(MARCH, *thirds)
    rows = m.Fact.objects.filter(kind="order_signed").order_by("id")
    assert list(rows.values_list("person", "quantity", "fen")) == [
        (scene.zhang.pk, 3_333, 3_333_000),
        (scene.li.pk, 3_333, 3_333_000),
        (thirds[2][0].pk, 3_334, 3_334_001),
    ]


def test_an_open_order_is_handed_over_and_its_past_stays(scene: Scene) -> None:
    order = scene.sign(FEB, units=3)
    scene.deliver(order, FEB)
    order.refresh_from_db()
    orders.share_out(
        by=scene.by, at=AT, order=order.pk, version=order.version, on=MARCH,
        shares=[(scene.li.pk, 6_000), (scene.zhang.pk, 4_000)],
    )  # fmt: skip
    scene.deliver(order, MARCH)
    scene.cancel(order, ON)
    a, b = scene.zhang.pk, scene.li.pk
    kinds = ("order_signed", "order_out", "order_in", "delivery", "order_cancelled")
    found = scene.net(*kinds, columns=("person",))
    assert found == {
        ("order_signed", FEB, a): (3, 10_000_001),
        ("delivery", FEB, a): (1, 3_333_334),
        ("order_out", MARCH, a): 2,
        ("order_in", MARCH, a): 0.8,
        ("order_in", MARCH, b): 1.2,
        ("delivery", MARCH, a): (0.4, 1_333_334),
        ("delivery", MARCH, b): (0.6, 2_000_000),
        ("order_cancelled", ON, a): (0.4, 1_333_333),
        ("order_cancelled", ON, b): (0.6, 2_000_000),
    }
    assert m.Prospect.objects.get().state == "ordered"  # a part was delivered: he has bought


def test_units_still_to_come_are_handed_over_after_a_part_was_cancelled(scene: Scene) -> None:
    """One of three is cancelled first; who takes the order over later delivers the other two."""
    order = scene.sign(FEB, units=3)
    for _ in range(2):
        scene.deliver(order, ON)
    order.refresh_from_db()
    orders.share_out(
        by=scene.by, at=AT, order=order.pk, version=order.version, on=MARCH,
        shares=[(scene.li.pk, 10_000)],
    )  # fmt: skip
    scene.cancel(order, FEB)
    a, b = scene.zhang.pk, scene.li.pk
    kinds = ("order_signed", "order_out", "order_in", "delivery", "order_cancelled")
    assert scene.net(*kinds, columns=("person",)) == {
        ("order_signed", FEB, a): (3, 10_000_001),
        ("order_cancelled", FEB, a): (1, 3_333_333),
        ("order_out", MARCH, a): 2,
        ("order_in", MARCH, b): 2,
        ("delivery", ON, b): (2, 6_666_668),
    }


def test_deliveries_in_parts_add_up_to_the_order(scene: Scene) -> None:
    lines = (
        orders.Line("vehicle", 10_000_001, 9_000_001), orders.Line("gift", 0, 100),
        orders.Line("discount", -100_000), orders.Line("insurance", 500_001, 7),
    )  # fmt: skip
    order = scene.sign(FEB, (scene.zhang, 5_000), (scene.li, 5_000), units=3, lines=lines)
    for day in (FEB, MARCH, ON):
        scene.deliver(order, day)
        revenue, cost = amounts("line_revenue"), amounts("line_cost")
        assert sum(revenue.values()) == sum(amounts("delivery").values())
    assert revenue == {"vehicle": 10_000_001, "discount": -100_000, "insurance": 500_001}
    assert cost == {"vehicle": 9_000_001, "gift": 100, "insurance": 7}
    order.refresh_from_db()
    assert order.state == "delivered"


def amounts(kind: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for tags, fen in m.Fact.objects.filter(kind=kind).values_list("tags", "fen"):
        sums[tags] = sums.get(tags, 0) + fen
    return {tags: fen for tags, fen in sums.items() if fen}


def test_what_an_order_of_unknown_cost_brought_is_no_gross(scene: Scene) -> None:
    """Its lines stand apart, all of them, until the last cost is entered, and again without it."""
    lines = (
        orders.Line("vehicle", 10_000_001), orders.Line("gift", 0, 100),
        orders.Line("discount", -100_000), orders.Line("accessory", 5_001, 7),
    )  # fmt: skip
    order = scene.sign(FEB, (scene.zhang, 3_333), (scene.li, 6_667), units=2, lines=lines)
    for day in (MARCH, ON):
        scene.deliver(order, day)
    revenue = {"vehicle": 10_000_001, "discount": -100_000, "accessory": 5_001}
    cost = {"vehicle": 9_000_001, "gift": 100, "accessory": 7}
    kinds = ("line_revenue", "line_unpriced", "line_cost", "line_cost_known")
    assert [amounts(kind) for kind in kinds] == [{}, revenue, {}, {"accessory": 7}]
    said = {"by": scene.by, "at": AT, "order": order.pk, "reason": "补录", "terms": {}}
    when = {9_000_001: [revenue, {}, cost, {}], None: [{}, revenue, {}, {"accessory": 7}]}
    for amount, expected in when.items():
        order.refresh_from_db()
        amending.correct(**said, version=order.version, amounts={"vehicle_cost": amount})
        assert [amounts(kind) for kind in kinds] == expected
    assert sum(amounts("delivery").values()) == sum(revenue.values())


@pytest.mark.parametrize(
    ("line", "unknown"),
    [
        (orders.Line("vehicle", 10_000_000), True),
        (orders.Line("accessory", 5_000), True),
        (orders.Line("accessory", 5_000, 0), False),
        (orders.Line("insurance", 5_000), False),
        (orders.Line("finance", 5_000), False),
        (orders.Line("licence", 5_000), False),
        (orders.Line("warranty", 5_000), False),
        (orders.Line("trade_in", 5_000), False),
        (orders.Line("discount", -5_000), False),
    ],
)
def test_only_goods_can_cost_what_nobody_knows(
    scene: Scene, line: orders.Line, unknown: bool
) -> None:
    order = scene.sign(FEB, lines=(orders.Line("vehicle", 10_000_001, 9_000_000), line))
    scene.deliver(order, MARCH)
    assert bool(amounts("line_unpriced")) is unknown
    assert bool(amounts("line_cost")) is not unknown


def test_a_void_delivery_and_visit_leave_no_trace_in_the_net(scene: Scene) -> None:
    order = scene.sign(FEB)
    before = scene.net("delivery", "line_revenue", "line_cost", "order_signed")
    gone = scene.deliver(order, MARCH)
    deliveries.void(by=scene.by, at=AT, delivery=gone.pk, version=1, reason="误录")
    assert scene.net("delivery", "line_revenue", "line_cost", "order_signed") == before
    order.refresh_from_db()
    assert order.state == "signed"
    visit = scene.floor.visit(scene.outlet, scene.zhang)
    visits.void(by=scene.by, at=AT, visit=visit.pk, version=1, reason="误录")
    assert scene.net("visit_first", "visit_other", columns=("tags",)) == {
        ("visit_other", ON, "void"): 1
    }


def test_a_voided_part_of_a_cancelled_order_is_cancelled_with_the_rest(scene: Scene) -> None:
    order = scene.sign(FEB, units=2)
    gone = scene.deliver(order, MARCH)
    scene.cancel(order, ON)
    assert scene.net("order_cancelled") == {("order_cancelled", ON): (1, 5_000_000)}
    deliveries.void(by=scene.by, at=AT, delivery=gone.pk, version=1, reason="误录")
    assert scene.net("order_cancelled", "delivery") == {("order_cancelled", ON): (2, 10_000_001)}


COUNTS = {
    "leads": ("lead", None, "online"), "visits": ("visit_first", None, "walk_in"),
    "visits_phone": ("visit_first", None, "phone"),
    "visits_off_site": ("visit_first", None, "off_site"),
    "intent_new": ("intent_opened", ON, ""), "orders_new": ("order_signed", ON, "walk_in"),
    "orders_open": ("order_signed", FEB, "walk_in"), "lost": ("intent_lost", None, ""),
    "dormant": ("intent_dormant", None, ""), "cancelled": ("order_cancelled", None, "walk_in"),
    "trade_ins": ("delivery_trade_in", None, "walk_in"),
    "deliveries_walk_in": ("delivery", None, "walk_in"),
    "deliveries_outreach": ("delivery", None, "outreach"),
    "deliveries_owner": ("delivery", None, "owner"),
    "deliveries_off_site": ("delivery", None, "off_site"),
    "deliveries_other": ("delivery", None, "other"),
    "deliveries_second_tier": ("delivery", None, "second_tier"),
    "opening_prospects": ("intent_brought", None, ""),
    "opening_orders": ("order_brought", None, "walk_in"),
}  # fmt: skip


@pytest.mark.parametrize("column", [*COUNTS, "ad_spend", "ad_subsidy"])
def test_a_count_of_a_day_is_that_many_facts(scene: Scene, column: str) -> None:
    visits.count_day(by=scene.by, at=AT, outlet=scene.outlet.pk, on=ON, counts={column: 7})
    rows = m.Fact.objects.filter(source_kind="total").exclude(kind__startswith="prospect_")
    if column in ("orders_new", "orders_open"):
        rows = rows.exclude(kind="intent_ordered")
    fact = rows.get()
    if column in ("ad_spend", "ad_subsidy"):
        assert (fact.kind, fact.fen, fact.on_date) == (column, 7, ON)
        return
    kind, since, channel = COUNTS[column]
    day = ON - timedelta(days=1) if column.startswith("opening") else ON
    assert (fact.kind, fact.on_date, fact.since, fact.channel, fact.quantity) == (
        kind, day, since, channel, 70_000,
    )  # fmt: skip


def test_nothing_new_posts_nothing_and_nothing_is_ever_changed(scene: Scene) -> None:
    row = scene.floor.visit(scene.outlet, scene.zhang)
    said = m.Fact.objects.filter(source_kind="visit").order_by("id")
    first = list(said.values())
    assert facts.post("visit", [row.pk], at=AT) == 0
    assert facts.post("visit", [], at=AT) == 0
    row.model = "星越"
    row.save()
    assert facts.post("visit", [row.pk], at=AT) == 2
    assert list(said.values())[:1] == first
    back = m.Fact.objects.get(reverses__isnull=False)
    assert (back.reverses, back.quantity, back.model) == (first[0]["id"], -10_000, "")
    assert facts.withdraw("visit", [row.pk], at=AT) == 1
    m.Visit.objects.all().delete()


def test_a_book_reads_the_teams_of_the_outlets_that_are_asked_about(cast, monkeypatch):
    """Many outlets are read at once, with the same answers."""
    zhang = cast.people["zhang"].pk
    asked = [(zhang, cast.outlet.pk), (zhang, cast.far.pk), (None, cast.far.pk)]
    found, queries = [], []
    for few in (8, 1):
        monkeypatch.setattr(book, "FEW", few)
        known = book.Book()
        with CaptureQueriesContext(connection) as seen:
            found.append([known.whose(who, outlet, ON) for who, outlet in asked * 3])
        queries.append(len(seen))
    assert found[0] == found[1] == [(cast.team.pk, zhang), (None, zhang), (None, None)] * 3
    assert queries == [2, 2]
