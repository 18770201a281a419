"""Budgets of everybody together, at every outlet; what came late is paid from them too."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from django.db.models import Sum

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Statement
from cheji.engine.pay.correcting import CORRECTIONS
from cheji.reads.appraisals import Month
from cheji.records.models import PayLine, Run
from cheji.records.spent import SPENDING, limits, spent

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Entries that take of a budget or give back to it.
TAKING: Final = SPENDING | CORRECTIONS
#: Fen by component.
Fens = Mapping[str, int]
Worked = TypeVar("Worked")


def budgets(
    asked: Month, plan: PayPlan, instead: Mapping[int, Fens] | None = None
) -> dict[str, int]:
    """Fen left of each component's budget after what other outlets' runs of the month took.

    `instead` of the runs of these outlets, by id, has what they take.
    """
    whole = limits(plan)
    if not whole:
        return {}
    others = PayLine.objects.filter(
        run__kind="pay", run__definition=plan.code, run__period=asked.month,
        component__in=whole, entry__in=SPENDING,
    ).exclude(run__outlet__in=[asked.outlet.id, *(instead or ())])  # fmt: skip
    used = spent(plan, _summed(others))
    for taken in (instead or {}).values():
        used = {code: fen + taken.get(code, 0) for code, fen in used.items()}
    return {code: fen - used[code] for code, fen in whole.items()}


def spend(left: dict[str, int], paid: Statement) -> None:
    """Take off what one person's statement used of budgets."""
    for code in left:
        left[code] -= paid.used.get(code, 0)


class Purse:
    """A plan's budgets of a closed month, while it is put right.

    Who was paid of a budget keeps it as far as his deals are still worth it. What is left, and what
    others give back, goes to those who are worth more, in the order of people.

    Attributes:
        whole: fen of each budget.
        left: fen of it that no line has taken.
    """

    def __init__(self, run: Run, plan: PayPlan) -> None:
        self.whole = limits(plan)
        self.left = dict(self.whole)
        if self.whole:
            self._take(spent(plan, _told(_runs_beside(run), self.whole)))

    def shared(
        self,
        paid: Mapping[int, Fens],
        first: Mapping[int, tuple[Worked, Fens]],
        worked: Callable[[int, Fens], tuple[Worked, Fens]],
    ) -> dict[int, Worked]:
        """What each comes to within the budgets.

        Args:
            paid: by person what he was paid of each.
            first: what he comes to if he may have the `whole` of each.
            worked: what he comes to if he may have so much, and how much more of each he takes of
                it than he was paid.
        """
        found = dict(first)
        for _, more in first.values():
            self._take({code: min(fen, 0) for code, fen in more.items()})
        for who, (_, more) in first.items():
            there = {code: max(self.left[code], 0) for code in more}
            short = {code: paid[who].get(code, 0) + there[code]
                     for code, fen in more.items() if fen > there[code]}  # fmt: skip
            if short:
                found[who] = worked(who, {**self.whole, **short})
            self._take({code: max(fen, 0) for code, fen in found[who][1].items()})
        return {who: own for who, (own, _) in found.items()}

    def _take(self, fens: Fens) -> None:
        for code, fen in fens.items():
            self.left[code] -= fen


def within_budgets(
    asked: Month,
    plan: PayPlan,
    people: Iterable[int],
    pay: Callable[[int, Fens], Statement],
    rules: int,
) -> dict[int, Statement]:
    """Everybody's statement of a month, of which others are paid, within the plan's budgets.

    Of a closed month everybody keeps what it paid him, as when it is put right; rules 1 and 2 had
    no budget here.
    """
    left = budgets(asked, plan) if rules > 2 else {}
    run = _closed(asked, plan) if left else None
    if run is None:
        found = {}
        for who in people:
            found[who] = pay(who, left)
            spend(left, found[who])
        return found
    paid = _paid_of(run, plan)

    def worked(who: int, there: Fens) -> tuple[Statement, Fens]:
        made = pay(who, there)
        own = paid.get(who, {})
        return made, {code: made.used.get(code, 0) - own.get(code, 0) for code in left}

    purse = Purse(run, plan)
    first = {who: worked(who, purse.whole) for who in people}
    return purse.shared({who: paid.get(who, {}) for who in first}, first, worked)


def _closed(asked: Month, plan: PayPlan) -> Run | None:
    return Run.objects.filter(
        kind="pay", outlet=asked.outlet.id, grain="month", period=asked.month,
        definition=plan.code, state__in=Run.FIXED,
    ).first()  # fmt: skip


def _paid_of(run: Run, plan: PayPlan) -> dict[int, dict[str, int]]:
    """By person what a closed run paid of the budgets, with what put it right since."""
    rows: dict[int, list[tuple[str, int]]] = {}
    for lines in _lines(Run.objects.filter(pk=run.pk), limits(plan)):
        sums = lines.order_by().values_list("person", "component").annotate(Sum("fen"))
        for who, code, fen in sums:
            rows.setdefault(who, []).append((code, fen))
    return {who: spent(plan, own) for who, own in rows.items()}


def _runs_beside(run: Run) -> "QuerySet[Run]":
    """Closed runs of the plan and month, at all outlets."""
    return Run.objects.filter(
        kind="pay", grain=run.grain, period=run.period, definition=run.definition,
        state__in=Run.FIXED,
    )  # fmt: skip


def _told(runs: "QuerySet[Run]", codes: Iterable[str]) -> Iterator[tuple[str, int]]:
    for lines in _lines(runs, codes):
        yield from _summed(lines)


def _summed(lines: "QuerySet[PayLine]") -> Iterable[tuple[str, int]]:
    """Fen by component."""
    return lines.order_by().values_list("component").annotate(Sum("fen"))


def _lines(runs: "QuerySet[Run]", codes: Iterable[str]) -> Iterator["QuerySet[PayLine]"]:
    """Lines of these components in closed runs, then what closed runs put right of them."""
    fixed = PayLine.objects.filter(component__in=list(codes), run__state__in=Run.FIXED)
    yield fixed.filter(run__in=runs, entry__in=SPENDING)
    yield fixed.filter(origin_run__in=runs.values("pk"), entry__in=CORRECTIONS)
