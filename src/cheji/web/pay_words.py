"""Components of a pay plan in words: how a band is found, the bands, and how it is rounded."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from cheji.engine.definitions import Component
from cheji.engine.pay import WORDS
from cheji.web import bands
from cheji.web.wording import chinese

Band = tuple[str, str, bool]


def component_rule(component: Component) -> str:
    """How the component finds its band."""
    at = 0 if chinese() else 1
    return " · ".join((WORDS[component.mode][at], WORDS[component.scope][at]))


def rate_text(component: Component, rate: Fraction) -> str:
    """A share as percent, everything else in yuan."""
    return bands.share(rate) if component.kind == "share" else bands.yuan(rate)


def tier_words(component: Component) -> list[Band]:
    """Range and rate of each band; none of them is marked."""
    return [
        (text, rate_text(component, tier.rate), False)
        for text, tier in zip(_ranges(component), component.tiers, strict=True)
    ]


def rounding_text(to: str, way: str) -> str:
    """How amounts are rounded."""
    if way == "each":
        return _("Each line to the fen") if to == "fen" else _("Each line to the yuan")
    return _("The running sum to the fen") if to == "fen" else _("The running sum to the yuan")


def _ranges(component: Component) -> Sequence[str]:
    starts = [tier.start for tier in component.tiers]
    if component.kind == "fixed" or component.mode == "retroactive":
        return bands.reached(starts, bands.yuan if component.kind == "share" else bands.plain)
    return bands.units(starts) if component.kind == "units" else bands.stretches(starts)
