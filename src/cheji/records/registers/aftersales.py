"""Repair orders, and cases: complaints, problems, questions."""

from .shapes import Choice, Days, Minutes, Register, Says
from .words import day, moment, money, one_of, text, yes_no

REPAIR_ORDER = Register(
    "repair_order", "repair_orders", "维修工单", "Repair orders", "aftersales",
    "aftersales.write", date="settled_on", icon="tool", customer="optional", person="optional",
    model="optional", person_zh="服务顾问", person_en="Service adviser",
    key=("in_on", "plate", "work"), ordered=(("in_on", "settled_on"),),
    about_zh="一行一张结算工单；台次、单车产值、工时与钣喷占比、零服吸收率由此算出。",
    about_en="One row per settled repair order: visits, revenue by labour and parts, cost.",
    fields=(
        day("in_on", "进厂日期", "In on", "接车日期", "开单日期", required=True),
        day("settled_on", "结算日期", "Settled on", "出厂日期", "结账日期", required=True),
        text("plate", "车牌号", "Plate", "车牌", length=20, example="京A12345"),
        one_of("work", "维修类型", "Work",
               Choice("maintenance", "保养", "Maintenance", ("定期保养", "常规保养")),
               Choice("repair", "一般维修", "Repair", ("维修", "机修")),
               Choice("warranty", "保修", "Warranty", ("索赔", "三包")),
               Choice("accident", "事故", "Accident", ("事故车",)),
               Choice("bodyshop", "钣喷", "Bodyshop", ("钣金喷漆", "喷漆")),
               Choice("rework", "返修", "Rework", ("外返", "内返")),
               required=True, aliases=("工单类型", "业务类型", "维修类别")),
        money("labour", "工时费", "Labour", "工时收入", "工时金额", required=True, example="600"),
        money("parts", "配件费", "Parts", "配件收入", "材料费", required=True, example="850"),
        money("cost", "成本", "Cost", "工单成本", "配件成本", example="520"),
        yes_no("booked", "是否预约", "Booked", "预约"),
        yes_no("on_time", "准时交车", "On time", "是否准时"),
        yes_no("fixed_first", "一次修复", "Fixed at once", "是否一次修复"),
    ),
    says=(
        Says("repair_order", "settled_on", since="in_on", fen=("labour", "parts"), tags="work"),
        Says("repair_customer", "settled_on", once=True),
        Says("repair_labour", "settled_on", quantity=0, fen=("labour",), tags="work"),
        Says("repair_parts", "settled_on", quantity=0, fen=("parts",), tags="work"),
        Says("repair_cost", "settled_on", quantity=0, fen=("cost",), tags="work"),
        *(
            Says(f"repair_{field}", "settled_on", when=((field, (True,)),), tags="work")
            for field in ("booked", "on_time", "fixed_first")
        ),
    ),
)  # fmt: skip

CASE = Register(
    "case", "cases", "客诉与问题", "Service cases", "aftersales", "aftersales.write",
    date="opened_on", icon="alert-triangle", customer="optional", person="optional",
    person_zh="责任人", person_en="Responsible", key=("opened_at", "sort"),
    ordered=(("opened_on", "solved_on"), ("opened_at", "responded_at")),
    about_zh="投诉、问题、咨询的立案、响应与解决；响应时长、解决率由此算出。",
    about_en="Complaints, problems and questions: opened, responded to, solved.",
    fields=(
        day("opened_on", "立案日期", "Opened on", "投诉日期", "受理日期", required=True,
            of="opened_at", note=("有立案时间时可不填", "not needed where the time is given")),
        moment("opened_at", "立案时间", "Opened at", "投诉时间", "受理时间"),
        one_of("sort", "类别", "Sort", Choice("complaint", "投诉", "Complaint", ("客诉", "抱怨")),
               Choice("problem", "问题", "Problem", ("故障", "报修")),
               Choice("question", "咨询", "Question", ("询问",)), required=True,
               aliases=("投诉类别", "工单类别")),
        day("responded_on", "响应日期", "Responded on", "首次响应日期", of="responded_at"),
        moment("responded_at", "响应时间", "Responded at", "首次响应时间"),
        day("solved_on", "解决日期", "Solved on", "结案日期", "关闭日期", example="2026-11-21"),
        text("matter", "事由", "Matter", "投诉内容", "问题描述", length=200,
             example="交车等待过久", example_en="waited long for the delivery"),
    ),
    says=(
        Says("case_opened", "opened_on", tags="sort"),
        Says("case_responded", "responded_on", since="opened_on", tags="sort",
             value=Minutes("opened_at", "responded_at")),
        Says("case_solved", "solved_on", since="opened_on", tags="sort",
             value=Days("opened_on", "solved_on")),
    ),
)  # fmt: skip

REGISTERS = (REPAIR_ORDER, CASE)
