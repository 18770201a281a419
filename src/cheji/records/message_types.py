"""Types of messages: what a person decides about, and what a robot may tell a group."""

from dataclasses import dataclass
from typing import Final, Literal

Mail = Literal["now", "digest", "off"]


@dataclass(frozen=True, slots=True)
class MessageType:
    """Messages that are decided about together; `mail` is what holds where nobody decided.

    `private`: about a person's score or pay, told to a group only where an administrator allows
    it for the robot. `personal`: about an account, never told to a group.
    """

    code: str
    zh: str
    en: str
    mail: Mail = "off"
    private: bool = False
    personal: bool = False


TYPES: Final = {
    type_.code: type_
    for type_ in (
        MessageType("leads", "线索", "Leads"),
        MessageType("prospects", "意向客户", "Prospects"),
        MessageType("orders", "订单", "Orders"),
        MessageType("targets", "目标", "Targets"),
        MessageType("coaching", "辅导", "Coaching"),
        MessageType("scores", "考核与得分", "Appraisals and scores", private=True),
        MessageType("pay", "提成", "Pay", private=True),
        MessageType("definitions", "定义草稿", "Drafts of definitions"),
        MessageType("imports", "导入", "Imports"),
        MessageType("users", "账号安全", "Account security", mail="now", personal=True),
        MessageType("other", "其他", "Other", private=True),
    )
}
#: Kinds of messages, or the part before their dot, whose type has another name.
NAMED: Final = {"runs.score": "scores", "runs.pay": "pay"} | dict.fromkeys(
    ("runs", "appraisals", "cycles", "appeals", "talks", "violations", "developments"), "scores"
)


def type_of(kind: str) -> MessageType:
    """The type of a message's kind; what nobody placed is private."""
    first = kind.split(".", maxsplit=1)[0]
    code = NAMED.get(kind) or NAMED.get(first) or first
    return TYPES.get(code, TYPES["other"])


def for_groups(*, private: bool) -> tuple[MessageType, ...]:
    """The types that a robot may tell a group."""
    return tuple(
        type_ for type_ in TYPES.values() if not type_.personal and (private or not type_.private)
    )
