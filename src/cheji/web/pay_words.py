"""Components of a pay plan in words: how a band is found, the bands, and how it is rounded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from cheji.engine.definitions import Band as Tier
from cheji.engine.definitions import Component
from cheji.engine.pay import band_words, way_words
from cheji.files.sheets import counted
from cheji.reads.definitions import Catalogue
from cheji.reads.pay import PayLineSeen
from cheji.web import bands
from cheji.web.navigation import ROLES
from cheji.web.templatetags import figures
from cheji.web.templatetags.parts import Cell
from cheji.web.wording import chinese, shaped

Names = Mapping[str, tuple[str, str]]
Band = tuple[str, str, bool]


def names_of(found: Catalogue) -> dict[str, tuple[str, str]]:
    """What posts and definitions are called, by code, and in which units figures are."""
    posts = {code: (str(post), str(post)) for code, post in ROLES.items()}
    return {**posts, **found.names}


def component_rule(component: Component, names: Names) -> str:
    """How the component finds its band; nothing where it has one alone."""
    at = 0 if chinese() else 1
    return " · ".join(one[at] for one in way_words(component, names))


def rate_text(component: Component, rate: Fraction) -> str:
    """A share as percent, everything else in yuan, each exactly."""
    return bands.rate_share(rate) if component.kind == "share" else bands.rate_yuan(rate)


def tier_words(component: Component, tiers: Sequence[Tier], names: Names) -> list[tuple[str, str]]:
    """Range and rate of each band, in the words of the plan."""
    at = 0 if chinese() else 1
    return [(text[at], rate[at]) for text, rate in band_words(component, tiers, names)]


def rounding_text(to: str, way: str) -> str:
    """How amounts are rounded."""
    if way == "each":
        return _("Each line to the fen") if to == "fen" else _("Each line to the yuan")
    return _("The running sum to the fen") if to == "fen" else _("The running sum to the yuan")


def based(line: PayLineSeen) -> Cell:
    """What is multiplied, or found the amount: units, money, a share or a score.

    Of a deal that is shared or weighed the note has what of it the rate multiplies.
    """
    cell, part = _figure(line.unit, line.base), counted(line)
    if part is None or part == line.base:
        return cell
    own = _figure(line.unit, part)
    text = figures.figure(own.value, own.kind, own.decimals)
    return replace(cell, note=_("counts {part}").format(part=text))


def _figure(unit: str, value: Fraction | None) -> Cell:
    found, kind, decimals = shaped(unit, 0, value)
    if kind == "money":
        return Cell(found, kind=kind)
    return Cell(found, kind=kind, decimals=2 if kind == "percent" else decimals)
