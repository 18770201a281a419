"""The targets and scores that a pay plan goes by, and what of them is not there for somebody."""

from collections.abc import Iterator
from dataclasses import replace

from cheji.engine.definitions import Factor, Gate, PayPlan
from cheji.engine.pay import Figures, Given, aim
from cheji.reads.appraisals import Month

Aim = tuple[str, str, str]
"""Whose (person, team, outlet), which (target, base, stretch), and of which KPI or measure."""


def aims(plan: PayPlan) -> frozenset[Aim]:
    """Those of a month; catch-ups look at longer periods."""
    return frozenset(_aims(plan))


def _aims(plan: PayPlan) -> Iterator[Aim]:
    besides: tuple[Factor | Gate, ...] = (*plan.factors, *plan.gates)
    for own in besides:
        if own.look is not None and own.look.by == "attainment":
            yield own.look.whose, own.look.level, own.look.of
    for part in plan.components:
        if part.look is not None and part.look.by == "attainment":
            yield part.look.whose, part.look.level, part.look.of or part.of
        if part.against:
            yield part.whose, part.level, part.of
    for factor in plan.factors:
        yield from (("person", "target", one.kpi) for one in factor.parts if "target" in one.than)


def as_of_month(asked: Month, plan: PayPlan) -> PayPlan:
    """The plan by which a month is read: nobody has a score before its scheme was in force."""
    schemes = asked.catalogue.all.schemes if plan.scheme else ()
    there = any(scheme.code == plan.scheme for scheme in schemes)
    return plan if there or not plan.scheme else replace(plan, scheme="")


def unset(given: Given, wanted: frozenset[Aim]) -> frozenset[Aim]:
    """Those of these that nothing is set for; to reach nothing is no aim either."""
    return frozenset(one for one in wanted if not _aimed(given, *one))


def _aimed(given: Given, whose: str, level: str, code: str) -> bool:
    group = {"team": given.team, "outlet": given.outlet}.get(whose)
    figures = given.figures if whose == "person" else group.figures if group else Figures()
    return bool(aim(figures, level, code))
