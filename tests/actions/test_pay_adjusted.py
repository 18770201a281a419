"""What comes after the close, a rebate, an appeal, a score, is paid by the next run, to the fen."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import ClassVar

import pytest

from appraisal_floor import Cycled
from beginnings import begun
from cast import AT
from cheji.actions import appraisals as act
from cheji.actions import registers
from cheji.reads.pay.replays import replayed
from cheji.records import models as m
from cheji.records.standing import standings
from paying import APRIL, FEBRUARY, LATER, MARCH, PLAN, Sold, calculated, closed, earned, planned

AFTER = LATER + timedelta(days=1)
UNITS, _gross = PLAN["components"]
REBATE = {"code": "rebate", "zh": "返利提成", "en": "Rebates", "kind": "share",
          "of": "rebates_received", "whose": "outlet",
          "tiers": [{"from": 0, "rate": "10%"}]}  # fmt: skip


class Applied:
    """February's appraisal is applied and its pay, which goes by the coefficient, closed."""

    FIGURES: ClassVar = {"sat_rate": Fraction(95, 100), "new_customers": Fraction(12)}

    def __init__(self) -> None:
        self.sold = sold = Sold()
        planned(scheme="consultant_manual", components=[{**UNITS, "coefficient": True}, REBATE])
        self.cycled = cycled = Cycled(sold.cast)
        cycled.go("manager")
        cycled.do_all()
        cycled.publish(**self.FIGURES)
        act.advance(by=cycled.over(), at=AT, cycle=cycled.id, to="archived")
        self.zhang = sold.cast.people["zhang"]
        self.conclude()

    def conclude(self) -> None:
        self.apply(AT)
        self.run = closed(self.sold.cast, FEBRUARY)

    def apply(self, at: datetime) -> None:
        act.apply(by=self.cycled.later("finance"), at=at, cycle=self.cycled.id)

    def adjusted(self) -> list[tuple[str, str, int]]:
        """What March pays Zhang, who did nothing in March; April has nothing left to put right."""
        run = closed(self.sold.cast, MARCH, at=AFTER)
        origins = m.PayLine.objects.filter(run=run, person=self.zhang, entry="adjustment")
        assert {line.origin_run for line in origins} == {self.run.pk}
        assert earned(calculated(self.sold.cast, APRIL, at=AFTER), self.zhang) == []
        assert [one.broken for one in replayed(self.sold.cast["finance"])] == [(), (), ()]
        return earned(run, self.zhang)


class AppliedLate(Applied):
    """The pay is closed by the score of that day; only then the appraisal is applied."""

    FIGURES: ClassVar = {"sat_rate": Fraction(1), "new_customers": Fraction(40)}

    def conclude(self) -> None:
        self.run = closed(self.sold.cast, FEBRUARY)
        self.apply(AFTER)


@pytest.fixture
def applied(db: None) -> Iterator[Applied]:
    with begun(Applied) as made:
        yield made


def test_a_rebate_that_comes_late_is_paid_by_the_next_run(applied: Applied) -> None:
    cast = applied.sold.cast
    registers.enter(
        by=cast["finance"], at=AFTER, register="rebate", outlet=cast.outlet.pk,
        values={"accrued_on": date(2026, 2, 10), "received_on": date(2026, 2, 27),
                "title": "提车返利", "amount": 123_456},
    )  # fmt: skip
    assert applied.adjusted() == [("rebate", "adjustment", 12_346)]  # a tenth of 1,234.56 yuan


def test_an_appeal_that_is_upheld_late_is_paid_by_the_next_run(applied: Applied) -> None:
    """Without the appeal 53.5 of 90 points are under 60 %, which pays nothing; with it 80 %."""
    cycled, zhang = applied.cycled, applied.zhang.pk
    before = standings(cycled.row)[zhang]
    number = act.take_late(
        by=cycled.over(), at=AFTER, appraisal=cycled.of("zhang").pk, item="teamwork", text="漏评",
        why="病假",
    ).id  # fmt: skip
    act.decide(
        by=cycled.later("region_head"), at=AFTER, appeal=number, how="upheld", decision="属实",
        correction=act.Correction(ratings={"manager": [1_000_000]}),
    )  # fmt: skip
    after = standings(cycled.row)[zhang]
    assert (before.coefficient, after.coefficient) == (0, Fraction(4, 5))
    assert sum(fen for *_, fen in earned(applied.run, applied.zhang)) == 0
    paid = applied.adjusted()
    assert sum(fen for *_, fen in paid) == 144_000  # 80 % of three cars at 600 yuan
    assert {entry for _, entry, _ in paid} == {"adjustment"}


def test_an_appraisal_that_is_applied_late_is_paid_by_the_next_run(db: None) -> None:
    with begun(AppliedLate) as late:
        assert standings(late.cycled.row)[late.zhang.pk].coefficient == Fraction(4, 5)
        assert earned(late.run, late.zhang)[-1] == ("coefficient", "factor", -180_000)
        assert late.adjusted() == [("coefficient", "adjustment", 144_000)]
