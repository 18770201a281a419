"""Periods: each day lies in exactly one of each grain, keys name them, series leave no gap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.periods import (
    DAY,
    GRAINS,
    Period,
    day_key,
    following,
    from_key,
    key_text,
    month_key,
    months_of,
    period_of,
    preceding,
    series,
    week_key,
)

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
grains = st.sampled_from(GRAINS)
closing_days = st.integers(0, 28)


@given(days, grains, closing_days)
def test_a_day_lies_in_its_period_and_in_neither_neighbour(on, grain, closing_day):
    period = period_of(on, grain, closing_day)
    before, after = preceding(period, closing_day), following(period, closing_day)
    assert [on in period, on in before, on in after] == [True, False, False]
    assert (before.until, after.start) == (period.start, period.until)


@given(days, grains, closing_days)
def test_a_key_names_one_period(on, grain, closing_day):
    period = period_of(on, grain, closing_day)
    assert from_key(grain, period.key, closing_day) == period
    assert following(period, closing_day).key > period.key


@given(days, st.sampled_from(["month", "quarter", "half", "year"]), closing_days)
def test_larger_periods_are_made_of_their_months(on, grain, closing_day):
    period = period_of(on, grain, closing_day)
    months = [from_key("month", key, closing_day) for key in months_of(period)]
    assert (months[0].start, months[-1].until) == (period.start, period.until)
    assert [month.start for month in months[1:]] == [month.until for month in months[:-1]]


@given(days, st.integers(0, 40), grains, closing_days)
def test_a_series_is_contiguous(on, length, grain, closing_day):
    first = period_of(on, grain, closing_day)
    last = period_of(on + timedelta(days=length * 30), grain, closing_day)
    found = series(grain, first.key, last.key, closing_day)
    assert (found[0], found[-1]) == (first, last)
    assert [one.until for one in found[:-1]] == [one.start for one in found[1:]]


@given(days, closing_days)
def test_quick_keys_agree_with_periods(on, closing_day):
    assert day_key(on) == period_of(on, "day").key
    assert week_key(on) == period_of(on, "week").key
    assert month_key(on, closing_day) == period_of(on, "month", closing_day).key


@pytest.mark.parametrize(
    ("grain", "key"),
    [
        ("day", 20261121),
        ("week", 202647),
        ("month", 202611),
        ("quarter", 20264),
        ("half", 20262),
        ("year", 2026),
    ],
)
def test_keys_of_one_day(grain, key):
    assert period_of(date(2026, 11, 21), grain).key == key


def test_a_closing_day_moves_the_end_of_the_month():
    assert from_key("month", 202611, 25) == Period("month", date(2026, 10, 26), date(2026, 11, 26))
    assert from_key("year", 2026, 25) == Period("year", date(2025, 12, 26), date(2026, 12, 26))
    assert month_key(date(2026, 12, 26), 25) == 202701


def test_a_week_belongs_to_the_year_of_its_thursday():
    assert week_key(date(2027, 1, 1)) == 202653
    assert period_of(date(2027, 1, 1), "week").start == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("grain", "key"), [("month", 202613), ("quarter", 20265), ("half", 20263), ("month", 202600)]
)
def test_keys_of_no_period_are_refused(grain, key):
    with pytest.raises(ValueError, match="is not the key"):
        from_key(grain, key)


@pytest.mark.parametrize("closing_day", [-1, 29])
def test_closing_days_that_some_month_lacks_are_refused(closing_day):
    with pytest.raises(ValueError, match="closing day"):
        month_key(date(2026, 1, 1), closing_day)
    with pytest.raises(ValueError, match="closing day"):
        from_key("month", 202601, closing_day)


def test_the_last_day_is_inside_and_the_next_is_not():
    month = from_key("month", 202602)
    assert [month.until - DAY in month, month.until in month] == [True, False]


@pytest.mark.parametrize(
    ("grain", "key", "text"),
    [
        ("year", 2026, "2026"),
        ("half", 20262, "2026-H2"),
        ("quarter", 20264, "2026-Q4"),
        ("month", 202603, "2026-03"),
        ("week", 202607, "2026-W07"),
        ("day", 20261103, "2026-11-03"),
    ],
)
def test_a_key_as_it_may_be_typed_again(grain, key, text):
    assert key_text(grain, key) == text
