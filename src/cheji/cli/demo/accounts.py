"""A sign-in account for each role, two of finance, with a password that only the demo may use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cheji.actions import accounts
from cheji.records.visibility import Viewer, of

PASSWORD = "yuanlan-demo"  # noqa: S105  printed on purpose: the data are invented


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in: user name, role in both languages."""

    username: str
    role: str
    zh: str
    en: str


ACCOUNTS = (
    Account("consultant", "consultant", "销售顾问", "Consultant"),
    Account("internet", "internet_sales", "电网销专员", "Internet sales"),
    Account("secondtier", "second_tier", "二网专员", "Second-tier sales"),
    Account("aftersales", "aftersales", "售后顾问", "Aftersales adviser"),
    Account("lead", "team_lead", "销售主管", "Team lead"),
    Account("manager", "outlet_manager", "店总", "Outlet manager"),
    Account("region", "region_head", "区域负责人", "Region head"),
    Account("group", "group_manager", "集团管理", "Group manager"),
    Account("finance", "finance", "财务", "Finance"),
    Account("finance2", "finance", "财务（关账）", "Finance, who closes"),
    Account("hr", "hr", "人事", "HR"),
    Account("marketing", "marketing", "市场", "Marketing"),
    Account("care", "care", "客服", "Customer care"),
    Account("stock", "stock", "库管", "Stock keeper"),
    Account("auditor", "auditor", "审计", "Auditor"),
    Account("admin", "administrator", "系统管理员", "Administrator"),
)


def open_team(by: Viewer, at: datetime, people_: Iterable[tuple[int, str]]) -> None:
    """Accounts of those who have none yet, under their staff numbers."""
    named = {number.lower(): person for person, number in people_}
    accounts.open_accounts(by=by, at=at, people=named, password=PASSWORD)


def open_accounts(by: Viewer, at: datetime) -> None:
    """Accounts of each role's first person now, of the second one for a role's second account."""
    holders: dict[str, int] = {}
    for account in ACCOUNTS:
        held = {"posts__role": account.role, "posts__until__isnull": True}
        rows = of(by).people().filter(**held).exclude(pk__in=holders.values())
        holders[account.username] = rows.order_by("number").values_list("id", flat=True)[0]
    accounts.open_accounts(by=by, at=at, people=holders, password=PASSWORD)
