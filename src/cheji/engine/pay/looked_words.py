"""A figure that found a band in words: its value, and what was divided by what."""

from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Look
from cheji.engine.kpis import decimal_text
from cheji.engine.pay.figure_words import bounds_of
from cheji.engine.pay.looking import Looked
from cheji.engine.pay.saying import Names, both, named
from cheji.engine.pay.why import BY, GROUPS, LEVELS, Said

NONE: Final = "没有数值", "no value"


def looked_words(look: Look, found: Looked, names: Names, own: str = "") -> Said:
    """What was looked at and what it came to; `own` is the measure of the component's base."""
    words = ("{0}的{1}：{2}", "{1} of {0}: {2}")
    return both(words, GROUPS[look.whose], _what(look, names, own), _worked(look, found, names))


def no_target(look: Look | None, found: Looked | None) -> bool:
    """Whether nothing was found because nothing is set that it is held against."""
    if look is None or found is None:
        return False
    return look.by == "attainment" and found.value is None and not found.under


def _what(look: Look, names: Names, own: str) -> Said:
    if look.by in {"average", "penetration", "score"}:
        return BY[look.by]
    of = named(names, look.of or own)
    return both(("{0}完成率", "attainment of {0}"), of) if look.by == "attainment" else of


def _worked(look: Look, found: Looked, names: Names) -> Said:
    if no_target(look, found):
        return both(("没有设{0}", "no {0} is set"), LEVELS[look.level])
    value = NONE if found.value is None else bounds_of(look, names)(found.value)
    if found.over is None or found.under is None:
        return value
    over, under = (_plain(part) for part in (found.over, found.under))
    if look.by == "attainment":
        words = ("{0} ÷ {1} {2} = {3}", "{0} ÷ {1} {2} = {3}")
        return both(words, over, LEVELS[look.level], under, value)
    of, per = named(names, look.of), named(names, look.per)
    return both(("{0} {1} ÷ {2} {3} = {4}", "{0} {1} ÷ {2} {3} = {4}"), of, over, per, under, value)


def _plain(value: Fraction) -> Said:
    text = decimal_text(value)
    return text, text
