"""What is taken and left out of what was held of a deal, and how much of a deal is gone."""

from fractions import Fraction
from typing import NamedTuple

import pytest

from cheji.engine.pay.reserves import Gone, Reserve, part_gone

HALF = Fraction(1, 2)
LOST, RELEASED = Reserve(held=120, lost=120), Reserve(held=120, released=120)


class Line(NamedTuple):
    fen: int
    code: str = "reworked"
    args: tuple[int, ...] = ()


@pytest.mark.parametrize(
    ("earned", "lines", "gone"),
    [
        (600, [], 0),
        (600, [Line(-300)], HALF),
        (600, [Line(-300), Line(-300), Line(600)], 0),
        (600, [Line(100)], 0),
        (600, [Line(-700)], 1),
        (600, [Line(-45, "clawback_days", (45, 90))], HALF),
        (600, [Line(-300, "clawback_days", (45, 90)), Line(-300)], 1),
        (600, [Line(-550, "clawback_rate")], 1),
        (600, [Line(-300), Line(-150, "clawback_days", (45, 90))], Fraction(3, 4)),
        (600, [Line(-300), Line(-300, "clawback_days", (45, 90)), Line(300)], HALF),
        (600, [Line(60), Line(-330, "clawback_days", (45, 90))], HALF),
        (
            600,
            [
                Line(-300, "clawback_days", (45, 90)),
                Line(150, "clawback_anew", (150, 300)),
                Line(-300),
            ],
            Fraction(3, 4),
        ),
        (0, [Line(-300)], 0),
    ],
)
def test_how_much_of_a_deal_is_gone(earned: int, lines: list[Line], gone: Fraction) -> None:
    assert part_gone(earned, lines).whole == gone


@pytest.mark.parametrize(
    ("reserve", "gone", "fen"),
    [
        (LOST, Fraction(1), 120),
        (LOST, HALF, 60),
        (LOST, Fraction(0), 0),
        (RELEASED, Fraction(1), 0),
        (Reserve(held=120, back=60, lost=60), HALF, 0),
        (Reserve(held=120, back=60, lost=60), Fraction(1), 60),
        (Reserve(held=120, released=60, lost=60), Fraction(1), 60),
        (Reserve(held=120, back=60, lost=60), Fraction(0), 0),
    ],
)
def test_what_was_lost_is_left_out_with_the_part_that_is_gone(
    reserve: Reserve, gone: Fraction, fen: int
) -> None:
    assert reserve.to_leave_out(Gone(gone)) == fen


@pytest.mark.parametrize(
    ("reserve", "passed", "fen"),
    [
        (LOST, 0, 60),
        (LOST, HALF, 90),
        (Reserve(held=120, back=60, lost=60), HALF, 30),
        (Reserve(held=120, back=60, lost=60), 0, 30),
        (Reserve(held=120, released=60, lost=60), 0, 30),
        (RELEASED, HALF, 0),
    ],
)
def test_of_what_was_lost_of_the_rest_a_return_of_half_leaves_out_half(
    reserve: Reserve, passed: Fraction, fen: int
) -> None:
    """The half that was given back passed on, or is there again with nothing held of it."""
    assert reserve.to_leave_out(Gone(Fraction(passed), HALF)) == fen


@pytest.mark.parametrize(
    ("reserve", "gone", "fen"),
    [
        (RELEASED, Fraction(0), 120),
        (RELEASED, HALF, 60),
        (RELEASED, Fraction(1), 0),
        (Reserve(held=120, back=60, released=60), HALF, 60),
        (Reserve(held=120, released=60), Fraction(1), 0),
    ],
)
def test_what_was_released_is_taken_but_for_what_went(
    reserve: Reserve, gone: Fraction, fen: int
) -> None:
    assert reserve.to_take(Gone(gone)) == fen


@pytest.mark.parametrize(
    ("reserve", "passed", "fen"),
    [
        (RELEASED, 0, 60),
        (RELEASED, HALF, 30),
        (Reserve(held=120, back=60, released=60), HALF, 30),
        (Reserve(held=120, back=60, released=60), 0, 30),
        (Reserve(held=120, released=60, left_out=60), 0, 60),
    ],
)
def test_of_what_was_released_of_the_rest_a_return_of_half_took_half(
    reserve: Reserve, passed: Fraction, fen: int
) -> None:
    assert reserve.to_take(Gone(Fraction(passed), HALF)) == fen


def test_what_is_unpaid_is_neither_released_nor_given_back() -> None:
    assert Reserve(held=120, released=20, back=30, left_out=40).unpaid == 30
    assert Reserve(held=120, released=120, back=1).unpaid == 0
