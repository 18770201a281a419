"""What one more car would pay, by model, and the next few: by the plan in force, on all inputs.

The further car is like the person's own cars of that model in this month and the two before, or
like all of his where he sold none. Score, other KPI values, targets, and what others do stay.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Deal, Given, Payer, Statement, prepared
from cheji.engine.pay.order import SUM
from cheji.engine.periods import DAY, month_shifted
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads import vehicles
from cheji.reads.appraisals import Month, month_of
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.pay.calculating import leave
from cheji.reads.pay.deals import Attributes, Source, deals, shared_of, sold, splits_of
from cheji.reads.pay.estimating import estimated
from cheji.reads.pay.gathered import Gathered, plan_for
from cheji.reads.pay.gathering import all_seeing
from cheji.reads.pay.groups import UNITS, deals_among, first_deals, firsts_of_groups
from cheji.reads.pay.sharing import shares_of
from cheji.reads.pay.statements import allowed, own_plan
from cheji.reads.pay.volumes import Counting, counting, grown, grown_group
from cheji.reads.pay.whom import last_teams, period_of_month
from cheji.reads.seen import Where, Who
from cheji.records.models import PaySplit, Run
from cheji.records.refusals import NotFound
from cheji.records.visibility import Viewer

BACK = 2
MOST_CARS = 6
MOST_MODELS = 24


@dataclass(frozen=True, slots=True)
class Unpaid:
    """Fen of one more car that it earns and the month does not pay.

    `held` by the event that releases it, `carried` beyond a cap, or `forfeited` beyond it.
    """

    held: Mapping[str, int] = field(default_factory=dict)
    carried: int = 0
    forfeited: int = 0


@dataclass(frozen=True, slots=True)
class Further:
    """One more car of a model, and the next ones.

    Attributes:
        model: empty for a car like the average of all.
        like: how many cars of this model the assumption rests on; 0 is his average of all models.
        amounts: what is assumed of each, by measure in its own scale.
        worths: fen that 1, 2 … more cars bring together.
        before: the same before the score's coefficient as it stands now.
        unpaid: what the first of them earns beside its worth, and `unpaid_before` beside `before`.
    """

    model: str
    like: int
    amounts: Mapping[str, int]
    worths: tuple[int, ...]
    before: tuple[int, ...]
    unpaid: Unpaid
    unpaid_before: Unpaid


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a running month pays so far and what further cars would bring; fen.

    `payable` is everything, `before` the sum of the components. `units` are paid so far;
    from `next_from` on the rate is `next_rate` yuan instead of `rate`, None without a further band.
    `measures` are (code, zh, en, column) of what is assumed of a car.
    """

    person: Who
    outlet: Where
    month: int
    plan: str
    zh: str
    en: str
    payable: int
    before: int
    units: Fraction
    score: Fraction | None
    coefficient: Fraction | None
    rate: Fraction | None
    next_from: Fraction | None
    next_rate: Fraction | None
    cars: tuple[Further, ...]
    measures: tuple[tuple[str, str, str, str], ...]


def what_if(
    viewer: Viewer,
    person: str,
    month: int,
    *,
    outlet: str = "",
    typed: Mapping[str, int] | None = None,
    models: bool = True,
) -> WhatIf:
    """What further cars would bring a person by staff number; `typed` amounts go before averages.

    Raises:
        NotFound: the person's pay is not the viewer's to see, or the month is settled.
    """
    ground = Ground(viewer)
    whose = ground.person(person, outlet)
    asked = month_of(ground, whose, month)
    if not allowed(asked, whose) or _settled(asked, whose):
        raise NotFound(noun="pay statement", key=person)
    plan = asked.catalogue.pay_plan(own_plan(asked, whose))
    who, whole = whose.person or 0, Month(all_seeing(ground), asked.outlet, month, asked.mark)
    made = estimated(whole, plan.code, [who])[0].made
    world = _World(whole, made, who, dict(typed or {}))
    names = [*world.own_models, *vehicles.models(viewer)] if models else []
    asked_for = ["", *dict.fromkeys(names)][: MOST_MODELS + 1]
    cars = tuple(world.further(model) for model in asked_for)
    return _seen(asked, world, asked.who(ground.names([who]), who), cars)


def next_cars(whole: Month, made: Gathered, who: int) -> tuple[int, ...]:
    """What each of the next cars would bring somebody, one after the other; fen."""
    worths = _World(whole, made, who, {}).further("").worths
    return tuple(after - before for before, after in pairwise((0, *worths)))


def _settled(asked: Month, whose: Slice) -> bool:
    """Whether a run of the month that pays the person is closed."""
    rows = Run.objects.filter(
        kind="pay", outlet=asked.outlet.id, period=asked.month, grain="month",
        state__in=Run.FIXED, payinputs__person=whose.person or 0,
    )  # fmt: skip
    return rows.exists()


class _World:
    """A person's month with all that a further car rests on."""

    def __init__(self, whole: Month, made: Gathered, who: int, typed: dict[str, int]) -> None:
        leave(whole, made, [who])
        self.made, self.typed = made, typed
        self.given = made.givens[who]
        self.plan = plan_for(made, who)
        self.unit = units_of(self.plan)
        self.payer: Payer = prepared(self.plan)
        self.paid = self.payer.pay(self.given, made.cards.get(who))
        self.unscored = self.payer.pay(_unscored(self.given))
        self.counted = counting(whole.catalogue, self.given.figures.values)
        period = period_of_month(whole)
        self.day = min(max(whole.ground.viewer.on, period.start), period.until - DAY)
        self.cars = _cars(whole, made, who)
        self.among = _among(whole, made, who) if firsts_of_groups(self.plan) else {}

    @property
    def own_models(self) -> list[str]:
        """Models that he sold in these months, the most sold first."""
        found = Counter(str(car.attributes.get("model", "")) for car in self.cars)
        return sorted((model for model in found if model), key=lambda one: (-found[one], one))

    def further(self, model: str) -> Further:
        """What 1, 2 … cars of a model would bring; of any model for none."""
        own = [car for car in self.cars if not model or car.attributes.get("model") == model]
        like = own or self.cars
        attributes: Attributes = dict(like[-1].attributes) if like else {}
        if model:
            attributes["model"] = model
        amounts = self._amounts(like)
        car = Deal("", self.day, amounts, attributes)
        told = [self._worth(car, number) for number in range(1, MOST_CARS + 1)]
        worths, before = (tuple(column) for column in zip(*told, strict=True))
        given = self._given_with([car])
        unpaid = self._unpaid(self.paid, self.payer.pay(given))
        unscored = self._unpaid(self.unscored, self.payer.pay(_unscored(given)))
        return Further(model, len(own), amounts, worths, before, unpaid, unscored)

    def _unpaid(self, paid: Statement, more: Statement) -> Unpaid:
        """What a further car adds to what is held by event, carried and forfeited."""
        held = _held(more, self.plan)
        held.subtract(_held(paid, self.plan))
        carried = [sum(one.after.carried.values()) for one in (paid, more)]
        lost = [sum(ln.fen for ln in one.lines if ln.code == "cap") for one in (paid, more)]
        kept = {code: fen for code, fen in held.items() if fen}
        return Unpaid(kept, carried[1] - carried[0], lost[0] - lost[1])

    def _amounts(self, cars: Sequence[Deal]) -> dict[str, int]:
        """One unit, and of the rest the average for a unit of those that are known."""
        found = {}
        for measure in self.made.measures:
            code = measure.code
            usual = QUANTITY_SCALE if code == self.unit else _average(cars, code, self.unit)
            found[code] = self.typed.get(code, usual)
        return found

    def _worth(self, car: Deal, number: int) -> tuple[int, int]:
        """What so many bring, and what they would with a coefficient of 1."""
        further = [car._replace(source=f"delivery:next{at}") for at in range(number)]
        given = self._given_with(further)
        more = self.payer.pay(given).payable - self.paid.payable
        return more, self.payer.pay(_unscored(given)).payable - self.unscored.payable

    def _given_with(self, cars: Sequence[Deal]) -> Given:
        return self._with_firsts(_with_cars(self.given, cars, self.counted), cars)

    def _with_firsts(self, given: Given, cars: Sequence[Deal]) -> Given:
        """The further cars come last, and may be a team's or outlet's first of their day."""
        found = {
            whose: replace(group, firsts=first_deals(self.plan, [*every, *cars]))
            for whose, every in self.among.items()
            if (group := getattr(given, whose)) is not None
        }
        return replace(given, **found) if found else given


def _held(paid: Statement, plan: PayPlan) -> Counter[str]:
    """Fen that stay held, by the event that releases them."""
    release = {held.code: held.release for held in plan.holdbacks}
    found: Counter[str] = Counter()
    for one in paid.after.held:
        found[release.get(one.holdback, one.holdback.removeprefix("earned_"))] += one.fen
    return found


def _among(whole: Month, made: Gathered, who: int) -> dict[str, list[Deal]]:
    """The deals of the person's team and outlet, where his own are among them."""
    outlet, teams = whole.outlet.id, last_teams(whole)
    stint = made.stints.get(who)
    team = stint.team if stint and stint.team is not None else outlet
    units = {"team": team, "outlet": outlet}
    return {
        whose: deals_among(made, outlet, unit, teams)
        for whose, unit in units.items()
        if unit in (outlet, teams.get(who))
    }


def _unscored(given: Given) -> Given:
    """The coefficient stands only at the end of the month."""
    return replace(given, coefficient=Fraction(1)) if given.coefficient is not None else given


def units_of(plan: PayPlan) -> str:
    """The measure that counts cars: what the plan pays by units, else deliveries."""
    return next((part.of for part in plan.components if part.kind == "units" and part.of), UNITS)


def _average(cars: Sequence[Deal], code: str, unit: str) -> int:
    known = [car for car in cars if car.amounts.get(code, 0) is not None]
    units = sum(car.amounts.get(unit) or 0 for car in known)
    total = sum(car.amounts.get(code) or 0 for car in known)
    return int(Fraction(total * QUANTITY_SCALE, units)) if units else 0


def _cars(whole: Month, made: Gathered, who: int) -> list[Deal]:
    """His cars of this month and the two before, oldest first; deals where he handed none over."""
    keys = [month_shifted(whole.month, -back) for back in range(BACK, -1, -1)]
    months = [Month(whole.ground, whole.outlet, key, whole.mark) for key in keys]
    split = PaySplit.objects.filter(approved=True, parts__contains=[[who]]).exists()
    found = [deal for month in months for deal in _in_month(month, made, who, split=split)]
    return [one for one in found if str(one.source).startswith("delivery:")] or found


def _in_month(month: Month, made: Gathered, who: int, *, split: bool) -> list[Deal]:
    """His deals of a month; one that he shares is one deal of the whole amounts, as in his pay.

    All of the outlet's are read only where he shares one, or ever had a `split` pay.
    """
    own, parted = sold(month, [Slice(month.outlet.id, who)], made.measures, detailed=True), {}
    if split or _shares(list(own.amounts.get(who, {}))):
        own = sold(month, [Slice(month.outlet.id)], made.measures, detailed=True)
        parted = {**shared_of(own, made.measures), **splits_of(own, made.measures)}
    found = [one for one in deals(own, who, parted) if any(one.amounts.values())]
    return sorted(found, key=lambda deal: deal.on_date)


def _shares(sources: Sequence[Source]) -> bool:
    """Whether the order behind one of these deals is somebody else's too."""
    return any(len(parts) > 1 for parts in shares_of(sources).values()) if sources else False


def _with_cars(given: Given, cars: Sequence[Deal], counted: Counting) -> Given:
    """The month with further cars: of the person, and of the team and outlet that he is in."""
    added: dict[str, int] = {}
    for car in cars:
        for code, amount in car.amounts.items():
            added[code] = added.get(code, 0) + (amount or 0)
    totals = {code: given.totals.get(code, 0) + more for code, more in added.items()}
    return replace(
        given,
        deals=(*given.deals, *cars),
        totals={**given.totals, **totals},
        figures=grown(given.figures, added, counted),
        team=grown_group(given.team, {given.person: added}, counted),
        outlet=grown_group(given.outlet, {given.person: added}, counted),
    )


def _seen(asked: Month, world: _World, person: Who, cars: tuple[Further, ...]) -> WhatIf:
    plan, given, paid = world.made.plan, world.given, world.paid
    part = next((c for c in plan.components if c.kind == "units" and c.of), None)
    units = Fraction(given.totals.get(world.unit, 0), QUANTITY_SCALE)
    tiers = part.tiers if part else ()
    reached = [tier for tier in tiers if tier.start <= units]
    ahead = [tier for tier in tiers if tier.start > units]
    before = sum(line.fen for line in paid.lines if line.step <= SUM)
    return WhatIf(
        person, asked.outlet.where, asked.month, plan.code, plan.zh, plan.en, paid.payable,
        before, units, given.score, given.coefficient,
        reached[-1].rate if reached else None, ahead[0].start if ahead else None,
        ahead[0].rate if ahead else None, cars,
        tuple((one.code, one.zh, one.en, one.column) for one in world.made.measures),
    )  # fmt: skip
