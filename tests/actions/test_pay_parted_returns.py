"""A car whose pay was split after its month was closed comes back: each keeps the part he had."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.facts import mark
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
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
WHOLE, NOW = 10_000, LATER + timedelta(hours=1)


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def split(sold: Sold, **parts: int) -> None:
    cast = sold.cast
    asked = verbs.share_deal(
        by=cast["manager"], at=NOW, order=sold.cars[0].order_id, reason="撞单",
        parts=[(cast.people[who].pk, part) for who, part in parts.items()],
    )  # fmt: skip
    verbs.decide_split(by=cast["finance"], at=NOW, split=asked.id, approve=True)


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
@pytest.mark.parametrize(
    ("policy", "fen"),
    [
        (PRORATED, 55_000),
        ({"policy": "original_rate"}, 0),
        ({"policy": "original_rate", "window": 30}, 110_000),
        ({"policy": "replay"}, 0),
    ],
)
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
