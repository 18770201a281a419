"""What one more car would pay a consultant this month, and what the next band asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Deal, pay
from cheji.engine.scores import ScoreCard
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads.appraisals import final, month_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay import allowed, deals_of
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class NextCar:
    """What the month pays so far, and one more car like the average of the month's; fen.

    `payable` is after the score's coefficient, `before` and `further` (the next car) before it.
    `units` are paid so far; from `next_from` units on the rate is `next_rate` yuan instead of
    `rate`; None when no further band follows.
    """

    payable: int
    before: int
    further: int
    units: Fraction
    score: Fraction | None = None
    coefficient: Fraction | None = None
    rate: Fraction | None = None
    next_from: Fraction | None = None
    next_rate: Fraction | None = None


def next_car(viewer: Viewer, person: str, month: int) -> NextCar:
    """Of a person by staff number, under the first pay plan in force.

    Raises:
        NotFound: the person's pay is not the viewer's to see.
    """
    ground = Ground(viewer)
    whose = ground.person(person)
    asked = month_of(ground, whose, month)
    if not allowed(asked, whose):
        raise NotFound(noun="pay statement", key=person)
    plan = asked.catalogue.pay_plan()
    measures = [m for m in asked.catalogue.ruling.measures if m.code in plan.measures]
    deals, totals = deals_of(asked, [whose], measures)[whose]
    scheme = asked.catalogue.scheme(plan.scheme) if plan.scheme else None
    score = final(asked, [whose], scheme).get(whose) if scheme else None
    return _worth(plan, deals, totals, score)


def _worth(
    plan: PayPlan, deals: Sequence[Deal], totals: dict[str, int], score: ScoreCard | None
) -> NextCar:
    units = next((c for c in plan.components if c.kind == "units" and c.of), None)
    of = units.of if units else ""
    before = pay(plan, deals, totals).payable
    more = _average(deals, of, totals.get(of, 0))
    last = max((deal.on_date for deal in deals), default=date.min)
    summed = {code: totals.get(code, 0) + more.get(code, 0) for code in {*totals, *more}}
    sold = Fraction(totals.get(of, 0), QUANTITY_SCALE)
    tiers = units.tiers if units else ()
    reached = [tier for tier in tiers if tier.start <= sold]
    ahead = [tier for tier in tiers if tier.start > sold]
    return NextCar(
        payable=pay(plan, deals, totals, score).payable,
        before=before,
        further=pay(plan, [*deals, Deal("next", last, more)], summed).payable - before,
        units=sold,
        score=score.total if score else None,
        coefficient=score.coefficient if score else None,
        rate=reached[-1].rate if reached else None,
        next_from=ahead[0].start if ahead else None,
        next_rate=ahead[0].rate if ahead else None,
    )


def _average(deals: Sequence[Deal], units: str, counted: int) -> dict[str, int]:
    """The amounts of one more car: one unit, and of the rest the month's average for a unit.

    A deal whose amount is not known stands in no average.
    """
    further = {units: QUANTITY_SCALE} if units else {}
    for code in {code for deal in deals for code in deal.amounts} - {units}:
        unknown = [deal for deal in deals if deal.amounts.get(code, 0) is None]
        left = counted - sum(deal.amounts.get(units) or 0 for deal in unknown)
        cars = Fraction(left, QUANTITY_SCALE)
        total = sum(deal.amounts.get(code) or 0 for deal in deals)
        further[code] = int(total / cars) if cars > 0 else 0
    return further
