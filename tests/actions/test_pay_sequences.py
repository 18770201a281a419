"""Whatever becomes of a car and of what is held of it, each is paid his part or that less held."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random

import pytest

from beginnings import begun
from cheji.actions import deliveries
from cheji.actions import pay as verbs
from cheji.actions.deeds import TakenMeanwhile
from cheji.actions.pay.releases import WaitsNoMore
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.pay_reserves import reserve_of
from paying import FEBRUARY, LATER, Sold, closed, planned

WHOLE, UNITS, GROSS = 10_000, 60_000, 50_000
DAY = date(2026, 3, 2)
STEPS = ("half", "away", "back", "event", "void", "wait")


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def split(sold: Sold, at: datetime, zhang: int) -> None:
    cast, parts = sold.cast, {"zhang": zhang, "li": WHOLE - zhang}
    asked = verbs.share_deal(
        by=cast["manager"], at=at, order=sold.cars[0].order_id, reason="撞单",
        parts=[(cast.people[who].pk, part) for who, part in parts.items() if part],
    )  # fmt: skip
    verbs.decide_split(by=cast["finance"], at=at, split=asked.id, approve=True)


def stepped(sold: Sold, step: str, at: datetime) -> None:
    """One thing that happens to the first car, if it can."""
    finance, source = sold.cast["finance"], f"delivery:{sold.cars[0].pk}"
    if step == "event":
        with suppress(WaitsNoMore, TakenMeanwhile):
            verbs.release_event(by=finance, at=at, kind="plates", source=source, on=DAY)
    if step == "void":
        for one in m.PayEvent.objects.filter(void=False):
            verbs.void_event(by=finance, at=at, event=one.pk, reason="未上牌")
    for line in m.ManualLine.objects.filter(state="asked"):
        verbs.approve_manual(by=sold.cast["hr"], at=at, line=line.pk)


def of_deal(who: m.Person, car: m.Delivery) -> int:
    own = m.PayLine.objects.filter(
        person=who, run__state__in=m.Run.FIXED, source_kind="delivery", source=car.pk
    )
    typed = m.ManualLine.objects.filter(run__isnull=False, person=who)
    return sum(own.values_list("fen", flat=True)) + sum(typed.values_list("fen", flat=True))


def waiting(who: m.Person, car: m.Delivery) -> int:
    """Fen that are held of the deal still."""
    own = reserve_of(m.PayLine.objects.filter(person=who, source=car.pk, component="plates"))
    return own.held - own.released - own.back - own.lost


@pytest.mark.parametrize("seed", range(10))
def test_each_is_paid_his_part_of_a_car_but_for_what_is_held_or_lost(sold: Sold, seed: int) -> None:
    """Half of it, all of it and back, its event entered and taken back, month by month.

    Then it comes back after half of the days: each keeps half of what he has and what is held.
    """
    random = Random(seed)
    share = random.choice((20, 80))
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": f"{share}%", "release": "plates",
            "expires": random.choice((0, 2, 3))}  # fmt: skip
    planned(holdbacks=[held], clawback={"policy": "prorated", "window": 2 * 344})
    cast, car, part = sold.cast, sold.cars[0], WHOLE
    closed(cast, FEBRUARY)
    least, most = GROSS + UNITS * (100 - share) // 100, GROSS + UNITS
    for month in range(FEBRUARY + 1, FEBRUARY + 7):
        step, at = random.choice(STEPS), LATER + timedelta(days=month - FEBRUARY)
        now = {"half": WHOLE // 2, "away": 0, "back": WHOLE}.get(step, part)
        if now != part:
            split(sold, at, now)
        part = now
        stepped(sold, step, at)
        closed(cast, month, at=at + timedelta(hours=1))
        fen, over = of_deal(cast.people["zhang"], car), WHOLE - part
        assert least * part // WHOLE <= fen <= most * part // WHOLE, (month, step, fen)
        assert 0 <= of_deal(cast.people["li"], car) <= most * over // WHOLE, (month, step)
    had = {who: of_deal(cast.people[who], car) + waiting(cast.people[who], car)
           for who in ("zhang", "li")}  # fmt: skip
    at = LATER + timedelta(days=8)
    deliveries.void(by=cast["manager"], at=at, delivery=car.pk, version=1, reason="退车")
    closed(cast, FEBRUARY + 7, at=at + timedelta(hours=1))
    for who, own in (("zhang", part), ("li", WHOLE - part)):
        assert had[who] <= most * own // WHOLE
        assert of_deal(cast.people[who], car) * 2 == had[who], who
    assert [one.broken for one in replayed(cast["finance"])] == [()] * 8


def test_what_two_holdbacks_of_one_event_lost_goes_by_what_each_released(sold: Sold) -> None:
    """A fifth of the units and a tenth of the gross, taken back by one line; half stays his."""
    held = [
        {"code": code, "zh": code, "en": code, "components": [part], "share": share,
         "release": "plates"}
        for code, part, share in (("units", "unit_bonus", "20%"), ("gross", "gross_share", "10%"))
    ]  # fmt: skip
    planned(holdbacks=held)
    cast, car = sold.cast, sold.cars[0]
    for month, step in enumerate(("wait", "event", "void", "half"), FEBRUARY):
        at = LATER + timedelta(days=month - FEBRUARY)
        stepped(sold, step, at)
        if step == "half":
            split(sold, at, WHOLE // 2)
        closed(cast, month, at=at + timedelta(hours=1))
    lost = UNITS * 20 // 100 + GROSS * 10 // 100
    assert of_deal(cast.people["zhang"], car) == (UNITS + GROSS - lost) // 2
