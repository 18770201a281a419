"""Pay: from a pay plan and a person's inputs to lines that add up, each explained."""

from cheji.engine.pay.correcting import Posted, Return, adjusted, clawed, without
from cheji.engine.pay.differences import Change, Difference, difference
from cheji.engine.pay.factors import COEFFICIENT
from cheji.engine.pay.figure_words import HELD_AGAINST, held_against, look_words, units_as_names
from cheji.engine.pay.firsts import firsts, sought, span_of
from cheji.engine.pay.freezing import (
    OtherRules,
    freezer,
    frozen,
    given_from,
    given_json,
    ledger_from,
    opened,
    outcome_text,
    reopened,
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
from cheji.engine.pay.importing import bands_from, in_percent
from cheji.engine.pay.lines import Part, PayLine, Rejected, Statement
from cheji.engine.pay.linting import NOTES, blocking, checked, lint, steps
from cheji.engine.pay.looked_words import looked_words, no_target
from cheji.engine.pay.looking import Looked, aim, looked_up
from cheji.engine.pay.order import EARNED, ENTRIES, ORDER_VERSION, STEPS, Step
from cheji.engine.pay.paying import Payer, pay, prepared
from cheji.engine.pay.plan_words import part_words, plan_words
from cheji.engine.pay.reserves import Reserve, part_gone
from cheji.engine.pay.visiting import for_deals_alone
from cheji.engine.pay.why import BY, GRAINS, GROUPS, LEVELS, REJECTED, RELEASES, WHY, said
from cheji.engine.pay.words import (
    band_words,
    component_words,
    rounding_words,
    row_name,
    way_words,
)

__all__ = [
    "BY",
    "COEFFICIENT",
    "EARNED",
    "ENTRIES",
    "GRAINS",
    "GROUPS",
    "HELD_AGAINST",
    "LEVELS",
    "NOTES",
    "ORDER_VERSION",
    "REJECTED",
    "RELEASES",
    "STEPS",
    "WHY",
    "Change",
    "Deal",
    "Difference",
    "Event",
    "Figures",
    "Given",
    "Group",
    "Held",
    "Ledger",
    "Looked",
    "Member",
    "OtherRules",
    "Owed",
    "Part",
    "PayLine",
    "Payer",
    "Posted",
    "Rejected",
    "Reserve",
    "Return",
    "Statement",
    "Step",
    "Typed",
    "adjusted",
    "aim",
    "band_words",
    "bands_from",
    "blocking",
    "checked",
    "clawed",
    "component_words",
    "difference",
    "firsts",
    "for_deals_alone",
    "freezer",
    "frozen",
    "given_from",
    "given_json",
    "held_against",
    "in_percent",
    "ledger_from",
    "lint",
    "look_words",
    "looked_up",
    "looked_words",
    "no_target",
    "opened",
    "outcome_text",
    "part_gone",
    "part_words",
    "pay",
    "plan_words",
    "prepared",
    "reopened",
    "replay",
    "rounding_words",
    "row_name",
    "said",
    "seal",
    "sought",
    "span_of",
    "steps",
    "thawed",
    "units_as_names",
    "way_words",
    "without",
]
