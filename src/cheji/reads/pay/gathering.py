"""Everything that one person's pay of a month is worked out from, put together for the engine."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from typing import Any

from cheji.engine.definitions import Measure, PayPlan
from cheji.engine.pay import Event, Figures, Given, Held, Owed, Statement, Typed, prepared
from cheji.reads.appraisals import Month, final
from cheji.reads.kpis.ground import Ground, Slice
from cheji.reads.pay.caught import still_withheld
from cheji.reads.pay.deals import (
    Source,
    deals,
    looks_at_deals,
    shared_of,
    sold,
    splits_of,
    standing,
)
from cheji.reads.pay.deciding import decided
from cheji.reads.pay.figures import figures_of, spans_of
from cheji.reads.pay.gathered import Extra, Gathered, plan_for
from cheji.reads.pay.giving_back import given_back
from cheji.reads.pay.groups import UNITS, Groups, needs_groups
from cheji.reads.pay.ledgers import Left, ledgers, paid_here
from cheji.reads.pay.older_draws import older_draws
from cheji.reads.pay.spending import within_budgets
from cheji.reads.pay.totals import leaves_out_own, outside, paid_elsewhere, totals_of
from cheji.reads.pay.whom import (
    Stint,
    by_deals,
    elsewhere,
    period_of_month,
    plans_of,
    posted,
    stints,
)
from cheji.records.calculations import any_of, split
from cheji.records.models import ManualLine, PayEvent, Violation
from cheji.records.pay_events import named_by
from cheji.records.visibility import Viewer, operator


def all_seeing(ground: Ground) -> Ground:
    """The ground on which pay is worked out: whole teams count, whoever looks at the result."""
    viewer: Viewer = operator(ground.viewer.on)
    found = Ground(viewer)
    found.shelf, found.tree = ground.shelf, ground.tree
    return found


def measures_of(asked: Month, plan: PayPlan) -> list[Measure]:
    codes = {*plan.measures, *([UNITS] if needs_groups(plan) else [])}
    return [m for m in asked.catalogue.ruling.measures if m.code in codes]


def gather(
    asked: Month,
    plan: PayPlan,
    people: Iterable[int] | None = None,
    extra: Extra | None = None,
    *,
    also: Iterable[int] = (),
) -> Gathered:
    """Inputs of an outlet's month under a plan, of everybody or of some; `asked` sees everything.

    People whom the plan is not for have what is owed, held and typed alone; those who have deals
    that somebody accepted, and `also` these, are paid for their deals.
    """
    more = extra or Extra()
    made = Gathered(plan, measures_of(asked, plan), stints(asked, plan))
    made.decided, made.rules = more.decided or frozenset({plan.code}), more.rules
    made.until = more.until
    wanted = None if people is None else set(people)
    _cards(asked, made, wanted)
    _sell(asked, made)
    left = decided(asked, made)
    if left:
        _sell(asked, made, left)
    made.visitors |= by_deals(asked, {*also} - made.stints.keys() - made.visitors.keys())
    paid = {**made.visitors, **made.stints}
    if not more.runs:
        whole, coming = set(paid) if wanted is None else wanted, _Coming(made, {}, {}, {}, ())
    else:
        whole = set(paid) | paid_here(asked, plan) if wanted is None else wanted
        coming = _coming(asked, made, whole, more, all_of_them=wanted is None)
    made.older = older_draws(plan, {who: own.ledger for who, own in coming.left.items()})
    _fill(asked, made, {who: stint for who, stint in paid.items() if who in whole}, coming)
    _fill_others(asked, made, wanted or (), coming, more.withheld)
    return made


def _cards(asked: Month, made: Gathered, wanted: AbstractSet[int] | None) -> None:
    """The scores that pay goes by: those of a closed run where there is one.

    Of everybody where somebody's pay rests on others' scores.
    """
    plan = made.plan
    if not plan.scheme:
        return
    whole = made.stints if wanted is None or needs_groups(plan) else wanted & made.stints.keys()
    slices = {who: Slice(asked.outlet.id, who) for who in whole}
    found = final(asked, list(slices.values()), asked.catalogue.scheme(plan.scheme))
    made.cards = {who: found[whose] for who, whose in slices.items() if whose in found}


def _sell(asked: Month, made: Gathered, but: AbstractSet[Source] = frozenset()) -> None:
    """Deals of the whole outlet, whoever is paid for them."""
    if made.plan.outlets and asked.outlet.code not in made.plan.outlets:
        return
    place, detailed = [Slice(asked.outlet.id)], looks_at_deals(made.plan)
    by_team = made.rules > 2 and leaves_out_own(made.plan, "team")
    made.sold = sold(
        asked, place, made.measures, detailed=detailed, by_team=by_team, but=but, until=made.until
    )
    made.splits = splits_of(made.sold, made.measures)
    if made.rules > 2:
        made.splits = standing(made.splits)
        made.shared = shared_of(made.sold, made.measures)


def _fill(asked: Month, made: Gathered, wanted: Mapping[int, Stint], coming: "_Coming") -> None:
    plan, people = made.plan, list(wanted)
    slices = {who: Slice(asked.outlet.id, who) for who in people}
    figures = figures_of(asked, list(slices.values()), plan.kpis)
    spans = spans_of(asked, {slices[who]: one.team for who, one in wanted.items()}, plan)
    vetoes, away = _vetoes(asked, people), elsewhere(asked, plan, made.stints, made.rules)
    period = period_of_month(asked)
    group = Groups(asked, made, _paid_by_component(asked, made)) if needs_groups(plan) else None
    parted = made.parted
    for who, stint in wanted.items():
        days: AbstractSet[date] = away.get(who, frozenset())
        own = [deal for deal in deals(made.sold, who, parted) if deal.on_date not in days]
        card = made.cards.get(who)
        whose = slices[who]
        made.givens[who] = Given(
            deals=tuple(own),
            totals=totals_of(made, parted, who, days),
            elsewhere=paid_elsewhere(made, parted, who, days),
            outside=outside(made, parted, stint),
            figures=figures.get(whose, Figures()),
            score=card.total if card else None,
            coefficient=card.coefficient if card else None,
            person=f"person:{who}",
            attributes=_attributes(stint),
            days=len(stint.days),
            of_days=(period.until - period.start).days,
            nth=stint.nth,
            spans=spans.get(whose, {}),
            team=group.of_team(stint.team) if group else None,
            outlet=group.of_outlet() if group else None,
            vetoes=vetoes.get(who, ()),
            **coming.of(who, {deal.source for deal in own}),
        )
    if group:
        group.averages()


def _fill_others(
    asked: Month,
    made: Gathered,
    wanted: Iterable[int],
    coming: "_Coming",
    waiting: AbstractSet[int],
) -> None:
    """Whom the plan is not for but who is owed something, or has something held or coming.

    What is held runs out for who is still there; of who left it waits for his settlement. Of who
    is `waiting` a month before withheld something that is in no closed run.
    """
    rest = [who for who in coming.people(wanted) if who not in made.givens]
    if not rest:
        return
    left = dict.fromkeys(
        Slice(asked.outlet.id, who)
        for who in rest
        if who in waiting or coming.left.get(who, Left()).ledger.withheld
    )
    spans = spans_of(asked, left, made.plan)
    there = by_deals(asked, posted(asked) & {*rest})
    for who in rest:
        made.givens[who] = Given(
            person=f"person:{who}",
            nth=there[who].nth if who in there else 1,
            spans=spans.get(Slice(asked.outlet.id, who), {}),
            **coming.of(who, set()),
        )


class _Coming:
    """What comes to people beside the month's own: balances, releases, corrections, typed lines."""

    def __init__(
        self,
        made: Gathered,
        left: Mapping[int, Left],
        owed: Mapping[int, Sequence[Owed]],
        typed: Mapping[int, Sequence[Typed]],
        events: Sequence[Event],
    ) -> None:
        self.made, self.left, self.owed, self.typed, self.events = made, left, owed, typed, events

    def people(self, wanted: Iterable[int]) -> Iterable[int]:
        return dict.fromkeys([*self.owed, *self.left, *self.typed, *sorted(wanted)])

    def of(self, who: int, sources: AbstractSet[Any]) -> dict[str, Any]:
        """Fields of what is given; `sources` are the deals of the month."""
        ledger, runs = self.left.get(who, Left())
        owed = tuple(self.owed.get(who, ()))
        self.made.taken[who] = runs
        self.made.typed += [split(one.source)[1] or 0 for one in self.typed.get(who, ())]
        held = {one.source for one in ledger.held} | sources
        return {
            "ledger": ledger,
            "owed": owed,
            "typed": tuple(self.typed.get(who, ())),
            "events": tuple(e for e in self.events if e.source in held),
        }


def _coming(
    asked: Month, made: Gathered, people: AbstractSet[int], extra: Extra, *, all_of_them: bool
) -> _Coming:
    left = ledgers(asked, made.plan, people)
    held = {who: own.ledger.held for who, own in left.items() if own.ledger.held}
    owed: dict[int, Sequence[Owed]] = {
        who: own for who, own in extra.owed.items() if all_of_them or who in people
    }
    left = still_withheld(asked, made.plan, left, owed)
    for who, back in given_back(held, owed).items():
        owed[who] = (*owed.get(who, ()), *back)
    typed = _typed(asked, made, None if all_of_them else people) if extra.typed else {}
    sources = {one.source for own in held.values() for one in own}
    return _Coming(made, left, owed, typed, _events(asked, made, sources))


def _attributes(stint: Stint) -> dict[str, str | int]:
    found: dict[str, str | int] = {"seniority": stint.nth}
    return {**found, "level": stint.level} if stint.level else found


def _typed(asked: Month, made: Gathered, people: AbstractSet[int] | None) -> dict[int, list[Typed]]:
    """Approved amounts that no closed run has paid, up to this month, of the plan's own people.

    A line goes through one plan's run: that for which it was asked, else that of the plan for the
    person's last post there.
    """
    rows = ManualLine.objects.filter(
        outlet=asked.outlet.id, period__lte=asked.month, state="approved", run__isnull=True
    ).order_by("id")
    if people is not None:
        rows = rows.filter(person__in=people)
    lines = list(rows)
    plans = plans_of(asked, {row.person_id for row in lines}) if lines else {}
    found: dict[int, list[Typed]] = {}
    for row in lines:
        if (row.definition or plans[row.person_id]) == made.plan.code:
            line = Typed(row.component, row.fen, f"manual:{row.pk}", row.reason)
            found.setdefault(row.person_id, []).append(line)
    return found


def happened(asked: Month, made: Gathered, held: Iterable[Held]) -> list[Event]:
    """What happened up to the end of a month to deals of which something is held."""
    sources = {one.source for one in held}
    return [one for one in _events(asked, made, sources) if one.source in sources]


def _events(asked: Month, made: Gathered, held: AbstractSet[Any]) -> list[Event]:
    """What happened to deals of the month, or of which something is held, up to its end.

    Whatever outlet entered it: what is held moves with the person.
    """
    plan = made.plan
    sold = {s for sums in made.sold.amounts.values() for s in sums}
    wanted = {split(str(source)) for source in held} | (
        sold if plan.holdbacks or plan.earned_at else set()
    )
    if not wanted:
        return []
    until = period_of_month(asked).until
    named = named_by(wanted)
    rows = PayEvent.objects.filter(any_of(named), void=False, on_date__lt=until).order_by("id")
    happened = dict.fromkeys(
        (deal, kind)
        for noun, record, kind in rows.values_list("source_kind", "source", "kind")
        for deal in named[noun, record]
    )
    return [Event(f"{noun}:{record}", kind) for (noun, record), kind in happened]


def _vetoes(asked: Month, people: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Codes of violations that were decided as proven, of the month."""
    period = period_of_month(asked)
    rows = Violation.objects.filter(
        outlet=asked.outlet.id, person__in=people, state="decided", on_date__gte=period.start,
        on_date__lt=period.until,
    )  # fmt: skip
    found: dict[int, tuple[str, ...]] = {}
    for who, code in rows.order_by("code").values_list("person", "code").distinct():
        found[who] = (*found.get(who, ()), code)
    return found


def _paid_by_component(asked: Month, made: Gathered) -> dict[int, dict[str, int]]:
    """What others earn by component under the plans that an override is paid on."""
    wanted = {code for part in made.plan.components for code in part.of_pay}
    found: dict[int, dict[str, int]] = {}
    for plan in (_without_overrides(one, made.rules) for one in asked.catalogue.ruling.pay_plans):
        own = {part.code for part in plan.components} & wanted
        if not own or plan.code == made.plan.code:
            continue
        for who, fens in _earned(
            asked, plan, own, Extra(rules=made.rules, until=made.until)
        ).items():
            sums = found.setdefault(who, {})
            for code, fen in fens.items():
                sums[code] = sums.get(code, 0) + fen
    return found


def _without_overrides(plan: PayPlan, rules: int) -> PayPlan:
    """What an override may rest on: its own kind would be paid on in a circle.

    Rules 1 and 2 left out all of a plan that has one.
    """
    own = tuple(part for part in plan.components if not part.of_pay)
    if rules < 3 and len(own) < len(plan.components):
        own = ()
    return replace(plan, components=own)


def _earned(
    asked: Month, plan: PayPlan, codes: set[str], extra: Extra
) -> dict[int, dict[str, int]]:
    """What everybody earns by these components, by the rules of the month that rests on it.

    Rules 1 and 2 took the whole plan for those too whom it is not for, and no budget.
    """
    rules = extra.rules
    made, payer = gather(asked, plan, extra=extra), prepared(plan, rules)

    def pay(who: int, left: Mapping[str, int]) -> Statement:
        whole = rules < 3 or who in made.stints
        own = payer if whole else prepared(plan_for(made, who), rules)
        inside = who in made.stints or who in made.visitors
        given = made.givens[who]
        return own.pay(replace(given, budgets=dict(left)) if left and inside else given)

    sums: dict[int, dict[str, int]] = {}
    for who, paid in within_budgets(asked, plan, made.givens, pay, rules).items():
        own = sums.setdefault(who, {})
        for line in paid.lines:
            if line.component in codes:
                own[line.component] = own.get(line.component, 0) + line.fen
    return sums
