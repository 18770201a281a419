"""What a kind of fact is, and the values that its columns may hold."""

from dataclasses import dataclass
from typing import Final

UNPRICED: Final = "line_unpriced"
"""The kind of what an order brought while one of its costs is not known: no gross counts it."""
KNOWN_COST: Final = "line_cost_known"
"""The kind of what a line of such an order cost where that is known: its own gross is known."""
NO_EXCESS: Final = "excess_unknown"
"""The kind of a delivery whose excess profit is not known: no floor price, or accessories' cost."""
UNKNOWN: Final = (UNPRICED, NO_EXCESS)
"""The kinds of what happened while an amount of it is not known."""
EXCESS_PARTS: Final = ("price", "gift", "agent", "accessory", "floor")
"""What an excess profit is made of: each part with the sign that it has in the sum."""
VISIT_CHANNELS: Final = ("walk_in", "phone", "off_site", "online", "other")
ACQUISITION_CHANNELS: Final = (
    "walk_in",
    "outreach",
    "owner",
    "off_site",
    "other",
    "second_tier",
)
LINE_TAGS: Final = (
    "vehicle",
    "accessory",
    "insurance",
    "finance",
    "licence",
    "warranty",
    "trade_in",
    "discount",
    "gift",
    "agent",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact, and what its columns mean; an empty text is a column not used.

    `quantity` is a unit symbol counted in 1/10,000; `fen`, `since` and `value` say what they hold.
    """

    code: str
    zh: str
    en: str
    quantity: str = ""
    fen: str = ""
    since: str = ""
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    value: str = ""


LEAD_TAGS: Final = ("new", "contacted", "valid", "carded", "invalid", "duplicate")
LOST_TAGS: Final = ("rival", "reason")
TIMELY: Final = ("done", "late", "open")
PURPOSES: Final = ("visit", "test_drive", "delivery", "other")
WAYS: Final = ("phone", "wechat", "outlet", "home")
MOVES: Final = ("in", "out", "consigned", "returned", "demo")
JOBS: Final = ("pdi", "assembly")
AGES: Final = (30, 60, 90, 150)
PAYMENTS: Final = ("deposit", "balance", "refund")
REPAIRS: Final = ("maintenance", "repair", "warranty", "accident", "bodyshop", "rework")
CASES: Final = ("complaint", "problem", "question")
SURVEYS: Final = ("ssi", "csi", "day3", "nps", "other")
QUESTIONS: Final = ("promise_kept", "recommends", "satisfied")
CALL_BACK_DAYS: Final = ("3", "7", "30")
TRAININGS: Final = ("training", "exam", "retest")
CHECKS: Final = ("traffic", "records", "mystery", "5s", "other")
ROLES: Final = (
    "consultant", "internet_sales", "second_tier", "aftersales", "team_lead", "outlet_manager",
    "region_head", "group_manager", "finance", "hr", "marketing", "care", "stock", "auditor",
    "administrator",
)  # fmt: skip
MANUAL: Final = (
    "opex", "fixed_expense", "fees", "area_registrations", "own_registrations", "market_sales",
    "plan_units", "ordered_units", "supplied_units", "forecast_units", "second_tier_units",
    "key_account_visits", "bids", "brand_search", "followers", "door_swings", "via",
    "parts_stock", "dead_parts", "parts_used", "effort_hours", "pretax_profit", "outlet_gross",
    "active_base", "base_customers", "retained_customers", "partners", "gold_partners",
    "innovations_planned", "innovations_done", "new_products", "new_products_won",
    "staff_satisfaction", "teamwork", "attitude", "receivables", "stock_interest", "other",
)  # fmt: skip
"""What is typed by hand with its evidence, because no single events are kept of it."""
