"""Pay on what a car brought above its floor price: what waits, who approves, what comes late."""

from collections.abc import Iterator
from datetime import date

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions import registers
from cheji.actions.pay.exceptions import TwoApprove
from cheji.actions.registers import About
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import (
    EXCESS,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    decide_all,
    paid,
    planned,
)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    """Three cars of Zhang's at 100,000 yuan, one of Li's, none with a model; no floor price."""
    with begun(Sold) as made:
        planned(components=EXCESS)
        m.Order.objects.update(model="星越")
        yield made


def price(sold: Sold, yuan: int, since: date = date(2026, 1, 1)) -> int:
    return registers.enter(
        by=sold.cast["finance"], at=LATER, register="floor_price", outlet=sold.cast.outlet.pk,
        values={"since": since, "price": yuan * 100, "reach": "outlet"}, about=About(model="星越"),
    ).id  # fmt: skip


def waiting() -> list[tuple[str, str]]:
    rows = m.PayException.objects.filter(state="open").order_by("kind", "source")
    return list(rows.values_list("kind", "person__number"))


def test_what_has_no_floor_price_waits_and_is_paid_nothing(sold: Sold) -> None:
    price(sold, 98_000, date(2026, 2, 5))
    run, zhang = calculated(sold.cast, FEBRUARY), sold.cast.people["zhang"]
    assert waiting() == [("missing_floor", "ZHANG")]
    assert paid(run, zhang) == [("excess", "earning", 30_000)] * 2
    unknown = m.PayLine.objects.filter(run=run, person=zhang, component="excess", code="unknown")
    assert list(unknown.values_list("source", "fen")) == [(sold.cars[0].pk, 0)]
    with pytest.raises(verbs.ExceptionsWait):
        verbs.approve(
            by=sold.cast["region_head"], at=LATER, run=brought(sold.cast, run, "review").pk
        )
    verbs.send_back(by=sold.cast["finance"], at=LATER, run=run.pk, reason="补限价")
    price(sold, 98_000)
    assert calculated(sold.cast, FEBRUARY).total == 4 * 30_000
    assert waiting() == []


def test_a_plan_that_pays_on_other_things_does_not_ask_for_floor_prices(sold: Sold) -> None:
    planned()
    calculated(sold.cast, FEBRUARY)
    assert waiting() == []


def test_the_rate_follows_the_average_and_a_car_below_is_fined_and_approved(sold: Sold) -> None:
    """From the 15th 101,000: Zhang's cars bring 2,000, 2,000 and −1,000, 1,000 a car: 15 %."""
    price(sold, 98_000)
    price(sold, 101_000, date(2026, 2, 15))
    run, zhang = calculated(sold.cast, FEBRUARY), sold.cast.people["zhang"]
    assert paid(run, zhang) == [
        ("excess", "earning", 30_000), ("excess", "earning", 30_000),
        ("excess_fine", "fine", -5_000),
    ]  # fmt: skip
    assert waiting() == [("below_floor", "ZHANG")]
    decide_all(sold.cast, by="finance")
    brought(sold.cast, run, "review")
    with pytest.raises(TwoApprove):
        verbs.approve(by=sold.cast["finance"], at=LATER, run=run.pk)
    brought(sold.cast, run, "approve", "close")
    assert [one.broken for one in replayed(sold.cast["finance"])] == [()]


def test_a_floor_price_put_right_after_the_close_is_adjusted_in_the_next_run(sold: Sold) -> None:
    entry = price(sold, 98_000)
    first, zhang = closed(sold.cast, FEBRUARY), sold.cast.people["zhang"]
    assert paid(first, zhang) == [("excess", "earning", 30_000)] * 3
    registers.amend(
        by=sold.cast["finance"], at=LATER, register="floor_price", entry=entry, version=1,
        reason="厂家更正", about=About(model="星越"),
        values={"since": date(2026, 1, 1), "price": 9_700_000, "reach": "outlet"},
    )  # fmt: skip
    second = calculated(sold.cast, MARCH)
    assert paid(second, zhang) == [("excess", "adjustment", 15_000)] * 3
    rows = m.PayLine.objects.filter(run=second, person=zhang, entry="adjustment")
    assert {row.origin_run for row in rows} == {first.pk}
