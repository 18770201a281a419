"""Calls and appointments: what happens between an enquiry and a visit."""

from .shapes import Choice, Register, Says
from .words import day, moment, one_of, whole, yes_no

PURPOSES = (
    Choice("visit", "到店看车", "Visit", ("看车", "到店", "来店")),
    Choice("test_drive", "试驾", "Test drive", ("试乘试驾",)),
    Choice("delivery", "交车", "Delivery", ("提车",)),
    Choice("other", "其他", "Other", ("其它",)),
)

CALL = Register(
    "call", "calls", "来电去电", "Calls", "leads", "leads.write",
    date="on_date", icon="phone-call", customer="optional", person="optional", model="optional",
    key=("called_at", "direction"),
    about_zh="电话登记：一行一通，400 呼叫记录可直接导入；接通率、等待时长由此算出。",
    about_en="One row per call; a call centre's record can be imported as it is.",
    fields=(
        day("on_date", "日期", "Date", "通话日期", "call date", required=True, of="called_at",
            note=("有呼叫时间时可不填", "not needed where the time is given")),
        moment("called_at", "呼叫时间", "Called at", "来电时间", "通话时间", "呼入时间", "开始时间",
               "call time", "start time"),
        one_of("direction", "呼叫方向", "Direction",
               Choice("in", "来电", "Incoming", ("呼入", "进线")),
               Choice("out", "去电", "Outgoing", ("呼出", "外呼", "回拨")),
               required=True, aliases=("来去电", "通话类型", "call type")),
        one_of("purpose", "来电目的", "Purpose",
               Choice("buy", "购车", "To buy", ("购车咨询", "销售", "买车")),
               Choice("other", "其他", "Other", ("售后", "其它", "非购车")),
               required=True, aliases=("咨询类型", "通话目的")),
        yes_no("answered", "是否接通", "Answered", "接通", "接听", "接通状态", "connected",
               required=True),
        whole("wait_seconds", "等待秒数", "Seconds of waiting", "等待时长", "振铃时长", "wait",
              high=86_400, example="12"),
    ),
    says=tuple(
        Says(kind, "on_date", channel="purpose", tags=f":{tag}",
             when=(("direction", (way,)), ("answered", (answered,))), value=value)
        for kind, way, answered, tag, value in (
            ("call_in", "in", True, "answered", "wait_seconds"),
            ("call_in", "in", False, "missed", "wait_seconds"),
            ("call_out", "out", True, "reached", 0),
            ("call_out", "out", False, "missed", 0),
        )
    ),
)  # fmt: skip

APPOINTMENT = Register(
    "appointment", "appointments", "邀约", "Appointments", "leads", "leads.write",
    date="due_on", icon="calendar-event", customer="optional", person="optional",
    model="optional", key=("set_on", "purpose"), ordered=(("set_on", "due_on"),
                                                         ("set_on", "arrived_on")),
    future=("due_on",),
    about_zh="邀约登记：约定哪天到店、实际是否到店；邀约成功率、履约率由此算出。",
    about_en="When a customer is due and whether he came: appointments made, due and kept.",
    fields=(
        day("set_on", "邀约日期", "Made on", "预约日期", "约定日期", required=True),
        day("due_on", "应到日期", "Due on", "预约到店日期", "预计到店", "约到日期", required=True,
            example="2026-11-22"),
        one_of("purpose", "邀约事项", "Purpose", *PURPOSES, required=True,
               aliases=("邀约目的", "预约事项")),
        one_of("state", "邀约状态", "State",
               Choice("open", "待到店", "Open", ("未到期", "待定")),
               Choice("kept", "已到店", "Kept", ("到店", "履约")),
               Choice("missed", "未到店", "Missed", ("爽约", "失约")),
               Choice("cancelled", "已取消", "Cancelled", ("取消",)),
               required=True, aliases=("是否到店", "履约状态"), example="已到店"),
        day("arrived_on", "实到日期", "Arrived on", "到店日期", "实际到店日期",
            example="2026-11-22"),
    ),
    says=(
        Says("appointment_set", "set_on", since=":lead", channel="purpose"),
        Says("appointment_due", "due_on", since="set_on", channel="purpose", tags="state"),
        Says("appointment_kept", "arrived_on", since="set_on", channel="purpose"),
    ),
)  # fmt: skip

REGISTERS = (CALL, APPOINTMENT)
