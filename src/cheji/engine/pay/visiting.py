"""Who is paid for single deals at an outlet without a post there that the pay plan is for."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from cheji.engine.definitions import Draw, PayPlan
from cheji.engine.definitions.pay_plan_reading import MAX_PERIODS
from cheji.engine.pay.order import RULES

FOR_POSTS: Final = frozenset({"fixed", "base", "pool", "prize"})
"""Kinds of components that are paid for a post, not for a deal."""


def for_deals_alone(plan: PayPlan, version: int = RULES) -> PayPlan:
    """For who is paid for single deals and nothing else: no pay for days or pots, no new draws.

    What his quarter returns he is given all the same; rules 1 and 2 kept it for who has a post.
    """
    deals = tuple(part for part in plan.components if part.kind not in FOR_POSTS)
    owed = tuple(over(draw) for draw in plan.draws if draw.recoverable)
    catch_ups = plan.catch_ups if version > 2 else ()
    return replace(plan, components=deals, draws=owed, catch_ups=catch_ups)


def over(draw: Draw) -> Draw:
    """For who is in post no more: taken back from now on, with nothing left to him first."""
    return replace(draw, first=MAX_PERIODS, until=0, recover_first=1, keep=Fraction(0))
