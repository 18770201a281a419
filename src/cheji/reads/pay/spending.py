"""Budgets of everybody together, at every outlet; what came late is paid from them too."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Sum

from cheji.engine.definitions import PayPlan
from cheji.engine.pay import Owed, Posted, Statement
from cheji.engine.pay.correcting import CORRECTIONS
from cheji.reads.appraisals import Month
from cheji.records.models import PayLine, Run
from cheji.records.spent import SPENDING, SPENT

FEN = 100


def budgets(asked: Month, plan: PayPlan) -> dict[str, int]:
    """Fen left of each component's budget after what other outlets' runs of the month took."""
    limits = _limits(plan)
    if not limits:
        return {}
    others = PayLine.objects.filter(
        run__kind="pay", run__definition=plan.code, run__period=asked.month,
        component__in=limits, entry__in=SPENDING,
    ).exclude(run__outlet=asked.outlet.id)  # fmt: skip
    used: Mapping[str, int] = dict(others.order_by().values_list("component").annotate(taken=SPENT))
    return {code: fen - used.get(code, 0) for code, fen in limits.items()}


def spend(left: dict[str, int], paid: Statement) -> None:
    """Take off what one person's statement used of budgets."""
    for code in left:
        left[code] -= paid.used.get(code, 0)


def _limits(plan: PayPlan) -> dict[str, int]:
    return {
        part.code: int(part.budget * FEN) for part in plan.components if part.budget is not None
    }


class Purse:
    """Fen left of a plan's budgets of a closed month, while it is put right person by person.

    Lines of a fine are below 0 and take of its budget what they take off.
    """

    def __init__(self, run: Run, plan: PayPlan) -> None:
        self.left = _limits(plan)
        self.signs = {part.code: -1 if part.kind == "fine" else 1 for part in plan.components}
        for code, fen in _spent(run, self.left).items() if self.left else ():
            self.left[code] -= self.signs[code] * fen

    def paid(self, posted: Sequence[Posted]) -> dict[str, int]:
        """What a person was paid of the budgets."""
        own = dict.fromkeys(self.left, 0)
        for line in posted:
            if line.component in own and line.entry in (*SPENDING, *CORRECTIONS):
                own[line.component] += self.signs[line.component] * line.fen
        return own

    def of(self, posted: Sequence[Posted]) -> dict[str, int]:
        """What a person may be paid: what he was, and what is left or others gave back."""
        return {code: fen + max(self.left[code], 0) for code, fen in self.paid(posted).items()}

    def given_back(self, owed: Iterable[Owed]) -> int:
        """Fen by which these lines take less of the budgets; below zero takes more."""
        return -sum(self._taken(one) for one in owed)

    def take(self, owed: Iterable[Owed]) -> None:
        for one in owed:
            if one.component in self.left:
                self.left[one.component] -= self._taken(one)

    def _taken(self, one: Owed) -> int:
        return self.signs[one.component] * one.fen if one.component in self.left else 0


def _spent(run: Run, codes: Iterable[str]) -> dict[str, int]:
    """By component what closed runs of the month paid at all outlets, and what put them right."""
    runs = Run.objects.filter(
        kind="pay", grain=run.grain, period=run.period, definition=run.definition,
        state__in=Run.FIXED,
    )  # fmt: skip
    fixed = PayLine.objects.filter(component__in=list(codes), run__state__in=Run.FIXED)
    own = fixed.filter(run__in=runs, entry__in=SPENDING)
    later = fixed.filter(origin_run__in=runs.values("pk"), entry__in=CORRECTIONS)
    found: dict[str, int] = {}
    for rows in (own, later):
        for code, fen in rows.order_by().values_list("component").annotate(Sum("fen")):
            found[code] = found.get(code, 0) + fen
    return found
