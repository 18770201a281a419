"""Bands of schemes and pay plans in words: 以上 includes its number, 不满 does not."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Final

from django.utils.translation import gettext as _

from cheji.engine.money import FEN_PER_YUAN
from cheji.web.templatetags.figures import digits, money

#: Decimals of a rate; what needs more has no end, as a third has.
MOST: Final = 6
Told = Callable[[Fraction], str]


def plain(value: Fraction) -> str:
    """A number without trailing zeros."""
    return digits(value, 4, trim=True)


def share(value: Fraction) -> str:
    """A part of 1 as percent."""
    return digits(value * 100, 2, trim=True) + "%"


def yuan(value: Fraction) -> str:
    """Yuan, with cents only where there are some."""
    whole = value.denominator == 1
    return money(value * FEN_PER_YUAN, 0 if whole else 2)


def rate_share(value: Fraction) -> str:
    """A rate as percent, with all decimals that it has."""
    return digits(value * 100, _decimals(value * 100), trim=True) + "%"


def rate_yuan(value: Fraction) -> str:
    """A rate in yuan, with all decimals that it has."""
    return money(value * FEN_PER_YUAN, _decimals(value) and max(_decimals(value), 2))


def _decimals(value: Fraction) -> int:
    """How many decimals tell the number exactly, six at most."""
    return next((n for n in range(MOST) if (value * 10**n).denominator == 1), MOST)


def reached(starts: Sequence[Fraction], told: Told = plain) -> list[str]:
    """Bands in which a total is looked up: from its bound (included) to below the next."""
    return [
        _reached(place, start, end, told)
        for place, (start, end) in enumerate(zip_longest(starts, starts[1:]))
    ]


def _reached(place: int, start: Fraction, end: Fraction | None, told: Told) -> str:
    if end is None:
        return _("{start} and above").format(start=told(start)) if place else _("whatever it is")
    if not place:
        return _("below {end}").format(end=told(end))
    return _("{start} and above, below {end}").format(start=told(start), end=told(end))


def units(starts: Sequence[Fraction]) -> list[str]:
    """Bands that are paid unit by unit: `from: 3` is the third unit."""
    firsts = [max(start, Fraction(1)) for start in starts]
    found = []
    for first, following in zip_longest(firsts, firsts[1:]):
        if following is None:
            found.append(_("from unit {first} on").format(first=plain(first)))
        elif following - 1 == first:
            found.append(_("unit {first}").format(first=plain(first)))
        else:
            words = _("units {first} to {last}")
            found.append(words.format(first=plain(first), last=plain(following - 1)))
    return found


def stretches(starts: Sequence[Fraction]) -> list[str]:
    """Bands of money that are paid part by part."""
    found = []
    for place, (start, end) in enumerate(zip_longest(starts, starts[1:])):
        if end is None:
            words = _("the part over {start}") if place else _("all of it")
        else:
            words = _("the part from {start} to {end}") if place else _("the part up to {end}")
        found.append(words.format(start=yuan(start), end="" if end is None else yuan(end)))
    return found
