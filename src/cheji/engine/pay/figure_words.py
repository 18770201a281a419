"""The figure by which a band is found in words: what it is, and its bounds with their unit."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from cheji.engine.definitions import Look
from cheji.engine.kpis import decimal_text
from cheji.engine.pay.saying import Names, both, named, percent
from cheji.engine.pay.why import BY, GROUPS, LEVELS, SHARES, WHY, Said, said
from cheji.engine.scores import intervals
from cheji.engine.scores.words import told_in

#: A bound with its unit, in Chinese and English.
Told = Callable[[Fraction], Said]
#: Reasons of a figure and the bound that it is held against.
HELD_AGAINST: Final = frozenset(
    {"below", "passed", "from", "passed_under", "reached", "not_reached"}
)  # fmt: skip
ONE: Final = Fraction(1)
#: A space with Chinese on both sides.
_BETWEEN: Final = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_UNITS: Final[dict[str, Said]] = {
    "units": ("台（件）", ""),
    "money": ("元", " yuan"),
    "average": ("元", " yuan"),
    "score": ("分", " points"),
}


def look_words(look: Look, names: Names, own: str = "") -> Said:
    """The figure by which a band is found."""
    whose = GROUPS[look.whose]
    of = named(names, look.of or own)
    if look.by == "score":
        return both(("{0}的考核得分", "the score of {0}"), whose)
    if look.by in {"average", "penetration"}:
        words = ("{0}的{1}：{2} ÷ {3}", "{1} of {0}: {2} ÷ {3}")
        return both(words, whose, BY[look.by], of, named(names, look.per))
    if look.by == "attainment":
        words = ("{0}的{1}完成率（对{2}）", "attainment of {1} by {0}, against the {2}")
        return both(words, whose, of, LEVELS[look.level])
    return both(("{0}的{1}", "{1} of {0}"), whose, of)


def units_as_names(units: Mapping[str, str]) -> dict[str, Said]:
    """The units of KPIs, by code, as names have them beside what the KPIs are called."""
    return {_unit_key(code): (unit, unit) for code, unit in units.items()}


def _unit_key(code: str) -> str:
    """No code has a space in it."""
    return f"unit of {code}"


def told_by(look: Look | None) -> Callable[[Fraction], str]:
    """A bound without its unit; those of attainment and penetration are shares."""
    return percent if look is not None and look.by in SHARES else decimal_text


def bounds_of(look: Look, names: Names) -> Told:
    """How a bound of the figure is said; a bare number where the unit of a KPI is not known."""
    if look.by == "kpi":
        return _of_kpi(names.get(_unit_key(look.of), ("", ""))[0])
    if look.by in SHARES:
        return lambda bound: (percent(bound), percent(bound))
    return counted(look.by)


def held_against(code: str, args: Sequence[Any], look: Look, names: Names) -> Said:
    """Why a gate or catch-up acts or not, with its figures said as the plan's words say bounds."""
    told = bounds_of(look, names)
    pairs = [told(arg) if isinstance(arg, Fraction) else (arg, arg) for arg in args]
    zh, en = (said(WHY[code], [one[at] for one in pairs])[at] for at in (0, 1))
    return _BETWEEN.sub("", zh), en


def counted(by: str) -> Told:
    """How a bound of units, money or points is said."""
    zh, en = _UNITS.get(by, ("", ""))

    def told(bound: Fraction) -> Said:
        text = decimal_text(bound)
        return f"{text} {zh}".strip(), f"{text}{en.removesuffix('s') if text == '1' else en}"

    return told


def _of_kpi(unit: str) -> Told:
    """As in the words of a scheme, with money as a pay plan says it."""
    told = told_in(unit)

    def said(bound: Fraction) -> Said:
        zh, en = told(bound)
        return zh, en.replace("CNY", "yuan")

    return said


def spans(starts: Sequence[Fraction], told: Told, *, upper: bool) -> list[Said]:
    """Intervals of bands, each bound with its unit."""
    chinese = intervals(starts, lambda bound: _apart(told(bound)[0]), upper=upper)
    english = intervals(starts, lambda bound: told(bound)[1], upper=upper)
    pairs = zip(chinese, english, strict=True)
    return [
        (zh.strip().replace(" 、", "、").replace("、 ", "、"), en) for (zh, _), (_, en) in pairs
    ]


def _apart(text: str) -> str:
    """A number stands apart from the words around it."""
    return f" {text} " if text.isascii() else f" {text}"


def slope_words(told: Told, slope: Fraction, unit: Said = ("", "")) -> Said:
    """By how much a rate changes for each 1 of the figure; of a share it is for each 1 %."""
    share = told(ONE)[0].endswith("%")
    text = decimal_text(abs(slope) / (100 if share else 1))
    zh, en = told(ONE / 100 if share else ONE)
    more = ("加", "more") if slope > 0 else ("减", "less")
    return f"每多 {zh} {more[0]} {text}{unit[0]}", f"{text}{unit[1]} {more[1]} for each {en}"
