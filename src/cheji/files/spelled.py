"""Typed values as a person would type them, so that reading the text again gives the value."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cheji.actions.imports.given import CLEAR
from cheji.engine.money import yuan_text
from cheji.files.cells import plain
from cheji.files.kinds import Column

_STEPS = 10_000


def spelled(value: Any, column: Column, language: str = "zh") -> str:
    """Return a value of a column as text; blank for None."""
    if value is None:
        return ""
    if value is CLEAR:
        return "清空" if language.startswith("zh") else "(clear)"
    if column.type == "choice":
        return next((_named(one, language) for one in column.choices if one.code == value), value)
    if column.type == "bool":
        return ("否", "是")[value] if language.startswith("zh") else ("no", "yes")[value]
    return _BY_TYPE.get(column.type, str)(value)


def _named(choice: Any, language: str) -> str:
    return str(choice.zh if language.startswith("zh") else choice.en)


def _decimal(value: Fraction) -> str:
    return plain(Decimal(value.numerator) / Decimal(value.denominator))


def _shares(value: tuple[tuple[str, int], ...]) -> str:
    if len(value) == 1:
        return value[0][0]
    return ";".join(f"{who}:{_decimal(Fraction(part, 100))}%" for who, part in value)


def _period(value: tuple[str, int]) -> str:
    grain, key = value
    if grain == "year":
        return str(key)
    if grain == "month":
        return f"{key // 100}-{key % 100:02d}"
    return f"{key // 10}{'Q' if grain == 'quarter' else 'H'}{key % 10}"


_BY_TYPE: dict[str, Callable[[Any], str]] = {
    "money": lambda value: yuan_text(value).removesuffix(".00"),
    "quantity": lambda value: plain(Decimal(value) / _STEPS),
    "percent": lambda value: f"{_decimal(value * 100)}%",
    "number": lambda value: _decimal(Fraction(value)),
    "date": lambda value: value.isoformat(),
    "datetime": lambda value: value.isoformat(" ", "seconds"),
    "shares": _shares,
    "period": _period,
}
