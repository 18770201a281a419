"""Pay: from a pay plan and a person's inputs to lines that add up, each explained."""

from cheji.engine.pay.correcting import Posted, Return, adjusted, clawed, without
from cheji.engine.pay.differences import Change, Difference, difference
from cheji.engine.pay.factors import COEFFICIENT
from cheji.engine.pay.freezing import (
    OtherRules,
    frozen,
    given_from,
    given_json,
    ledger_from,
    opened,
    outcome_text,
    replay,
    seal,
    thawed,
)
from cheji.engine.pay.given import (
    Deal,
    Event,
    Figures,
    Given,
    Group,
    Held,
    Ledger,
    Member,
    Owed,
    Typed,
)
from cheji.engine.pay.lines import Part, PayLine, Rejected, Statement
from cheji.engine.pay.order import ENTRIES, ORDER_VERSION, STEPS, Step
from cheji.engine.pay.paying import Payer, pay, prepared
from cheji.engine.pay.rendering import WORDS
from cheji.engine.pay.why import REJECTED, WHY, said

__all__ = [
    "COEFFICIENT",
    "ENTRIES",
    "ORDER_VERSION",
    "REJECTED",
    "STEPS",
    "WHY",
    "WORDS",
    "Change",
    "Deal",
    "Difference",
    "Event",
    "Figures",
    "Given",
    "Group",
    "Held",
    "Ledger",
    "Member",
    "OtherRules",
    "Owed",
    "Part",
    "PayLine",
    "Payer",
    "Posted",
    "Rejected",
    "Return",
    "Statement",
    "Step",
    "Typed",
    "adjusted",
    "clawed",
    "difference",
    "frozen",
    "given_from",
    "given_json",
    "ledger_from",
    "opened",
    "outcome_text",
    "pay",
    "prepared",
    "replay",
    "said",
    "seal",
    "thawed",
    "without",
]
