"""Why a line of pay differs between two runs, on screens and on the command line alike."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from cheji.engine.kpis import decimal_text
from cheji.engine.pay import EARNED, ENTRIES, Change
from cheji.engine.pay.differences import Cause
from cheji.engine.pay.why import yuan
from cheji.reads.pay.replays import PersonDifference

Words = tuple[str, str]
#: What moved a line, by what the engine calls it.
CAUSES: Final = {
    "amount": ("基数", "Base"), "rate": ("标准", "Rate"), "parts": ("分档", "Bands"),
    "factor": ("系数", "Factor"), "code": ("原因", "Reason"),
    "args": ("原因中的数", "Figures of the reason"),
}  # fmt: skip


def part_words(one: PersonDifference, change: Change) -> Words:
    """What a line's component is called, and what kind of line it is.

    What is held and its release are of one component.
    """
    names, entry = one.names.get(change.component, (change.component,) * 2), ENTRIES[change.entry]
    return f"{names[0]} · {entry[0]}", f"{names[1]} · {entry[1]}"


def because_words(change: Change) -> Words:
    """The figures behind a line: bases of money and rates as they were and are, others by name."""
    told = list(_told(change))
    return "；".join(zh for zh, _en in told), "; ".join(en for _zh, en in told)


def _told(change: Change) -> Iterator[Words]:
    """Each figure that differs; a factor that is the rate again is told once."""
    rates = [(one.before, one.after) for one in change.causes if one.name == "rate"]
    for one in change.causes:
        if one.name != "factor" or (one.before, one.after) not in rates:
            sides = _sides(one, change.entry)
            zh, en = CAUSES[one.name]
            yield (f"{zh} {sides}", f"{en} {sides}") if sides else (zh, en)


def _sides(one: Cause, entry: str) -> str:
    """A figure as it was and as it is; empty where it has no plain words."""
    both = one.before, one.after
    if one.name in {"rate", "factor"}:
        return " → ".join(decimal_text(Fraction(side)) if side else "—" for side in both)
    if one.name == "amount" and entry not in EARNED:
        return " → ".join("—" if side is None else yuan(Fraction(side)) for side in both)
    return ""
