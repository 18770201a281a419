"""The findings of the linter of pay plans, each said once in both languages with its mend."""

from typing import Final

from cheji.engine.pay.remarks.amounts import (
    budget_small,
    caught_later,
    caught_twice,
    first_by_entry,
    gate_on_base,
    held_too_much,
    no_budget,
)
from cheji.engine.pay.remarks.bands import (
    cap_unreachable,
    cliff_at,
    cliff_of_gate,
    cliff_of_unit,
    falls_within,
    gate_on_results,
    may_be_negative,
    not_monotone,
    rate_falls,
    rate_jumps,
    wording,
)
from cheji.engine.pay.remarks.figures import (
    circular_pay,
    divides_by_zero,
    fine_of_money,
    may_not_divide,
    may_not_share,
    no_scheme,
    override_of_nobody,
    override_of_overrides,
    typed_number,
)
from cheji.engine.pay.remarks.idle import (
    ignored_switch,
    never_caught,
    never_held,
    not_acted_on,
    row_hidden,
    row_without_rate,
    rows_of_total,
    unknown_attribute,
)

PREFIX: Final = "pay_plans"

__all__ = [
    "PREFIX",
    "budget_small",
    "cap_unreachable",
    "caught_later",
    "caught_twice",
    "circular_pay",
    "cliff_at",
    "cliff_of_gate",
    "cliff_of_unit",
    "divides_by_zero",
    "falls_within",
    "fine_of_money",
    "first_by_entry",
    "gate_on_base",
    "gate_on_results",
    "held_too_much",
    "ignored_switch",
    "may_be_negative",
    "may_not_divide",
    "may_not_share",
    "never_caught",
    "never_held",
    "no_budget",
    "no_scheme",
    "not_acted_on",
    "not_monotone",
    "override_of_nobody",
    "override_of_overrides",
    "rate_falls",
    "rate_jumps",
    "row_hidden",
    "row_without_rate",
    "rows_of_total",
    "typed_number",
    "unknown_attribute",
    "wording",
]
