"""Counted things in English, where one is said otherwise than many."""

from collections.abc import Sequence

from cheji.engine.formulas.units import UNITS

#: Symbols of units are their English words for one thing, but these.
_ONE = {"yuan": "CNY", "event": "time", "turn": "time over"}


def en_points(number: str) -> str:
    """Points as the standard of a scheme says them: 1 point, 0.5 points."""
    return f"{number} {en_unit(('point',), number)}"


def en_unit(symbols: Sequence[str], number: str) -> str:
    """What so many are of: 1 vehicle, 2 vehicles, 1800 CNY/batches."""
    if number in ("1", "-1") and len(symbols) == 1:
        return _ONE.get(symbols[0], symbols[0])
    return "/".join(UNITS[symbol][1] for symbol in symbols)
