"""What is wrong in overrides (管理提成): on pay that nobody earns, or that rests on overrides.

A run counts what others earn under other plans by components that are no overrides themselves;
anything else would be paid on in a circle.
"""

from collections.abc import Iterable, Iterator, Sequence

from cheji.engine.definitions import PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay import remarks


def circles(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Overrides on pay that is itself an override of the same plan."""
    over = {part.code for part in plan.components if part.of_pay}
    for part in plan.components:
        both = sorted(over & set(part.of_pay))
        if both:
            where = f"{place}.components.{part.code}.of_pay"
            yield remarks.circular_pay(", ".join(both), where)


def uncounted(plan: PayPlan, every: Iterable[PayPlan], place: str) -> Iterator[Finding]:
    """Components named by overrides that no other plan pays, or that are overrides there."""
    others = [other for other in every if other.code != plan.code]
    own = {part.code for part in plan.components if part.of_pay}
    for part in plan.components:
        for code in part.of_pay:
            if code not in own:
                yield from _named(code, others, f"{place}.components.{part.code}.of_pay")


def _named(code: str, others: Sequence[PayPlan], place: str) -> Iterator[Finding]:
    paying = [plan for plan in others if any(part.code == code for part in plan.components)]
    resting = [plan for plan in paying if any(p.code == code and p.of_pay for p in plan.components)]
    if not paying:
        yield remarks.override_of_nobody(code, place)
    for plan in resting:
        alone = len(resting) == len(paying)
        yield remarks.override_of_overrides(code, plan.zh, plan.en, place, alone=alone)
