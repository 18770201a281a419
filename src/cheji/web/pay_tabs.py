"""The views of pay as tabs: which there are, and who comes to which."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cheji.records.rights import ONES_OWN
from cheji.records.visibility import Viewer
from cheji.web.navigation import address
from cheji.web.templatetags.parts import Tab


@dataclass(frozen=True)
class View:
    """A view of pay, by the name of its address; `under` are beginnings of names behind it.

    `own`: one's own pay leads there too, and with `alone` only who sees no other pay; otherwise
    only who sees the pay of others comes there, and with `can` only who may do one of these or
    audits: the auditor reads everything.
    """

    name: str
    label: Any
    under: tuple[str, ...] = ()
    own: bool = False
    alone: bool = False
    can: tuple[str, ...] = ()

    def opens_to(self, who: Viewer) -> bool:
        if self.alone and sees_others(who):
            return False
        if self.own:
            return who.sees("pay_runs") or who.can("pay.join")
        return sees_others(who) and (not self.can or _acts_or_audits(who, self.can))


SETTLING = ("pay.settle", "pay.approve")
VIEWS = (
    View("pay", _("Statements"), ("pay-statement", "pay-reason"), own=True, alone=True),
    View("pay-what-if", _("One more car"), own=True, alone=True),
    View(
        "pay-runs",
        pgettext_lazy("pay", "Month"),
        ("pay-run", "pay-statement", "pay-reason", "pay-what-if"),
    ),
    View("pay-exceptions", pgettext_lazy("pay", "Exceptions"), ("pay-exception",)),
    View("pay-cases", _("Disputes and appeals"), ("pay-case", "pay-dispute"), own=True),
    View("pay-typed", _("Typed lines and splits"), ("pay-typed", "pay-split")),
    View("pay-settlements", _("Settlements"), ("pay-settlement",), can=SETTLING),
    View("pay-vouchers", _("Vouchers"), ("pay-voucher", "pay-accounts")),
    View("pay-overview", pgettext_lazy("pay", "Overview"), ("pay-accrual", "pay-ceilings")),
    View("pay-plans", _("Pay plans"), ("pay-plan",)),
    View("pay_simulations", _("Simulations"), ("pay-simulation",)),
)
KEPT = ("outlet", "period")


def sees_others(who: Viewer) -> bool:
    """Whether a post shows the viewer the pay of others; a consultant sees his own alone."""
    return who.operator or who.only(*(who.roles - {*ONES_OWN})).sees("pay_runs")


def _acts_or_audits(who: Viewer, verbs: tuple[str, ...]) -> bool:
    return who.sees("audit") or any(who.can(verb) for verb in verbs)


def settlements_open_to(who: Viewer) -> bool:
    """Whether one who oversees pay reads settlement sheets."""
    return _acts_or_audits(who, SETTLING)


def pay_tabs(request: HttpRequest, who: Viewer, here: str = "") -> list[Tab]:
    """The views that are there for the viewer; nothing where there is only one.

    Lit is the one that the page's address lies behind, unless `here` names it.
    """
    here = here or (request.resolver_match and request.resolver_match.url_name) or ""
    query = urlencode({name: request.GET[name] for name in KEPT if request.GET.get(name)})
    tabs = []
    for view in VIEWS:
        url = address(view.name)
        if url and view.opens_to(who):
            lit = here == view.name or any(here.startswith(name) for name in view.under)
            tabs.append(Tab(str(view.label), f"{url}?{query}" if query else url, lit))
    return tabs if len(tabs) > 1 else []
