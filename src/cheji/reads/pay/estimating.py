"""Pay of months that are not closed, by facts as they are now.

Each month begins with what the one before it leaves: what an open month puts right, releases or
takes back counts there, and not once more in the months after it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Given, Held, Ledger, Statement, Typed, prepared
from cheji.engine.periods import month_shifted, series
from cheji.reads.appraisals import Month
from cheji.reads.pay.calculating import limit
from cheji.reads.pay.gathered import Extra, Gathered, plan_for
from cheji.reads.pay.gathering import gather, happened
from cheji.reads.pay.late import corrections
from cheji.reads.pay.older_draws import older_draws
from cheji.records.models import Run

#: With so many open months before it an estimate begins at the most.
MOST = 6


@dataclass(frozen=True)
class Running:
    """A month that is not closed: its inputs of some people, and their statements."""

    month: Month
    made: Gathered
    paid: dict[int, Statement]


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
    *before, last = running(asked, plan, people)
    return last, tuple(one.month.month for one in before)


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
    for month in _open_months(asked, plan):
        own = month.catalogue.pay_plan(plan)
        owed = {} if before else corrections(month, own, people)
        withheld = frozenset(who for who, left in before.items() if left.ledger.withheld)
        made = gather(month, own, people, Extra(owed, withheld=withheld))
        limit(month, made, people)
        _begin(month, made, before)
        found = _worked_out(month, made, people)
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
    for who, left in before.items():
        made.givens[who] = _after(month, made, who, left)
    ledgers = {who: given.ledger for who, given in made.givens.items()}
    made.older = older_draws(made.plan, ledgers)


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


def _open_months(asked: Month, plan: str) -> Iterator[Month]:
    """They begin after the last that is closed there, else with the first that has a run.

    Of a house that never closes the last ones alone: each month takes as long as the one asked for.
    """
    runs = Run.objects.filter(
        kind="pay", outlet=asked.outlet.id, grain="month", definition=plan, period__lt=asked.month
    )
    states = dict(runs.order_by("period").values_list("period", "state"))
    closed = [period for period, state in states.items() if state in Run.FIXED]
    since = month_shifted(closed[-1], 1) if closed else next(iter(states), asked.month)
    since = max(since, month_shifted(asked.month, -MOST))
    for key in (month.key for month in series("month", since, asked.month)):
        month = Month(asked.ground, asked.outlet, key, asked.mark)
        if key == asked.month or any(one.code == plan for one in month.catalogue.all.pay_plans):
            yield month
