"""Where a month lands: courses by days worked, two methods, and the choice between them."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cheji.engine.forecasts import Course, Past, course, landing

HALF = Fraction(1, 2)


def reached(*amounts):
    return Course(tuple(Fraction(one) for one in amounts))


LATE = reached(1, 2, 3, 12)  # most of it in the last quarter
EVEN = reached(3, 6, 9, 12)


def test_a_course_adds_up_by_days_worked_and_days_off_count_with_the_day_before():
    days = [date(2026, 3, day) for day in (2, 3, 5)]
    sold = {date(2026, 3, day): Fraction(1) for day in (1, 3, 4, 5)}
    assert course(days, sold) == reached(1, 3, 4)
    assert course([], sold).total == 0


def test_between_two_days_the_course_is_a_line():
    assert [EVEN.at(Fraction(part, 8)) for part in (0, 1, 2, 8)] == [0, Fraction(3, 2), 3, 12]
    with pytest.raises(ValueError, match="share"):
        EVEN.at(Fraction(9, 8))


def test_without_a_past_the_pace_goes_on():
    found = landing(Fraction(31), Fraction(15, 26), [])
    assert (found.value, found.method, found.missed, found.tested) == (
        Fraction(31 * 26, 15),
        "linear",
        None,
        0,
    )
    assert landing(Fraction(0), Fraction(0), []) is None


def test_months_that_always_come_late_are_forecast_by_last_years_shape():
    found = landing(Fraction(4), HALF, [Past(LATE, LATE), Past(LATE, LATE)], LATE)
    assert (found.value, found.method, found.missed, found.tested) == (24, "shape", 0, 2)


def test_a_shape_that_misled_before_is_not_followed():
    found = landing(Fraction(6), HALF, [Past(EVEN, LATE)], LATE)
    assert (found.value, found.method, found.missed) == (12, "linear", 0)


def test_a_tie_goes_to_the_pace():
    found = landing(Fraction(6), HALF, [Past(EVEN, EVEN)], LATE)
    assert (found.value, found.method) == (12, "linear")


def test_a_year_without_anything_so_far_gives_no_shape():
    nothing_yet = reached(0, 0, 5, 9)
    assert landing(Fraction(6), HALF, [Past(LATE, LATE)], nothing_yet).method == "linear"
    assert landing(Fraction(6), HALF, [Past(EVEN, nothing_yet)], EVEN).tested == 0
    assert landing(Fraction(6), HALF, [Past(reached(0, 0), EVEN)], EVEN).missed is None


amounts = st.lists(st.integers(0, 99).map(Fraction), min_size=4, max_size=4)


@given(st.lists(st.tuples(amounts, amounts), max_size=5), amounts, st.integers(1, 4))
def test_the_method_taken_never_missed_more_than_the_other(past, last, gone):
    share = Fraction(gone, 4)

    def summed(days):
        return Course(tuple(sum(days[: n + 1], Fraction(0)) for n in range(len(days))))

    pairs = [Past(summed(month), summed(before)) for month, before in past]
    found = landing(Fraction(10), share, pairs, summed(last))
    tested = [one for one in pairs if one.year_before.at(share)]
    linear = sum((abs(p.month.at(share) / share - p.month.total) for p in tested), Fraction(0))
    whole = sum((one.month.total for one in tested), Fraction(0))
    assert (found.missed is None) == (whole == 0)
    if whole:
        assert found.missed <= linear / whole
