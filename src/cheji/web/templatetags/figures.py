"""Exact numbers as text in the reader's language: money, percent, points, quantities, phones.

Integers, Fractions and Decimals are taken; a binary float is refused. Rounding is half up.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from django import template
from django.utils.translation import get_language, pgettext

from cheji.engine.money import FEN_PER_YUAN, round_half_up

register = template.Library()

Exact = int | Fraction | Decimal
NOTHING: Final = "—"
STEPS_PER_UNIT: Final = 10_000
# From how many yuan on, by how many divided, with which mark.
_SHORT_ZH: Final = ((10**8, 10**8, "亿"), (10**4, 10**4, "万"))
_SHORT_EN: Final = ((10**9, 10**9, "bn"), (10**6, 10**6, "m"), (10**4, 10**3, "k"))


def exact(value: object) -> Fraction | None:
    """The value as a Fraction; None stays None and an empty text counts as None.

    Raises:
        TypeError: a float or anything else that is not exact.
    """
    if value is None or value == "":
        return None
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"{value!r} is a {type(value).__name__}, not an exact number")
    return Fraction(value)


def digits(value: Fraction, decimals: int = 0, *, trim: bool = False, plus: bool = False) -> str:
    """Half up to so many decimals, thousands separated: 12345.675 with 2 is "12,345.68"."""
    scaled = round_half_up(value * 10**decimals)
    whole, rest = divmod(abs(scaled), 10**decimals)
    tail = f"{rest:0{decimals}d}" if decimals else ""
    if trim:
        tail = tail.rstrip("0")
    sign = "-" if scaled < 0 else "+" if plus and scaled > 0 else ""
    return f"{sign}{whole:,}{'.' if tail else ''}{tail}"


@register.filter
def number(value: object, decimals: int = 0) -> str:
    """A plain number: 4203 is "4,203"."""
    found = exact(value)
    return NOTHING if found is None else digits(found, decimals)


@register.filter
def coefficient(value: object) -> str:
    """What pay is multiplied by, to four decimals without trailing zeros: 9/8 is "1.125"."""
    found = exact(value)
    return NOTHING if found is None else digits(found, 4, trim=True)


@register.filter
def signed(value: object, decimals: int = 0) -> str:
    """A difference with its sign: 3 is "+3"."""
    found = exact(value)
    return NOTHING if found is None else digits(found, decimals, plus=True)


@register.filter
def quantity(value: object, decimals: int = 4) -> str:
    """1/10,000 of a unit as units without trailing zeros: 65000 is "6.5"."""
    found = exact(value)
    return NOTHING if found is None else digits(found / STEPS_PER_UNIT, decimals, trim=True)


@register.filter
def money(value: object, decimals: int = 2) -> str:
    """Fen as yuan: 1234567 is "¥12,345.67"."""
    found = exact(value)
    return NOTHING if found is None else _with_sign(digits(found / FEN_PER_YUAN, decimals))


@register.filter
def gap(value: object, decimals: int = 2) -> str:
    """A difference of two amounts in fen as yuan, with its sign: 1234567 is "+¥12,345.67"."""
    found = exact(value)
    if found is None:
        return NOTHING
    text = money(found, decimals)
    return f"+{text}" if found > 0 else text


@register.filter
def wan(value: object, decimals: int = 2) -> str:
    """Fen, large sums in short: "¥12.35万" and "¥1.2亿" in Chinese, "¥123.46k" in English."""
    found = exact(value)
    if found is None:
        return NOTHING
    yuan = found / FEN_PER_YUAN
    chinese = (get_language() or "zh").startswith("zh")
    for least, size, mark in _SHORT_ZH if chinese else _SHORT_EN:
        if abs(yuan) >= least:
            return _with_sign(digits(yuan / size, decimals)) + mark
    return money(found)


@register.filter
def percent(value: object, decimals: int = 1) -> str:
    """A ratio: 9/40 is "22.5%"."""
    found = exact(value)
    return NOTHING if found is None else digits(found * 100, decimals) + "%"


@register.filter
def change(value: object, decimals: int = 1) -> str:
    """A relative change with its sign: 1/50 is "+2.0%"."""
    found = exact(value)
    return NOTHING if found is None else digits(found * 100, decimals, plus=True) + "%"


@register.filter
def points(value: object, decimals: int = 1) -> str:
    """A difference of two ratios in percentage points: 3/250 is "+1.2 pp" or "+1.2个百分点"."""
    found = exact(value)
    if found is None:
        return NOTHING
    return digits(found * 100, decimals, plus=True) + pgettext("percentage points", " pp")


@register.filter
def masked(phone: object) -> str:
    """A phone with only its head and tail: 13812345678 is "138****5678"."""
    text = str(phone or "").strip()
    if not text:
        return NOTHING
    if len(text) < 8:
        return "*" * max(len(text) - 2, 1) + text[-2:]
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def figure(value: object, kind: str, decimals: int | None = None) -> str:
    """The value as text by the name of its kind; an unknown kind is shown as it is.

    Raises:
        TypeError: a number that is not exact.
    """
    found = _KINDS.get(kind)
    if found is None:
        return NOTHING if value is None or value == "" else str(value)
    return found(value) if decimals is None else found(value, decimals)


def _with_sign(text: str) -> str:
    return f"-¥{text[1:]}" if text.startswith("-") else f"¥{text}"


_KINDS: Final = {
    "number": number,
    "signed": signed,
    "quantity": quantity,
    "money": money,
    "gap": gap,
    "wan": wan,
    "percent": percent,
    "change": change,
    "points": points,
}
NUMERIC: Final = frozenset(_KINDS) | {"meter", "delta", "told"}
