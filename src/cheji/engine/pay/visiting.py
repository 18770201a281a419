"""Who is paid for single deals at an outlet without a post there that the pay plan is for."""

from dataclasses import replace
from typing import Final

from cheji.engine.definitions import PayPlan
from cheji.engine.pay.order import RULES

FOR_POSTS: Final = frozenset({"fixed", "base", "pool", "prize"})
"""Kinds of components that are paid for a post, not for a deal."""


def for_deals_alone(plan: PayPlan, version: int = RULES) -> PayPlan:
    """For who is paid for single deals and nothing else: no pay for days, pots or draws.

    What his quarter returns he is given all the same; rules 1 and 2 kept it for who has a post.
    """
    deals = tuple(part for part in plan.components if part.kind not in FOR_POSTS)
    catch_ups = plan.catch_ups if version > 2 else ()
    return replace(plan, components=deals, draws=(), catch_ups=catch_ups)
