"""Pay of months that are not closed, by facts as they are now.

Each month begins with what the one before it leaves: what an open month puts right, releases or
takes back counts there, and not once more in the months after it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Given, Held, Ledger, Statement, Typed, prepared
from cheji.engine.periods import month_shifted, series
from cheji.reads.appraisals import Month
from cheji.reads.pay.calculating import limit
from cheji.reads.pay.gathered import Extra, Gathered, plan_for
from cheji.reads.pay.gathering import gather, happened
from cheji.reads.pay.late import corrections
from cheji.reads.pay.ledgers import left_of, passed_on
from cheji.reads.pay.older_draws import older_draws
from cheji.records.models import Run

#: With so many open months before it an estimate begins at the most.
MOST = 6


@dataclass(frozen=True)
class Running:
    """A month that is not closed: its inputs of some people, and their statements.

    `brought` are open months of other outlets or plans with what they leave of whom it begins.
    """

    month: Month
    made: Gathered
    paid: dict[int, Statement]
    brought: tuple[int, ...] = ()


@dataclass
class _Before:
    """What an earlier open month leaves somebody, and the typed lines that it pays.

    `runs` are the closed ones whose balances are in it.
    """

    ledger: Ledger
    typed: tuple[Typed, ...] = ()
    runs: tuple[int, ...] = ()


def estimated(asked: Month, plan: str, people: Sequence[int]) -> tuple[Running, tuple[int, ...]]:
    """A month of these people, and the open months with whose outcome it begins."""
    *before, last = months = list(running(asked, plan, people))
    own, brought = (
        {one.month.month for one in before},
        {key for one in months for key in one.brought},
    )
    return last, tuple(sorted(own | brought))


def drafted(asked: Month, plan: PayPlan, people: Sequence[int]) -> Running:
    """The same by a plan that is not published: it owes nothing, and nothing was typed for it."""
    made = gather(asked, plan, people, Extra(typed=False))
    limit(asked, made, people)
    return _worked_out(asked, made, people)


def running(asked: Month, plan: str, people: Sequence[int]) -> Iterator[Running]:
    """The months of a plan that are not closed, up to this one, which comes in any case.

    Of who was not in post in one it has what its run would pay him. `asked` sees everything.
    """
    before: dict[int, _Before] = {}
    states = _states(asked, plan)
    closed = any(state in Run.FIXED for state in states.values())
    for month in _open_months(asked, plan, states):
        own = month.catalogue.pay_plan(plan)
        owed = corrections(month, own, people) if closed and not before else {}
        withheld = frozenset(who for who, left in before.items() if left.ledger.withheld)
        made = gather(month, own, people, Extra(owed, withheld=withheld))
        limit(month, made, people)
        brought = _bring(month, made, before)
        _begin(month, made, before)
        found = replace(_worked_out(month, made, people), brought=brought)
        yield found
        _leave(found, before)


def _worked_out(month: Month, made: Gathered, people: Sequence[int]) -> Running:
    paid = {
        who: prepared(plan_for(made, who)).pay(made.givens[who], made.cards.get(who))
        for who in people
    }
    return Running(month, made, paid)


def _begin(month: Month, made: Gathered, before: dict[int, _Before]) -> None:
    """With what the open month before left, instead of what the last closed one did."""
    if not before:
        return
    for who in passed_on(month, made.plan, before):
        own = before[who]
        if own.runs:  # of who is in no closed run nothing goes on
            before[who] = replace(own, ledger=replace(own.ledger, drawn={}, due=0))
    for who, left in before.items():
        made.givens[who] = _after(month, made, who, left)
    made.older = older_draws(made.plan, _ledgers(made))


def _after(month: Month, made: Gathered, who: int, left: _Before) -> Given:
    """Balances that come from another outlet or plan this month were in none before, others go."""
    given, runs = made.givens[who], {*made.taken.get(who, ())}
    typed = tuple(one for one in given.typed if one not in left.typed)
    if left.runs and runs.isdisjoint(left.runs):
        return replace(given, typed=typed)
    held = left.ledger.held
    return replace(
        given,
        ledger=left.ledger if left.runs else _together(left.ledger, given.ledger),
        owed=() if left.runs else given.owed,
        typed=typed,
        events=tuple(dict.fromkeys((*given.events, *happened(month, made, held)))),
    )


# -- what comes from another outlet or plan ------------------------------------------------------


def _bring(month: Month, made: Gathered, before: Mapping[int, _Before]) -> tuple[int, ...]:
    """Begin with what open months elsewhere leave, where a closed run's balances come from there.

    The open months of which something comes.
    """
    found: set[int] = set()
    for (outlet, plan), people in _from_elsewhere(month, made, before).items():
        after: dict[int, Ledger] = {}
        for one in _open_elsewhere(month, outlet, plan, list(people)):
            for who, runs in people.items():
                if not runs.isdisjoint(map(abs, one.made.taken.get(who, ()))):
                    found.add(one.month.month)
                    after[who] = one.paid[who].after
        for who, ledger in after.items():
            _put(month, made, who, people[who], ledger)
    if found:
        made.older = older_draws(made.plan, _ledgers(made))
    return tuple(found)


def _from_elsewhere(
    month: Month, made: Gathered, before: Mapping[int, _Before]
) -> dict[tuple[int, str], dict[int, set[int]]]:
    """By outlet and plan who begins with what closed runs there left: the ids of these runs.

    None of a plan that another one replaced: its debts may have gone there, and the rest not.
    """
    here, plans = (month.outlet.id, made.plan.code), month.catalogue.all.pay_plans
    found: dict[tuple[int, str], dict[int, set[int]]] = {}
    if any(made.plan.code in one.replaces for one in plans):
        return found
    taken = {
        (who, abs(run))
        for who, runs in made.taken.items()
        for run in runs
        if who not in before or run not in before[who].runs
    }
    if not taken:
        return found
    rows = Run.objects.filter(pk__in={run for _, run in taken})
    keys = {run: (place, code) for run, place, code in rows.values_list(*_KEY)}
    for who, run in taken:
        if keys[run] != here:
            found.setdefault(keys[run], {}).setdefault(who, set()).add(run)
    return found


_KEY = ("pk", "outlet", "definition")


def _open_elsewhere(
    month: Month, outlet: int, plan: str, people: Sequence[int]
) -> Iterable[Running]:
    """Open months of another outlet or plan before this one."""
    before = month_shifted(month.month, -1)
    other = Month(month.ground, month.ground.places[outlet], before, month.mark)
    there = _is_there(other, plan) and not is_closed(other, plan)
    return running(other, plan, people) if there else ()


def is_closed(asked: Month, plan: str) -> bool:
    """Whether the month, or one after it, is closed under a plan."""
    runs = Run.objects.filter(
        kind="pay", outlet=asked.outlet.id, grain="month", definition=plan, state__in=Run.FIXED
    )
    return runs.filter(period__gte=asked.month).exists()


def _is_there(month: Month, plan: str) -> bool:
    return any(one.code == plan for one in month.catalogue.all.pay_plans)


def _put(month: Month, made: Gathered, who: int, runs: AbstractSet[int], after: Ledger) -> None:
    """In the place of what closed runs left what an open month makes of it."""
    taken = [run for run in made.taken[who] if abs(run) in runs]
    if all(run < 0 for run in taken):
        after = Ledger(drawn=after.drawn, due=after.due)
    given = made.givens[who]
    events = (*given.events, *happened(month, made, after.held))
    made.givens[who] = replace(
        given,
        ledger=_together(_without(given.ledger, left_of(who, taken)), after),
        events=tuple(dict.fromkeys(events)),
    )


def _without(one: Ledger, other: Ledger) -> Ledger:
    held = list(one.held)
    for own in other.held:
        held.remove(own)
    return Ledger(
        _rest(one.drawn, other.drawn), _rest(one.carried, other.carried), tuple(held),
        _rest(one.withheld, other.withheld), one.due - other.due,
    )  # fmt: skip


def _rest(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    rest = {code: max(fen - other.get(code, 0), 0) for code, fen in one.items()}
    return {code: fen for code, fen in rest.items() if fen}


def _ledgers(made: Gathered) -> dict[int, Ledger]:
    return {who: given.ledger for who, given in made.givens.items()}


def _together(one: Ledger, other: Ledger) -> Ledger:
    held: tuple[Held, ...] = (*one.held, *other.held)
    return Ledger(
        _sums(one.drawn, other.drawn), _sums(one.carried, other.carried), held,
        _sums(one.withheld, other.withheld), one.due + other.due,
    )  # fmt: skip


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {code: one.get(code, 0) + other.get(code, 0) for code in dict.fromkeys([*one, *other])}


def _leave(found: Running, before: dict[int, _Before]) -> None:
    for who, paid in found.paid.items():
        typed = before[who].typed if who in before else ()
        runs = found.made.taken.get(who, ())
        before[who] = _Before(paid.after, (*typed, *found.made.givens[who].typed), runs)


def _states(asked: Month, plan: str) -> dict[int, str]:
    """The states of a plan's runs of the months before, by month in order."""
    runs = Run.objects.filter(
        kind="pay", outlet=asked.outlet.id, grain="month", definition=plan, period__lt=asked.month
    )
    return dict(runs.order_by("period").values_list("period", "state"))


def _open_months(asked: Month, plan: str, states: Mapping[int, str]) -> Iterator[Month]:
    """They begin after the last that is closed there, else with the first that has a run.

    Of a house that never closes the last ones alone: each month takes as long as the one asked for.
    """
    closed = [period for period, state in states.items() if state in Run.FIXED]
    since = month_shifted(closed[-1], 1) if closed else next(iter(states), asked.month)
    since = max(since, month_shifted(asked.month, -MOST))
    for key in (month.key for month in series("month", since, asked.month)):
        month = Month(asked.ground, asked.outlet, key, asked.mark)
        if key == asked.month or _is_there(month, plan):
            yield month
