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
        yield override_of_nobody(code, place)
    for plan in resting:
        alone = len(resting) == len(paying)
        yield override_of_overrides(code, plan.zh, plan.en, place, alone=alone)


def override_of_nobody(code: str, place: str) -> Finding:
    return Finding(
        "override_of_nobody",
        place,
        f"其他提成方案都没有编码为 {code} 的提成项：按它计的管理提成永远是 0",
        f"No other pay plan has a component with the code {code}: an override on it is always 0",
        "写其他方案中提成项的编码，或先发布有它的方案",
        "Write the code of a component of another plan, or publish the plan that has it first",
    )


def override_of_overrides(code: str, zh: str, en: str, place: str, *, alone: bool) -> Finding:
    """`alone` says that nothing else is left to be paid on."""
    return Finding(
        "circular_pay" if alone else "override_leaves_out",
        place,
        f"方案“{zh}”的 {code} 本身是管理提成：不计入",
        f"{code} of the plan “{en}” is an override itself: it does not count",
        "只按本身不是管理提成的提成项计",
        "Name components that are no overrides themselves",
    )
