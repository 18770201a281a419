"""Definitions in words: formulas, ways over time, bands, items and components."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cheji.engine.definitions import (
    Definitions,
    Kpi,
    SchemeItem,
)
from cheji.engine.scores import standard
from cheji.web.templatetags.figures import figure
from cheji.web.wording import (
    chinese,
    named,
    shaped,
    unit_text,
)

from .frame import Ground

DIRECTIONS: dict[str, Any] = {
    "up": gettext_lazy("Higher is better"),
    "down": gettext_lazy("Lower is better"),
    "band": gettext_lazy("Inside a band is best"),
    "none": gettext_lazy("Neither way is better"),
}
KPI_KINDS: dict[str, Any] = {
    "count": pgettext_lazy("kind of figure", "Count"),
    "sum": pgettext_lazy("kind of figure", "Sum"),
    "ratio": pgettext_lazy("kind of figure", "Ratio"),
    "duration": pgettext_lazy("kind of figure", "Duration"),
    "score": pgettext_lazy("kind of figure", "Score"),
    "stock": pgettext_lazy("kind of figure", "Stock"),
    "index": pgettext_lazy("kind of figure", "Index"),
}
ARROWS = {"up": "arrow-up", "down": "arrow-down", "band": "arrows-sort", "none": "minus"}
WAYS: dict[str, Any] = {
    "sum": gettext_lazy("sum of the months"),
    "opening": gettext_lazy("at the start of the first month"),
    "closing": gettext_lazy("at the end of the last month"),
    "none": gettext_lazy("no value over several months"),
}


def pieces(place: Ground, kpi: Kpi) -> SafeString:
    """The formula in words, every input a door to its own definition."""
    inputs = [_input(place, name) for name in kpi.formula.names]
    marks = {name: f"\0{at}\0" for at, name in enumerate(kpi.formula.names)}
    parts = kpi.formula.rewrite(marks).split("\0")
    found = [inputs[int(text)] if at % 2 else escape(text) for at, text in enumerate(parts)]
    return mark_safe("".join(found))  # noqa: S308  each part is escaped


def _input(place: Ground, name: str) -> SafeString:
    """A measure before a KPI of the same code, as formulas read them."""
    defined = place.found.all
    kind = "measure" if name in defined.measure else "kpi"
    item = defined.measure.get(name) or defined.kpi[name]
    door = '<a href="{}" title="{}">{}</a>'
    return format_html(door, place.url(kind, name), name, named(item))


def leaves(defined: Definitions, kpi: Kpi, ways: dict[str, str] | None = None) -> dict[str, str]:
    """The measures under a KPI with how each is taken over several months."""
    inner: dict[str, str] = {**(ways or {}), **dict(kpi.over_time)}
    found: dict[str, str] = {}
    for name in kpi.formula.names:
        if name in defined.measure:
            found[name] = inner.get(name, defined.measure[name].over_time)
        else:
            found |= leaves(defined, defined.kpi[name], inner)
    return found


def over_time(defined: Definitions, kpi: Kpi) -> str:
    """The rule over several months: one way for all inputs, or input by input."""
    ways = leaves(defined, kpi)
    if len(set(ways.values())) > 1:
        parts = (f"{named(defined.measure[code])}: {WAYS[way]}" for code, way in ways.items())
        return _("; ").join(parts)
    way = str(WAYS[next(iter(ways.values()), "sum")])
    if len(ways) > 1:
        return _("the formula over each input's {way}").format(way=way)
    return _way(defined, ways, way)


def _way(defined: Definitions, ways: dict[str, str], way: str) -> str:
    ((code, rule),) = ways.items()
    if rule == "sum" and defined.measure[code].is_stock:
        return _("sum of the monthly stocks")
    return way


def unit_words(unit: str) -> str:
    return unit_text(unit) or "%"


def other_name(item: Any) -> str:
    """The name in the other language."""
    return str(item.en if chinese() else item.zh)


def note_of(item: Any) -> str:
    return str(item.note_zh if chinese() else item.note_en)


# -- schemes and pay plans ---------------------------------------------------------------------


def method(item: SchemeItem, *, unit: str, names: Mapping[str, tuple[str, str]]) -> str:
    """The whole standard of an item of a scheme."""
    mark = "；" if chinese() else "; "
    sentences = standard(item, unit=unit, names=names)
    return mark.join(sentence[0 if chinese() else 1] for sentence in sentences)


def item_name(item: SchemeItem, kpi: Kpi | None) -> str:
    """The item's own name, else the KPI's."""
    own = item.zh if chinese() else item.en
    return own or (named(kpi) if kpi else item.key)


def amount(kpi: Kpi, value: Fraction) -> str:
    """A value of a KPI with its unit, as screens show it."""
    shown, kind, decimals = shaped(kpi.unit, kpi.decimals, value)
    text = figure(shown, kind, decimals)
    return f"{text} {unit_text(kpi.unit)}" if kind == "number" else text
