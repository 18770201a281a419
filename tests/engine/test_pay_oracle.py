"""Pay against a slow oracle on random pay plans and inputs: not a fen unexplained."""

import os
from dataclasses import replace
from fractions import Fraction
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cheji.engine.pay import adjusted, difference, frozen, opened, outcome_text, prepared, replay
from engine import pay_making
from engine.pay_oracle import Oracle
from engine.plans import posted

#: A few hundred in the suite; CHEJI_PAY_EXAMPLES=10000 for the long run.
EXAMPLES = int(os.environ.get("CHEJI_PAY_EXAMPLES", "300"))


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


FEW = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(st.integers(0, 2**40))
def test_a_difference_and_a_correction_add_up(seed):
    rnd = Random(seed)
    plan = pay_making.plan(rnd)
    then = replace(pay_making.inputs(rnd, plan), owed=())
    now = replace(then, deals=then.deals[1:], coefficient=Fraction(rnd.randrange(3), 2))
    was, became = (prepared(plan).pay(inputs) for inputs in (then, now))
    found = difference(was.lines, became.lines)
    assert sum(change.fen for change in found.changes) == became.payable - was.payable == found.fen
    owed = adjusted(frozen(plan, then), now, posted(was))
    assert sum(one.fen for one in owed) == early(became) - early(was)


def early(statement):
    """What steps 1 to 13 come to."""
    return sum(line.fen for line in statement.lines if line.step < 14)


@FEW
@given(st.integers(0, 2**40))
def test_inputs_are_read_back_as_they_were(seed):
    rnd = Random(seed)
    plan = pay_making.plan(rnd)
    inputs = pay_making.inputs(rnd, plan)
    assert opened(frozen(plan, inputs)) == (plan, inputs)
