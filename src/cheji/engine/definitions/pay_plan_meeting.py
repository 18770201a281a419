"""Pay plans that meet: which others pay the same people, and which of them gives way."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from cheji.engine.definitions.pay_plans import PayPlan
from cheji.engine.findings import Finding

POSTS: Final = ("consultant",)
"""Whom a plan is for that names no post."""


def posts_of(plan: PayPlan) -> tuple[str, ...]:
    """The posts that a plan is for."""
    return plan.posts or POSTS


def is_for(plan: PayPlan, outlet: str, post: str, level: str) -> bool:
    """Whether a plan by itself is for a post of this level at an outlet."""
    here = not plan.outlets or outlet in plan.outlets
    return here and post in posts_of(plan) and level in (plan.levels or (level,))


def heirs(plan: PayPlan, plans: Iterable[PayPlan], outlet: str) -> list[PayPlan]:
    """Those in force at an outlet that replace a plan, for whom they themselves are for."""
    return [
        one
        for one in plans
        if plan.code in one.replaces and (not one.outlets or outlet in one.outlets)
    ]


def ended(plan: PayPlan, plans: Iterable[PayPlan], outlet: str) -> bool:
    """Whether others pay everybody at the outlet whom the plan was for."""
    return not _left(plan, plans, outlet)


def _left(plan: PayPlan, plans: Iterable[PayPlan], outlet: str) -> set[str]:
    """The posts of some of whose levels at the outlet no other plan took over."""
    found = {*posts_of(plan)}
    for heir in heirs(plan, plans, outlet):
        if not heir.levels or (plan.levels and {*plan.levels} <= {*heir.levels}):
            found -= {*posts_of(heir)}
    return found


def paid_twice(plan: PayPlan, plans: Sequence[PayPlan]) -> list[PayPlan]:
    """Others in force that pay some of the same people, where neither plan says how they stand."""
    others = [one for one in plans if one.code != plan.code]
    return [one for one in others if not _told(plan, one) and _meet(plan, one, others)]


def _told(plan: PayPlan, other: PayPlan) -> bool:
    named = other.code in (*plan.replaces, *plan.beside)
    return named or plan.code in (*other.replaces, *other.beside)


def _meet(plan: PayPlan, other: PayPlan, others: Sequence[PayPlan]) -> bool:
    """Whether they are for the same posts and levels somewhere where no third replaces one."""
    if not _common(plan.levels, other.levels) or not _common(plan.outlets, other.outlets):
        return False
    places = {*plan.outlets} & {*other.outlets} or plan.outlets or other.outlets or ("",)
    return any({*posts_of(plan)} & _left(other, others, place) for place in places)


def _common(some: Collection[str], others: Collection[str]) -> bool:
    """Whether two choices have something in common; an empty one is everything."""
    return not some or not others or bool({*some} & {*others})


AMONG_OTHERS: Final = frozenset({"paid_twice", "replaced", "no_such_plan"})
"""Findings that do not keep a plan from being tried."""


def not_told(plan: PayPlan, other: PayPlan, since: str) -> Finding:
    """The same people would be paid by both, and nobody has said that they shall."""
    return Finding(
        "paid_twice",
        f"pay_plans.{plan.code}.replaces",
        f"自 {since} 起，“{other.zh}”（{other.code}）也给同一批人计发，会重复发放",
        f"From {since} on “{other.en}” ({other.code}) pays the same people: "
        "they would be paid twice",
        "在“替代”中选它，它自该月起终止；确需两份都发的，在“另发”中选它",
        "Choose it under “Replaces”: it ends with that month; or, where both shall pay, "
        "under “Paid besides”",
    )


def gave_way(plan: PayPlan, heir: PayPlan) -> Finding:
    """A version of a plan that another one has replaced would pay nobody."""
    return Finding(
        "replaced",
        f"pay_plans.{plan.code}.code",
        f"此方案届时已由“{heir.zh}”（{heir.code}）替代，新版本不会给任何人计发",
        f"“{heir.en}” ({heir.code}) has replaced this plan by then: a new version would pay nobody",
        f"用新代码另起方案，并写明替代 {heir.code}",
        f"Draft it under a new code that replaces {heir.code}",
    )


def no_such_plan(plan: PayPlan, key: str, code: str) -> Finding:
    """It names a plan that is not in force when it begins."""
    return Finding(
        "no_such_plan",
        f"pay_plans.{plan.code}.{key}",
        f"生效时没有代码为 {code} 的提成方案",
        f"No pay plan {code} is in force when it begins",
        "选生效中的方案，或删去",
        "Choose one that is in force, or leave it out",
    )
