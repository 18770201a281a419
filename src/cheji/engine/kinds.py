"""The one list of the kinds of facts, and what the columns of each mean."""

from dataclasses import dataclass, replace
from typing import Final

UNPRICED: Final = "line_unpriced"
"""The kind of what an order brought while one of its costs is not known: no gross counts it."""
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


def _spell_kinds(family: str, zh: str, en: str) -> list[Kind]:
    """The kinds by which customers enter and leave a stock of open prospects."""
    steps = [
        ("opened", "建卡", "first card"),
        ("raised", "升级进入", "raised into it"),
        ("reactivated", "再激活", "reactivated"),
        ("returned", "退订后返回", "open again after a cancelled order"),
        ("in", "转入", "handed over in"),
        ("out", "转出", "handed over out"),
        ("brought", "期初带入", "opening balance brought in"),
        ("ordered", "产生订单", "ordered"),
        ("aged_90", "满 90 天", "open for more than 90 days"),
        ("aged_90_out", "满 90 天后离开", "left after more than 90 days"),
        ("lost", "战败", "lost"),
        ("dormant", "休眠", "dormant"),
        ("dropped", "降级离开", "dropped below it"),
    ]
    only_intent = {"raised", "dropped", "aged_90", "aged_90_out"}
    return [
        Kind(
            f"{family}_{step}",
            f"{zh}{step_zh}",
            f"{en}: {step_en}",
            quantity="customer",
            since="start of the spell",
            tags=LOST_TAGS if step == "lost" else (),
            value="days since then" if step == "ordered" else "",
        )
        for step, step_zh, step_en in steps
        if family == "intent" or step not in only_intent
    ]


def _of_leads() -> list[Kind]:
    """What becomes of leads: each dated by itself, since the lead was received."""
    steps = [
        ("lead_response", "线索首次跟进", "First attempt to reach a lead", "minutes since then"),
        ("lead_contacted", "线索接通", "Lead reached", ""),
        ("lead_arrived", "线索到店", "Lead arrived", ""),
        ("lead_carded", "线索建卡", "Lead became a card", ""),
        ("lead_ordered", "线索成交", "Lead ordered", "days since then"),
    ]
    return [
        Kind(
            code,
            zh,
            en,
            "lead",
            since="date received",
            channels=VISIT_CHANNELS,
            tags=LEAD_TAGS,
            value=value,
        )
        for code, zh, en, value in steps
    ]


def _aged() -> list[Kind]:
    """Vehicles that stand longer than so many days are a stock of their own."""
    return [
        Kind(
            f"stock_aged_{days}{end}", f"库龄超 {days} 天{zh}", f"Older than {days} days{en}",
            "vehicle", "cost", "date received",
        )
        for days in AGES
        for end, zh, en in (("", "", ""), ("_out", "的车辆出库", ": left"))
    ]  # fmt: skip


REGISTERED: Final = (
    # leads
    Kind("call_in", "来电", "Call in", "event", channels=("buy", "other"),
         tags=("answered", "missed"), value="seconds of waiting"),
    Kind("call_out", "去电", "Call out", "event", channels=("buy", "other"),
         tags=("reached", "missed")),
    Kind("appointment_set", "邀约", "Appointment made", "event", since="lead received",
         channels=PURPOSES),
    Kind("appointment_due", "应到邀约", "Appointment due", "event", since="date made",
         channels=PURPOSES, tags=("open", "kept", "missed", "cancelled")),
    Kind("appointment_kept", "邀约到店", "Appointment kept", "event", since="date made",
         channels=PURPOSES),
    # prospects
    Kind("follow_up_due", "应跟进", "Follow-up due", "event", channels=WAYS, tags=TIMELY),
    Kind("follow_up_done", "已跟进", "Follow-up done", "event", since="date due", channels=WAYS),
    Kind("test_drive", "试驾", "Test drive", "event", since="card opened", value="minutes"),
    Kind("test_drive_customer", "试驾客户", "Customer who drove, once a month", "customer",
         since="card opened"),
    Kind("quote", "报价", "Quote", "event", "price", "card opened"),
    Kind("quote_customer", "报价客户", "Customer with a quote, once a month", "customer",
         since="card opened"),
    # vehicles
    Kind("vehicle_move", "车辆调动", "Vehicle moved", "vehicle", tags=MOVES),
    Kind("preparation_due", "应整备", "Preparation due", "vehicle", tags=JOBS),
    Kind("preparation_done", "完成整备", "Preparation done", "vehicle", since="date due",
         tags=JOBS, value="defects found"),
    Kind("uc_appraised", "二手车评估", "Used car appraised", "vehicle", "offer"),
    Kind("uc_bought", "二手车收购", "Used car bought", "vehicle", "price", "date appraised"),
    Kind("uc_sold", "二手车销售", "Used car sold", "vehicle", "sale price", "date bought",
         value="days since then"),
    Kind("uc_cost", "二手车成本", "Cost of a used car sold", fen="price and reconditioning",
         since="date bought"),
    # orders
    Kind("renewal_due", "应续保", "Renewal due", "event", tags=TIMELY),
    Kind("renewal_done", "续保", "Renewed", "event", "premium", "date due"),
    Kind("payment", "收付款", "Payment", "event", "amount", tags=PAYMENTS),
    Kind("rebate_accrued", "应计返利", "Rebate accrued", fen="amount"),
    Kind("rebate_received", "到账返利", "Rebate received", fen="amount", since="date accrued"),
    Kind("floor_price", "限价登记", "Floor price set", "event", "price of a vehicle",
         tags=("outlet", "group")),
    # aftersales
    Kind("repair_order", "结算工单", "Repair order settled", "event", "revenue", "date received",
         tags=REPAIRS),
    Kind("repair_customer", "进厂客户", "Customer in the workshop, once a month", "customer"),
    Kind("repair_labour", "工时收入", "Labour of a repair order", fen="revenue", tags=REPAIRS),
    Kind("repair_parts", "配件收入", "Parts of a repair order", fen="revenue", tags=REPAIRS),
    Kind("repair_cost", "工单成本", "Cost of a repair order", fen="cost", tags=REPAIRS),
    Kind("repair_booked", "预约工单", "Repair order that was booked", "event", tags=REPAIRS),
    Kind("repair_on_time", "准时交车工单", "Repair order handed back in time", "event",
         tags=REPAIRS),
    Kind("repair_fixed_first", "一次修复工单", "Repair order fixed at once", "event",
         tags=REPAIRS),
    Kind("case_opened", "客诉立案", "Case opened", "event", tags=CASES),
    Kind("case_responded", "客诉响应", "Case responded to", "event", since="date opened",
         tags=CASES, value="minutes since then"),
    Kind("case_solved", "客诉解决", "Case solved", "event", since="date opened", tags=CASES,
         value="days since then"),
    # surveys
    Kind("survey_answer", "调查答卷", "Survey answer", "event", since="date delivered",
         tags=SURVEYS, value="score in 1/10,000 of full"),
    Kind("nps_promoter", "推荐者", "Promoter", "event", since="date delivered", tags=SURVEYS),
    Kind("nps_passive", "中立者", "Passive", "event", since="date delivered", tags=SURVEYS),
    Kind("nps_detractor", "贬损者", "Detractor", "event", since="date delivered", tags=SURVEYS),
    Kind("survey_yes", "调查答“是”", "Survey: yes", "event", since="date delivered",
         tags=QUESTIONS),
    Kind("survey_no", "调查答“否”", "Survey: no", "event", since="date delivered", tags=QUESTIONS),
    Kind("call_back_due", "应回访", "Call-back due", "event", since="date delivered",
         channels=TIMELY, tags=CALL_BACK_DAYS),
    Kind("call_back_done", "已回访", "Call-back attempted", "event", since="date due",
         tags=CALL_BACK_DAYS),
    Kind("call_back_reached", "回访成功", "Call-back reached", "event", since="date due",
         tags=CALL_BACK_DAYS),
    # people
    Kind("training_taken", "培训考试", "Training or exam taken", "event", tags=TRAININGS,
         value="score in 1/10,000 of a point"),
    Kind("training_passed", "培训考试合格", "Training or exam passed", "event", tags=TRAININGS),
    Kind("attendance_due", "应出勤", "Days due", "day"),
    Kind("attendance_present", "实际出勤", "Days present", "day"),
    Kind("coaching_due", "应完成辅导", "Coaching due", "event", tags=TIMELY),
    Kind("coaching_done", "完成辅导", "Coaching done", "event", since="date due"),
    Kind("check_points", "检查得分", "Points of a check", "event", tags=CHECKS,
         value="points in 1/10,000"),
    Kind("check_full", "检查满分", "Full points of a check", "event", tags=CHECKS,
         value="points in 1/10,000"),
    Kind("consultant_in", "顾问到岗", "Consultant takes the post", "person"),
    Kind("consultant_out", "顾问离岗", "Consultant leaves the post", "person", since="post taken"),
    Kind("staff_in", "员工到岗", "Somebody takes a post", "person", tags=ROLES),
    Kind("staff_out", "员工离岗", "Somebody leaves a post", "person", since="post taken",
         tags=ROLES),
    Kind("leaver", "离职", "Somebody leaves the house", "person", since="date hired", tags=ROLES),
    # manual
    Kind("manual", "手工数值", "Value typed with its evidence", "event", "amount", tags=MANUAL,
         value="value in 1/10,000"),
)  # fmt: skip

_PLAIN: Final[tuple[Kind, ...]] = (
    Kind("lead", "线索", "Lead received", "lead", channels=VISIT_CHANNELS, tags=LEAD_TAGS),
    *_of_leads(),
    Kind("visit_first", "首次来店批次", "First visit", "batch", channels=VISIT_CHANNELS),
    Kind("visit_return", "再次来店批次", "Return visit", "batch", channels=VISIT_CHANNELS),
    Kind("visit_other", "其他来店批次", "Visit without intent", "batch", channels=VISIT_CHANNELS),
    Kind("visit_stay", "留店", "Stay", "batch", channels=VISIT_CHANNELS, value="minutes"),
    Kind(
        "card_recorded",
        "意向卡录入",
        "Card recorded",
        "customer",
        since="first card",
        value="days until it was recorded",
    ),
    Kind("visit_second", "二次来店", "Second visit", "customer", since="first card"),
    *_spell_kinds("prospect", "潜在客户", "Prospect of any level"),
    *_spell_kinds("intent", "意向客户", "Intent customer"),
    Kind(
        "order_signed",
        "签订订单",
        "Order signed",
        "vehicle",
        "order revenue",
        "start of the intent spell; none when there was no prospect",
        ACQUISITION_CHANNELS,
        value="days since then",
    ),
    Kind(
        "order_after_drive",
        "试驾后签订订单",
        "Order of a customer who had driven",
        "vehicle",
        since="last test drive before it",
        channels=ACQUISITION_CHANNELS,
    ),
    Kind(
        "order_after_quote",
        "报价后签订订单",
        "Order of a customer who had a quote",
        "vehicle",
        since="last quote before it",
        channels=ACQUISITION_CHANNELS,
    ),
    Kind(
        "order_cancelled",
        "退订",
        "Order cancelled",
        "vehicle",
        "order revenue",
        "date signed",
        ACQUISITION_CHANNELS,
    ),
    Kind("order_in", "订单转入", "Order handed over in", "vehicle", channels=ACQUISITION_CHANNELS),
    Kind(
        "order_out", "订单转出", "Order handed over out", "vehicle", channels=ACQUISITION_CHANNELS
    ),
    Kind(
        "order_brought",
        "期初留存订单",
        "Opening balance of orders",
        "vehicle",
        channels=ACQUISITION_CHANNELS,
    ),
    Kind(
        "delivery",
        "交车",
        "Delivery",
        "vehicle",
        "order revenue",
        "date signed",
        ACQUISITION_CHANNELS,
        value="days since then",
    ),
    Kind(
        "delivery_with",
        "含该业务的交车",
        "Delivery with such a line (of which)",
        "vehicle",
        since="date signed",
        channels=ACQUISITION_CHANNELS,
        tags=LINE_TAGS,
    ),
    Kind(
        "delivery_trade_in",
        "置换交车",
        "Delivery with a trade-in (of which)",
        "vehicle",
        since="date signed",
        channels=ACQUISITION_CHANNELS,
    ),
    Kind(
        "line_revenue",
        "订单行收入",
        "Revenue of an order line",
        "vehicle",
        "revenue",
        tags=LINE_TAGS,
    ),
    Kind(
        UNPRICED,
        "成本未知订单的行收入",
        "Revenue of an order line, cost of the order not known",
        "vehicle",
        "revenue",
        tags=LINE_TAGS,
    ),
    Kind("line_cost", "订单行成本", "Cost of an order line", fen="cost", tags=LINE_TAGS),
    Kind(
        "excess",
        "超额利润构成",
        "Part of an excess profit",
        "vehicle",
        "part of the excess",
        "date signed",
        ACQUISITION_CHANNELS,
        EXCESS_PARTS,
    ),
    Kind(
        NO_EXCESS,
        "超额利润未知的交车",
        "Delivery whose excess profit is not known",
        "vehicle",
        since="date signed",
        channels=ACQUISITION_CHANNELS,
        tags=("floor", "accessory"),
    ),
    Kind(
        "below_floor",
        "限价以下的交车",
        "Delivery below the floor price (of which)",
        "vehicle",
        since="date signed",
        channels=ACQUISITION_CHANNELS,
    ),
    Kind("ad_spend", "广宣投放", "Advertising spend, gross", fen="spend"),
    Kind("ad_subsidy", "厂家广宣补贴", "Manufacturer's advertising subsidy", fen="subsidy"),
    Kind("stock_in", "车辆入库", "Vehicle into stock", "vehicle", "cost", "date received"),
    Kind(
        "stock_out",
        "车辆出库",
        "Vehicle out of stock",
        "vehicle",
        "cost",
        "date received",
        value="days in stock",
    ),
    *_aged(),
    *REGISTERED,
)
_MARKED: Final = (
    "visit_",
    "prospect_",
    "intent_",
    "order_",
    "delivery",
    "line_",
    "excess",
    "below_",
)
OF: Final = "_of"


def _of_which(kind: Kind) -> Kind:
    """The same events once more for each field of the house's own: tags are `field=choice`."""
    return replace(
        kind,
        code=kind.code + OF,
        zh=f"{kind.zh}（按自定义字段）",
        en=f"{kind.en} (of which, by a field of one's own)",
        tags=(),
    )


OF_WHICH: Final = tuple(_of_which(kind) for kind in _PLAIN if kind.code.startswith(_MARKED))
KINDS: Final[tuple[Kind, ...]] = (*_PLAIN, *OF_WHICH)
KIND_CODES: Final = frozenset(kind.code for kind in KINDS)
#: Kinds that are posted before their day: what falls due, what grows old unless it leaves, and
#: prices that hold from a day on.
AHEAD: Final = frozenset(
    code
    for code in KIND_CODES
    if "_aged_" in code or code == "floor_price" or code.removesuffix("_of").endswith("_due")
)
