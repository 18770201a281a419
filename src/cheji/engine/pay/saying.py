"""Sentences in Chinese and English, filled in with names."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from cheji.engine.kpis import decimal_text
from cheji.engine.pay.why import Said

Names = Mapping[str, Said]


def percent(value: Fraction) -> str:
    return f"{decimal_text(value * 100)}%"


def named(names: Names, code: str) -> Said:
    """A name, or the code where there is none."""
    return names.get(code, (code, code))


def both(words: Said, *args: Said) -> Said:
    """A sentence filled in with names, in both languages."""
    zh, en = words
    return zh.format(*(arg[0] for arg in args)), en.format(*(arg[1] for arg in args))


def listed(items: Sequence[Said]) -> Said:
    return "、".join(zh for zh, _ in items), ", ".join(en for _, en in items)
