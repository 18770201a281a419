"""Working days, splits that add up, and progress."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.money import rounded
from cheji.engine.periods import from_key
from cheji.engine.targets import (
    Child,
    WorkCalendar,
    after_change,
    lag,
    progress,
    split,
    weeks_of,
    working_days,
)

SIX_DAYS = WorkCalendar(frozenset(range(6)))


def children(weights):
    return [Child(f"c{n}", weight) for n, weight in enumerate(weights)]


def test_a_year_by_the_published_weights():
    found = split(1000, children([7, 5, 9, 8, 8, 9, 8, 8, 10, 9, 9, 10]))
    assert list(found.parts.values()) == [70, 50, 90, 80, 80, 90, 80, 80, 100, 90, 90, 100]
    assert list(split(70, children([45, 35, 20])).parts.values()) == [32, 24, 14]


def test_a_reserve_and_fixed_children_come_first():
    found = split(100, [Child("a", fixed=30), Child("b", 1), Child("c", 2)], reserve=10)
    assert (dict(found.parts), found.reserve, found.unassigned) == (
        {"a": 30, "b": 20, "c": 40},
        10,
        0,
    )


def test_what_finds_no_weight_stays_unassigned():
    assert split(50, [Child("a", fixed=20), Child("b")]).unassigned == 30
    assert split(50, []).unassigned == 50


def test_more_given_out_than_there_is_shows_as_less_than_nothing():
    found = split(50, [Child("a", fixed=60), Child("b", 1)])
    assert (dict(found.parts), found.unassigned) == ({"a": 60, "b": 0}, -10)


def test_whole_vehicles_are_split_and_the_rest_is_left():
    found = split(25_000, children([1, 1]), step=10_000)
    assert (list(found.parts.values()), found.unassigned) == ([10_000, 10_000], 5_000)


def test_a_step_is_at_least_one():
    with pytest.raises(ValueError, match="at least 1"):
        split(1, [], step=0)


def test_siblings_share_what_a_changed_child_leaves():
    found = after_change(70, {"a": 32, "b": 24, "c": 14}, {"a": 40})
    assert (dict(found.parts), found.unassigned) == ({"a": 40, "b": 19, "c": 11}, 0)
    assert dict(after_change(9, {"a": 9, "b": 0, "c": 0}, {"a": 5}).parts) == {
        "a": 5,
        "b": 2,
        "c": 2,
    }


def test_a_reserve_stays_when_siblings_share_a_change():
    found = after_change(100, {"a": 50, "b": 30, "c": 10}, {"a": 40}, reserve=10)
    assert (dict(found.parts), found.reserve, found.unassigned) == (
        {"a": 40, "b": 38, "c": 12},
        10,
        0,
    )


def test_a_changed_child_must_be_one_of_them():
    with pytest.raises(KeyError):
        after_change(9, {"a": 9}, {"z": 5})


@given(
    st.integers(0, 10**9),
    st.lists(
        st.builds(
            Child, st.uuids().map(str), st.integers(0, 99), st.none() | st.integers(0, 10**8)
        ),
        max_size=9,
        unique_by=lambda child: child.key,
    ),
    st.integers(0, 10**6),
    st.sampled_from([1, 100, 10_000]),
)
def test_parts_reserve_and_the_rest_are_the_total(total, shares, reserve, step):
    found = split(total, shares, reserve=reserve, step=step)
    assert found.total == total
    free = any(child.fixed is None and child.weight for child in shares)
    left = total - reserve - sum(child.fixed or 0 for child in shares)
    if free and left >= 0:
        assert 0 <= found.unassigned < step


def test_an_unknown_year_follows_the_week():
    assert working_days(SIX_DAYS, date(2099, 1, 1), date(2099, 2, 1)) == 27
    assert working_days(WorkCalendar(), date(2099, 1, 1), date(2099, 2, 1)) == 31


def test_holidays_and_swap_days_depart_from_the_week():
    swapped = WorkCalendar(
        frozenset(range(5)), {date(2026, 10, 1): False, date(2026, 10, 10): True}
    )
    assert working_days(swapped, date(2026, 10, 1), date(2026, 10, 11)) == 7


def test_the_weeks_of_a_month_count_only_days_inside_it():
    found = weeks_of(from_key("month", 202610), SIX_DAYS)
    assert [(week.key, days) for week, days in found] == [
        (202640, 3), (202641, 6), (202642, 6), (202643, 6), (202644, 6),
    ]  # fmt: skip


def test_a_quarter_of_weeks_is_split_by_days_worked():
    weeks = weeks_of(from_key("quarter", 20261), SIX_DAYS)
    found = split(300, [Child(str(week.key), days) for week, days in weeks])
    assert (len(weeks), found.total, found.unassigned) == (14, 300, 0)


def test_the_published_pace():
    found = progress(Fraction(31), Fraction(60), days_gone=15, days=26)
    points = [found.time_share * 100, found.done_share * 100, found.gap * 100]
    shown = [rounded(value, 2) for value in (*points, found.pace, found.needed)]
    assert shown == [Fraction(text) for text in ("57.69", "51.67", "-6.03", "53.73", "2.64")]


def test_what_cannot_be_divided_has_no_value():
    none = progress(Fraction(5), None, days_gone=0, days=0)
    assert (none.done_share, none.time_share, none.gap, none.pace, none.needed) == (None,) * 5
    zero = progress(Fraction(5), Fraction(0), days_gone=1, days=2)
    assert (zero.done_share, zero.gap, zero.needed) == (None, None, 0)


def test_a_target_missed_on_the_last_day_needs_no_pace():
    assert progress(Fraction(5), Fraction(9), days_gone=3, days=3).needed is None
    with pytest.raises(ValueError, match="4 of 3"):
        progress(Fraction(5), Fraction(9), days_gone=4, days=3)


@pytest.mark.parametrize(
    ("done", "target", "gone", "direction", "timeless", "found"),
    [
        (31, 60, 15, "up", False, Fraction(15, 26) - Fraction(31, 60)),
        (31, 60, 15, "down", True, Fraction(31, 60) - Fraction(15, 26)),
        (31, 60, 15, "band", True, None),
        (31, 0, 15, "down", True, Fraction(1)),
        (31, 0, None, "down", False, None),
        (0, 0, 15, "down", False, Fraction(0)),
        (31, 0, 15, "up", True, None),
        (31, None, 15, "down", True, None),
        (31, 60, None, "up", True, Fraction(29, 60)),
        (72, 60, None, "down", True, Fraction(1, 5)),
        (72, 60, None, "down", False, None),
    ],
)
def test_behind_is_short_of_time_or_past_it_where_less_is_better(
    done, target, gone, direction, timeless, found
):
    days = 0 if gone is None else 26
    goal = None if target is None else Fraction(target)
    one = progress(Fraction(done), goal, days_gone=gone or 0, days=days)
    assert lag(one, direction, timeless=timeless) == found
