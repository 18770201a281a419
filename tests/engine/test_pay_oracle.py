"""Pay against a slow oracle on random pay plans and inputs: not a fen unexplained."""

import os
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cheji.engine.definitions import Clawback
from cheji.engine.pay import (
    Return,
    adjusted,
    clawed,
    difference,
    frozen,
    opened,
    outcome_text,
    prepared,
    replay,
    without,
)
from engine import pay_making
from engine.pay_oracle import Oracle
from engine.pay_oracle_steps import fen_half_up
from engine.plans import posted

#: A few hundred in the suite; CHEJI_PAY_EXAMPLES=10000 for the long run.
EXAMPLES = int(os.environ.get("CHEJI_PAY_EXAMPLES", "300"))
#: The long run takes as long as it takes.
pytestmark = pytest.mark.timeout(300 if EXAMPLES <= 1000 else 0)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**40))
def test_every_fen_is_that_of_the_oracle(seed):
    rnd = Random(seed)
    plan = pay_making.plan(rnd)
    inputs = pay_making.inputs(rnd, plan)
    statement = prepared(plan).pay(inputs)
    oracle = Oracle(plan, inputs).settle()
    paid = [(line.component, line.entry, line.source, line.fen) for line in statement.lines]
    assert paid == oracle.posted
    assert sum(line.fen for line in statement.lines) == statement.payable == oracle.total()
    after = statement.after
    assert [tuple(held[:4]) for held in after.held] == oracle.held
    assert dict(after.carried) == {code: fen for code, fen in oracle.carried.items() if fen}
    assert dict(after.drawn) == {code: fen for code, fen in oracle.drawn.items() if fen}
    assert dict(after.withheld) == {code: fen for code, fen in oracle.withheld.items() if fen}
    assert after.due == oracle.due
    text = frozen(plan, inputs)
    assert replay(text) == outcome_text(statement)
    assert statement.reason.value == statement.payable


#: Fewer in the suite; as many in the long run.
SOME = int(os.environ.get("CHEJI_PAY_EXAMPLES", "100"))
FEW = settings(max_examples=SOME, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(st.integers(0, 2**40))
def test_a_difference_and_a_correction_add_up(seed):
    rnd = Random(seed)
    plan = pay_making.plan(rnd)
    then = pay_making.inputs(rnd, plan)
    now = replace(then, deals=then.deals[1:], coefficient=Fraction(rnd.randrange(3), 2))
    was, became = (prepared(plan).pay(inputs) for inputs in (then, now))
    found = difference(was.lines, became.lines)
    assert sum(change.fen for change in found.changes) == became.payable - was.payable == found.fen
    # What a run puts right of earlier ones is corrected with those.
    own = [line for line in posted(was) if line.entry not in ("adjustment", "clawback")]
    owed = adjusted(frozen(plan, then), replace(now, owed=()), own)
    assert sum(one.fen for one in owed) == worth_more(plan, then, now)


def worth_more(plan, then, now):
    """What the period pays more on other inputs, with what is filled up and never taken back."""
    was, became = Oracle(plan, then).settle(), Oracle(plan, now).settle()
    more = paid_at_once(became) - paid_at_once(was)
    shifted = Shifted(plan, then, more, was.posted)
    return more + shifted.settle().filled() - was.filled()


class Shifted(Oracle):
    """A period of which so much more, or less, was earned; what is taken back stays as it was."""

    def __init__(self, plan, given, more, posted):
        super().__init__(plan, given)
        self.more, self.was = more, posted

    def step_14(self):
        super().step_14()
        self.post("", "late", self.more)

    def draw(self, draw, basis, entry):
        if draw.kind in ("guarantee", "non_recoverable"):
            return super().draw(draw, basis, entry)
        others = ("catch_up", "adjustment", "clawback")
        own = [line for line in self.was if line[0] == draw.code and line[1] not in others]
        self.posted += own
        return sum(fen for *_, fen in own)


def paid_at_once(oracle):
    """Up to step 13 without what caps carry on: what is late is paid now, not carried."""
    carrying = {cap.code for cap in oracle.plan.caps if cap.beyond == "carry"}
    return oracle.early - sum(fen for code, _, _, fen in oracle.posted if code in carrying)


@FEW
@given(st.integers(0, 2**40))
def test_a_return_takes_back_what_its_policy_says(seed):
    rnd = Random(seed)
    plan = replace(pay_making.plan(rnd), clawback=None)
    then = replace(pay_making.inputs(rnd, plan), owed=())
    policy, returned = rnd.choice(POLICIES), Return("d0", rnd.randrange(100))
    clawback = Clawback(policy, 90 if policy == "prorated" else rnd.choice((0, 90)))
    paid = prepared(plan).pay(then)
    lines, text = posted(paid), frozen(plan, then)
    found = clawed(clawback, returned, lines, text, paid.after.held)
    held = sum(one.fen for one in paid.after.held if one.source == "d0")
    if returned.after_days > clawback.window > 0:
        assert found == ()
    elif clawback.policy == "replay":
        assert sum(one.fen for one in found) == worth_more(plan, then, without(then, "d0")) + held
    else:
        left = Fraction(90 - returned.after_days, 90)
        taken = taken_back(clawback.policy, left, lines, "d0", parts_left(plan, then))
        assert sum(one.fen for one in found) == held - taken


POLICIES = ("original_rate", "replay", "prorated")


def parts_left(plan, inputs):
    """By component the part that limits, factors, gates and caps left of it, at most all of it."""
    oracle = Oracle(plan, inputs)
    for part in plan.components:
        if not oracle.late(part):
            oracle.amounts[part.code] = oracle.component(part)
    before = dict(oracle.amounts)
    oracle.steps_9_to_11()
    parts = {code: Fraction(oracle.amounts[code], fen) for code, fen in before.items() if fen}
    whole = Oracle(plan, inputs).settle()
    lost = {code: fen for code, entry, _, fen in whole.posted if entry == "cap" and fen}
    for part in plan.components:
        parts[part.code] = parts.get(part.code, 1) * whole.uncut.get(part.code, 1)
        for cap in plan.caps:
            hit = not cap.components or part.code in cap.components
            if cap.beyond == "forfeit" and cap.code in lost and hit:
                most = fen_half_up(cap.amount * 100)
                parts[part.code] *= Fraction(most, most - lost[cap.code])
    return {code: min(max(part, 0), 1) for code, part in parts.items()}


def taken_back(policy, left, lines, source, parts):
    """By the days left, or paid share × rate as posted, but never more than was paid."""
    total = 0
    for line in lines:
        if line.source != source or line.entry not in ("earning", "bonus", "fine"):
            continue
        if policy == "prorated":
            fen = line.fen * left
        elif line.amount is None or line.rate is None:
            fen = line.fen
        else:
            base = sum(part.part for part in line.parts) if line.parts else line.amount
            at_rate = fen_half_up(Fraction(base) / line.scale * line.rate * 100)
            fen = min(max(at_rate, min(line.fen, 0)), max(line.fen, 0))
        total += fen_half_up(Fraction(fen * parts.get(line.component, 1)))
    return total


@FEW
@given(st.integers(0, 2**40))
def test_inputs_are_read_back_as_they_were(seed):
    rnd = Random(seed)
    plan = pay_making.plan(rnd)
    inputs = pay_making.inputs(rnd, plan)
    assert opened(frozen(plan, inputs)) == (plan, inputs)
