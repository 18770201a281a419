"""The words by which a KPI says its days, whose it is, and which customers it follows."""

from typing import Final

Words = dict[str, tuple[str, str]]

KINDS: Final[Words] = {
    "count": ("数量", "count"),
    "sum": ("金额或合计", "sum"),
    "ratio": ("比率", "ratio"),
    "duration": ("时长", "duration"),
    "score": ("得分", "score"),
    "stock": ("时点存量", "stock at a point in time"),
    "index": ("指数", "index"),
}
DATES: Final[Words] = {
    "received": ("收到线索的日期", "day the lead was received"),
    "called": ("通话日期", "day of the call"),
    "set": ("约定日期", "day the appointment was made"),
    "due": ("应办日期", "day it was due"),
    "done": ("完成日期", "day it was done"),
    "reception": ("接待日期", "day of the reception"),
    "second_visit": ("第二次来店的日期", "day of the second visit"),
    "card": ("建卡日期", "day of the card"),
    "drive": ("试驾日期", "day of the test drive"),
    "quoted": ("报价日期", "day of the quote"),
    "level": ("级别变更日期", "day the level changed"),
    "lost": ("战败批准日期", "day the loss was approved"),
    "signed": ("签单日期", "day the order was signed"),
    "cancelled": ("退订日期", "day the order was cancelled"),
    "delivered": ("交车日期", "day of the delivery"),
    "paid": ("收款日期", "day of the payment"),
    "spent": ("投放日期", "day of the spending"),
    "opening": ("期初", "start of the period"),
    "closing": ("期末", "end of the period"),
    "settled": ("结算日期", "day of the settlement"),
    "answered": ("答卷日期", "day of the answer"),
    "opened": ("立案日期", "day the case was opened"),
    "bought": ("收购日期", "day it was bought in"),
    "sold": ("售出日期", "day it was sold"),
    "checked": ("检查日期", "day of the check"),
    "entered": ("填报所属日期", "day for which it was entered"),
    "planned": ("目标所属的月份", "month for which the target is set"),
    "last_year": ("去年同期", "same period of last year"),
    "last_month": ("上月", "the month before"),
    "next_month": ("次月", "the month after"),
}
WHOSE: Final[Words] = {
    "owner_then": ("当时的负责人", "who was responsible then"),
    "owner_at_start": ("期初的负责人", "who was responsible at the start"),
    "receptionist": ("接待人", "who received them"),
    "creator": ("录入人", "who entered it"),
    "signer": ("签单人", "who signed the order"),
    "attendee": ("本人", "the person himself"),
    "outlet": ("门店", "the outlet alone"),
}
COHORTS: Final[Words] = {
    "new": ("本月新增的", "those new this month"),
    "opening": ("期初仍在跟进的", "those open at the start"),
    "opening_90": ("期初仍在跟进、建卡不满 90 天的", "those open at the start, card under 90 days"),
    "window": ("按建档日期跟踪若干天的", "those that began in the period, followed for some days"),
    "period": ("同期发生的，不限建档时间", "whatever happens in the period, whenever it began"),
}
