"""Follow-ups, test drives and quotes: how a customer is led to the order."""

from .shapes import Choice, InTime, Register, Says
from .words import day, money, one_of, text, whole, yes_no

FOLLOW_UP = Register(
    "follow_up", "follow_ups", "跟进", "Follow-ups", "prospects", "prospects.write",
    date="due_on", icon="phone", customer="optional", person="optional",
    key=("way",), future=("due_on",),
    about_zh="跟进登记：应跟进日、实际跟进日和方式；跟进完成率、及时率由此算出。",
    about_en="When a customer is due to be followed up, when it was done and how.",
    fields=(
        day("due_on", "应跟进日期", "Due on", "计划跟进日期", "应回访日期", "计划拜访日期",
            required=True),
        day("done_on", "跟进日期", "Done on", "实际跟进日期", "回访日期", "拜访日期"),
        one_of("way", "跟进方式", "Way",
               Choice("phone", "电话", "Phone", ("电话跟进",)),
               Choice("wechat", "微信", "WeChat", ("企业微信",)),
               Choice("outlet", "店面洽谈", "At the outlet", ("到店", "店内洽谈", "展厅")),
               Choice("home", "上门", "At the customer's", ("上门拜访", "外出拜访", "拜访")),
               required=True, aliases=("跟进类型", "回访方式")),
        yes_no("planned", "计划内", "Planned", "是否计划内"),
        text("result", "跟进结果", "Result", "跟进内容", "沟通结果", length=200,
             example="约周末试驾", example_en="drives at the weekend"),
    ),
    says=(
        Says("follow_up_due", "due_on", channel="way", tags=InTime("due_on", "done_on")),
        Says("follow_up_done", "done_on", since="due_on", channel="way"),
    ),
)  # fmt: skip

TEST_DRIVE = Register(
    "test_drive", "test_drives", "试乘试驾", "Test drives", "prospects", "prospects.write",
    date="on_date", icon="steering-wheel", customer="optional", person="optional",
    model="optional", key=("vin",),
    about_zh="试驾登记：一行一次；试驾率按当月首次试驾的客户计，同一客户同月只计一次。",
    about_en="One row per drive; the rate counts a customer once a month.",
    fields=(
        day("on_date", "试驾日期", "Date", "试乘试驾日期", "drive date", required=True),
        whole("drive_minutes", "试驾分钟", "Minutes", "试驾时长", high=1_440, example="25"),
        text("vin", "试驾车", "Demo vehicle", "试驾车架号", "试驾车牌", "试驾车号", length=40,
             example="京AD12345"),
        text("route", "试驾路线", "Route", "路线", length=80, example="东环线",
             example_en="East ring"),
    ),
    says=(
        Says("test_drive", "on_date", since=":card", value="drive_minutes"),
        Says("test_drive_customer", "on_date", since=":card", once=True),
    ),
)  # fmt: skip

QUOTE = Register(
    "quote", "quotes", "报价", "Quotes", "prospects", "prospects.write",
    date="on_date", icon="file-text", customer="optional", person="optional", model="optional",
    key=("price",),
    about_zh="报价登记：一行一次报价；报价成交率按当月首次报价的客户计。",
    about_en="One row per quote; the rate counts a customer once a month.",
    fields=(
        day("on_date", "报价日期", "Date", "quote date", required=True),
        money("price", "报价金额", "Price", "报价", "报价价格", "quoted price", required=True,
              example="139800"),
        day("valid_until", "有效期至", "Valid until", "报价有效期", example="2026-11-30"),
    ),
    future=("valid_until",), ordered=(("on_date", "valid_until"),),
    says=(
        Says("quote", "on_date", since=":card", fen=("price",)),
        Says("quote_customer", "on_date", since=":card", once=True),
    ),
)  # fmt: skip

REGISTERS = (FOLLOW_UP, TEST_DRIVE, QUOTE)
