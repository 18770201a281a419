"""Pay against a slow oracle on random pay plans and inputs: not a fen unexplained."""

import os
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cheji.engine.pay import frozen, outcome_text, prepared, replay
from engine import pay_making
from engine.pay_oracle import Oracle

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
