"""Where a viewer can go: the side navigation by rights, and the frame's other values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cheji.actions.imports.kinds import IMPORTERS
from cheji.reads import messages, people, runs
from cheji.records.registers import PLURALS, REGISTERS
from cheji.records.visibility import Viewer
from cheji.web.templatetags.parts import Account, Place, layout_for
from cheji.web.viewers import viewer


@dataclass(frozen=True)
class Door:
    """An entry of the navigation: shown to whom one of the nouns or verbs opens it.

    `name` is the name of the address; `under` are beginnings of further names that light it up;
    `phone` means that it comes to the foot of a phone before others.
    """

    name: str
    label: Any
    icon: str
    group: Any = ""
    sees: tuple[str, ...] = ()
    can: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    phone: bool = False
    everybody: bool = False

    @cached_property
    def url(self) -> str:
        """Its address, which is the same for everybody; nothing where no screen has it."""
        return address(self.name, *self.args)

    def opens_to(self, who: Viewer) -> bool:
        return (
            self.everybody
            or any(who.sees(noun) for noun in self.sees)
            or any(who.can(verb) for verb in self.can)
        )


FIGURES, FLOOR, PAY, HOUSE = (
    _("Performance"),
    _("Sales floor"),
    _("Appraisal and pay"),
    _("House"),
)
FAMILIES = tuple(dict.fromkeys(register.family for register in REGISTERS.values()))
DOORS = (
    Door("cockpit", _("Cockpit"), "layout-dashboard", FIGURES, sees=("facts",), phone=True),
    Door("sheet", _("KPI sheet"), "report-analytics", FIGURES, sees=("facts",), args=("kpi",)),
    Door("sheet", _("Structure sheet"), "chart-pie", FIGURES, sees=("facts",), args=("structure",)),
    Door("targets", _("Targets"), "target-arrow", FIGURES, sees=("targets",)),
    Door("gap", _("Gap analysis"), "chart-bar", FIGURES, sees=("facts",)),
    Door("ranking", _("Ranking"), "trophy", FIGURES, sees=("facts",)),
    Door("coaching", _("Coaching"), "target", FIGURES, sees=("coaching",)),
    Door("benchmarks", _("Benchmarks"), "flag", FIGURES, sees=("facts",)),
    Door("enter", _("Quick entry"), "plus", FLOOR, can=("visits.write",), phone=True),
    Door("leads", _("Leads"), "message", FLOOR, sees=("leads",)),
    Door("visits", _("Visits"), "building-store", FLOOR, sees=("visits",)),
    Door("customers", _("Customers"), "users", FLOOR, sees=("customers",)),
    Door("prospects", _("Prospects"), "user-plus", FLOOR, sees=("prospects",), phone=True),
    Door("orders", _("Orders"), "clipboard-list", FLOOR, sees=("orders",), phone=True),
    Door("deliveries", _("Deliveries"), "steering-wheel", FLOOR, sees=("deliveries",)),
    Door("vehicles", _("Stock"), "car", FLOOR, sees=("vehicles",), phone=True),
    Door("spend", _("Advertising spend"), "cash", FLOOR, sees=("spend",)),
    Door("totals", _("Daily totals"), "table", FLOOR, sees=("totals",)),
    Door("registers", _("Registers"), "notes", FLOOR, sees=FAMILIES),
    Door(
        "cycles",
        _("Appraisal cycles"),
        "clipboard-list",
        PAY,
        sees=("audit",),
        can=("appraisals.run", "appraisals.apply"),
    ),
    Door("my-appraisal", _("My appraisal"), "clipboard-check", PAY, can=("appraisals.join",)),
    Door("my-team", _("My team"), "users-group", PAY, can=("appraisals.lead",)),
    Door("talks", _("Talks"), "message", PAY, can=("talks.write",)),
    Door(
        "violations",
        _("Violations"),
        "alert-triangle",
        PAY,
        can=("violations.report", "violations.decide"),
    ),
    Door("scores", _("Score cards"), "trophy", PAY, sees=("score_runs",)),
    Door("pay", _("Pay statements"), "receipt-yuan", PAY, sees=("pay_runs",), phone=True),
    Door("people", _("People"), "sitemap", HOUSE, everybody=True),
    Door(
        "imports",
        _("Imports"),
        "file-import",
        HOUSE,
        can=tuple(sorted({kind.right for kind in IMPORTERS.values()})),
    ),
    Door("definitions", _("KPI dictionary"), "notes", HOUSE, everybody=True),
    Door("audit", _("Audit"), "shield-check", HOUSE, sees=("audit",)),
)
#: Lists behind which one's own page stands: the kind of run, the page's name, its label.
OWN: dict[str, tuple[str, str, Any]] = {
    "scores": ("score", "score-card", _("My score card")),
    "pay": ("pay", "pay-statement", _("My pay statement")),
}
FOOT = 4
REGISTER_PAGES = frozenset({"registers", *PLURALS, *REGISTERS})
ROLES = {
    "consultant": pgettext_lazy("post", "Consultant"),
    "internet_sales": pgettext_lazy("post", "Internet sales"),
    "second_tier": pgettext_lazy("post", "Second-tier sales"),
    "aftersales": pgettext_lazy("post", "Aftersales adviser"),
    "team_lead": pgettext_lazy("post", "Team lead"),
    "outlet_manager": pgettext_lazy("post", "Outlet manager"),
    "region_head": pgettext_lazy("post", "Region head"),
    "group_manager": pgettext_lazy("post", "Group manager"),
    "finance": pgettext_lazy("post", "Finance"),
    "hr": pgettext_lazy("post", "HR"),
    "marketing": pgettext_lazy("post", "Marketing"),
    "care": pgettext_lazy("post", "Customer care"),
    "stock": pgettext_lazy("post", "Stock keeper"),
    "auditor": pgettext_lazy("post", "Auditor"),
    "administrator": pgettext_lazy("post", "Administrator"),
}


def places(request: HttpRequest) -> list[Place]:
    """The entries that this viewer may open, with the present one lit."""
    who = viewer(request)
    here = request.resolver_match
    kept = {} if who.roles <= {"consultant"} else runs.latest_own(who)
    found = []
    for door in DOORS:
        url = door.url if door.opens_to(who) else ""
        if url:
            active = bool(here) and _lit(door, here.url_name or "", here.kwargs)  # type: ignore[union-attr]
            found.append(
                Place(str(door.label), url, door.icon, active, str(door.group), door.phone)
            )
        if door.name in OWN:
            found += _own(request, who, door, kept)
    return _with_foot(found)


def _with_foot(found: list[Place]) -> list[Place]:
    """Four of them stand at the foot of a phone: those made for it first."""
    order = sorted(range(len(found)), key=lambda at: not found[at].phone)
    foot = set(order[:FOOT])
    return [replace(place, phone=at in foot) for at, place in enumerate(found)]


def _own(
    request: HttpRequest, who: Viewer, door: Door, kept: Mapping[str, tuple[int, str]]
) -> list[Place]:
    """Who does not come to his own kept page through the list has an entry of its own for it."""
    kind, name, label = OWN[door.name]
    if kind not in kept:
        return []
    month, outlet = kept[kind]
    url = f"{address(name, people.own_number(who), month)}?outlet={outlet}"
    active = request.get_full_path() == url
    return [Place(str(label), url, door.icon, active, str(door.group))]


def _lit(door: Door, name: str, given: dict[str, Any]) -> bool:
    if door.args:
        return name == door.name and door.args[0] in given.values()
    if door.name == "registers":
        return name.removesuffix("-deed").removeprefix("enter-") in REGISTER_PAGES
    singular = {"people": "person", "deliveries": "delivery"}.get(door.name, door.name[:-1])
    first = name.split("-", maxsplit=1)[0]
    return name == door.name or first in (door.name, singular)


def address(name: str, *args: object) -> str:
    """The address of that name, or nothing where no screen has it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def record_url(noun: str, record: int | None) -> str:
    """Where a record opens: the address named after its noun."""
    return address(noun, record) if record is not None else ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what base.html and its parts read on every page."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"request_id": getattr(request, "number", "")}
    who = viewer(request)
    return {
        "request_id": getattr(request, "number", ""),
        "layout": layout_for(request),
        "navigation": cache(lambda: places(request)),  # read at the side and at the foot
        "account": Account(who.name, post_text(who)),
        "search_url": address("search"),
        "notices": (address("inbox"), messages.unread(who)),
    }


def post_text(who: Viewer) -> str:
    """The posts of a viewer as one text."""
    return " · ".join(str(ROLES.get(role, role)) for role in sorted(who.roles))
