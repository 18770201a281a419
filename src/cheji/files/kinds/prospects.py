"""Import columns of customers and the way to an order: cards and losses, leads and visits."""

from __future__ import annotations

from cheji.files.kinds.columns import (
    Choice,
    Column,
    Kind,
    channel,
    customer_name,
    model,
    note,
    number,
    on_date,
    outlet_code,
    owner,
    phone,
    reason,
)
from cheji.files.kinds.touches import LEADS, VISITS

LEVELS = (
    Choice("H", "H", "H", ("H级", "level H")),
    Choice("A", "A", "A", ("A级", "level A")),
    Choice("B", "B", "B", ("B级", "level B")),
    Choice("C", "C", "C", ("C级", "level C")),
)
ENDINGS = (
    Choice("lost", "战败", "Lost", ("战败客户", "流失", "放弃", "失控")),
    Choice("dormant", "休眠", "Dormant", ("暂缓", "沉睡", "sleeping")),
)

CUSTOMERS = Kind(
    "customers",
    "客户",
    "Customers",
    keys=(("outlet_code", "number"), ("outlet_code", "phone"), ("outlet_code", "name")),
    about_zh="一行一位客户；先按客户编号、再按手机号、最后按姓名认定是否同一人。",
    about_en="One row per customer, recognised by number, else by phone, else by name.",
    columns=(
        outlet_code(),
        number(
            "客户编号",
            "Customer number",
            required=False,
            example="K0001",
            aliases_zh=("客户代码", "客户编码", "客户号"),
            aliases_en=("customer id", "customer no", "customer code", "client id"),
        ),
        Column(
            "name",
            "客户姓名",
            "Customer name",
            "text",
            required=True,
            aliases_zh=("客户名称", "姓名", "客户", "车主姓名"),
            aliases_en=("name", "customer", "client name"),
            example="王小明",
            example_en="Wang Xiaoming",
            length=120,
        ),
        phone(),
        Column(
            "id_no",
            "证件号码",
            "ID number",
            "code",
            aliases_zh=("身份证号", "身份证", "身份证号码", "证件号"),
            aliases_en=("identity number", "id card", "passport"),
            note_zh="保存时加密，屏幕上只显示首尾几位；请把该列设为文本，否则表格软件会丢失末位",
            note_en="kept encrypted, shown masked; format the column as text, or the last digits"
            " get lost",
            length=40,
        ),
        channel(),
        owner(),
        note(),
    ),
)

PROSPECTS = Kind(
    "prospects",
    "意向客户",
    "Prospects",
    keys=(("outlet_code", "number"),),
    told_by=("opened_on", "customer_name", "phone", "model"),
    about_zh="一行一张意向卡。",
    about_en="One row per card.",
    columns=(
        outlet_code(),
        number(
            "意向卡号",
            "Prospect number",
            example="P20261121001",
            aliases_zh=("卡号", "意向编号", "建卡编号"),
        ),
        Column(
            "opened_on",
            "建卡日期",
            "Opened on",
            "date",
            required=True,
            aliases_zh=(
                "日期",
                "创建日期",
                "留档日期",
                "建档日期",
                "登记日期",
                "来店日期",
                "首次来店日期",
            ),
            aliases_en=("date", "created on", "card date"),
            example="2026-11-21",
        ),
        customer_name(),
        phone(),
        Column(
            "level",
            "意向级别",
            "Level",
            "choice",
            required=True,
            aliases_zh=("级别", "意向等级", "客户级别", "等级"),
            aliases_en=("grade", "intent level"),
            choices=LEVELS,
            example="A",
            length=1,
        ),
        channel(),
        owner(),
        model(),
        note(),
    ),
)

LOSSES = Kind(
    "losses",
    "战败与休眠",
    "Losses",
    keys=(("outlet_code", "number", "on_date"),),
    about_zh="一行一次战败或休眠，卡号指向意向卡。",
    about_en="One row per loss or dormancy; the number is that of the prospect.",
    columns=(
        outlet_code(),
        number(
            "意向卡号", "Prospect number", example="P20261121001", aliases_zh=("卡号", "意向编号")
        ),
        on_date("战败日期", "Date", "休眠日期", "loss date", "lost on"),
        Column(
            "kind",
            "结果",
            "Outcome",
            "choice",
            required=True,
            aliases_zh=("类型", "战败类型", "类别"),
            aliases_en=("kind", "type"),
            choices=ENDINGS,
            example="战败",
            length=10,
        ),
        reason("战败原因", "Reason", "流失原因", "loss reason"),
        Column(
            "rival",
            "竞品",
            "Rival",
            "text",
            aliases_zh=("竞品车型", "竞争品牌", "购买竞品"),
            aliases_en=("competitor", "bought instead"),
            length=80,
        ),
    ),
)

KINDS = (CUSTOMERS, LEADS, VISITS, PROSPECTS, LOSSES)
