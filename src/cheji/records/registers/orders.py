"""Renewals of insurance, payments, the maker's rebates, and floor prices."""

from .shapes import Choice, InTime, Register, Says
from .words import day, money, one_of, text, vin

RENEWAL = Register(
    "renewal", "renewals", "续保", "Insurance renewals", "orders", "renewals.write",
    date="due_on", icon="shield-check", customer="optional", person="optional", key=("policy",),
    future=("due_on",),
    about_zh="保单到期与续保登记；续保率按到期月计。",
    about_en="Policies that run out and their renewal; the rate goes by the month due.",
    fields=(
        day("due_on", "到期日期", "Due on", "保险到期日", "保单到期日期", required=True),
        day("renewed_on", "续保日期", "Renewed on", "投保日期", "出单日期"),
        money("premium", "保费", "Premium", "续保金额", "保费金额", example="4280"),
        text("policy", "保单号", "Policy", "保单编号", "policy number", length=60,
             example="PDAA2026110001"),
        text("insurer", "保险公司", "Insurer", length=60, example="某某财险", example_en="Insurer"),
    ),
    says=(
        Says("renewal_due", "due_on", tags=InTime("due_on", "renewed_on")),
        Says("renewal_done", "renewed_on", since="due_on", fen=("premium",)),
    ),
)  # fmt: skip

PAYMENT = Register(
    "payment", "payments", "收付款", "Payments", "orders", "payments.write",
    date="on_date", icon="cash", customer="optional", person="optional",
    key=("order_no", "kind", "amount"),
    about_zh="定金、尾款、退款登记；金额一律填正数，退款由类型区分。",
    about_en="Deposits, balances and refunds; amounts are positive, the kind tells a refund.",
    fields=(
        day("on_date", "收款日期", "Date", "付款日期", "收付日期", required=True),
        one_of("kind", "款项类型", "Kind", Choice("deposit", "定金", "Deposit", ("订金", "首付")),
               Choice("balance", "尾款", "Balance", ("车款", "全款", "余款")),
               Choice("refund", "退款", "Refund", ("退定金", "退订")), required=True,
               aliases=("款项", "收款类型")),
        money("amount", "金额", "Amount", "收款金额", "付款金额", required=True, example="5000"),
        text("order_no", "订单号", "Order number", "合同号", length=80, example="D20261121001"),
        text("voucher", "凭证号", "Voucher", "收据号", length=80, example="SK20261100012"),
    ),
    says=(Says("payment", "on_date", fen=("amount",), tags="kind"),),
)  # fmt: skip

REBATE = Register(
    "rebate", "rebates", "厂家返利", "Rebates", "orders", "payments.write",
    date="accrued_on", icon="coin", model="optional", key=("title", "amount"),
    ordered=(("accrued_on", "received_on"),),
    about_zh="应计与到账返利；到账前为未到账返利。",
    about_en="Rebates of the maker, accrued and received.",
    fields=(
        day("accrued_on", "计提日期", "Accrued on", "应计日期", "返利月份", required=True),
        day("received_on", "到账日期", "Received on", "兑现日期", "入账日期",
            example="2026-11-21"),
        text("title", "返利项目", "Title", "返利名称", "政策名称", length=80, example="提车返利",
             example_en="Volume rebate"),
        money("amount", "返利金额", "Amount", "金额", required=True, example="150000"),
    ),
    says=(
        Says("rebate_accrued", "accrued_on", quantity=0, fen=("amount",)),
        Says("rebate_received", "received_on", since="accrued_on", quantity=0, fen=("amount",)),
    ),
)  # fmt: skip

FLOOR_PRICE = Register(
    "floor_price", "floor_prices", "限价", "Floor prices", "orders", "payments.write",
    date="since", icon="tag", model="required", key=("vin", "reach"), future=("since",),
    wide="reach",
    about_zh="每款车的最低成交价，自生效日起有效，直到下一个生效日；订单按签订日的限价计算超额利润。"
    "一辆车可另定限价（如长库龄车）。",
    about_en="The least price of a model from a day on, until the next day says another; the "
    "excess profit of an order counts by the floor price of the day it was signed. A vehicle may "
    "have its own.",
    fields=(
        day("since", "生效日期", "Valid from", "起始日期", "限价日期", required=True),
        money("price", "限价", "Floor price", "最低成交价", "最低限价", "底价", "最低售价",
              example="128000", each=True,
              note=("单车价；留空表示自该日起不再单独定价，有全集团限价的按全集团",
                    "of one vehicle; blank: none of its own from that day on")),
        vin(required=False,
            note=("只对这一辆车有效，优先于车型限价；车型须与订单一致",
                  "of this vehicle alone, before the model's; the model as the order has it")),
        one_of("reach", "适用范围", "Holds for",
               Choice("outlet", "本店", "This outlet", ("本门店", "门店")),
               Choice("group", "全集团", "All outlets", ("集团", "全部门店")), required=True,
               aliases=("范围",)),
    ),
    says=(Says("floor_price", "since", fen=("price",), tags="reach"),),
)  # fmt: skip

REGISTERS = (RENEWAL, PAYMENT, REBATE, FLOOR_PRICE)
