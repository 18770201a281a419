"""Who is paid for single deals at an outlet without a post there that the pay plan is for."""

from dataclasses import replace
from typing import Final

from cheji.engine.definitions import PayPlan

FOR_POSTS: Final = frozenset({"fixed", "base", "pool", "prize"})
"""Kinds of components that are paid for a post, not for a deal."""


def for_deals_alone(plan: PayPlan) -> PayPlan:
    """For who is paid for single deals and nothing else: no pay for days, pots or draws."""
    deals = tuple(part for part in plan.components if part.kind not in FOR_POSTS)
    return replace(plan, components=deals, draws=(), catch_ups=())
