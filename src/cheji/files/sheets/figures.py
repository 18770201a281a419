"""One number on its way out: as text for the eye, and as exact JSON."""

from fractions import Fraction
from typing import Any, Final

from cheji.engine.formulas.units import UNITS
from cheji.engine.kpis import decimal_text
from cheji.engine.money import FEN_PER_YUAN, round_half_up

NOTHING: Final = "—"
SPARE: Final = 2  # decimals of a count that is not whole, such as an average


def figure_text(value: Fraction | None, unit: str, decimals: int = 0) -> str:
    """A value by its unit, half up: `1,234.50`, `69.49%`, `—` for no value."""
    if value is None:
        return NOTHING
    if unit == "ratio":
        return f"{plain_text(value * 100, decimals, thousands=True)}%"
    if not decimals and value.denominator != 1:
        return plain_text(value, SPARE, thousands=True)
    return plain_text(value, decimals, thousands=True)


def plain_text(value: Fraction, decimals: int, *, thousands: bool = False) -> str:
    """Half up to so many decimals, without passing through a binary float."""
    scaled = round_half_up(value * 10**decimals)
    whole, rest = divmod(abs(scaled), 10**decimals)
    digits = f"{whole:,}" if thousands else str(whole)
    tail = f".{rest:0{decimals}d}" if decimals else ""
    return f"{'-' if scaled < 0 else ''}{digits}{tail}"


def exact_text(value: Fraction | None, unit: str, decimals: int) -> str:
    """A value for a CSV cell: a plain decimal that programs read, empty for no value.

    Ratios are parts of 1, with two decimals more than their percentage shows.
    """
    if value is None:
        return ""
    if value.denominator == 1 and unit != "ratio":
        return str(value.numerator)
    places = decimals + 2 if unit == "ratio" else max(decimals, SPARE)
    return plain_text(value, places)


def figure_json(value: Fraction | None, unit: str) -> Any:
    """The stable JSON of a value.

    Money is `{"fen": 6000000, "unit": "yuan"}`, with `"exact": "n/d"` in fen where it is not
    whole; a whole count is an integer; anything else is `{"value": decimal, "exact": "n/d"}`.
    """
    if value is None:
        return None
    if unit == "yuan":
        return _money(value * FEN_PER_YUAN)
    if value.denominator == 1 and unit != "ratio" and "/" not in unit:
        return value.numerator
    return {"value": decimal_text(value), "exact": f"{value.numerator}/{value.denominator}"}


def _money(fen: Fraction) -> dict[str, Any]:
    found: dict[str, Any] = {"fen": round_half_up(fen), "unit": "yuan"}
    if fen.denominator != 1:
        found["exact"] = f"{fen.numerator}/{fen.denominator}"
    return found


def unit_name(unit: str, language: str) -> str:
    """A unit in words: `yuan/batch` is 元/批次."""
    place = 0 if language.startswith("zh") else 1
    return "/".join(UNITS[symbol][place] for symbol in unit.split("/"))
