"""What comes after a pay run is closed: the next one puts it right, line by line."""

from collections.abc import Iterator
from datetime import date

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.facts import post
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    paid,
    planned,
)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        planned()
        yield made


# -- what comes late -----------------------------------------------------------------------------


def test_a_returned_car_is_put_right_in_the_next_run_by_replay(sold: Sold) -> None:
    first, zhang = closed(sold.cast, FEBRUARY), sold.cast.people["zhang"]
    sold.returned(sold.cars[0])
    second = calculated(sold.cast, MARCH)
    assert sum(fen for _, _, fen in paid(second, zhang)) == 2 * 50_000 + 100_000 - 330_000
    origins = m.PayLine.objects.filter(run=second, person=zhang, fen__lt=0)
    assert {row.origin_run for row in origins} == {first.pk}
    assert {row.entry for row in origins} == {"clawback", "adjustment"}
    brought(sold.cast, second, "review", "approve", "close")
    third = calculated(sold.cast, APRIL)
    assert (third.total, paid(third, zhang)) == (0, [])
    assert [one.broken for one in replayed(sold.cast["finance"])] == [(), (), ()]


@pytest.mark.parametrize(
    ("clawback", "taken"),
    [
        ({"policy": "original_rate"}, -110_000),
        ({"policy": "replay"}, -130_000),
        ({"policy": "original_rate", "window": 30}, 0),
    ],
)
def test_a_return_goes_by_the_plans_policy_and_once(
    sold: Sold, clawback: dict[str, object], taken: int
) -> None:
    planned(clawback=clawback)
    zhang = sold.cast.people["zhang"]
    closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    sold.car("zhang", date(2026, 3, 3))
    sold.car("zhang", date(2026, 3, 4))
    march = closed(sold.cast, MARCH)
    assert sum(fen for _, _, fen in paid(march, zhang)) == 2 * 100_000 + taken
    april = calculated(sold.cast, APRIL)
    assert paid(april, zhang) == []


def test_a_cost_that_comes_late_is_paid_by_the_next_run(sold: Sold) -> None:
    li = sold.cast.people["li"]
    car = sold.car("li", date(2026, 2, 25), cost=None)
    run = closed(sold.cast, FEBRUARY)
    assert m.PayLine.objects.filter(run=run, person=li, code="unknown").count() == 1
    car.order.lines.update(cost=9_000_000)
    post("delivery", [car.pk], at=LATER)
    assert paid(calculated(sold.cast, MARCH), li) == [("gross_share", "adjustment", 100_000)]


def test_what_is_held_is_released_by_its_event_or_given_back(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    february = closed(cast, FEBRUARY)
    reserves = m.PayLine.objects.filter(run=february, person=zhang, entry="reserve")
    assert [row.fen for row in reserves.order_by("id")] == [-12_000] * 3
    verbs.release_event(
        by=cast["finance"],
        at=LATER,
        kind="plates",
        source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 2),
    )
    march = closed(cast, MARCH)
    released = m.PayLine.objects.get(run=march, person=zhang, entry="release")
    assert (released.fen, released.origin_run, released.origin) == (
        12_000, february.pk, reserves.get(source=sold.cars[1].pk).pk,
    )  # fmt: skip
    left = m.PayBalance.objects.filter(run=march, person=zhang)
    assert {row.source for row in left} == {
        f"delivery:{sold.cars[0].pk}", f"delivery:{sold.cars[2].pk}"
    }  # fmt: skip


def test_what_was_held_of_a_returned_car_is_given_back_once(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    sold.returned(sold.cars[0])
    given = [one for one in paid(closed(cast, MARCH), zhang) if one[0] == "plates"]
    assert given == [("plates", "adjustment", 12_000)]
    assert paid(calculated(cast, APRIL), zhang) == []


def test_a_leaver_is_paid_what_is_released_after_he_left(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates", "expires": 1}  # fmt: skip
    planned(holdbacks=[held])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    m.Post.objects.filter(person=zhang).update(until=date(2026, 3, 1))
    march = closed(cast, MARCH)
    assert paid(march, zhang) == []
    verbs.release_event(
        by=cast["finance"],
        at=LATER,
        kind="plates",
        source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 20),
    )
    assert paid(calculated(cast, APRIL), zhang) == [("plates", "release", 12_000)]


def test_what_a_run_paid_for_an_earlier_one_is_not_taken_for_its_own(sold: Sold) -> None:
    zhang = sold.cast.people["zhang"]
    closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    closed(sold.cast, MARCH)
    sold.car("zhang", date(2026, 3, 30))
    april = calculated(sold.cast, APRIL)
    assert paid(april, zhang) == [
        ("unit_bonus", "adjustment", 50_000), ("gross_share", "adjustment", 50_000)
    ]  # fmt: skip
