"""What closed runs owe: facts that came late, returns, splits decided since; by replay.

A closed run never changes. What its period would pay now, by its own plan and its own inputs with
the deals as they are now, less what was posted, becomes lines of the next open run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from cheji.engine.definitions import PayPlan, pay_plan_of
from cheji.engine.pay import (
    Deal,
    Given,
    Owed,
    Posted,
    Return,
    adjusted,
    clawed,
    clawed_anew,
    frozen,
    reopened,
    thawed,
)
from cheji.engine.pay import PayLine as Line
from cheji.engine.pay.correcting import CORRECTIONS
from cheji.engine.pay.order import RULES
from cheji.reads.appraisals import Month
from cheji.reads.pay.caught import not_returned
from cheji.reads.pay.deciding import undecided
from cheji.reads.pay.gathered import Extra, Gathered, plan_for
from cheji.reads.pay.gathering import gather
from cheji.reads.pay.lost import Lost, left_out, lost
from cheji.reads.pay.moved import moved
from cheji.reads.pay.returns import last_of_each, returned
from cheji.reads.pay.spending import TAKING, Fens, Purse
from cheji.reads.pay.stood import rests_on_others, stood
from cheji.records.calculations import Found, lines_of, split
from cheji.records.models import DefinitionVersion, PayInput, PayLine, Run
from cheji.records.pay_reserves import OF_HELD
from cheji.records.spent import spent

KEEP = ("original_rate", "prorated")


class Corrections(NamedTuple):
    """By person what closed runs owe him or he owes, and what was found that nobody decided."""

    owed: dict[int, tuple[Owed, ...]]
    found: list[Found]


def corrections(
    asked: Month, plan: PayPlan, people: Sequence[int] | None = None
) -> dict[int, tuple[Owed, ...]]:
    """By person what the outlet's closed runs of the plan owe him or he owes; of all for None."""
    return put_right(asked, plan, people).owed


def put_right(
    asked: Month, plan: PayPlan, people: Sequence[int] | None = None, until: int | None = None
) -> Corrections:
    """What the outlet's closed runs of the plan lack; of all people for None.

    `until` is the last fact that a run reads, its mark: what comes later, the next one sees.
    """
    made = Corrections({}, [])
    for run in moved(asked, plan, people):
        own = _of_run(asked, run, people, until)
        for who, lines in own.owed.items():
            made.owed[who] = (*made.owed.get(who, ()), *lines)
        made.found.extend(own.found)
    return made


@dataclass(frozen=True)
class Then:
    """What a closed run says of a person: the frozen input, and his lines with corrections.

    `rules` are those of the engine by which it was worked out, `lost` what was lost of its deals,
    `stood` those that came back, as they stood last.
    """

    text: str
    plan: PayPlan
    given: Given
    posted: Sequence[Posted] = ()
    corrected: Sequence[Posted] = ()
    rules: int = RULES
    lost: Sequence[Lost] = ()
    stood: Sequence[Deal] = ()

    @property
    def all(self) -> list[Posted]:
        return [*self.posted, *self.corrected]


def _of_run(asked: Month, run: Run, people: Sequence[int] | None, until: int | None) -> Corrections:
    past = Month(asked.ground, asked.outlet, run.period, asked.mark)
    then, corrected = _then(run, people), _corrected(run, asked.month, people)
    plan = _plan_of(run) or past.catalogue.pay_plan(run.definition)
    rules = _rules_of(run, then.values())
    visitors = [who for who, own in then.items() if own.plan.components]
    now = gather(past, plan, people, Extra(typed=False, rules=rules, until=until), also=visitors)
    gone = {str(deal.source) for who, own in then.items() for deal in _gone(own, _now(now, who))}
    gone |= _came_late(corrected, now) if rules > 2 else set()
    back = returned(gone, asked.outlet.id) if gone else {}
    back = last_of_each(back) if rules > 2 else back
    last = _stood(past, now, then, back, rules)
    ended = lost(run, asked.month, then, forfeited=rules > 2)
    whole: dict[int, Then] = {}
    more = last if people is None else last.keys() & {*people}
    for who in dict.fromkeys([*then, *corrected, *now.givens, *more]):
        own = replace(then.get(who) or nothing(plan, rules), corrected=corrected.get(who, ()))
        whole[who] = replace(own, lost=ended.get(who, ()), stood=last.get(who, ()))

    def owes(who: int, budgets: Fens) -> tuple[tuple[Owed, ...], Fens]:
        his = plan_for(now, who)
        found = tuple(owed(f"{run.pk}:", whole[who], his, _now(now, who), back, budgets))
        return found, spent(plan, ((one.component, one.fen) for one in found))

    found = None
    paid = {str(deal.source) for own in then.values() for deal in own.given.deals}
    if people is None or not rests_on_others(run, people, paid):
        found = _each_owed(Purse(run, plan), plan, whole, owes, alone=people is not None)
    if found is None:
        everybody = _of_run(asked, run, None, until).owed
        return Corrections(
            {who: own for who, own in everybody.items() if who in (people or ())}, []
        )
    late = [] if people is not None else list(undecided(past, now))
    due = not_returned(run, plan, {who: own for who, own in found.items() if own})
    return Corrections({who: own for who, own in due.items() if own}, late)


def _came_late(corrected: Mapping[int, Iterable[Posted]], now: Gathered) -> set[str]:
    """Deals that later runs paid for the month and of which nothing is any more."""
    told = {str(one.source) for own in corrected.values() for one in own}
    there = {str(deal.source) for own in now.givens.values() for deal in own.deals}
    return {source for source in told - there if split(source)[0] in ("delivery", "order")}


def _stood(
    past: Month, now: Gathered, then: Mapping[int, Then], back: Mapping[str, date], rules: int
) -> Mapping[int, Sequence[Deal]]:
    """By person what came back, as it stood last; before rules 3 as the run had frozen it."""
    if rules > 2:
        return stood(past, now, back)
    gone = {who: _gone(own, _now(now, who)) for who, own in then.items()}
    return {who: [one for one in own if str(one.source) in back] for who, own in gone.items()}


def _each_owed(
    purse: Purse,
    plan: PayPlan,
    people: Mapping[int, Then],
    owes: Callable[[int, Fens], tuple[tuple[Owed, ...], Fens]],
    *,
    alone: bool,
) -> dict[int, tuple[Owed, ...]] | None:
    """What each is owed; None where these people `alone` do not tell what is there for them.

    That rests on what everybody else gives back of a budget and takes.
    """
    first = {who: owes(who, purse.whole) for who in people}
    if alone and any(fen > 0 for _, more in first.values() for fen in more.values()):
        return None
    paid = {
        who: spent(plan, [(one.component, one.fen) for one in own.all if one.entry in TAKING])
        for who, own in people.items()
    }
    return purse.shared(paid, first, owes)


def _now(made: Gathered, who: int) -> Given:
    return made.givens.get(who, Given())


def _plan_of(run: Run) -> PayPlan | None:
    """The plan as it was when the run was worked out, whoever was paid by it."""
    rows = DefinitionVersion.objects.filter(kind="pay_plan", digest=run.digest)
    body = rows.values_list("body", flat=True).first()
    return None if body is None else pay_plan_of(body)


def _rules_of(run: Run, then: Iterable[Then]) -> int:
    """The rules by which a run was worked out, those of now for one of nobody."""
    own = next(iter(then), None)
    if own is not None:
        return own.rules
    text = PayInput.objects.filter(run=run).values_list("text", flat=True).first()
    return RULES if text is None else then_of(text, ()).rules


def _then(run: Run, people: Sequence[int] | None) -> dict[int, Then]:
    inputs = PayInput.objects.filter(run=run)
    lines = PayLine.objects.filter(run=run).exclude(entry__in=CORRECTIONS)
    if people is not None:
        inputs, lines = inputs.filter(person__in=people), lines.filter(person__in=people)
    posted: dict[int, list[Posted]] = {}
    for one in lines_of(lines.order_by("id")):
        posted.setdefault(one.person, []).append(_posted(one.line, f"{run.pk}:{one.id}"))
    return {
        row.person_id: then_of(row.text, posted.get(row.person_id, ()))
        for row in inputs.order_by("id")
    }


def then_of(text: str, posted: Sequence[Posted]) -> Then:
    """What was frozen of a person, with the rules by which it was, and what his run posted."""
    payer, given = reopened(text)
    return Then(text, payer.plan, given, posted, rules=payer.version)


def _corrected(run: Run, until: int, people: Sequence[int] | None) -> dict[int, list[Posted]]:
    """What later closed runs put right of this one, by person, whether it knew him or not."""
    later = PayLine.objects.filter(
        origin_run=run.pk, run__state__in=Run.FIXED, run__period__lt=until, entry__in=CORRECTIONS
    ).exclude(code__in=OF_HELD)
    if people is not None:
        later = later.filter(person__in=people)
    found: dict[int, list[Posted]] = {}
    for one in lines_of(later.order_by("id")):
        found.setdefault(one.person, []).append(_posted(one.line, one.line.origin))
    return found


def _posted(line: Line, key: str) -> Posted:
    return Posted(
        key, line.step, line.component, line.entry, line.source, line.amount, line.scale,
        line.rate, line.fen, line.parts, line.code, line.args,
    )  # fmt: skip


def nothing(plan: PayPlan, rules: int) -> Then:
    """Somebody of whom the run knew nothing."""
    return Then(frozen(plan, Given(), rules), plan, Given(), rules=rules)


def owed(
    origin: str,
    own: Then,
    plan: PayPlan,
    now: Given,
    back: Mapping[str, date],
    budgets: Fens,
) -> Iterator[Owed]:
    """The differences of one person, by the plan as it is for him now.

    What is returned (`back`, with the day) goes by the plan's policy; what passed to somebody else
    is replayed like any late fact. `origin` is the run, for lines that it has nothing of, `budgets`
    what he may be paid of the plan's budgets in all.
    """
    spared = [deal for deal in own.stood if _is_spared(own, deal, back)]
    text = own.text if plan == own.plan else frozen(plan, own.given, own.rules)
    # Spared deals are paid from a budget once more: what was taken back of it for them is there.
    taken = _clawbacks(own, spared)
    given = _with(_as_then(own.given, now), spared, counted=own.rules < 3 or not now.team)
    given = replace(given, budgets=_there(plan, budgets, taken))
    changed = any(deal not in own.given.deals for deal in spared)
    last = frozen(plan, given, own.rules) if changed else ""
    found = _by_policy(own, spared, back, last)
    given = replace(given, budgets=_there(plan, given.budgets, found))
    found += adjusted(text, given, [one for one in own.all if one not in taken])
    found += left_out(own.lost, own.posted, [*own.corrected, *found])
    sources = back.keys() - {deal.source for deal in spared}
    yield from (_placed(origin, one, sources) for one in found if one.fen)


def _there(plan: PayPlan, budgets: Fens, taken: Iterable[Posted | Owed]) -> dict[str, int]:
    """Budgets with what was taken back of them."""
    again = spent(plan, [(one.component, -one.fen) for one in taken])
    return {code: fen + again.get(code, 0) for code, fen in budgets.items()}


def _is_spared(own: Then, deal: Deal, back: Mapping[str, date]) -> bool:
    """Whether a returned deal stands in the period as it did, but for what is taken for it once."""
    how = own.plan.clawback
    return bool(how and (how.policy in KEEP or _days(deal, back) > how.window > 0))


def _days(deal: Deal, back: Mapping[str, date]) -> int:
    return max((back[str(deal.source)] - deal.on_date).days, 0)


def _by_policy(
    own: Then, spared: Sequence[Deal], back: Mapping[str, date], last: str
) -> list[Owed]:
    """What is to be taken for returned deals, less what was; before rules 3 once and no more.

    Of those that changed since they were paid it is taken of what the `last` text pays.
    """
    policy = own.plan.clawback
    found: list[Owed] = []
    for deal in spared:
        as_then, taken = deal in own.given.deals, _clawbacks(own, [deal])
        if policy is None or (taken and own.rules < 3):
            continue
        lines, text = (own.posted, own.text) if as_then else (_as_posted(own, last), last)
        due = clawed(policy, Return(deal.source, _days(deal, back)), lines, text)
        found += clawed_anew(deal.source, due, taken) if taken else due
    return found


def _as_posted(own: Then, text: str) -> list[Posted]:
    """What frozen inputs pay, by the keys of the lines in whose place it is."""
    keys = {(one.component, one.source): one.key for one in reversed(own.posted)}
    lines = thawed(text).lines
    return [_posted(one, keys.get((one.component, one.source), "")) for one in lines]


def _gone(own: Then, now: Given) -> list[Deal]:
    """Deals that were paid and are his no more, or of whose pay nothing is."""
    kept = {deal.source for deal in now.deals if deal.pay}
    return [deal for deal in own.given.deals if deal.source not in kept and _paid(deal)]


def _paid(deal: Deal) -> bool:
    return any(amount != 0 for amount in deal.amounts.values())


def _as_then(then: Given, now: Given) -> Given:
    """The period as it is now, with what is not for its facts to change as it was then."""
    figures = replace(
        now.figures if now.figures.values else then.figures,
        targets=then.figures.targets or now.figures.targets,
        bases=then.figures.bases or now.figures.bases,
        stretches=then.figures.stretches or now.figures.stretches,
    )
    grouped = now if now.team else then
    return replace(
        now, ledger=then.ledger, owed=(), typed=then.typed, events=then.events,
        vetoes=then.vetoes, budgets=then.budgets, nth=then.nth, days=then.days or now.days,
        of_days=then.of_days or now.of_days, person=then.person or now.person,
        attributes=then.attributes or now.attributes, spans=then.spans, figures=figures,
        team=now.team or then.team, outlet=now.outlet or then.outlet,
        elsewhere=grouped.elsewhere, outside=grouped.outside,
        score=then.score if now.score is None else now.score,
        coefficient=then.coefficient if now.coefficient is None else now.coefficient,
    )  # fmt: skip


def _with(given: Given, spared: Sequence[Deal], *, counted: bool) -> Given:
    """Returned deals stand in the period as they did: their policy does not pay it anew.

    The totals of his groups as they are now lack them: an override takes none of them off as one's
    own, unless they are `counted`, as in totals of then and by rules 1 and 2.
    """
    if not spared:
        return given
    totals, there = dict(given.totals), dict(given.elsewhere)
    for deal in spared:
        for code, amount in deal.amounts.items():
            own = int((amount or 0) * deal.pay)
            totals[code] = totals.get(code, 0) + own
            there[code] = there.get(code, 0) - own
    given = given if counted else replace(given, elsewhere=there)
    return replace(given, deals=(*given.deals, *spared), totals=totals)


def _clawbacks(own: Then, spared: Sequence[Deal]) -> list[Posted]:
    """What was taken back already of deals that stand in the period as they did."""
    sources = {deal.source for deal in spared}
    return [one for one in own.corrected if one.entry == "clawback" and one.source in sources]


def _placed(origin: str, owed: Owed, returned: AbstractSet[object]) -> Owed:
    """With the run as its origin where there was no line, and named for what it is."""
    entry = owed.entry
    if owed.source in returned and owed.fen < 0:
        entry = "clawback"
    return owed._replace(origin=owed.origin or origin, entry=entry)
