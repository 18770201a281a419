"""Pay statements: a pay plan is prepared once and pays many people, each fen with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from cheji.engine.definitions import Holdback, PayPlan, digest
from cheji.engine.pay import order
from cheji.engine.pay.amounts import Ready, earned, lump, ready
from cheji.engine.pay.bases import Work
from cheji.engine.pay.factors import caps, coefficient, factors, gates
from cheji.engine.pay.given import Deal, Given, Ledger
from cheji.engine.pay.groups import prize, shared
from cheji.engine.pay.keeping import catch_ups, holdbacks
from cheji.engine.pay.limiting import limited
from cheji.engine.pay.lines import PayLine, Statement
from cheji.engine.pay.rendering import OfComponent, OfPart, OfScore, statement_reason
from cheji.engine.pay.saying import named
from cheji.engine.pay.settling import adjustments, draws, rounding, taken_back
from cheji.engine.pay.why import RELEASES
from cheji.engine.reasons import Reason
from cheji.engine.scores import ScoreCard

BY_KIND: Final = {"fixed": lump, "base": lump, "pool": shared, "prize": prize}
BY_DAY: Final = attrgetter("on_date")
OTHERS: Final = OfPart("", "")


@dataclass(frozen=True)
class Payer:
    """A pay plan made ready: what is the same for everybody is worked out once."""

    plan: PayPlan
    digest: str
    parts: tuple[Ready, ...]
    rules: Mapping[str, Any]
    holdbacks: tuple[Holdback, ...]
    flagged: tuple[str, ...]
    looked: tuple[str, ...]
    version: int = order.RULES

    def pay(self, given: Given, card: ScoreCard | None = None) -> Statement:
        """The statement of one person and period; `card` only lends its reason."""
        work = self._begun(given)
        self._multiplied(work, card)
        self._components(work, extra=True)
        self._typed(work)
        after = self._settled(work)
        lines = tuple(work.lines)
        payable = sum(line.fen for line in lines)
        return Statement(
            self.plan.code,
            lines,
            payable,
            self,
            tuple(work.rejected),
            after,
            work.used,
            work.looked,
            work.counted,
        )

    def left_of(self, given: Given) -> dict[str, Fraction]:
        """By component the part of what it earned that coefficients, factors and gates left."""
        work = self._begun(given)
        before = dict(work.main)
        self._multiplied(work, None)
        return {code: Fraction(work.main[code], fen) for code, fen in before.items() if fen}

    def _begun(self, given: Given) -> Work:
        """With the amounts of the components up to step 8."""
        days = sorted(given.deals, key=BY_DAY)
        work = Work(given, days, self._totals(given), version=self.version)
        self._components(work, extra=False)
        return work

    def _multiplied(self, work: Work, card: ScoreCard | None) -> None:
        """Steps 9 to 11."""
        coefficient(self.flagged, work, OfScore(self.plan.scheme, self.flagged, card))
        factors(self.plan.factors, work, self.rules)
        gates(self.plan.gates, work, self.rules)

    def reason(self, statement: Statement) -> Reason:
        """The whole statement as a tree of reasons."""
        rules = [part.rule for part in self.parts]
        return statement_reason(self.plan, self.digest, statement.lines, rules)

    def _totals(self, given: Given) -> Mapping[str, int]:
        """Totals that are only given by deals stand beside the others."""
        missing = [code for code in self.looked if code not in given.totals]
        if not missing:
            return given.totals
        sums = {
            code: sum(int((deal.amounts.get(code) or 0) * deal.pay) for deal in given.deals)
            for code in missing
            if any(code in deal.amounts for deal in given.deals)
        }
        return {**given.totals, **sums}

    def _components(self, work: Work, *, extra: bool) -> None:
        sums = work.extra if extra else work.main
        for own in self.parts:
            if own.part.is_extra != extra or own.part.kind == "manual":
                continue
            total = BY_KIND.get(own.part.kind, earned)(own, work)
            sums[own.code] = total if own.part.kind == "pool" else limited(own, work, total)

    def _typed(self, work: Work) -> None:
        """Approved typed lines in the order in which they were given."""
        for typed in work.given.typed:
            work.extra[typed.component] = work.extra.get(typed.component, 0) + typed.fen
            work.lines.append(
                PayLine(
                    order.EXTRAS, typed.component, "manual", typed.source, None, 1, None, (), None,
                    typed.fen, "", "typed", (typed.text,), self.rules.get(typed.component, OTHERS),
                )
            )  # fmt: skip

    def _settled(self, work: Work) -> Ledger:
        """Steps 13 to 17; what is left for later runs."""
        plan, rules = self.plan, self.rules
        carried = caps(plan.caps, work, rules, OTHERS)
        held = holdbacks(self.holdbacks, work, rules)
        withheld = catch_ups(plan, work, rules)
        earned_now = work.total
        held = adjustments(work, held, OTHERS)
        due = taken_back(plan.clawback, earned_now, work, OTHERS)
        drawn = draws(plan.draws, earned_now, work, rules)
        rounding(plan.round_to, work, OTHERS)
        return Ledger(drawn, carried, held, withheld, due)


@lru_cache(maxsize=64)
def prepared(plan: PayPlan, version: int = order.RULES) -> Payer:
    """A pay plan made ready to pay many people, by the rules of now or of a frozen text."""
    parts = tuple(ready(part, OfComponent(part)) for part in plan.components)
    stages = staged(plan)
    others: Iterator[Any] = chain(
        plan.factors, plan.gates, plan.caps, plan.holdbacks, stages, plan.catch_ups, plan.draws
    )
    manual = [part for part in plan.components if part.kind == "manual"]
    rules = {item.code: OfPart(item.zh, item.en) for item in (*others, *manual)}
    flagged = tuple(part.code for part in plan.components if part.coefficient and not part.is_extra)
    return Payer(
        plan, digest(plan), parts, rules, (*plan.holdbacks, *stages), flagged,
        _looked(plan), version,
    )  # fmt: skip


def staged(plan: PayPlan) -> tuple[Holdback, ...]:
    """Later stages of earning hold their share of what is paid by deal until their event."""
    codes = tuple(part.code for part in plan.components if part.by_deal and not part.is_extra)
    found = []
    for stage in plan.earned_at[1:]:
        zh, en = named(RELEASES, stage.event)
        code = f"earned_{stage.event}"
        found.append(Holdback(code, f"待{zh}", f"earned at {en}", codes, stage.share, stage.event))
    return tuple(found)


def _looked(plan: PayPlan) -> tuple[str, ...]:
    """Measures whose totals are looked at."""
    found = [code for look, _ in plan.looks for code in (look.of, look.per) if code]
    bases = [code for part in plan.components if part.whose != "person" for code in part.measures]
    return tuple(dict.fromkeys((*found, *bases)))


def pay(
    plan: PayPlan,
    deals: Sequence[Deal],
    totals: Mapping[str, int],
    score: ScoreCard | None = None,
) -> Statement:
    """The statement of deals and totals alone; a score's coefficient applies where it is asked for.

    For many people, or with targets, teams and a ledger, prepare the plan and give it their inputs.
    """
    given = Given(tuple(deals), totals)
    if score is not None:
        given = replace(given, score=score.total, coefficient=score.coefficient)
    return prepared(plan).pay(given, score)
