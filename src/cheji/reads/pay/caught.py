"""Catch-ups and what comes late: what a quarter returns or has returned is not paid twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cheji.engine.definitions import CatchUp, PayPlan
from cheji.engine.pay import Owed
from cheji.engine.periods import from_key, months_of, period_of
from cheji.reads.appraisals import Month
from cheji.reads.pay.ledgers import Left
from cheji.records.models import PayLine, Run

Owing = Mapping[int, Sequence[Owed]]


def still_withheld(
    asked: Month, plan: PayPlan, left: Mapping[int, Left], owed: Owing
) -> dict[int, Left]:
    """Balances less what corrections of the same quarter pay: at its end the rest is returned."""
    if not plan.catch_ups:
        return dict(left)
    periods = _periods(one for own in owed.values() for one in own)
    return {
        who: _less(asked, plan, left.get(who, Left()), owed.get(who, ()), periods)
        for who in dict.fromkeys([*left, *owed])
    }


def _less(
    asked: Month, plan: PayPlan, own: Left, owed: Sequence[Owed], periods: Mapping[int, int]
) -> Left:
    withheld = dict(own.ledger.withheld)
    for caught in plan.catch_ups:
        span = _span(caught, asked.month)
        fen = sum(
            one.fen
            for one in owed
            if one.component in caught.returns and periods.get(_run(one)) in span
        )
        withheld[caught.code] = max(withheld.get(caught.code, 0) - fen, 0)
    kept = {code: fen for code, fen in withheld.items() if fen}
    return own._replace(ledger=replace(own.ledger, withheld=kept))


def not_returned(run: Run, plan: PayPlan, owed: Owing) -> dict[int, tuple[Owed, ...]]:
    """Corrections of a run but for what its quarter has returned: there it was paid in full."""
    found = {who: tuple(own) for who, own in owed.items()}
    for caught in plan.catch_ups:
        had = _reached(run, plan, caught, found)
        for who in had:
            found[who] = tuple(one for one in found[who] if one.component not in caught.returns)
    return found


def _reached(run: Run, plan: PayPlan, caught: CatchUp, people: Iterable[int]) -> set[int]:
    """To whom a closed run returned what was withheld in the quarter of this one."""
    lines = PayLine.objects.filter(
        entry="catch_up", component=caught.code, code="reached", person__in=list(people),
        run__kind="pay", run__definition=plan.code, run__state__in=Run.FIXED,
        run__period=_span(caught, run.period)[-1],
    )  # fmt: skip
    return set(lines.values_list("person", flat=True))


def _span(caught: CatchUp, month: int) -> list[int]:
    """The months of the quarter, half-year or year in which a month lies."""
    return months_of(period_of(from_key("month", month).start, caught.grain))


def _run(owed: Owed) -> int:
    return int(owed.origin.partition(":")[0] or 0)


def _periods(owed: Iterable[Owed]) -> dict[int, int]:
    """The month of each closed run that is put right."""
    runs = Run.objects.filter(pk__in={_run(one) for one in owed})
    return dict(runs.values_list("id", "period"))
