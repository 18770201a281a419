"""An estimate begins with what the open months before it leave: nothing counts twice."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from beginnings import begun
from cheji.actions import pay as verbs
from cheji.actions.pay import Asked
from cheji.reads import pay
from cheji.records import models as m
from paying import APRIL, FEBRUARY, LATER, MARCH, Sold, calculated, closed, gone, planned

HELD = {"code": "plates", "zh": "上牌", "en": "Plates", "components": ["unit_bonus"],
        "share": "20%", "release": "plates", "expires": 3}  # fmt: skip
DRAW = {"code": "draw", "zh": "预支", "en": "Draw", "kind": "recoverable", "amount": 5000}
CAP = {"code": "most", "zh": "封顶", "en": "Cap", "amount": 3_000, "beyond": "carry"}


@pytest.fixture
def sold(db: None) -> Iterator[Sold]:
    with begun(Sold) as made:
        yield made


def april(sold: Sold) -> tuple[int, list[Any], tuple[int, ...]]:
    found = pay.statement(sold.cast["finance"], "ZHANG", APRIL)
    lines = [(line.component, line.entry, line.fen) for line in found.lines if line.fen]
    return found.payable, lines, found.before


def _march(sold: Sold) -> None:
    """February is closed; in March a car of it is given back, another gets its plates, one comes.

    What is carried beyond the cap is paid, and somebody typed a line.
    """
    cast, zhang = sold.cast, sold.cast.people["zhang"]
    planned(holdbacks=[HELD], caps=[CAP])
    closed(cast, FEBRUARY)
    sold.returned(sold.cars[0])
    sold.car("zhang", date(2026, 3, 6))
    sold.car("zhang", date(2026, 4, 6))
    verbs.release_event(
        by=cast["finance"], at=LATER, kind="plates", source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 9),
    )  # fmt: skip
    asked = Asked(cast.outlet.pk, MARCH, zhang.pk, 10_000, "补发")
    line = verbs.ask_manual(by=cast["finance"], at=LATER, asked=asked).id
    verbs.approve_manual(by=cast["region_head"], at=LATER, line=line)


def test_what_an_open_month_pays_stands_in_it_alone(sold: Sold) -> None:
    _march(sold)
    calculated(sold.cast, MARCH)
    payable, lines, before = april(sold)
    assert before == (MARCH,)
    assert {entry for _code, entry, _fen in lines} & {"adjustment", "clawback", "release"} == set()
    closed(sold.cast, MARCH)
    assert april(sold) == (payable, lines, ())


def test_a_month_that_nobody_worked_out_yet_counts_as_an_open_one(sold: Sold) -> None:
    _march(sold)
    payable, lines, before = april(sold)
    assert before == (MARCH,)
    closed(sold.cast, MARCH)
    assert april(sold) == (payable, lines, ())


def test_a_further_car_begins_with_it_too(sold: Sold) -> None:
    _march(sold)
    found = [pay.what_if(sold.cast["finance"], "ZHANG", APRIL)]
    closed(sold.cast, MARCH)
    found.append(pay.what_if(sold.cast["finance"], "ZHANG", APRIL))
    assert found[0] == found[1]


def test_of_months_that_nobody_closes_it_begins_with_the_last_six(sold: Sold) -> None:
    planned(holdbacks=[HELD])
    calculated(sold.cast, FEBRUARY)
    found = pay.statement(sold.cast["finance"], "ZHANG", 202610)
    assert found.before == (APRIL, 202605, 202606, 202607, 202608, 202609)


def test_without_runs_a_month_stands_alone(sold: Sold) -> None:
    planned(holdbacks=[HELD])
    assert april(sold) == (0, [], ())


def test_what_the_run_of_an_open_month_takes_from_who_left_is_not_taken_again(sold: Sold) -> None:
    planned(holdbacks=[HELD])
    closed(sold.cast, FEBRUARY)
    gone(sold, "zhang", last=date(2026, 2, 28))
    sold.returned(sold.cars[0])
    calculated(sold.cast, MARCH)
    payable, lines, _before = april(sold)
    assert {entry for _code, entry, _fen in lines} == {"carry"}
    closed(sold.cast, MARCH)
    assert april(sold)[:2] == (payable, lines)


def test_a_quarter_pays_who_left_what_an_open_month_of_it_withheld(sold: Sold) -> None:
    look = {"by": "kpi", "of": "deliveries"}
    gate = {"code": "low", "zh": "门槛", "en": "Gate", "effect": "reduce", "rate": "80%",
            "look": look, "below": 100}  # fmt: skip
    caught = {"code": "quarter", "zh": "打通", "en": "Quarter", "grain": "quarter", "look": look,
              "from": 3, "returns": ["low"]}  # fmt: skip
    planned(gates=[gate], catch_ups=[caught])
    calculated(sold.cast, FEBRUARY)
    gone(sold, "zhang", last=date(2026, 2, 28))
    before = pay.statement(sold.cast["finance"], "ZHANG", MARCH)
    closed(sold.cast, FEBRUARY)
    after = pay.statement(sold.cast["finance"], "ZHANG", MARCH)
    assert [(one.before, one.payable, one.balances) for one in (before, after)] == [
        ((FEBRUARY,), 66_000, ()), ((), 66_000, ())
    ]  # fmt: skip


def _moves_in_april(sold: Sold, *months: int) -> None:
    """Zhang goes on to the other outlet with what the first one's closed months held and drew."""
    planned(holdbacks=[HELD], draws=[DRAW])
    for month in months:
        closed(sold.cast, month)
    gone(sold, "zhang", last=date(2026, 3, 31))
    m.Post.objects.create(
        person=sold.cast.people["zhang"], unit=sold.cast.sister, role="consultant",
        since=date(2026, 4, 1),
    )  # fmt: skip


def test_what_somebody_brings_from_another_outlet_comes_upon_open_months(sold: Sold) -> None:
    _moves_in_april(sold, FEBRUARY, MARCH)
    calculated(sold.cast, MARCH, outlet="N2")
    before = pay.statement(sold.cast["finance"], "ZHANG", APRIL, outlet="N2")
    closed(sold.cast, MARCH, outlet="N2")
    after = pay.statement(sold.cast["finance"], "ZHANG", APRIL, outlet="N2")
    assert (before.before, after.before) == ((MARCH,), ())
    assert before.payable == after.payable
    assert [line.fen for line in before.lines] == [line.fen for line in after.lines]
    assert [(one.kind, one.fen) for one in before.balances] == [
        (one.kind, one.fen) for one in after.balances
    ]
    assert {one.kind for one in before.balances} == {"held", "drawn"}


def test_what_somebody_takes_to_another_outlet_is_in_no_open_month_here(sold: Sold) -> None:
    _moves_in_april(sold, FEBRUARY)
    here = pay.statement(sold.cast["finance"], "ZHANG", APRIL, outlet="N1")
    assert (here.before, here.lines, here.balances) == ((MARCH,), (), ())


def test_what_somebody_brings_is_what_the_open_months_of_the_other_outlet_leave(sold: Sold) -> None:
    """March is open there: it draws, and releases what February held of a car."""
    _moves_in_april(sold, FEBRUARY)
    verbs.release_event(
        by=sold.cast["finance"], at=LATER, kind="plates", source=f"delivery:{sold.cars[1].pk}",
        on=date(2026, 3, 9),
    )  # fmt: skip
    found = [pay.statement(sold.cast["finance"], "ZHANG", APRIL, outlet="N2")]
    closed(sold.cast, MARCH)
    found.append(pay.statement(sold.cast["finance"], "ZHANG", APRIL, outlet="N2"))
    assert [one.before for one in found] == [(MARCH,), ()]
    assert found[0].payable == found[1].payable
    told = [[(line.component, line.entry, line.fen) for line in one.lines] for one in found]
    assert told[0] == told[1]
    left = [[(one.kind, one.code, one.fen) for one in seen.balances] for seen in found]
    assert left[0] == left[1]
    assert {entry for _code, entry, _fen in told[0]} == {"draw"}


def test_debts_of_a_plan_that_was_replaced_are_what_its_open_months_leave(sold: Sold) -> None:
    planned(draws=[DRAW])
    closed(sold.cast, FEBRUARY)
    planned(date(2026, 4, 1), code="new_pay", replaces=["consultant_pay"], draws=[DRAW])
    found, sheets = [], []
    for month in (MARCH, None):
        found.append(pay.statement(sold.cast["finance"], "ZHANG", APRIL))
        sheets.append(pay.leaver_sheet(sold.cast["hr"], "ZHANG", "N1", date(2026, 4, 30)))
        if month:
            closed(sold.cast, month)
    assert sheets[0].due == sheets[1].due > 0
    assert [one.plan for one in found] == ["new_pay", "new_pay"]
    left = [[(one.kind, one.code, one.fen) for one in seen.balances] for seen in found]
    assert left[0] == left[1]
    assert found[0].payable == found[1].payable
