"""The one list of the kinds of facts, and what the columns of each mean."""

from dataclasses import replace
from typing import Final

from cheji.engine.kinds.columns import (
    ACQUISITION_CHANNELS,
    AGES,
    EXCESS_PARTS,
    KNOWN_COST,
    LEAD_TAGS,
    LINE_TAGS,
    LOST_TAGS,
    NO_EXCESS,
    UNPRICED,
    VISIT_CHANNELS,
    Kind,
)
from cheji.engine.kinds.registered import REGISTERED


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
    Kind(
        KNOWN_COST,
        "成本未知订单中已知的行成本",
        "Known cost of an order line, another cost of the order not known",
        "vehicle",
        "cost",
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
