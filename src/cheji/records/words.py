"""Codes as people say them, in Chinese and in English, for sentences that name them."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple


class Words(NamedTuple):
    """What a code is called; a refusal says it in the language of its reader."""

    zh: str
    en: str


ROLES: Final = {
    "consultant": Words("销售顾问", "Consultant"),
    "internet_sales": Words("电网销专员", "Internet sales"),
    "second_tier": Words("二网专员", "Second-tier sales"),
    "aftersales": Words("售后顾问", "Aftersales adviser"),
    "team_lead": Words("销售主管", "Team lead"),
    "outlet_manager": Words("店总", "Outlet manager"),
    "region_head": Words("区域负责人", "Region head"),
    "group_manager": Words("集团管理", "Group manager"),
    "finance": Words("财务", "Finance"),
    "hr": Words("人事", "HR"),
    "marketing": Words("市场", "Marketing"),
    "care": Words("客服", "Customer care"),
    "stock": Words("库管", "Stock keeper"),
    "auditor": Words("审计", "Auditor"),
    "administrator": Words("系统管理员", "Administrator"),
}
#: The kinds of units from the top down.
UNITS: Final = {
    "group": Words("集团", "group"),
    "region": Words("区域", "region"),
    "outlet": Words("门店", "outlet"),
    "team": Words("小组", "team"),
}
RUNS: Final = {
    "kpi": Words("指标", "KPI"),
    "score": Words("考核", "score"),
    "pay": Words("提成", "pay"),
}
CARDS: Final = {
    "open": Words("跟进中", "open"),
    "ordered": Words("已下订", "ordered"),
    "lost": Words("战败", "lost"),
    "dormant": Words("休眠", "dormant"),
}
ORDERS: Final = {
    "signed": Words("未交车", "open"),
    "delivered": Words("已交车", "delivered"),
    "cancelled": Words("已退订", "cancelled"),
}
BATCHES: Final = {
    "read": Words("尚未导入", "not committed yet"),
    "queued": Words("排队中", "waiting"),
    "running": Words("进行中", "running"),
    "done": Words("已导入", "committed"),
    "failed": Words("失败", "failed"),
    "undone": Words("已撤销", "undone"),
}
DISPUTES: Final = {
    "collision": Words("撞单", "two claim one customer"),
    "cross_outlet": Words("跨店成交", "sold across outlets"),
    "missing_car": Words("漏计车辆", "a car is missing"),
    "wrong_model": Words("车型或档位不对", "wrong model or row"),
    "amount": Words("金额不对", "the amount is wrong"),
}
DECISIONS: Final = {
    "upheld": Words("成立", "upheld"),
    "partly": Words("部分成立", "partly upheld"),
    "rejected": Words("不成立", "rejected"),
}
EXCEPTIONS: Final = {
    "accept": Words("按现状计提", "right as it stands"),
    "leave_out": Words("暂不计提", "leave out for now"),
}
PAY_VERBS: Final = {
    "calculate": Words("计算", "calculate"),
    "review": Words("复核", "mark as reviewed"),
    "approve": Words("批准", "approve"),
    "close": Words("关账", "close"),
    "pay": Words("标记为已发放", "mark as paid"),
    "export": Words("标记为已导出", "mark as exported"),
    "send_back": Words("退回", "send back"),
    "accrue": Words("暂估计提", "work out the accrual"),
}
CEILINGS: Final = {
    "share": Words("毛利的百分比", "a share of gross"),
    "month": Words("每月金额", "yuan for the month"),
    "unit": Words("每台金额", "yuan for each car"),
}
TALKS: Final = {
    "coaching": Words("辅导面谈", "coaching talk"),
    "observation": Words("观察", "observation"),
    "exercise": Words("演练", "exercise"),
    "midterm": Words("中期面谈", "mid-term talk"),
    "feedback": Words("结果反馈", "feedback on the result"),
    "appeal": Words("申诉面谈", "talk about an appeal"),
}
#: Why a value is refused, where a rule needs no name of its own.
NOT_BLANK: Final = Words("不能为空", "it must not be blank")
NOT_NEGATIVE: Final = Words("不能小于 0", "it must be 0 or more")
AT_LEAST_ONE: Final = Words("不能小于 1", "it must be 1 or more")
MORE_THAN_NOTHING: Final = Words("须大于 0", "it must be more than 0")
NO_PERIOD: Final = Words("不是这种周期的期间", "it is no period of this kind")
MONTH: Final = Words("月份写作 202603", "write the month as 202603")
GRAINS: Final = {
    "day": Words("日", "day"),
    "week": Words("周", "week"),
    "month": Words("月", "month"),
    "quarter": Words("季度", "quarter"),
    "half": Words("半年", "half-year"),
    "year": Words("年", "year"),
}


def between(least: object, most: object) -> Words:
    """Why a value outside two bounds is refused."""
    return Words(f"须在 {least} 与 {most} 之间", f"it must lie between {least} and {most}")


def one_of(known: Mapping[str, tuple[str, str]]) -> Words:
    """Why a code is refused that is none of these: each by name, with the code as it is typed."""
    zh = "、".join(f"{name}（{code}）" for code, (name, _en) in known.items())
    en = ", ".join(f"{name} ({code})" for code, (_zh, name) in known.items())
    if not known:
        return Words("没有可选的", "there is nothing to choose")
    return Words(f"可选：{zh}", f"choose one of: {en}")


def either(several: Iterable[Words]) -> Words:
    """One of several: 小组或门店, team or outlet."""
    found = list(several)
    return Words("或".join(one.zh for one in found), " or ".join(one.en for one in found))


def all_of(several: Iterable[Words]) -> Words:
    """Several, one after the other."""
    found = list(several)
    return Words("、".join(one.zh for one in found), ", ".join(one.en for one in found))
