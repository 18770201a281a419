"""A car that changed after its month was closed comes back: each keeps of what it was last."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beginnings import begun
from cheji.actions import deliveries
from cheji.actions import pay as verbs
from cheji.facts import mark, post
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay import late
from cheji.reads.pay.late import corrections
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.visibility import operator
from paying import APRIL, FEBRUARY, LATER, MARCH, PLAN, Sold, closed, planned

MAY = 202605
#: 600 for a car however many there are, and a tenth of the 5,000 of its gross: 1,100.
FLAT = {**PLAN["components"][0], "tiers": [{"from": 0, "rate": 600}]}
PLATES = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
          "share": "20%", "release": "plates"}  # fmt: skip
PRORATED = {"policy": "prorated", "window": 672}
WHOLE, NOW, BEFORE = 10_000, LATER + timedelta(hours=1), LATER - timedelta(hours=1)
#: What is kept of 1,100 for a car that comes back, by the plan's clawback.
POLICIES = [
    (PRORATED, 55_000),
    ({"policy": "original_rate"}, 0),
    ({"policy": "original_rate", "window": 30}, 110_000),
    ({"policy": "replay"}, 0),
]


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def split(sold: Sold, at: datetime = NOW, **parts: int) -> None:
    cast = sold.cast
    asked = verbs.share_deal(
        by=cast["manager"], at=at, order=sold.cars[0].order_id, reason="撞单",
        parts=[(cast.people[who].pk, part) for who, part in parts.items()],
    )  # fmt: skip
    verbs.decide_split(by=cast["finance"], at=at, split=asked.id, approve=True)


def kept(sold: Sold) -> tuple[int, int]:
    rows = m.PayLine.objects.filter(
        run__state__in=m.Run.FIXED, source_kind="delivery", source=sold.cars[0].pk
    )
    zhang, li = (
        sum(rows.filter(person=sold.cast.people[who]).values_list("fen", flat=True))
        for who in ("zhang", "li")
    )
    return zhang, li


def sealed(sold: Sold, *months: int) -> None:
    for month in months:
        closed(sold.cast, month, at=NOW + timedelta(days=month - FEBRUARY))
    assert all(one.broken == () for one in replayed(sold.cast["finance"]))


def plan(policy: dict[str, object], *holdbacks: object) -> None:
    planned(components=[FLAT, PLAN["components"][1]], clawback=policy, holdbacks=list(holdbacks))


@pytest.mark.parametrize("parted", [MARCH, APRIL])
@pytest.mark.parametrize(("policy", "fen"), POLICIES)
def test_each_keeps_of_a_returned_car_by_the_part_he_had(
    sold: Sold, policy: dict[str, object], fen: int, parted: int
) -> None:
    """A quarter is Li's before the run of the month comes in which the car does, or with it."""
    plan(policy)
    closed(sold.cast, FEBRUARY)
    if parted == APRIL:
        sealed(sold, MARCH)
    split(sold, zhang=WHOLE * 3 // 4, li=WHOLE // 4)
    if parted == MARCH:
        sealed(sold, MARCH)
    sold.returned(sold.cars[0])
    for month in (APRIL, MAY):
        sealed(sold, month)
        assert kept(sold) == (fen * 3 // 4, fen // 4), month
        sold.car("li", date(2026, 2, 20))


def test_who_has_a_returned_car_alone_keeps_what_is_kept_of_it(sold: Sold) -> None:
    plan(PRORATED)
    closed(sold.cast, FEBRUARY)
    split(sold, li=WHOLE)
    sealed(sold, MARCH)
    assert kept(sold) == (0, 110_000)
    sold.returned(sold.cars[0])
    asked = Month(ground := Ground(operator(LATER.date())), ground.place("N1"), APRIL, mark())
    alone = corrections(
        asked, asked.catalogue.pay_plan("consultant_pay"), [sold.cast.people["li"].pk]
    )
    assert [sum(one.fen for one in own) for own in alone.values()] == [-55_000]
    sealed(sold, APRIL, MAY)
    assert kept(sold) == (0, 55_000)


def test_what_is_held_of_a_part_is_given_back_with_it(sold: Sold) -> None:
    plan(PRORATED, PLATES)
    closed(sold.cast, FEBRUARY)
    split(sold, zhang=WHOLE // 2, li=WHOLE // 2)
    sealed(sold, MARCH)
    assert kept(sold) == (49_000, 55_000)
    sold.returned(sold.cars[0])
    sealed(sold, APRIL)
    assert kept(sold) == (27_500, 27_500)


def test_of_what_ran_out_of_a_part_only_what_is_taken_with_it_is_left_out(sold: Sold) -> None:
    """Of half of 1,100 the 60 that were held are lost; half of the 490 that are left stay his."""
    plan(PRORATED, {**PLATES, "expires": 1})
    closed(sold.cast, FEBRUARY)
    split(sold, zhang=WHOLE // 2, li=WHOLE // 2)
    sealed(sold, MARCH)
    assert kept(sold) == (49_000, 55_000)
    sold.returned(sold.cars[0])
    sealed(sold, APRIL, MAY)
    assert kept(sold) == (24_500, 27_500)


@pytest.mark.parametrize("taken", [MARCH, APRIL])
@pytest.mark.parametrize(("policy", "fen"), POLICIES)
def test_a_split_that_is_decided_after_the_return_counts_too(
    sold: Sold, policy: dict[str, object], fen: int, taken: int
) -> None:
    """A quarter is Li's, decided before the run that takes of the car, or when it has done so."""
    plan(policy)
    closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    if taken == MARCH:
        sealed(sold, MARCH)
        assert kept(sold) == (fen, 0)
    at = LATER + timedelta(hours=26 if taken == MARCH else 20)
    split(sold, at, zhang=WHOLE * 3 // 4, li=WHOLE // 4)
    for month in (APRIL, MAY) if taken == MARCH else (MARCH, APRIL):
        sealed(sold, month)
        assert kept(sold) == (fen * 3 // 4, fen // 4), month
        sold.car("li", date(2026, 2, 20))


def test_a_split_after_the_return_that_is_decided_anew_is_put_right(sold: Sold) -> None:
    plan(PRORATED)
    closed(sold.cast, FEBRUARY)
    sold.returned(sold.cars[0])
    sealed(sold, MARCH)
    for month, zhang in ((APRIL, WHOLE // 4), (MAY, WHOLE)):
        parts = {"zhang": zhang, **({"li": WHOLE - zhang} if zhang < WHOLE else {})}
        split(sold, NOW + timedelta(days=month - MARCH + 1, hours=1), **parts)
        closed(sold.cast, month, at=NOW + timedelta(days=month - MARCH + 1, hours=2))
        assert kept(sold) == (55_000 * zhang // WHOLE, 55_000 * (WHOLE - zhang) // WHOLE)


def test_the_share_of_a_split_decided_after_the_return_loses_its_part_of_what_ran_out(
    sold: Sold,
) -> None:
    """490 of 980 stay his, then half of them: of the 120 that ran out 60 were his part, 30 stay."""
    plan(PRORATED, {**PLATES, "expires": 1})
    closed(sold.cast, FEBRUARY)
    sealed(sold, MARCH)
    sold.returned(sold.cars[0])
    sealed(sold, APRIL)
    assert kept(sold) == (49_000, 0)
    split(sold, NOW + timedelta(days=2, hours=1), zhang=WHOLE // 2, li=WHOLE // 2)
    sealed(sold, MAY)
    assert kept(sold) == (24_500, 27_500)


@pytest.mark.parametrize("known", [MARCH, APRIL])
@pytest.mark.parametrize(("policy", "fen"), POLICIES)
def test_a_returned_car_goes_by_what_it_was_worth_last(
    sold: Sold, policy: dict[str, object], fen: int, known: int
) -> None:
    """A cost of 1,000 that came late left 1,000 of the 1,100, before its run or in the one."""
    plan(policy)
    closed(sold.cast, FEBRUARY)
    if known == APRIL:
        sealed(sold, MARCH)
    car = sold.cars[0]
    car.order.lines.update(cost=9_600_000)
    post("delivery", [car.pk], at=BEFORE)
    if known == MARCH:
        sealed(sold, MARCH)
        assert kept(sold) == (100_000, 0)
    sold.returned(car)
    for month in (APRIL, MAY):
        sealed(sold, month)
        assert kept(sold) == (fen * 10 // 11, 0), month
        sold.car("li", date(2026, 2, 20))


@pytest.mark.parametrize(("policy", "fen"), POLICIES)
def test_a_car_that_passed_to_a_colleague_is_taken_back_from_him(
    sold: Sold, policy: dict[str, object], fen: int
) -> None:
    plan(policy)
    closed(sold.cast, FEBRUARY)
    car = sold.cars[0]
    car.order.shares.update(person=sold.cast.people["li"])
    post("order", [car.order_id], at=BEFORE)
    post("delivery", [car.pk], at=BEFORE)
    sealed(sold, MARCH)
    assert kept(sold) == (0, 110_000)
    sold.returned(car)
    li = sold.cast.people["li"].pk
    ground = Ground(operator(LATER.date()))
    asked = Month(ground, ground.place("N1"), APRIL, mark())
    alone = corrections(asked, asked.catalogue.pay_plan("consultant_pay"), [li])
    assert sum(one.fen for own in alone.values() for one in own) == fen - 110_000
    for month in (APRIL, MAY):
        sealed(sold, month)
        assert kept(sold) == (0, fen), month


def test_ones_own_estimate_has_a_car_that_passed_to_him_and_came_back_before_a_run(
    sold: Sold,
) -> None:
    plan(PRORATED)
    closed(sold.cast, FEBRUARY)
    car, li = sold.cars[0], sold.cast.people["li"]
    car.order.shares.update(person=li)
    post("order", [car.order_id], at=BEFORE)
    post("delivery", [car.pk], at=BEFORE)
    sold.returned(car)
    asked = Month(ground := Ground(operator(LATER.date())), ground.place("N1"), MARCH, mark())
    paying = asked.catalogue.pay_plan("consultant_pay")
    alone, every = (corrections(asked, paying, who) for who in ([li.pk], None))
    assert sum(one.fen for one in alone[li.pk]) == 55_000
    assert alone[li.pk] == every[li.pk]


def test_a_car_that_was_undone_before_the_run_asks_for_nobody_else(
    sold: Sold, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else every estimate of his works out all of that month once something of it comes late."""
    plan(PRORATED)
    sold.returned(sold.car("zhang", date(2026, 2, 20)))
    closed(sold.cast, FEBRUARY)
    sold.cars[0].order.lines.update(cost=9_600_000)
    post("delivery", [sold.cars[0].pk], at=BEFORE)
    asked = Month(ground := Ground(operator(LATER.date())), ground.place("N1"), MARCH, mark())
    who, work, found = [sold.cast.people["zhang"].pk], late._of_run, list[object]()

    def of_run(
        month: Month, run: m.Run, people: list[int] | None, until: int | None
    ) -> late.Corrections:
        found.append(people)
        return work(month, run, people, until)

    monkeypatch.setattr(late, "_of_run", of_run)
    assert corrections(asked, asked.catalogue.pay_plan("consultant_pay"), who)[who[0]]
    assert found == [who]


def test_a_car_that_moved_to_another_month_is_taken_back_in_that_one(sold: Sold) -> None:
    """Of February it is no more; March, in which it was delivered, is worth half of it."""
    plan(PRORATED)
    closed(sold.cast, FEBRUARY)
    car = sold.cars[0]
    deliveries.amend(
        by=sold.cast["manager"], at=BEFORE, delivery=car.pk, version=1, reason="录错",
        on=date(2026, 3, 3), vin=car.vin,
    )  # fmt: skip
    sealed(sold, MARCH)
    assert kept(sold) == (110_000, 0)
    deliveries.void(by=sold.cast["manager"], at=LATER, delivery=car.pk, version=2, reason="退车")
    sold.car("li", date(2026, 2, 20))
    sealed(sold, APRIL, MAY)
    left = 672 - (LATER.date() - date(2026, 3, 3)).days
    assert kept(sold) == (110_000 - 60_000 * left // 672 - 50_000 * left // 672, 0)


def returned(sold: Sold, car: m.Delivery, days: int) -> None:
    """It comes back so many days later, an hour after the run of that day."""
    at = NOW + timedelta(days=days, hours=1)
    deliveries.void(
        by=sold.cast["manager"], at=at, delivery=car.pk, version=car.version, reason="退车"
    )


def test_many_returns_ask_as_little_as_one(sold: Sold) -> None:
    """Two more come back at other moments, one of them after its cost was put right."""
    plan(PRORATED)
    closed(sold.cast, FEBRUARY)
    sold.cars[1].order.lines.update(cost=9_600_000)
    post("delivery", [sold.cars[1].pk], at=BEFORE)
    returned(sold, sold.cars[0], -2)
    ground = Ground(operator(LATER.date()))
    place = ground.place("N1")

    def asked() -> tuple[int, list[int]]:
        month = Month(ground, place, MARCH, mark())
        with CaptureQueriesContext(connection) as asking:
            owed = corrections(month, month.catalogue.pay_plan("consultant_pay"))
        own = owed[sold.cast.people["zhang"].pk]
        sums = {one.source: 0 for one in own}
        for one in own:
            sums[one.source] += one.fen
        return len(asking), sorted(sums.values())

    asked()  # what is asked for once a process
    one = asked()
    for days, car in enumerate(sold.cars[1:], start=-1):
        returned(sold, car, days)
    many = asked()
    assert (one[1], many[1]) == ([-55_328, -10_000], [-57_292, -56_146, -55_328])
    assert many[0] <= one[0]


@pytest.mark.parametrize(("policy", "fen"), POLICIES)
def test_a_car_that_was_entered_late_is_taken_back_by_the_policy(
    sold: Sold, policy: dict[str, object], fen: int
) -> None:
    plan(policy)
    closed(sold.cast, FEBRUARY)
    sold.cars[0] = sold.car("zhang", date(2026, 2, 3))
    sealed(sold, MARCH)
    assert kept(sold) == (110_000, 0)
    sold.returned(sold.cars[0])
    sealed(sold, APRIL, MAY)
    assert kept(sold) == (fen, 0)


def test_a_car_that_is_entered_anew_and_comes_back_twice_is_kept_once(sold: Sold) -> None:
    plan({**PRORATED, "window": 672 + 4})
    closed(sold.cast, FEBRUARY)
    old = sold.cars[0]
    sold.returned(old)
    sealed(sold, MARCH)
    new = sold.floor.delivery(old.order, old.on_date)
    post("delivery", [old.pk, new.pk], at=NOW + timedelta(days=1, hours=1))
    sealed(sold, APRIL)
    every = m.PayLine.objects.filter(run__state__in=m.Run.FIXED, source_kind="delivery")
    own = every.filter(source__in=[old.pk, new.pk])
    assert sum(own.values_list("fen", flat=True)) == 110_000
    returned(sold, new, 2)
    sealed(sold, MAY)
    days = (NOW + timedelta(days=2, hours=1)).date() - old.on_date
    left = 676 - days.days
    assert sum(own.values_list("fen", flat=True)) == 110_000 - sum(
        round(fen * left / 676) for fen in (60_000, 50_000)
    )


@pytest.mark.parametrize("vin", ["VIN1", ""])
def test_what_is_kept_of_a_car_goes_once_it_is_delivered_in_another_month(
    sold: Sold, vin: str
) -> None:
    """Nothing else moves of February: half of 1,100 was kept, March pays the car by itself."""
    plan(PRORATED)
    old = sold.cars[0]
    m.Delivery.objects.filter(pk=old.pk).update(vin=vin)
    closed(sold.cast, FEBRUARY)
    sold.returned(old)
    sealed(sold, MARCH)
    assert kept(sold) == (55_000, 0)
    day = NOW + timedelta(days=1, hours=1)
    new = deliveries.deliver(
        by=sold.cast["manager"], at=day, order=old.order_id, on=date(2026, 3, 3), vin=vin
    )
    april = closed(sold.cast, APRIL, at=day + timedelta(hours=1))
    lines = m.PayLine.objects.filter(run=april, source_kind="delivery")
    assert [
        sum(lines.filter(source=car).values_list("fen", flat=True)) for car in (old.pk, new.id)
    ] == [-55_000, 110_000]
    sealed(sold, MAY)
    assert kept(sold) == (0, 0)


def test_a_car_entered_anew_in_another_month_comes_back_for_nothing_in_the_first(
    sold: Sold,
) -> None:
    """February is looked at once more, months after: what it gave back stays given back."""
    plan({**PRORATED, "window": 800})
    closed(sold.cast, FEBRUARY)
    old = sold.cars[0]
    sold.returned(old)
    sealed(sold, MARCH)
    new = sold.floor.delivery(old.order, date(2026, 4, 3))
    post("delivery", [old.pk, new.pk], at=NOW + timedelta(days=1, hours=1))
    sold.car("li", date(2026, 2, 19))
    sealed(sold, APRIL)
    returned(sold, new, 2)
    sealed(sold, MAY)
    sold.car("li", date(2026, 2, 20))
    sealed(sold, MAY + 1)
    lines = m.PayLine.objects.filter(run__state__in=m.Run.FIXED, source_kind="delivery")
    assert [
        sum(lines.filter(source=car.pk).values_list("fen", flat=True)) for car in (old, new)
    ] == [0, 38_362]
