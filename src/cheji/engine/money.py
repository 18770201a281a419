"""Money as integer fen: reading, writing, rounding half up, and splits that always add up."""

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final

FEN_PER_YUAN: Final = 100
_YUAN: Final = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,2}))?")


def fen_of(text: str) -> int:
    """Yuan as written, such as "1234.5", in fen.

    Raises:
        ValueError: not a plain amount, or finer than a fen.
    """
    found = _YUAN.fullmatch(text.strip().replace(",", ""))
    if found is None:
        raise ValueError(f"{text!r} is not an amount in yuan with at most two decimals")
    sign, yuan, cents = found.groups()
    fen = int(yuan) * FEN_PER_YUAN + int((cents or "").ljust(2, "0"))
    return -fen if sign == "-" else fen


def yuan_text(fen: int) -> str:
    """Fen as yuan with two decimals and no thousands mark: 123450 is "1234.50"."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // FEN_PER_YUAN}.{abs(fen) % FEN_PER_YUAN:02d}"


def round_half_up(amount: Fraction) -> int:
    """四舍五入: a half goes away from zero, so that a reversal is the exact opposite."""
    over, under = amount.numerator, amount.denominator
    whole = (2 * abs(over) + under) // (2 * under)
    return -whole if over < 0 else whole


def rounded(amount: Fraction, decimals: int) -> Fraction:
    """Half up to so many decimals."""
    scale = Fraction(10) ** decimals
    return Fraction(round_half_up(amount * scale)) / scale


def cumulative(amounts: Iterable[Fraction]) -> list[int]:
    """Each line is R(sum so far) − R(sum before), so that lines add up to the rounded total."""
    lines: list[int] = []
    exact, posted = Fraction(0), 0
    for amount in amounts:
        exact += amount
        lines.append(round_half_up(exact) - posted)
        posted += lines[-1]
    return lines


def largest_remainder(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """A whole number split by weights: the missing units go to the largest fractions.

    Ties go by the order of the weights. A negative total mirrors the positive one.

    Raises:
        ValueError: a weight is negative or all are zero.
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must not be negative and not all zero")
    if total < 0:
        return [-part for part in largest_remainder(-total, weights)]
    exact = [total * Fraction(weight) / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_fraction = sorted(range(len(exact)), key=lambda k: parts[k] - exact[k])
    for k in by_fraction[: total - sum(parts)]:
        parts[k] += 1
    return parts
