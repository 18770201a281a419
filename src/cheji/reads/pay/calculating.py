"""A pay run worked out: everybody's inputs and statements, ready to be kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from cheji.engine.definitions import Draw
from cheji.engine.pay import (
    ORDER_VERSION,
    Given,
    Ledger,
    Payer,
    Statement,
    freezer,
    outcome_text,
    prepared,
    seal,
)
from cheji.facts import mark
from cheji.reads.appraisals import Month
from cheji.reads.kpis.ground import Ground
from cheji.reads.pay.exceptions import found_in
from cheji.reads.pay.gathered import Extra, Gathered, plan_for
from cheji.reads.pay.gathering import all_seeing, gather
from cheji.reads.pay.late import put_right
from cheji.reads.pay.spending import budgets, spend
from cheji.reads.pay.tails import tails
from cheji.records.calculations import Calculation, Paid
from cheji.records.models import Run
from cheji.records.refusals import NotFound
from cheji.records.spent import limits
from cheji.records.visibility import Viewer

Freeze = Callable[[Given], str]
Beside = Mapping[int, Mapping[str, int]]
"""By outlet what it takes of each budget that outlets share, in the place of its run; fen."""
PlanOf = tuple[str, tuple[Draw, ...]]
"""How much of the plan holds for somebody, and the draws of earlier plans beside it."""


def calculation(
    viewer: Viewer, outlet: str, month: int, *, plan: str = "", instead: Beside | None = None
) -> Calculation:
    """What a pay run of an outlet's month is kept with; `instead` as `budgets` takes it.

    Raises:
        NotFound: the outlet's pay is not the viewer's to see.
    """
    return next(calculations(viewer, [outlet], month, plan=plan, instead=instead))


def calculations(
    viewer: Viewer,
    outlets: Iterable[str],
    month: int,
    *,
    plan: str = "",
    instead: Beside | None = None,
) -> Iterator[Calculation]:
    """The same of several outlets, one after the other; tree and definitions are read once.

    Without a plan those of an outlet's first plan, then of each that another one replaced and of
    which something is left to settle.
    """
    ground = Ground(viewer)
    whole = all_seeing(ground)
    reach = ground.scope.reach("pay_runs")
    for outlet in outlets:
        place = ground.place(outlet)
        if not (reach.everything or place.id in reach.outlets):
            raise NotFound(noun="outlet", key=outlet)
        asked = Month(whole, place, month, mark())
        yield worked_out(asked, plan, instead)
        for tail in () if plan else tails(asked):
            yield worked_out(asked, tail.code)


def shares_budget(viewer: Viewer, outlets: Iterable[str], month: int, *, plan: str = "") -> bool:
    """Whether the pay plan of one of these outlets has a budget of everybody together."""
    ground = Ground(viewer)
    plans = [
        Month(ground, ground.place(outlet), month, 0).catalogue.pay_plan(plan) for outlet in outlets
    ]
    return any(part.budget is not None for one in plans for part in one.components)


def worked_out(asked: Month, plan: str, instead: Beside | None = None) -> Calculation:
    """The same for who sees everything, of a plan by its code or of the first one."""
    chosen = asked.catalogue.pay_plan(plan)
    version = version_of(asked.outlet.id, asked.month, chosen.code)
    late = put_right(asked, chosen, until=asked.mark)
    made = gather(asked, chosen, extra=Extra(late.owed, until=asked.mark))
    return Calculation(
        asked.outlet.id,
        asked.month,
        chosen.code,
        asked.catalogue.digests[("pay_plan", chosen.code)],
        asked.mark,
        ORDER_VERSION,
        tuple(_people(asked, made, instead)),
        tuple(dict.fromkeys((*found_in(asked, made), *late.found))),
        tuple(made.typed),
        version=version,
    )


def _people(asked: Month, made: Gathered, instead: Beside | None) -> Iterator[Paid]:
    payers: dict[PlanOf, tuple[Payer, Freeze]] = {}
    left = budgets(asked, made.plan, instead)
    for who, given in made.givens.items():
        kind, inside = _kind(made, who), who in made.stints or who in made.visitors
        if kind not in payers:
            chosen = plan_for(made, who)
            payers[kind] = prepared(chosen), freezer(chosen)
        payer, freeze = payers[kind]
        whole = replace(given, budgets=dict(left)) if left and inside else given
        paid = payer.pay(whole, made.cards.get(who))
        spend(left, paid)
        if inside or paid.lines or paid.after != Ledger():
            yield kept(freeze, who, whole, paid, made.taken.get(who, ()))


def _kind(made: Gathered, who: int) -> PlanOf:
    """By what somebody is paid: people who have the same are paid by one plan, see `plan_for`."""
    kind = "stint" if who in made.stints else "visitor" if who in made.visitors else "other"
    return kind, made.older.get(who, ())


def leave(asked: Month, made: Gathered, people: Iterable[int]) -> None:
    """Leave these people of the plan's budgets what a run would find left when it comes to them."""
    left, order, wanted = budgets(asked, made.plan), [*made.visitors, *made.stints], {*people}
    wanting = [who for who in order if who in wanted] if left else []
    if not wanting:
        return
    before = order[: order.index(wanting[-1])]
    others = gather(asked, made.plan, before, Extra(runs=False)) if before else made
    payers: dict[PlanOf, Payer] = {}
    for who in before:
        if who in wanted:
            made.givens[who] = replace(made.givens[who], budgets=dict(left))
        kind = _kind(others, who)
        if kind not in payers:
            payers[kind] = prepared(plan_for(others, who))
        spend(left, payers[kind].pay(replace(others.givens[who], budgets=dict(left))))
    last = wanting[-1]
    made.givens[last] = replace(made.givens[last], budgets=dict(left))


def limit(asked: Month, made: Gathered, people: Iterable[int]) -> None:
    """The same for a month as it is: who is paid of none has no need of what others are paid."""
    if limits(made.plan):
        leave(asked, made, [who for who in people if _paid_of_budgets(made, who)])


def _paid_of_budgets(made: Gathered, who: int) -> bool:
    given = made.givens.get(who)
    return given is not None and any(prepared(plan_for(made, who)).pay(given).used.values())


def kept(
    freeze: Freeze, who: int, given: Given, paid: Statement, taken: Sequence[int] = ()
) -> Paid:
    """One person's statement with what it was worked out from."""
    return Paid(
        who,
        freeze(given),
        seal(outcome_text(paid)),
        paid.payable,
        paid.lines,
        paid.rejected,
        paid.after,
        taken,
    )


def version_of(outlet: int, month: int, plan: str) -> int:
    """The version of the kept run of a scope; 0 when there is none."""
    rows = Run.objects.filter(
        kind="pay", outlet=outlet, grain="month", period=month, definition=plan
    )
    return rows.values_list("version", flat=True).first() or 0
