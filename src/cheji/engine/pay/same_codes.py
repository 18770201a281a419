"""Codes that two parts of a pay plan share: a line has one code and must be of one part.

Codes of lines that the program brings of itself are taken too: the score's coefficient, rounding,
what is carried, stages of earning; those of typed lines but for components that are typed.

Refused before a pay plan is published; plans in force are read and paid.
"""

from collections.abc import Iterator
from typing import Final

from cheji.engine.definitions import PayPlan
from cheji.engine.findings import Finding
from cheji.engine.pay import remarks
from cheji.engine.pay.ignored_steps import CALLED
from cheji.engine.pay.paying import staged
from cheji.engine.pay.why import OWN_LINES, Said

_LINE: Final = ("系统的行", "program's line")
_STAGE: Final = ("分阶段", "stage")
_TYPED: Final = frozenset({("manual", "manual"), ("dispute", "manual")})


def same_codes(plan: PayPlan, place: str) -> Iterator[Finding]:
    """Each part that has the code of one of another kind; within a kind it is not even read."""
    seen = _of_the_program(plan)
    for kind, word in CALLED.items():
        for item in getattr(plan, kind):
            own = word, (item.zh, item.en)
            if item.code in seen and (item.code, getattr(item, "kind", "")) not in _TYPED:
                at = f"{place}.{kind}.{item.code}.code"
                yield remarks.same_code(item.code, seen[item.code], own, at)
            seen.setdefault(item.code, own)


def _of_the_program(plan: PayPlan) -> dict[str, tuple[Said, Said]]:
    lines = {code: (_LINE, names) for code, names in OWN_LINES.items()}
    stages = {one.code: (_STAGE, (one.zh, one.en)) for one in staged(plan)}
    return {**lines, **stages}
