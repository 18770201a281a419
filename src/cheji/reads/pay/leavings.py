"""What a statement stands on before its first amount, and what it leaves for later."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any

from cheji.engine.definitions import Holdback, PayPlan
from cheji.engine.pay import Given, Held, Ledger, prepared
from cheji.reads.pay.shapes import BalanceSeen, GroundSeen
from cheji.reads.seen import Link

Named = tuple[str, str]
Door = Callable[[Any], Link | None]
ELIGIBLE, CREDIT, MEASURED, ATTAINED = 1, 2, 3, 4
DUE = ("前期未扣足，结转以后扣回", "Not yet taken back: carried on")


def balances(plan: PayPlan, after: Ledger, door: Door) -> Iterator[BalanceSeen]:
    """What is left once the statement is closed, in the order of the ledger."""
    parts: list[Any] = [*plan.caps, *plan.catch_ups, *plan.draws]
    called = {part.code: (part.zh, part.en) for part in parts}
    holdbacks = {one.code: one for one in prepared(plan).holdbacks}
    for held in after.held:
        yield _held(held, holdbacks.get(held.holdback), door)
    sums = {"carried": after.carried, "withheld": after.withheld, "drawn": after.drawn}
    for kind, by_code in sums.items():
        for code, fen in by_code.items():
            if fen:
                yield BalanceSeen(kind, code, *called.get(code, (code, code)), fen)
    if after.due:
        yield BalanceSeen("due", "", *DUE, after.due)


def _held(held: Held, rule: Holdback | None, door: Door) -> BalanceSeen:
    names: Named = (rule.zh, rule.en) if rule else (held.holdback, held.holdback)
    return BalanceSeen(
        "held", held.holdback, *names, held.fen, door(held.source),
        rule.release if rule else "", rule.expires if rule else 0,
        rule is not None and rule.at_expiry == "release",
    )  # fmt: skip


def grounds(plan: PayPlan, given: Given, sharing: AbstractSet[str]) -> Iterator[GroundSeen]:
    """Steps 1 to 4: deals, shared deals, totals of the measures, targets and what was reached.

    `sharing` are the deals that are shared as orders are; their amounts are the person's own part.
    """
    yield GroundSeen(ELIGIBLE, "deals", value=Fraction(len(given.deals)))
    shared = sum(
        deal.pay != 1 or deal.credit != 1 or deal.source in sharing for deal in given.deals
    )
    if shared:
        yield GroundSeen(CREDIT, "shared", value=Fraction(shared))
    for code, total in given.totals.items():
        if code in plan.measures:
            yield GroundSeen(MEASURED, "measure", code, Fraction(total))
    for code, target in given.figures.targets.items():
        if target is not None:
            yield GroundSeen(ATTAINED, "target", code, given.figures.values.get(code), target)
