"""What an event released, was asked back or ran out of a deal that is returned or passes on."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay.moving import OutOfDate
from cheji.engine.pay.why import WHY
from cheji.facts import post
from cheji.reads import pay
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.refusals import Refused
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    Sold,
    brought,
    calculated,
    closed,
    earned,
    gone,
    planned,
)

MAY, JUNE = 202605, 202606
HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates"}  # fmt: skip
#: The cars are returned half of this number of days after they were delivered.
HALF = {"policy": "prorated", "window": 672}


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def hours(number: int) -> datetime:
    return LATER + timedelta(hours=number)


def event(sold: Sold, source: str, at: datetime = LATER) -> int:
    return verbs.release_event(
        by=sold.cast["finance"], at=at, kind="plates", source=source, on=date(2026, 3, 2)
    ).id


def void(sold: Sold, number: int, at: datetime = LATER) -> None:
    verbs.void_event(by=sold.cast["finance"], at=at, event=number, reason="未上牌")


def approved(sold: Sold, at: datetime = LATER) -> None:
    """Every typed line that waits, by somebody who did not ask for it."""
    for line in m.ManualLine.objects.filter(state="asked"):
        verbs.approve_manual(by=sold.cast["hr"], at=at, line=line.pk)


def released(sold: Sold, **plan: Any) -> int:
    """The first of three cars at 600 was paid in full by March; the number of its event."""
    planned(**{"holdbacks": [HELD], **plan})
    closed(sold.cast, FEBRUARY)
    made = event(sold, first(sold))
    closed(sold.cast, MARCH)
    return made


def first(sold: Sold) -> str:
    return f"delivery:{sold.cars[0].pk}"


def of_deal(who: m.Person, source: str) -> int:
    """Fen that closed runs paid of a deal, by whatever line."""
    own = m.PayLine.objects.filter(
        person=who, run__state__in=m.Run.FIXED, source_kind="delivery",
        source=source.partition(":")[2],
    )  # fmt: skip
    typed = m.ManualLine.objects.filter(run__isnull=False, reason__startswith=f"{source} ")
    return sum(own.values_list("fen", flat=True)) + sum(typed.values_list("fen", flat=True))


# -- in whatever order a car is returned and its event is taken back -------------------------------


@pytest.mark.parametrize("returned", ["after", "at once", "before"])
@pytest.mark.parametrize(
    ("policy", "left"),
    [({"policy": "original_rate"}, 0), (HALF, (110_000 - 12_000) // 2), ({"policy": "replay"}, 0)],
)
def test_a_return_and_an_event_taken_back_take_the_same_in_any_order(
    sold: Sold, policy: dict[str, Any], left: int, returned: str
) -> None:
    """Of 1,100 for the car 120 were released by an event that never was."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    number = released(sold, clawback=policy)
    if returned == "before":
        sold.returned(sold.cars[0])
        closed(cast, APRIL)
    void(sold, number)
    approved(sold)
    if returned == "at once":
        sold.returned(sold.cars[0])
    if returned != "before":
        closed(cast, APRIL)
    if returned == "after":
        sold.returned(sold.cars[0])
    for month in (MAY, JUNE):
        closed(cast, month)
    assert of_deal(zhang, first(sold)) == left


@pytest.mark.parametrize(("policy", "due"), [({"policy": "original_rate"}, 0), (HALF, 6_000)])
def test_a_line_that_asks_back_what_a_run_took_meanwhile_is_not_approved(
    sold: Sold, policy: dict[str, Any], due: int
) -> None:
    """What is left of it to take back is asked for as an amount of its own."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    number = released(sold, clawback=policy)
    void(sold, number)
    line = m.ManualLine.objects.get().pk
    sold.returned(sold.cars[0])
    closed(cast, APRIL, at=hours(1))
    with pytest.raises(Refused) as refusal:
        verbs.approve_manual(by=cast["hr"], at=hours(2), line=line)
    assert refusal.value.code == "PutRightSince"
    assert refusal.value.place == {
        "order": sold.cars[0].order.number, "period": "2026-04", "yuan": "120.00",
        "left": f"{due // 100}.00", "named": f"{first(sold)} plates: ",
    }  # fmt: skip
    verbs.approve_manual(by=cast["hr"], at=hours(2), line=line, approve=False, decision="已追回")
    if due:
        asked = verbs.Asked(cast.outlet.pk, MARCH, zhang.pk, -due, f"{first(sold)} plates: 余额")
        verbs.ask_manual(by=cast["finance"], at=hours(3), asked=asked)
        approved(sold, hours(4))
    for month in (MAY, JUNE):
        closed(cast, month, at=hours(5))
    assert of_deal(zhang, first(sold)) == (110_000 - 12_000) // 2 * (due > 0)


def test_an_amount_that_is_paid_again_is_not_approved_once_the_car_came_back(sold: Sold) -> None:
    """The event was entered anew before the car came back: what it sets free is taken with it."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    number = released(sold, clawback={"policy": "original_rate"})
    void(sold, number)
    approved(sold)
    closed(cast, APRIL)
    event(sold, first(sold), hours(1))
    line = m.ManualLine.objects.get(state="asked").pk
    sold.returned(sold.cars[0])
    closed(cast, MAY, at=hours(2))
    assert of_deal(zhang, first(sold)) == 0
    with pytest.raises(Refused, match="still open"):
        verbs.approve_manual(by=cast["hr"], at=hours(3), line=line)


def test_a_line_approved_while_a_run_takes_the_car_back_is_worked_in_before_its_close(
    sold: Sold,
) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    number = released(sold, clawback={"policy": "original_rate"})
    void(sold, number)
    sold.returned(sold.cars[0])
    april = brought(cast, calculated(cast, APRIL, at=hours(1)), "review", "approve", at=hours(1))
    approved(sold, hours(2))
    with pytest.raises(OutOfDate, match=rf"typed line of {zhang.name} \(-120.00 yuan\)"):
        verbs.close(by=cast["finance"], at=hours(3), run=april.pk)
    verbs.send_back(by=cast["hr"], at=hours(3), run=april.pk, reason="重算")
    closed(cast, APRIL, at=hours(4))
    closed(cast, MAY, at=hours(5))
    assert of_deal(zhang, first(sold)) == 0


# -- a car that passes to a colleague --------------------------------------------------------------


def passed(sold: Sold, at: datetime, zhang: int = 0) -> None:
    """The pay of the first car is Li's, but for so many 1/10,000."""
    cast, parts = sold.cast, {"zhang": zhang, "li": 10_000 - zhang}
    split = verbs.share_deal(
        by=cast["manager"], at=at, order=sold.cars[0].order_id, reason="撞单",
        parts=[(cast.people[who].pk, part) for who, part in parts.items() if part],
    )  # fmt: skip
    verbs.decide_split(by=cast["finance"], at=at, split=split.id, approve=True)


@pytest.mark.parametrize(
    ("how", "order"),
    [("ran out", "lost first"), ("asked back", "lost first"), ("asked back", "passed first")],
)
def test_what_was_lost_of_a_car_that_passes_to_a_colleague_is_not_taken_twice(
    sold: Sold, how: str, order: str
) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    if how == "ran out":
        ran_out(sold)
    else:
        number = released(sold)
    if order == "passed first":
        passed(sold, hours(1))
        closed(cast, APRIL, at=hours(2))
    if how == "asked back":
        void(sold, number, hours(3))
        approved(sold, hours(3))
    if order == "lost first":
        passed(sold, hours(4))
        closed(cast, APRIL, at=hours(5))
    closed(cast, MAY, at=hours(6))
    assert of_deal(zhang, first(sold)) == 0


def ran_out(sold: Sold) -> None:
    """What was held of the three cars was forfeited by March."""
    planned(holdbacks=[{**HELD, "expires": 1}])
    closed(sold.cast, FEBRUARY)
    closed(sold.cast, MARCH)


@pytest.mark.parametrize("how", ["ran out", "asked back"])
def test_of_half_a_car_that_passes_on_half_of_what_was_lost_is_not_taken(
    sold: Sold, how: str
) -> None:
    """Half of 1,100 without its fifth of the 600 stays his: 120 were lost, 60 go with the half."""
    if how == "ran out":
        ran_out(sold)
    else:
        void(sold, released(sold))
        approved(sold)
    passed(sold, hours(1), zhang=5_000)
    for month in (APRIL, MAY):
        closed(sold.cast, month, at=hours(2))
        assert of_deal(sold.cast.people["zhang"], first(sold)) == (110_000 - 12_000) // 2
    passed(sold, hours(3))
    closed(sold.cast, JUNE, at=hours(4))
    assert of_deal(sold.cast.people["zhang"], first(sold)) == 0


@pytest.mark.parametrize("ends", ["released", "taken back", "ran out"])
def test_half_of_what_is_held_goes_with_half_of_a_car(sold: Sold, ends: str) -> None:
    """The event, entered when the half passes on, releases the 60 that are held by then."""
    planned(holdbacks=[{**HELD, "expires": 1 if ends == "ran out" else 0}])
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    closed(cast, FEBRUARY)
    passed(sold, hours(1), zhang=5_000)
    number = event(sold, first(sold), hours(1)) if ends != "ran out" else 0
    march = closed(cast, MARCH, at=hours(2))
    told = m.PayLine.objects.filter(
        run=march, person=zhang, component="plates", source=sold.cars[0].pk
    )
    entry = {"ran out": ("forfeit", 0)}.get(ends, ("release", 6_000))
    assert set(told.values_list("entry", "fen")) == {entry, ("adjustment", 6_000)}
    if ends == "taken back":
        void(sold, number, hours(3))
        approved(sold, hours(3))
    closed(cast, APRIL, at=hours(4))
    left = 110_000 if ends == "released" else 98_000
    assert of_deal(zhang, first(sold)) == left // 2


@pytest.mark.parametrize("how", ["ran out", "asked back"])
def test_what_was_lost_of_a_car_that_passes_on_and_comes_back_stays_lost(
    sold: Sold, how: str
) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    if how == "ran out":
        ran_out(sold)
    else:
        void(sold, released(sold))
        approved(sold)
    passed(sold, hours(1))
    closed(cast, APRIL, at=hours(2))
    assert of_deal(zhang, first(sold)) == 0
    passed(sold, hours(3), zhang=10_000)
    may = closed(cast, MAY, at=hours(4))
    again = m.PayLine.objects.get(run=may, person=zhang, component="plates")
    assert (again.fen, WHY[again.code]) == (
        -12_000,
        (
            "业务恢复后，此前已作废或已扣回的部分不补发",
            "forfeited or taken back before: the deal counts again, this part stays so",
        ),
    )
    closed(cast, JUNE, at=hours(5))
    assert of_deal(zhang, first(sold)) == 98_000
    assert [one.broken for one in replayed(cast["finance"])] == [()] * 5


def test_what_is_left_of_the_amount_is_what_was_paid_of_it(sold: Sold) -> None:
    """The gross of 5,000 was none: of its 500 a fifth ran out, and 400 are taken back."""
    planned(holdbacks=[{**HELD, "components": ["gross_share"], "expires": 1}])
    closed(sold.cast, FEBRUARY)
    closed(sold.cast, MARCH)
    car = sold.cars[0]
    car.order.lines.update(cost=10_000_000)
    post("delivery", [car.pk], at=LATER)
    april = closed(sold.cast, APRIL)
    assert earned(april, sold.cast.people["zhang"]) == [
        ("gross_share", "adjustment", -50_000), ("plates", "adjustment", 10_000)
    ]  # fmt: skip


def test_an_event_taken_back_asks_for_the_part_of_the_car_that_is_still_his(sold: Sold) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    number = released(sold)
    passed(sold, hours(1), zhang=5_000)
    closed(cast, APRIL, at=hours(2))
    void(sold, number, hours(3))
    assert m.ManualLine.objects.get().fen == -6_000
    approved(sold, hours(3))
    closed(cast, MAY, at=hours(4))
    assert of_deal(zhang, first(sold)) == (110_000 - 12_000) // 2
    event(sold, first(sold), hours(5))
    approved(sold, hours(5))
    closed(cast, JUNE, at=hours(6))
    assert of_deal(zhang, first(sold)) == 110_000 // 2


@pytest.mark.parametrize(("zhang", "again"), [(0, []), (5_000, [6_000])])
def test_an_event_entered_anew_asks_for_what_is_still_his(
    sold: Sold, zhang: int, again: list[int]
) -> None:
    """What was asked back of the part that passed on was left out there already."""
    void(sold, released(sold))
    approved(sold)
    passed(sold, hours(1), zhang=zhang)
    closed(sold.cast, APRIL, at=hours(2))
    event(sold, first(sold), hours(3))
    waiting = m.ManualLine.objects.filter(state="asked")
    assert list(waiting.values_list("fen", flat=True)) == again


# -- a car that is entered anew --------------------------------------------------------------------


@pytest.mark.parametrize(("how", "left"), [("ran out", 98_000), ("asked back", 110_000)])
def test_a_car_that_is_entered_anew_is_paid_once(sold: Sold, how: str, left: int) -> None:
    """What comes late is not held, so what was asked back is paid with it; what ran out is not."""
    cast, zhang, old = sold.cast, sold.cast.people["zhang"], sold.cars[0]
    if how == "ran out":
        ran_out(sold)
    else:
        void(sold, released(sold))
        approved(sold)
    sold.returned(old)
    new = sold.floor.delivery(old.order, old.on_date)
    april = closed(cast, APRIL, at=hours(1))
    assert not m.PayLine.objects.filter(run=april, entry="clawback").exists()
    for month in (MAY, JUNE):
        assert closed(cast, month, at=hours(2)).total == 0
    assert of_deal(zhang, first(sold)) + of_deal(zhang, f"delivery:{new.pk}") == left


# -- an event that sets nothing free ---------------------------------------------------------------


def test_an_event_of_what_ran_out_is_refused(sold: Sold) -> None:
    ran_out(sold)
    with pytest.raises(Refused) as refusal:
        event(sold, first(sold))
    assert refusal.value.code == "WaitsNoMore"
    assert refusal.value.place == {"order": sold.cars[0].order.number, "period": "2026-03"}
    assert not m.PayEvent.objects.exists()


def test_what_a_leaver_was_paid_is_not_released_once_more(sold: Sold) -> None:
    """What is held stays held when he leaves; an event releases it, and a settlement pays it."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    released(sold)
    gone(sold, "zhang", last=date(2026, 3, 31))
    sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 31))
    assert (sheet.earned, sheet.held) == (294_000 + 12_000, 24_000)
    drawn = verbs.settle_leaver(by=cast["hr"], at=LATER, sheet=verbs.Sheet(**asdict(sheet))).id
    verbs.approve_settlement(by=cast["region_head"], at=LATER, settlement=drawn)
    with pytest.raises(Refused, match="waits for this no more"):
        event(sold, first(sold))
    event(sold, f"delivery:{sold.cars[1].pk}")
    assert earned(closed(cast, APRIL), zhang) == [("plates", "release", 12_000)]


def test_a_settlement_counts_what_open_months_hold_and_release(sold: Sold) -> None:
    """As their runs will leave it: nothing is closed, and the plates of two cars have come."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned(holdbacks=[{**HELD, "components": ["unit_bonus", "gross_share"]}])
    calculated(cast, FEBRUARY)
    march = sold.car("zhang", date(2026, 3, 1))
    gone(sold, "zhang", last=date(2026, 3, 31))
    for source in (first(sold), f"delivery:{march.pk}"):
        event(sold, source)
    sheet = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 31))
    for month in (FEBRUARY, MARCH):
        closed(cast, month)
    after = pay.leaver_sheet(cast["hr"], "ZHANG", "N1", date(2026, 3, 31))
    payables = m.PayInput.objects.filter(person=zhang).order_by("run__period")
    assert [one["fen"] for one in sheet.body["running"]] == [one.payable for one in payables]
    assert (sheet.held, sheet.body["held"]) == (after.held, after.body["held"])
    assert [(one["component"], one["fen"]) for one in sheet.body["held"]] == [
        ("unit_bonus", 12_000), ("unit_bonus", 12_000),
        ("gross_share", 10_000), ("gross_share", 10_000),
    ]  # fmt: skip


# -- a holdback that ends in the month of the return -----------------------------------------------


@pytest.mark.parametrize("at_expiry", ["forfeit", "release"])
@pytest.mark.parametrize("policy", [{"policy": "original_rate"}, {"policy": "replay"}])
def test_what_runs_out_in_the_month_of_the_return_is_given_back_once(
    sold: Sold, policy: dict[str, Any], at_expiry: str
) -> None:
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned(holdbacks=[{**HELD, "expires": 1, "at_expiry": at_expiry}], clawback=policy)
    closed(cast, FEBRUARY)
    sold.returned(sold.cars[0])
    closed(cast, MARCH)
    assert of_deal(zhang, first(sold)) == 0
    closed(cast, APRIL)
    assert of_deal(zhang, first(sold)) == 0


# -- an event of an order that is delivered later --------------------------------------------------


def order_of(sold: Sold) -> str:
    return f"order:{sold.cars[0].order_id}"


def test_an_event_of_the_order_releases_what_is_held_of_its_car(sold: Sold) -> None:
    """The loan was paid out before the car was handed over; taken back, it asks for the car's."""
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned(holdbacks=[HELD])
    number = event(sold, order_of(sold))
    closed(cast, FEBRUARY)
    march = closed(cast, MARCH)
    assert earned(march, zhang) == [("plates", "release", 12_000)]
    void(sold, number)
    (line,) = m.ManualLine.objects.values_list("fen", "reason")
    assert line == (-12_000, f"{first(sold)} plates: 未上牌")
    approved(sold)
    closed(cast, APRIL)
    assert of_deal(zhang, first(sold)) == 98_000


def test_what_an_event_of_the_order_released_is_paid_again_once_the_car_has_it(sold: Sold) -> None:
    """Entered anew it names the car, which was not handed over when it was entered first."""
    planned(holdbacks=[HELD])
    number = event(sold, order_of(sold))
    closed(sold.cast, FEBRUARY)
    closed(sold.cast, MARCH)
    void(sold, number)
    event(sold, first(sold), hours(1))
    lines = m.ManualLine.objects.order_by("id").values_list("fen", flat=True)
    assert list(lines) == [-12_000, 12_000]


def test_what_another_event_of_the_car_released_too_is_asked_back_with_the_last(
    sold: Sold,
) -> None:
    planned(holdbacks=[HELD])
    both = [event(sold, order_of(sold)), event(sold, first(sold))]
    closed(sold.cast, FEBRUARY)
    assert closed(sold.cast, MARCH).total == 12_000
    void(sold, both[0])
    assert not m.ManualLine.objects.exists()
    void(sold, both[1])
    assert m.ManualLine.objects.get().fen == -12_000
    event(sold, order_of(sold), hours(1))
    assert sum(m.ManualLine.objects.values_list("fen", flat=True)) == 0


def test_a_run_that_releases_by_an_event_of_the_order_taken_back_does_not_close(
    sold: Sold,
) -> None:
    cast = sold.cast
    planned(holdbacks=[HELD])
    closed(cast, FEBRUARY)
    both = [event(sold, order_of(sold)), event(sold, first(sold))]
    march = brought(cast, calculated(cast, MARCH), "review", "approve")
    void(sold, both[0], hours(1))
    void(sold, both[1], hours(1))
    with pytest.raises(OutOfDate, match=f"“plates” of order {sold.cars[0].order.number}"):
        verbs.close(by=cast["finance"], at=hours(2), run=march.pk)
