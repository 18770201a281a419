"""What a token of the API may be for: each scope, its words, and the right that it needs."""

from dataclasses import dataclass
from typing import Final

from .visibility import Viewer


@dataclass(frozen=True, slots=True)
class ScopeOfToken:
    """`sees` is a noun that a post must see, `does` a verb that one must allow; "" needs none."""

    code: str
    zh: str
    en: str
    sees: str = ""
    does: str = ""

    def fits(self, viewer: Viewer) -> bool:
        """Whether the viewer's posts have what the scope is about."""
        return (not self.sees or viewer.sees(self.sees)) and (
            not self.does or viewer.can(self.does)
        )


SCOPES: Final = {
    one.code: one
    for one in (
        ScopeOfToken("customers:read", "读取客户", "Read customers", "customers"),
        ScopeOfToken(
            "customers:write", "更改客户", "Change customers", "customers", "prospects.write"
        ),
        ScopeOfToken("prospects:read", "读取意向客户", "Read prospects", "prospects"),
        ScopeOfToken(
            "prospects:write", "录入意向客户", "Enter prospects", "prospects", "prospects.write"
        ),
        ScopeOfToken("orders:read", "读取订单", "Read orders", "orders"),
        ScopeOfToken("orders:write", "录入、更改订单", "Enter orders", "orders", "orders.amend"),
        ScopeOfToken("visits:read", "读取来店", "Read visits", "visits"),
        ScopeOfToken("visits:write", "录入来店", "Enter visits", "visits", "visits.write"),
        ScopeOfToken("registers:read", "读取台账", "Read registers"),
        ScopeOfToken("registers:write", "录入台账", "Enter into registers"),
        ScopeOfToken("kpis:read", "读取指标与报表", "Read KPIs and sheets", "facts"),
        ScopeOfToken("simulations:read", "读取提成试算", "Read simulations of pay", "pay_runs"),
        ScopeOfToken(
            "simulations:write",
            "发起提成试算",
            "Ask for simulations of pay",
            "pay_runs",
            "runs.make",
        ),
    )
}
