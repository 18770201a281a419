"""What one more car would pay a person this month, and what the next band asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from cheji.engine.definitions import Measure, PayPlan
from cheji.engine.money import FEN_PER_YUAN
from cheji.engine.pay import Deal, Given, Group, Statement, prepared
from cheji.engine.pay.order import SUM
from cheji.engine.scores import ScoreCard
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads.appraisals import Month, month_of
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.gathered import Extra, plan_for
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.pay.late import corrections
from cheji.reads.pay.statements import allowed
from cheji.reads.pay.whom import plans_of
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer


@dataclass(frozen=True, slots=True)
class NextCar:
    """What the month pays so far, and one more car like the average of the month's; fen.

    `before` is the sum of the components, and `further` what the next car brings, both before the
    score's coefficient, which stands only at the end of the month. `units` are paid so far; from
    `next_from` units on the rate is `next_rate` yuan instead of `rate`; None when no further band
    follows.
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


def next_car(
    viewer: Viewer, person: str, month: int, *, plan: str = "", outlet: str = ""
) -> NextCar:
    """Of a person by staff number: his statement of now, and the same with one more car.

    Without a plan it is that of his post.

    Raises:
        NotFound: the person's pay is not the viewer's to see.
    """
    ground = Ground(viewer)
    whose = ground.person(person, outlet)
    asked = month_of(ground, whose, month)
    if not allowed(asked, whose):
        raise NotFound(noun="pay statement", key=person)
    who = whose.person or 0
    chosen = asked.catalogue.pay_plan(plan or plans_of(asked, [who])[who])
    whole = Month(all_seeing(ground), asked.outlet, month, asked.mark)
    made = gather(whole, chosen, [who], Extra(corrections(whole, chosen, [who])))
    own, given, card = plan_for(made, who), made.givens[who], made.cards.get(who)
    return _worth(own, given, card, made.measures)


def _worth(
    plan: PayPlan, given: Given, card: ScoreCard | None, measures: Sequence[Measure]
) -> NextCar:
    payer, units = prepared(plan), next((c for c in plan.components if c.kind == "units"), None)
    of = units.of if units else ""
    now, plainly = payer.pay(given, card), replace(given, coefficient=None)
    with_it = payer.pay(_with_another(plainly, of, measures))
    sold = Fraction(given.totals.get(of, 0), QUANTITY_SCALE)
    tiers = units.tiers if units else ()
    reached = [tier for tier in tiers if tier.start <= sold]
    ahead = [tier for tier in tiers if tier.start > sold]
    return NextCar(
        payable=now.payable,
        before=_components(now),
        further=with_it.payable - payer.pay(plainly).payable,
        units=sold,
        score=card.total if card else None,
        coefficient=card.coefficient if card else None,
        rate=reached[-1].rate if reached else None,
        next_from=ahead[0].start if ahead else None,
        next_rate=ahead[0].rate if ahead else None,
    )


def _components(statement: Statement) -> int:
    return sum(line.fen for line in statement.lines if line.step <= SUM)


def _with_another(given: Given, of: str, measures: Sequence[Measure]) -> Given:
    """With one more car like the average of the month's, in his figures and his groups' too."""
    more = _average(given.deals, of, given.totals.get(of, 0))
    last = max(given.deals, key=lambda deal: deal.on_date, default=Deal("", date.min, {}))
    scales = {m.code: QUANTITY_SCALE if m.column == "quantity" else FEN_PER_YUAN for m in measures}
    values = {
        code: value if value is None else value + Fraction(more.get(code, 0), scales.get(code, 1))
        for code, value in given.figures.values.items()
    }
    return replace(
        given,
        deals=(*given.deals, Deal("next", last.on_date, more, last.attributes)),
        totals=_summed(given.totals, more),
        figures=replace(given.figures, values=values),
        team=_group(given.team, more),
        outlet=_group(given.outlet, more),
    )


def _group(group: Group | None, more: Mapping[str, int]) -> Group | None:
    return group and replace(group, totals=_summed(group.totals, more))


def _summed(totals: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {code: totals.get(code, 0) + more.get(code, 0) for code in {*totals, *more}}


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
