"""What is wrong in the catch-ups of a pay plan: those that return nothing, or what others do."""

from collections.abc import Iterator

from cheji.engine.definitions import PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay.keeping import holds


def catch_ups(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Every finding of the catch-ups."""
    carrying = {cap.code for cap in plan.caps if cap.beyond == "carry"}
    for at, caught in enumerate(plan.catch_ups):
        where = f"{place}.catch_ups.{caught.code}"
        if caught.look.by not in {"kpi", "attainment"}:
            yield never_caught(f"{where}.look")
        for code in caught.returns:
            if code in carrying:
                yield caught_later(code, f"{where}.returns")
        for other in plan.catch_ups[:at]:
            both = [code for code in caught.returns if code in other.returns]
            if both and not (holds(caught, other) or holds(other, caught)):
                yield caught_twice(both[0], other.code, f"{where}.returns")


def never_caught(place: str) -> Finding:
    return Finding(
        "never_caught",
        place,
        "打通只看较长周期的指标值或完成率，看其他数永远算不达到，不会补发",
        "A catch-up knows KPIs and attainments of the longer period alone: by another figure it is"
        " never reached, and returns nothing",
        "改看指标值或完成率",
        "Let it look at a KPI or an attainment",
    )


def caught_later(cap: str, place: str) -> Finding:
    return Finding(
        "caught_later",
        place,
        f"封顶 {cap} 超出的部分结转，以后照发，打通不再补发",
        f"What the cap {cap} carries on is paid later by itself: a catch-up does not return it",
        "从补发中去掉它，或让该封顶作废超出部分",
        "Take it off what is returned, or let the cap forfeit what is beyond",
    )


def caught_twice(code: str, other: str, place: str) -> Finding:
    return Finding(
        "caught_twice",
        place,
        f"与打通 {other} 都补发 {code}，而各有对方不补的项，同一笔会补发两次",
        f"It returns {code} as {other} does, and each returns what the other does not: the same"
        " would be paid twice",
        "让较长周期的打通包含较短周期的全部补发项",
        "Let the one of the longer period return all that the shorter one does",
    )
