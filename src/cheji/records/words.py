"""Codes as people say them, in Chinese and in English, for sentences that name them."""

from collections.abc import Iterable
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
#: Why a value is refused, where a rule needs no name of its own.
NOT_BLANK: Final = Words("不能为空", "it must not be blank")
GRAINS: Final = {
    "day": Words("日", "day"),
    "week": Words("周", "week"),
    "month": Words("月", "month"),
    "quarter": Words("季度", "quarter"),
    "half": Words("半年", "half-year"),
    "year": Words("年", "year"),
}


def either(several: Iterable[Words]) -> Words:
    """One of several: 小组或门店, team or outlet."""
    found = list(several)
    return Words("或".join(one.zh for one in found), " or ".join(one.en for one in found))


def all_of(several: Iterable[Words]) -> Words:
    """Several, one after the other."""
    found = list(several)
    return Words("、".join(one.zh for one in found), ", ".join(one.en for one in found))
