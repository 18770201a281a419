"""Corrections of orders, deliveries and spend: the difference is posted, the rest stays."""

import json
from datetime import timedelta

import pytest

from cast import AT, ON, Cast, Floor
from cheji.actions import amending, deliveries, spend
from cheji.actions.deeds import NothingDiffers, SayWhy
from cheji.actions.imports.sales import EndsBeforeSigning, UnitsAreHandedOver
from cheji.facts import mark
from cheji.records import models as m
from cheji.records.refusals import ChangedMeanwhile, NotYours

BEFORE = ON - timedelta(days=5)


@pytest.fixture
def cast(cast_alone: Cast) -> Cast:
    return cast_alone


@pytest.fixture
def floor() -> Floor:
    return Floor()


def net(source_kind: str, source: int, up_to: int | None = None) -> dict[str, tuple[int, int]]:
    """Quantity and fen of each kind that a record says, reversals counted; as of a mark."""
    facts = m.Fact.objects.filter(source_kind=source_kind, source=source)
    found: dict[str, tuple[int, int]] = {}
    for fact in facts if up_to is None else facts.filter(id__lte=up_to):
        name = f"{fact.kind} {fact.tags}".strip()
        quantity, fen = found.get(name, (0, 0))
        found[name] = quantity + fact.quantity, fen + fact.fen
    return {name: sums for name, sums in found.items() if any(sums)}


def handed_over(cast: Cast, floor: Floor, **more: object) -> tuple[m.Order, m.Delivery]:
    order = floor.order(cast.outlet, cast.people["zhang"], on=BEFORE, **more)
    return order, floor.delivery(order)


def correct(cast: Cast, who: str, order: m.Order, terms=(), **amounts: int | None) -> None:
    amending.correct(
        by=cast[who], at=AT, order=order.pk, version=m.Order.objects.get(pk=order.pk).version,
        reason="补录", terms=dict(terms), amounts=amounts,
    )  # fmt: skip


def test_finance_fills_in_a_missing_cost_and_the_close_stands_as_it_was(cast, floor) -> None:
    order, delivery = handed_over(cast, floor, cost=None)
    closed = mark()
    stood = net("delivery", delivery.pk)
    assert "line_cost vehicle" not in stood
    correct(cast, "finance", order, vehicle_cost=9_400_000)
    assert net("delivery", delivery.pk)["line_cost vehicle"] == (0, 9_400_000)
    assert net("delivery", delivery.pk, closed) == stood
    entry = m.AuditEntry.objects.latest("id")
    body = json.loads(entry.body)
    assert (entry.verb, entry.subject, body) == (
        "orders.correct", order.pk,
        {
            "reason": "补录",
            "changes": {
                "lines": [[["vehicle", 10_000_000, None]], [["vehicle", 10_000_000, 9_400_000]]]
            },
        },
    )  # fmt: skip


def test_a_consultant_changes_his_open_order_but_not_one_handed_over(cast, floor) -> None:
    open_ = floor.order(cast.outlet, cast.people["zhang"], on=BEFORE)
    order, _ = handed_over(cast, floor)
    change = {"reason": "误录", "terms": {}, "amounts": {"vehicle_price": 9_000_000}}
    by = cast["zhang"]
    amending.amend(by=by, at=AT, order=open_.pk, version=1, **change)
    assert open_.lines.get().revenue == 9_000_000
    with pytest.raises(amending.NotSigned):
        amending.amend(by=by, at=AT, order=order.pk, version=1, **change)
    with pytest.raises(NotYours):
        amending.correct(by=by, at=AT, order=order.pk, version=1, **change)
    assert order.lines.get().revenue == 10_000_000


def test_of_two_who_correct_the_second_is_told(cast, floor) -> None:
    order, _ = handed_over(cast, floor)
    change = {"reason": "误录", "terms": {}}
    amending.correct(
        by=cast["finance"], at=AT, order=order.pk, version=1, amounts={"vehicle_cost": 1}, **change
    )
    with pytest.raises(ChangedMeanwhile):
        amending.correct(
            by=cast["manager"], at=AT, order=order.pk, version=1, amounts={"vehicle_cost": 2},
            **change,
        )  # fmt: skip
    assert order.lines.get().cost == 1


@pytest.mark.parametrize(
    ("terms", "reason", "refusal"),
    [
        ({"model": "星越"}, " ", SayWhy),
        ({"model": ""}, "误录", NothingDiffers),
        ({"units": 1, "model": "x"}, "误录", UnitsAreHandedOver),
        ({"signed_on": ON, "units": 3}, "误录", None),
        ({"signed_on": ON}, "误录", None),
    ],
)
def test_what_happened_since_must_still_hold(cast, floor, terms, reason, refusal) -> None:
    order = floor.order(cast.outlet, cast.people["zhang"], on=BEFORE, units=2)
    floor.delivery(order)

    def act() -> None:
        amending.correct(
            by=cast["manager"], at=AT, order=order.pk, version=1, reason=reason, terms=terms,
            amounts={},
        )  # fmt: skip

    if refusal is None:
        act()
        order.refresh_from_db()
        assert {name: getattr(order, name) for name in terms} == terms
    else:
        with pytest.raises(refusal):
            act()


def test_an_order_is_not_signed_after_it_was_handed_over(cast, floor) -> None:
    order = floor.order(cast.outlet, cast.people["zhang"], on=BEFORE)
    floor.delivery(order, on=BEFORE)
    with pytest.raises(EndsBeforeSigning):
        correct(cast, "manager", order, {"signed_on": ON})


def test_the_card_that_an_order_closed_follows_its_day(cast, floor) -> None:
    customer = floor.customer(cast.outlet, cast.people["zhang"])
    card = floor.prospect(customer, on=BEFORE - timedelta(days=9))
    order = floor.order(cast.outlet, cast.people["zhang"], prospect=card, on=BEFORE)
    m.Prospect.objects.filter(pk=card.pk).update(state="ordered", closed_on=BEFORE)
    day = BEFORE - timedelta(days=2)
    correct(cast, "manager", order, {"signed_on": day})
    ordered = m.Fact.objects.filter(source_kind="prospect", kind="prospect_ordered")
    sums = {}
    for fact in ordered:
        sums[fact.on_date] = sums.get(fact.on_date, 0) + fact.quantity
    assert sums == {BEFORE: 0, day: 10_000}
    card.refresh_from_db()
    assert (card.state, card.closed_on) == ("ordered", day)


def test_a_delivery_moves_to_another_day_and_another_vehicle(cast, floor) -> None:
    wrong, right = floor.vehicle(cast.outlet, on=BEFORE), floor.vehicle(cast.outlet, on=BEFORE)
    order = floor.order(cast.outlet, cast.people["zhang"], on=BEFORE)
    done = deliveries.deliver(by=cast["zhang"], at=AT, order=order.pk, on=ON, vin=wrong.vin)
    day = ON - timedelta(days=1)
    deliveries.amend(
        by=cast["finance"], at=AT, delivery=done.id, version=1, reason="误录", on=day,
        vin=right.vin, trade_in=True,
    )  # fmt: skip
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (wrong.left_on, right.left_on) == (None, day)
    assert net("vehicle", wrong.pk)["stock_in"] == (10_000, 0)
    assert "stock_out" not in net("vehicle", wrong.pk)
    days = {f.on_date: 0 for f in m.Fact.objects.filter(kind="delivery")}
    for fact in m.Fact.objects.filter(kind="delivery"):
        days[fact.on_date] += fact.quantity
    assert days == {ON: 0, day: 10_000}
    assert net("delivery", done.id)["delivery_trade_in"] == (10_000, 0)


def test_an_order_is_open_again_when_fewer_of_its_units_are_handed_over(cast, floor) -> None:
    order = floor.order(cast.outlet, cast.people["zhang"], on=BEFORE, units=2)
    delivery = floor.delivery(order)
    deliveries.amend(
        by=cast["manager"], at=AT, delivery=delivery.pk, version=1, reason="误录", on=ON, units=1
    )
    order.refresh_from_db()
    assert order.state == "signed"
    with pytest.raises(deliveries.TooManyUnits):
        deliveries.amend(
            by=cast["manager"], at=AT, delivery=delivery.pk, version=2, reason="误录", on=ON,
            units=3,
        )  # fmt: skip


def test_another_delivery_keeps_its_frame_number(cast, floor) -> None:
    _, first = handed_over(cast, floor)
    _, second = handed_over(cast, floor)
    m.Delivery.objects.filter(pk=first.pk).update(vin="LVIN1")
    with pytest.raises(deliveries.VinIsDelivered):
        deliveries.amend(
            by=cast["manager"], at=AT, delivery=second.pk, version=1, reason="误录", on=ON,
            vin="LVIN1",
        )  # fmt: skip


def test_spend_is_corrected_as_a_difference(cast, floor) -> None:
    row = floor.spend(cast.outlet, 2_000)
    spend.amend(
        by=cast["marketing"], at=AT, spend=row.pk, version=1, reason="误录", on=BEFORE,
        amount=3_000, subsidy=500,
    )  # fmt: skip
    assert net("spend", row.pk) == {"ad_spend": (0, 3_000), "ad_subsidy": (0, 500)}
    spend.void(by=cast["marketing"], at=AT, spend=row.pk, version=2, reason="重复")
    with pytest.raises(spend.SpendIsVoid):
        spend.amend(
            by=cast["marketing"], at=AT, spend=row.pk, version=3, reason="误录", on=ON, amount=1
        )
