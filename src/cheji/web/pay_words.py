"""Components of a pay plan in words: how a band is found, the bands, and how it is rounded."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from cheji.engine.definitions import Band as Tier
from cheji.engine.definitions import Component
from cheji.engine.pay import band_words, units_as_names, way_words
from cheji.reads.definitions import Catalogue
from cheji.web import bands
from cheji.web.navigation import ROLES
from cheji.web.wording import chinese

Names = Mapping[str, tuple[str, str]]
Band = tuple[str, str, bool]


def names_of(found: Catalogue) -> dict[str, tuple[str, str]]:
    """What posts, schemes, plans with their components, measures and KPIs are called, by code.

    And in which units figures are.
    """
    plans = found.all.pay_plans
    parts = [part for plan in plans for part in plan.components]
    figures: list[Any] = [*found.all.measures, *found.all.kpis]
    every: list[Any] = [*parts, *plans, *found.all.schemes, *figures]
    posts = {code: (str(post), str(post)) for code, post in ROLES.items()}
    units = {one.code: one.unit for one in figures}
    return posts | {one.code: (one.zh, one.en) for one in every} | units_as_names(units)


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
