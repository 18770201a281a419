"""Import columns of orders with their typed lines, cancellations and deliveries."""

from __future__ import annotations

from cheji.files.kinds.columns import (
    Column,
    Kind,
    channel,
    customer_name,
    model,
    note,
    on_date,
    outlet_code,
    phone,
    reason,
)

LINES = (
    ("accessory", "精品", "Accessory"),
    ("insurance", "保险", "Insurance"),
    ("finance", "金融", "Finance"),
    ("licence", "上牌", "Licence"),
    ("warranty", "延保", "Warranty"),
    ("trade_in", "置换", "Trade-in"),
)
"""The line kinds that have both a revenue and a cost column."""
UNKNOWN = (
    "空白：成本未知，该订单暂无毛利，不计毛利提成；没有成本请写 0",
    "blank: not known, the order has no gross and pays no share of it; write 0 for none",
)
NOTHING = ("空白按 0：收入即本店所得", "blank means 0: the revenue is what the outlet earns")


def order_no() -> Column:
    return Column(
        "order_no",
        "订单号",
        "Order number",
        "code",
        required=True,
        aliases_zh=("订单编号", "合同号", "合同编号", "销售单号", "单号", "订单"),
        aliases_en=("order no", "order id", "order", "contract number", "deal number"),
        example="D20261121001",
        note_zh="门店内唯一",
        note_en="unique in the outlet",
        length=80,
    )


def units() -> Column:
    return Column(
        "units",
        "台数",
        "Units",
        "int",
        aliases_zh=("数量", "辆数", "台量"),
        aliases_en=("quantity", "qty", "number of vehicles"),
        example="1",
        note_zh="空白按 1",
        note_en="blank means 1",
        low=1,
        high=9_999,
    )


def _amount(code: str, zh: str, en: str, *aliases: str, **more: str) -> Column:
    return Column(
        code,
        zh,
        en,
        "money",
        aliases_zh=tuple(word for word in aliases if not word.isascii()),
        aliases_en=tuple(word for word in aliases if word.isascii()),
        example=more.get("example", ""),
        note_zh=more.get("note_zh", ""),
        note_en=more.get("note_en", ""),
    )


def _line_columns() -> tuple[Column, ...]:
    columns: list[Column] = []
    for code, zh, en in LINES:
        columns.append(
            _amount(
                f"{code}_revenue", f"{zh}收入", f"{en} revenue", f"{zh}金额", f"{zh}销售额", zh, en
            )
        )
        note_zh, note_en = UNKNOWN if code == "accessory" else NOTHING
        columns.append(
            _amount(
                f"{code}_cost",
                f"{zh}成本",
                f"{en} cost",
                f"{zh}支出",
                note_zh=note_zh,
                note_en=note_en,
            )
        )
    return tuple(columns)


ORDERS = Kind(
    "orders",
    "订单",
    "Orders",
    keys=(("outlet_code", "order_no"),),
    told_by=("signed_on", "customer_name", "phone", "model"),
    crossed=(("signed_on", "promised_on"),),
    about_zh="一行一张订单；车价之外的各项业务各有收入和成本两列，空白表示没有这一项。",
    about_en="One row per order; each further line has a revenue and a cost column, blank: none.",
    columns=(
        outlet_code(),
        order_no(),
        Column(
            "signed_on",
            "签单日期",
            "Signed on",
            "date",
            required=True,
            aliases_zh=(
                "订单日期",
                "日期",
                "签约日期",
                "签订日期",
                "下订日期",
                "合同日期",
                "成交日期",
                "订车日期",
                "下单日期",
            ),
            aliases_en=("order date", "date", "sale date", "contract date", "sold date"),
            example="2026-11-21",
        ),
        Column(
            "consultant",
            "销售顾问",
            "Consultant",
            "shares",
            aliases_zh=("顾问", "业务员", "销售员", "成交顾问", "销售人员", "负责顾问"),
            aliases_en=("sales consultant", "salesperson", "sales rep", "sales agent", "owner"),
            example="E001",
            note_zh="人员编号，或本店内唯一的姓名；几人分：张三:60;李四:40",
            note_en="staff number, or a name unique in the outlet; shared: Zhang:60;Li:40",
            length=400,
        ),
        channel(),
        customer_name(),
        phone(),
        model(),
        Column(
            "vehicle_price",
            "车价",
            "Vehicle price",
            "money",
            required=True,
            aliases_zh=(
                "成交价",
                "车辆售价",
                "销售价",
                "裸车价",
                "整车售价",
                "车款",
                "开票价",
                "整车收入",
                "销售额",
            ),
            aliases_en=("price", "sale price", "selling price", "sold price", "vehicle revenue"),
            example="128800",
            note_zh="元；整张订单的车款，可写 12.88万",
            note_en="yuan, for the whole order",
        ),
        _amount(
            "vehicle_cost",
            "车辆成本",
            "Vehicle cost",
            "进价",
            "采购价",
            "车成本",
            "整车成本",
            "cost",
            "purchase price",
            "purchased price",
            note_zh=UNKNOWN[0],
            note_en=UNKNOWN[1],
        ),
        units(),
        *_line_columns(),
        _amount(
            "discount",
            "优惠",
            "Discount",
            "折扣",
            "现金优惠",
            "让利",
            "优惠金额",
            note_zh="写正数；若车价已是优惠后的价格则不填",
            note_en="a positive amount; leave blank when the price is already reduced",
        ),
        _amount("gift_cost", "赠品成本", "Gift cost", "赠品", "赠送成本", "gift", "gifts"),
        _amount("agent_fee", "居间费", "Agent fee", "中介费", "介绍费", "代理费", "agent's fee"),
        Column(
            "promised_on",
            "约定交车日",
            "Promised on",
            "date",
            aliases_zh=("预计交车日期", "预交日期", "约定交车日期", "计划交车日期"),
            aliases_en=("promised date", "expected delivery", "due date", "required date"),
            example="2026-12-05",
        ),
        note(),
    ),
)

CANCELLATIONS = Kind(
    "cancellations",
    "退订",
    "Cancellations",
    keys=(("outlet_code", "order_no"),),
    columns=(
        outlet_code(),
        order_no(),
        on_date("退订日期", "Date", "退单日期", "取消日期", "cancelled on", "cancellation date"),
        reason("退订原因", "Reason", "取消原因", "退单原因", "cancel reason"),
    ),
)

DELIVERIES = Kind(
    "deliveries",
    "交车",
    "Deliveries",
    keys=(("outlet_code", "order_no", "number"), ("outlet_code", "order_no", "on_date", "vin")),
    about_zh="一行一次交车；一张订单分几次交付时各写一行。",
    about_en="One row per hand-over; an order delivered in parts has several rows.",
    columns=(
        outlet_code(),
        order_no(),
        on_date(
            "交车日期",
            "Date",
            "交付日期",
            "提车日期",
            "delivery date",
            "delivered on",
            "shipped date",
        ),
        Column(
            "number",
            "交车单号",
            "Delivery number",
            "code",
            aliases_zh=("交付单号", "出库单号"),
            aliases_en=("delivery no", "handover number"),
            note_zh="一张订单分几次交付时用来区分",
            note_en="tells apart the parts of one order",
            length=80,
        ),
        Column(
            "vin",
            "车架号",
            "VIN",
            "code",
            aliases_zh=("VIN码", "底盘号", "车辆识别代号", "VIN号"),
            aliases_en=("vin number", "chassis number", "frame number"),
            example="LGBH52E01KY000001",
            length=40,
        ),
        units(),
        Column(
            "trade_in",
            "二手车置换",
            "Trade-in",
            "bool",
            aliases_zh=("是否置换", "置换"),
            aliases_en=("part exchange", "traded in"),
            example="否",
            example_en="no",
            note_zh="空白按“否”",
            note_en="blank means no",
        ),
    ),
)

KINDS = (ORDERS, CANCELLATIONS, DELIVERIES)
