"""The kinds of facts, a fact in the engine's shape, and the slow clear form of the one GROUP BY."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cheji.engine.periods import Grain, period_of

Key = int | str | None
QUANTITY_SCALE: Final = 10_000
UNPRICED: Final = "line_unpriced"
"""The kind of what an order brought while one of its costs is not known: no gross counts it."""
NO_COHORT, NEW, CARRIED = 0, 1, 2
DIMENSIONS: Final = ("channel", "level", "tags", "model")
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
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fact, and what its columns mean; an empty text is a column not used.

    `quantity` is a unit symbol counted in 1/10,000; `fen` and `since` say what they hold.
    """

    code: str
    zh: str
    en: str
    quantity: str = ""
    fen: str = ""
    since: str = ""
    channels: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


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
        ("lost", "战败", "lost"),
        ("dormant", "休眠", "dormant"),
        ("dropped", "降级离开", "dropped below it"),
    ]
    only_intent = {"raised", "dropped"}
    return [
        Kind(
            f"{family}_{step}",
            f"{zh}{step_zh}",
            f"{en}: {step_en}",
            quantity="customer",
            since="start of the spell",
        )
        for step, step_zh, step_en in steps
        if family == "intent" or step not in only_intent
    ]


KINDS: Final[tuple[Kind, ...]] = (
    Kind("lead", "线索", "Lead received", "lead", channels=VISIT_CHANNELS),
    Kind("visit_first", "首次来店批次", "First visit", "batch", channels=VISIT_CHANNELS),
    Kind("visit_return", "再次来店批次", "Return visit", "batch", channels=VISIT_CHANNELS),
    Kind("visit_other", "其他来店批次", "Visit without intent", "batch", channels=VISIT_CHANNELS),
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
    Kind("ad_spend", "广宣投放", "Advertising spend, gross", fen="spend"),
    Kind("ad_subsidy", "厂家广宣补贴", "Manufacturer's advertising subsidy", fen="subsidy"),
    Kind("stock_in", "车辆入库", "Vehicle into stock", "vehicle", since="date received"),
    Kind("stock_out", "车辆出库", "Vehicle out of stock", "vehicle", since="date received"),
)
KIND_CODES: Final = frozenset(kind.code for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing that happened; quantity in 1/10,000 of the kind's unit, money in fen."""

    kind: str
    on_date: date
    since: date | None = None
    outlet: Key = None
    team: Key = None
    person: Key = None
    customer: Key = None
    model: str = ""
    channel: str = ""
    level: str = ""
    tags: str = ""
    quantity: int = 0
    fen: int = 0
    value: int = 0
    source: Key = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Facts of one period, scope, kind, channel, level, tag, cohort (and model), added up."""

    period: int
    scope: tuple[Key, ...]
    kind: str
    channel: str = ""
    level: str = ""
    tags: str = ""
    cohort: int = NO_COHORT
    quantity: int = 0
    fen: int = 0
    value: int = 0
    count: int = 0
    model: str = ""


def cohort_of(fact: Fact, grain: Grain = "month", closing_day: int = 0) -> int:
    """New when the parent began in the fact's own period, carried when earlier."""
    if fact.since is None:
        return NO_COHORT
    period = period_of(fact.on_date, grain, closing_day)
    return CARRIED if fact.since < period.start else NEW


def tally(
    facts: Iterable[Fact],
    *,
    grain: Grain = "month",
    scope: Sequence[str] = ("outlet",),
    closing_day: int = 0,
    by_model: bool = False,
) -> list[Tally]:
    """Group and add: what the SQL of the facts floor does, written to be read."""
    sums: dict[Tally, list[int]] = {}
    for fact in facts:
        group = Tally(
            period_of(fact.on_date, grain, closing_day).key,
            tuple(getattr(fact, name) for name in scope),
            fact.kind,
            fact.channel,
            fact.level,
            fact.tags,
            cohort_of(fact, grain, closing_day),
            model=fact.model if by_model else "",
        )
        total = sums.setdefault(group, [0, 0, 0, 0])
        for place, amount in enumerate((fact.quantity, fact.fen, fact.value, 1)):
            total[place] += amount
    return [
        replace(group, quantity=quantity, fen=fen, value=value, count=count)
        for group, (quantity, fen, value, count) in sums.items()
    ]
