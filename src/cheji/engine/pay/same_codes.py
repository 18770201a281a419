"""Codes that two parts of a pay plan share: a line has one code and must be of one part.

Refused before a pay plan is published; plans in force are read and paid.
"""

from collections.abc import Iterator

from cheji.engine.definitions import PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay import remarks
from cheji.engine.pay.ignored_steps import CALLED
from cheji.engine.pay.why import Said


def same_codes(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Each part that has the code of one of another kind; within a kind it is not even read."""
    seen: dict[str, tuple[Said, Said]] = {}
    for kind, word in CALLED.items():
        for item in getattr(plan, kind):
            own = word, (item.zh, item.en)
            if item.code in seen:
                at = f"{place}.{kind}.{item.code}.code"
                yield remarks.same_code(item.code, seen[item.code], own, at)
            seen.setdefault(item.code, own)
