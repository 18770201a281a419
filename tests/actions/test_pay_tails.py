"""What comes late of a plan that another one replaced is found again, and paid once by its run."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from actions.test_pay_adjusted import AFTER, Applied, AppliedLate
from beginnings import begun
from cheji.actions import appraisals as act
from cheji.actions import pay as verbs
from cheji.actions.pay import batches
from cheji.jobs import pay_batches
from cheji.reads import pay
from cheji.reads.pay.months import NONE, MonthAsked, steppable
from cheji.records import models as m
from cli.months import run as program
from cli.months import told
from paying import (
    APRIL,
    FEBRUARY,
    LATER,
    MARCH,
    PLAN,
    Sold,
    brought,
    calculated,
    closed,
    paid,
    planned,
)

MAY = 202605
OLD, NEW = "consultant_pay", "new_pay"
HOUR = timedelta(hours=1)
STEPS = "review", "approve", "close"
UNITS, _gross = PLAN["components"]
#: A plan that pays by model: a car of a model that the house does not know waits for a decision.
KNOWN = {**UNITS, "mode": "marginal", "where": {"model": {"in": ["CX-5", "大排"]}}}


def after(days: int) -> datetime:
    return LATER + timedelta(days=days)


def replaced() -> None:
    """From March on another plan is in force for everybody."""
    planned(date(2026, 3, 1), code=NEW, replaces=[OLD])


def rows(sold: Sold, month: int) -> list[str]:
    """The plans that a month's page lists of the outlet; the calculation takes the same."""
    cast = sold.cast
    seen = pay.months.month(cast["finance"], MonthAsked(month))
    listed = [row.plan for row in seen.rows if row.outlet.code == "N1"]
    assert [one.definition for one in pay.calculations(cast["finance"], ["N1"], month)] == listed
    return listed


def settled(sold: Sold, month: int) -> m.Run:
    """A run of the plan that was replaced, brought to its close."""
    when = after(10 * (month - FEBRUARY))
    run = calculated(sold.cast, month, plan=OLD, at=when)
    return brought(sold.cast, run, *STEPS, at=when)


def over(sold: Sold) -> None:
    """The plan's last run, of March, has nobody: April lists it no more."""
    replaced()
    assert settled(sold, MARCH).total == 0
    assert rows(sold, APRIL) == [NEW]


def found_again(sold: Sold, who: str, month: int = APRIL) -> list[tuple[str, str, int]]:
    """What the month's run pays him; the next month's has nobody, and the one after is none."""
    assert rows(sold, month) == [NEW, OLD]
    run = settled(sold, month)
    assert settled(sold, month + 1).total == 0
    assert rows(sold, month + 2) == [NEW]
    return paid(run, sold.cast.people[who])


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


class Ended(AppliedLate):
    """It is applied after the last run of the plan by which February was paid."""

    def conclude(self) -> None:
        self.run = closed(self.sold.cast, FEBRUARY)
        over(self.sold)
        self.apply(after(12))


def test_a_score_that_is_applied_late_is_paid_by_the_plan_that_was_replaced(db: None) -> None:
    with begun(Ended) as late:
        assert found_again(late.sold, "zhang") == [("coefficient", "adjustment", 144_000)]


def test_an_appeal_that_is_upheld_late_is_paid_by_the_plan_that_was_replaced(db: None) -> None:
    with begun(Applied) as applied:
        over(applied.sold)
        cycled = applied.cycled
        number = act.take_late(
            by=cycled.over(), at=AFTER, appraisal=cycled.of("zhang").pk, item="teamwork",
            text="漏评", why="病假",
        ).id  # fmt: skip
        act.decide(
            by=cycled.later("region_head"), at=after(12), appeal=number, how="upheld",
            decision="属实", correction=act.Correction(ratings={"manager": [1_000_000]}),
        )  # fmt: skip
        assert sum(fen for *_, fen in found_again(applied.sold, "zhang")) == 144_000


def test_a_score_run_that_is_closed_late_is_looked_at(sold: Sold) -> None:
    """It says the same score, so nothing is paid; the run of nobody ends it."""
    planned(scheme="consultant_manual", components=[{**UNITS, "coefficient": True}])
    closed(sold.cast, FEBRUARY)
    over(sold)
    m.Run.objects.create(
        kind="score", outlet=sold.cast.outlet, grain="month", period=FEBRUARY, state="closed",
        definition="consultant_manual", digest="0" * 64, mark=0, made_at=after(12),
        closed_at=after(12), sealed="0" * 64,
    )  # fmt: skip
    assert found_again(sold, "zhang") == []


def left_out(cast: Any, at: Any) -> None:
    row = m.PayException.objects.get(state="open")
    verbs.decide_exception(
        by=cast["finance"], at=at, exception=row.pk, how="leave_out", decision="车型待建"
    )


@pytest.mark.parametrize("came_late", [False, True])
def test_what_was_left_out_is_paid_once_the_model_is_known(sold: Sold, came_late: bool) -> None:
    """A model that is entered posts no fact; until then the deal left out lists nothing."""
    planned(components=[KNOWN])
    m.VehicleModel.objects.create(name="CX-5")
    cast, month = sold.cast, FEBRUARY
    m.Order.objects.update(model="CX-5")
    if came_late:
        closed(cast, FEBRUARY)
        over(sold)
        month = APRIL
    sold.car("li", date(2026, 2, 25), model="大排")
    when = after(10 * (month - FEBRUARY) + 1)
    calculated(cast, month, plan=OLD, at=when)
    left_out(cast, when)
    run = calculated(cast, month, plan=OLD, at=when + HOUR)
    brought(cast, run, *STEPS, at=when + HOUR)
    if not came_late:
        over(sold)
    next_ = MAY if came_late else APRIL
    assert (rows(sold, next_), paid(run, cast.people["li"])[1:]) == ([NEW], [])
    m.VehicleModel.objects.create(name="大排")
    assert found_again(sold, "li", next_) == [("unit_bonus", "adjustment", 50_000)]


def test_an_amount_typed_for_the_plan_that_was_replaced_is_paid_by_it(sold: Sold) -> None:
    """So is the effect of a dispute about one of its lines, or a release that is taken back."""
    planned()
    closed(sold.cast, FEBRUARY)
    over(sold)
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    asked = verbs.ask_manual(
        by=cast["region_head"], at=LATER,
        asked=verbs.Asked(cast.outlet.pk, MARCH, zhang.pk, 1_234, "补发", plan=OLD),
    ).id  # fmt: skip
    assert rows(sold, APRIL) == [NEW]
    verbs.approve_manual(by=cast["finance"], at=LATER, line=asked)
    assert found_again(sold, "zhang") == [("manual", "manual", 1_234)]


def test_what_is_held_is_released_by_an_event_that_is_entered_late(sold: Sold) -> None:
    held = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
            "share": "20%", "release": "plates"}  # fmt: skip
    planned(holdbacks=[held])
    closed(sold.cast, FEBRUARY)
    replaced()
    assert (rows(sold, MARCH), settled(sold, MARCH).total) == ([NEW, OLD], 0)
    for car in m.Delivery.objects.all():
        verbs.release_event(
            by=sold.cast["finance"],
            at=LATER,
            kind="plates",
            source=f"delivery:{car.pk}",
            on=date(2026, 3, 10),
        )
    assert found_again(sold, "zhang") == [("plates", "release", 12_000)] * 3


def test_it_is_shown_before_it_is_kept_and_kept_by_the_program(sold: Sold) -> None:
    """A car came back: two at 500 yuan stay of three at 600. What he owes is carried on."""
    planned()
    closed(sold.cast, FEBRUARY)
    over(sold)
    sold.returned(sold.cars[1])
    month = ("--outlet", "N1", "--month", "2026-04")
    told_ = [(one["plan"], one["person"]["number"], one["payable"]["fen"])
             for one in told("pay", *month)]  # fmt: skip
    assert [one for one in told_ if one[0] == OLD] == [(OLD, "ZHANG", 0)]
    assert not m.Run.objects.filter(period=APRIL).exists()
    program("pay", "calculate", *month)
    runs = dict(m.Run.objects.filter(period=APRIL).values_list("definition", "id"))
    assert set(runs) == {NEW, OLD}
    sums: dict[str, int] = {}
    for component, entry, fen in paid(m.Run.objects.get(pk=runs[OLD]), sold.cast.people["zhang"]):
        sums[component] = sums.get(component, 0) + fen
        assert entry in ("adjustment", "clawback", "carry")
    assert sums == {"unit_bonus": -80_000, "gross_share": -50_000, "balance": 130_000}


def test_many_runs_at_once_take_it_in(sold: Sold) -> None:
    planned()
    closed(sold.cast, FEBRUARY)
    over(sold)
    sold.returned(sold.cars[1])
    hr = sold.cast["hr"]
    wanted = steppable(hr, MonthAsked(APRIL, outlet="N1"), [NONE])
    outlet = sold.cast.outlet.pk
    assert wanted == [(outlet, NEW, None), (outlet, OLD, None)]
    made = batches.ask_batch(by=hr, at=LATER, verb="calculate", period=APRIL, wanted=wanted)
    pay_batches.batch.func(number=made.id, user=hr.user)
    done = dict(m.PayBatchItem.objects.values_list("definition", "state"))
    assert done == {NEW: "done", OLD: "done"}
    run = m.Run.objects.get(period=APRIL, definition=OLD)
    assert paid(run, sold.cast.people["zhang"])[-1] == ("balance", "carry", 130_000)
