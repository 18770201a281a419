"""Orders of unknown cost: no gross, no share of it, and found by whoever may enter the cost."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest

from beginnings import begun
from cast import AT, ROLES, Cast, Floor, load_pack
from cheji.actions import amending
from cheji.reads import appraisals, kpis, orders, pay
from cheji.reads.asking import Asked
from cheji.records import models as m
from paying import calculated, planned

pytestmark = pytest.mark.django_db
MARCH = 202603
SOLD = date(2026, 3, 5)
UNKNOWN = Asked(filters=(("cost", "unknown"),))


class Sold:
    """Zhang delivers a car of 5,000 yuan gross and one of unknown cost; Li only such a one."""

    def __init__(self) -> None:
        load_pack()
        self.cast, self.floor = Cast(), Floor()
        zhang, li = (self.cast.people[name] for name in ("zhang", "li"))
        outlet = self.cast.outlet
        self.known = self.floor.order(outlet, zhang, on=SOLD)
        self.unknown = self.floor.order(outlet, zhang, on=SOLD, cost=None)
        self.unknown.lines.create(kind="discount", revenue=-300_000, cost=0)
        self.of_li = self.floor.order(outlet, li, on=SOLD, cost=None)
        for order in (self.known, self.unknown, self.of_li):
            self.floor.delivery(order, SOLD)

    def price(self, order: m.Order, cost: int | None) -> None:
        amending.correct(
            by=self.cast["operator"], at=AT, order=order.pk,
            version=m.Order.objects.get(pk=order.pk).version, reason="补录", terms={},
            amounts={"vehicle_cost": cost},
        )  # fmt: skip

    def figures(self, by: str) -> dict[str, list[Fraction | None]]:
        codes = ["revenue", "gross", "gross_per_unit", "deliveries_all"]
        table = kpis.values(
            self.cast["manager"],
            kpis=codes,
            by=by,
            grain="month",
            first=MARCH,
            last=MARCH,  # type: ignore[arg-type]
        )
        return {row.of.code: [cell.value for cell in row.cells] for row in table.rows}

    def paid(self, role: str, number: str) -> list[tuple[str, Fraction | None, int]]:
        found = pay.statement(self.cast[role], number, MARCH)
        return [(line.component, line.base, line.fen) for line in found.lines]


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def test_the_gross_is_that_of_whole_orders_and_revenue_is_everything(sold: Sold) -> None:
    people = sold.figures("person")
    assert people["ZHANG"] == [197_000, 5_000, 5_000, 2]
    assert people["LI"] == [100_000, None, None, 1]
    assert sold.figures("outlet")["N1"] == [297_000, 5_000, 5_000, 3]
    sold.price(sold.unknown, 9_500_000)
    sold.price(sold.of_li, 0)
    assert sold.figures("outlet")["N1"] == [297_000, 107_000, Fraction(107_000, 3), 3]
    sold.price(sold.of_li, None)
    assert sold.figures("outlet")["N1"] == [297_000, 7_000, 3_500, 3]


def test_the_rows_behind_the_gross_show_what_is_left_out_and_why(sold: Sold) -> None:
    key = f"u{sold.cast.outlet.pk}:month:{MARCH}:gross"
    assert kpis.reason(sold.cast["manager"], key).value == 5_000
    rows = kpis.fact_rows(sold.cast["manager"], key, measure="gross")
    assert (rows.total, rows.counted_count, rows.looked_at_count) == (5_000, 2, 3)
    assert {(row.kind, row.why_not) for row in rows.looked_at} == {("line_unpriced", "unpriced")}


def test_a_share_of_the_gross_pays_nothing_on_them_and_all_else_is_paid(sold: Sold) -> None:
    assert sold.paid("zhang", "ZHANG")[:-1] == [
        ("unit_bonus", 1, 50_000),
        ("unit_bonus", 1, 50_000),
        ("gross_share", 5_000, 50_000),
        ("gross_share", None, 0),
    ]
    assert sold.paid("li", "LI")[:-1] == [("unit_bonus", 1, 50_000), ("gross_share", None, 0)]
    lines = pay.statement(sold.cast["li"], "LI", MARCH).lines
    assert [(line.component, line.unpriced) for line in lines] == [
        ("unit_bonus", False), ("gross_share", True), ("coefficient", False),
    ]  # fmt: skip
    assert lines[1].deal is not None
    assert lines[1].deal.id == m.Delivery.objects.get(order=sold.of_li).pk
    sold.price(sold.of_li, 9_900_000)
    assert sold.paid("li", "LI")[1] == ("gross_share", 1_000, 10_000)
    sold.price(sold.of_li, None)
    assert sold.paid("li", "LI")[1] == ("gross_share", None, 0)


SHARES = {
    "vehicle": "vehicle_gross", "accessory": "accessory_gross", "insurance": "insurance_gross",
    "whole": "gross",
}  # fmt: skip


@pytest.mark.parametrize(
    ("vehicle", "accessory", "expected"),
    [
        (None, 20_000, {"vehicle": None, "accessory": 300, "insurance": 90, "whole": None}),
        (9_500_000, None, {"vehicle": 5_000, "accessory": None, "insurance": 90, "whole": None}),
        (9_500_000, 20_000, {"vehicle": 5_000, "accessory": 300, "insurance": 90, "whole": 5_390}),
    ],
)
def test_only_what_needs_the_unknown_cost_waits(
    sold: Sold, vehicle: int | None, accessory: int | None, expected: dict[str, int | None]
) -> None:
    """Insurance and accessories have a gross of their own; a discount belongs to the vehicle."""
    parts = [
        {"code": code, "zh": code, "en": code, "kind": "share", "of": of, "scope": "per_deal",
         "rounding": "each", "base": "positive", "tiers": [{"from": 0, "rate": "10%"}]}
        for code, of in SHARES.items()
    ]  # fmt: skip
    planned(date(2021, 1, 1), components=parts)
    order = sold.floor.order(sold.cast.outlet, sold.cast.people["wang"], on=SOLD, cost=vehicle)
    order.lines.create(kind="accessory", revenue=50_000, cost=accessory)
    order.lines.create(kind="insurance", revenue=10_000, cost=1_000)
    delivery = sold.floor.delivery(order, SOLD)
    assert {code: base for code, base, _ in sold.paid("wang", "WANG")} == expected
    run = calculated(sold.cast, MARCH)
    waits = [code for code in sorted(SHARES) if expected[code] is None]
    found = pay.exceptions(sold.cast["finance"], run.outlet_id, MARCH)
    told = [one.unpaid for one in found if one.source.id == delivery.pk]
    assert told == ([tuple((code, code) for code in waits)] if waits else [])


def test_the_next_car_is_like_those_whose_gross_is_known(sold: Sold) -> None:
    with_unknown = pay.what_if(sold.cast["zhang"], "ZHANG", MARCH)
    car = with_unknown.cars[0]
    assert (car.like, car.amounts) == (2, {"deliveries": 10_000, "gross": 500_000})
    assert car.before[0] == 60_000 * 3 - 2 * 50_000 + 50_000
    assert (with_unknown.coefficient, car.worths[0]) == (0, 0)


def test_a_score_has_no_value_where_no_gross_is_known(sold: Sold) -> None:
    m.Target.objects.create(
        kpi="gross",
        value=36_000_000,
        period=MARCH,
        grain="month",
        person=sold.cast.people["li"],
        outlet=sold.cast.outlet,
    )
    card = appraisals.score_card(sold.cast["li"], "LI", MARCH)
    item = next(one for one in card.items if one.kpi.code == "gross")
    assert (item.value, item.points) == (None, 0)


def test_the_list_of_orders_finds_them_and_adds_up_the_others(sold: Sold) -> None:
    viewer = sold.cast["manager"]
    page = orders.orders(viewer)
    assert {row.id: (row.revenue, row.gross, row.unpriced) for row in page.rows} == {
        sold.known.pk: (10_000_000, 500_000, False),
        sold.unknown.pk: (9_700_000, None, True),
        sold.of_li.pk: (10_000_000, None, True),
    }
    assert dict(page.totals) == {
        "units": 3, "revenue": 29_700_000, "gross": 500_000, "unpriced": 2,
    }  # fmt: skip
    found = orders.orders(viewer, UNKNOWN)
    assert {row.id for row in found.rows} == {sold.unknown.pk, sold.of_li.pk}
    assert dict(found.totals)["gross"] is None
    known = orders.orders(viewer, Asked(filters=(("cost", "known"),)))
    assert [row.id for row in known.rows] == [sold.known.pk]
    lines = orders.order(viewer, sold.unknown.pk).lines
    assert [(line.cost, line.gross, line.unpriced) for line in lines] == [
        (None, None, True),
        (0, -300_000, False),
    ]


def test_a_cancelled_order_needs_no_cost_unless_something_was_handed_over(sold: Sold) -> None:
    outlet, viewer = sold.cast.outlet, sold.cast["manager"]
    gone = {"state": "cancelled", "cancelled_on": SOLD, "cost": None, "on": SOLD}
    sold.floor.order(outlet, **gone)  # type: ignore[arg-type]
    partly = sold.floor.order(outlet, units=2, **gone)  # type: ignore[arg-type]
    partly.deliveries.create(number="X", on_date=SOLD)
    ids = {row.id for row in orders.orders(viewer, UNKNOWN).rows}
    assert ids == {sold.unknown.pk, sold.of_li.pk, partly.pk}


@pytest.mark.parametrize(
    ("days", "count"),
    [
        ("2026-03-05..2026-03-05", 2),
        ("2026-03-01..2026-03-31", 2),
        ("2026-03-06..2026-03-31", 0),
        ("2026-02-01..2026-03-04", 0),
    ],
)
def test_they_are_counted_by_the_day_of_delivery(sold: Sold, days: str, count: int) -> None:
    asked = Asked(filters=(("cost", "unknown"), ("delivered", days)))
    assert orders.count(sold.cast["manager"], asked) == count
    m.Delivery.objects.update(void=True)
    assert orders.count(sold.cast["manager"], asked) == 0


def test_whoever_sees_no_figures_learns_nothing_of_costs(sold: Sold) -> None:
    """Care and stock see the orders, and neither their money nor whether a cost is missing."""
    whole = {"manager", "region_head", "group_manager", "finance", "auditor", "operator"}
    sees = {**dict.fromkeys(whole, 2), "lead": 2, "zhang": 1, "li": 1}
    for role in ROLES:
        assert orders.count(sold.cast[role], UNKNOWN) == sees.get(role, 0), role
    for role in ("care", "stock"):
        rows = orders.orders(sold.cast[role]).rows
        assert {(row.gross, row.unpriced) for row in rows} == {(None, False)}
        assert orders.count(sold.cast[role], Asked(filters=(("cost", "known"),))) == 0
