"""The pay run as one table: its states in order, and who may move it on.

Screens, permission tests and documents read the same table as the verbs that obey it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

#: What somebody can be to a run: who made its figures, who reviewed it, whom it pays; `server` is
#: its command line without an account, which answers for nothing.
PARTIES: Final = ("maker", "reviewer", "paid", "server")


@dataclass(frozen=True, slots=True)
class PayState:
    """A state that a pay run reaches.

    Attributes:
        verb, right: what brings a run here, and the right that it needs.
        never: parties that may not do it.
        fixed: the figures are sealed; the database refuses every change.
    """

    code: str
    zh: str
    en: str
    verb: str
    right: str
    never: frozenset[str] = frozenset()
    fixed: bool = False


STATES: Final = (
    PayState("open", "已打开", "open", "send_back", "pay.review"),
    PayState("calculated", "已计算", "calculated", "calculate", "runs.make"),
    PayState("reviewed", "已复核", "reviewed", "review", "pay.review"),
    PayState(
        "approved", "已批准", "approved", "approve", "pay.approve",
        frozenset({"maker", "reviewer", "paid", "server"}),
    ),
    PayState(
        "closed", "已关账", "closed", "close", "runs.close",
        frozenset({"maker", "paid", "server"}), fixed=True,
    ),
    PayState("paid", "已发放", "paid", "pay", "pay.pay", fixed=True),
    PayState("exported", "已导出", "exported", "export", "pay.pay", fixed=True),
)  # fmt: skip
BY_CODE: Final = {state.code: state for state in STATES}
BY_VERB: Final = {state.verb: state for state in STATES}
ORDER: Final = tuple(state.code for state in STATES)
FIXED: Final = tuple(state.code for state in STATES if state.fixed)
#: In which the figures may be replaced as a whole.
LOOSE: Final = ("open", "calculated")


def before(verb: str) -> tuple[str, ...]:
    """The states from which a verb may be done."""
    if verb == "calculate":
        return LOOSE
    if verb == "send_back":
        return ("calculated", "reviewed", "approved")
    return (ORDER[ORDER.index(BY_VERB[verb].code) - 1],)


def onward(state: str) -> PayState | None:
    """The next state; None after the last."""
    at = ORDER.index(state) + 1
    return STATES[at] if at < len(STATES) else None


def barred(verb: str, state: str, parties: AbstractSet[str]) -> str:
    """Why somebody may not do it now: `state`, `account`, `own`, or nothing."""
    if state not in before(verb):
        return "state"
    against = BY_VERB[verb].never & parties
    if "server" in against:
        return "account"
    return "own" if against else ""
