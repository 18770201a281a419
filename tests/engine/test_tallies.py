"""Tallies: the grouping, the cohorts, and the one list of kinds."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.tallies import CARRIED, KINDS, NEW, NO_COHORT, Fact, Tally, cohort_of, tally

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 1)


def test_kinds_have_one_code_each_and_names_in_both_languages():
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert all(kind.zh and kind.en for kind in KINDS)


def test_only_intent_customers_are_raised_and_dropped():
    codes = {kind.code for kind in KINDS}
    assert {"intent_raised", "intent_dropped"} <= codes
    assert not {"prospect_raised", "prospect_dropped"} & codes


def test_cohort_compares_since_with_the_facts_own_period():
    on = date(2026, 2, 10)
    assert cohort_of(Fact("delivery", on)) == NO_COHORT
    assert cohort_of(Fact("delivery", on, since=FEBRUARY)) == NEW
    assert cohort_of(Fact("delivery", on, since=JANUARY)) == CARRIED
    assert cohort_of(Fact("delivery", on, since=JANUARY), closing_day=25) == NEW
    assert cohort_of(Fact("delivery", on, since=JANUARY), "quarter") == NEW


def test_facts_of_one_group_are_added():
    first = Fact("delivery", FEBRUARY, outlet=1, channel="owner", quantity=5000, fen=3, value=2)
    second = Fact("delivery", FEBRUARY, outlet=1, channel="owner", quantity=10000, fen=4, value=1)
    assert tally([first, second]) == [
        Tally(202602, (1,), "delivery", "owner", quantity=15000, fen=7, value=3, count=2)
    ]


def test_models_are_told_apart_only_when_asked():
    facts = [Fact("delivery", FEBRUARY, model=model, quantity=1) for model in ("x", "y")]
    assert [row.model for row in tally(facts, scope=())] == [""]
    assert [row.model for row in tally(facts, scope=(), by_model=True)] == ["x", "y"]


facts = st.builds(
    Fact,
    kind=st.sampled_from(["delivery", "order_signed"]),
    on_date=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    since=st.none() | st.dates(date(2025, 6, 1), date(2026, 12, 31)),
    outlet=st.integers(1, 3),
    person=st.none() | st.integers(1, 4),
    quantity=st.integers(-10000, 10000),
    fen=st.integers(-(10**9), 10**9),
)


@given(st.lists(facts, max_size=40))
def test_people_and_nobody_add_up_to_the_outlet(listed):
    by_person = tally(listed, scope=("outlet", "person"))
    by_outlet = tally(listed, scope=("outlet",))

    def sums(rows):
        found = Counter()
        for row in rows:
            group = row.period, row.scope[0], row.kind, row.cohort
            found[group, "quantity"] += row.quantity
            found[group, "fen"] += row.fen
            found[group, "count"] += row.count
        return found

    assert sums(by_person) == sums(by_outlet)
