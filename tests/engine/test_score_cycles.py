"""The cycle's table: the order of its steps, where it may go, and who may do what."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.scores import cycles
from cheji.engine.scores.cycles import BY_VERB, DUTIES, FINAL, OPTIONAL, ORDER, PARTIES

RATING = ("save_mark", "submit")


def test_the_order_is_that_of_the_handbooks() -> None:
    assert ORDER == (
        "draft", "agreeing", "running", "reviewing", "self", "manager", "peers", "calibrating",
        "published", "deciding", "archived", "applied",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "left_out", "next_"),
    [
        ("draft", (), ("agreeing",)),
        ("running", (), ("reviewing",)),
        ("running", ("reviewing", "self"), ("manager",)),
        ("manager", ("peers", "calibrating"), ("published",)),
        ("published", (), ("deciding", "archived")),
        ("deciding", (), ("archived",)),
        ("running", ("manager",), ("reviewing",)),
        ("applied", (), ()),
    ],
)
def test_a_cycle_goes_on_step_by_step(state, left_out, next_) -> None:
    assert cycles.onward(state, left_out) == next_


@given(st.sets(st.sampled_from(sorted(OPTIONAL))), st.sampled_from(ORDER))
def test_going_back_undoes_going_on_and_nothing_leads_out_of_what_is_published(
    left_out: set[str], state: str
) -> None:
    if state in left_out:
        return
    for later in cycles.onward(state, left_out):
        assert cycles.backward(later, left_out) == ("" if later in FINAL else state)


def test_every_duty_names_known_steps_and_parties_once() -> None:
    assert len(BY_VERB) == len(DUTIES)
    for duty in DUTIES:
        assert set(duty.steps) <= set(ORDER)
        assert set(duty.who) | set(duty.never) <= set(PARTIES)
        assert not set(duty.who) & set(duty.never)


@pytest.mark.parametrize(
    ("verb", "state", "parties", "why"),
    [
        ("propose", "agreeing", ["manager"], ""),
        ("propose", "agreeing", ["manager", "person"], "own"),
        ("propose", "agreeing", [], "other"),
        ("propose", "running", ["manager"], "step"),
        ("publish", "calibrating", ["maker"], "own"),
        ("open_cycle", "draft", [], ""),
    ],
)
def test_who_is_barred(verb, state, parties, why) -> None:
    assert cycles.barred(BY_VERB[verb], state, parties) == why
