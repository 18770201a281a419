"""Quick entry: what is to be written down, and its form; made for a phone held in one hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from cheji.actions import deliveries, leads, orders, prospects, spend, vehicles, visits
from cheji.reads import orders as order_reads
from cheji.reads import prospects as card_reads
from cheji.reads import visits as visit_reads
from cheji.reads.asking import Asked
from cheji.reads.seen import CustomerSeen, Where
from cheji.records.registers import REGISTERS
from cheji.records.visibility import Viewer
from cheji.web import entry_forms as forms
from cheji.web.entering import outlet_given, outlet_links, say_saved, with_query
from cheji.web.entry_forms import EntryForm
from cheji.web.navigation import record_url
from cheji.web.viewers import now, viewer, viewer_at
from cheji.web.wording import chinese, named

OFFERED_ORDERS = 30


@dataclass(frozen=True)
class Start:
    """What an entry begins from: the outlet, a customer already known, and values to start with."""

    outlet: Where
    initial: dict[str, Any]
    customer: CustomerSeen | None = None
    more: dict[str, Any] | None = None


@dataclass(frozen=True)
class Entry:
    """One kind of entry. `act` writes it; `told` is the message with its {number}."""

    slug: str
    label: Any
    hint: Any
    icon: str
    right: str
    form: type[EntryForm]
    act: Callable[[Viewer, Any, dict[str, Any]], Any]
    noun: str
    told: Any
    submit: Any


# -- what is done ------------------------------------------------------------------------------


def _visit(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    return visits.receive(
        by=by, at=now(), outlet=form.outlet.id, on=given["on"], first=bool(given["first"]),
        purpose=given["purpose"], channel=given["channel"], person=form.seller(),
        model=given["model"], people=given["people"], note=given["note"],
        **form.customer_given(), **form.own_given(),
    )  # fmt: skip


def _prospect(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    return prospects.open_card(
        by=by, at=now(), outlet=form.outlet.id, on=given["on"], level=given["level"],
        channel=given["channel"], model=given["model"], owner=form.seller("owner"),
        note=given["note"],
        **form.customer_given(), **form.own_given(),
    )  # fmt: skip


def _order(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    who = form.seller()
    return orders.sign(
        by=by, at=now(), outlet=form.outlet.id, on=given["on"], lines=form.positions(),
        shares=((who, 10_000),) if who else (), channel=given["channel"], model=given["model"],
        units=given["units"], number=given["number"], promised_on=given["promised_on"],
        deposit=given["deposit"], deposit_kind=given["deposit_kind"], note=given["note"],
        **form.customer_given(), **form.own_given(),
    )  # fmt: skip


def _delivery(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    return deliveries.deliver(
        by=by, at=now(), order=form.order.id, on=given["on"], vin=given["vin"].strip().upper(),
        units=given.get("units") or 1, trade_in=given["trade_in"], note=given["note"],
    )  # fmt: skip


def _lead(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    given.pop("person", None)
    return leads.receive(
        by=by, at=now(), outlet=form.outlet.id, person=_lead_seller(by, form), **given
    )


def _lead_seller(by: Viewer, form: Any) -> int | None:
    """Who a lead is for; somebody of marketing is no seller himself."""
    chosen = form.seller()
    return None if chosen == by.person and not by.can("prospects.write") else chosen


def _vehicle(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    vin = given.pop("vin").strip().upper()
    return vehicles.stock(by=by, at=now(), outlet=form.outlet.id, vin=vin, **given)


def _spend(by: Viewer, form: Any, given: dict[str, Any]) -> object:
    return spend.enter(by=by, at=now(), outlet=form.outlet.id, **given)


ENTRIES = {
    one.slug: one
    for one in (
        Entry(
            "visit", gettext_lazy("Visit"), gettext_lazy("Somebody came, called or wrote"),
            "building-store", "visits.write", forms.VisitForm, _visit, "visit",
            gettext_lazy("Visit {number} is saved."), gettext_lazy("Save the visit"),
        ),
        Entry(
            "prospect", gettext_lazy("Prospect"), gettext_lazy("A customer wants to buy"),
            "user-plus", "prospects.write", forms.ProspectForm, _prospect, "prospect",
            gettext_lazy("Card {number} is opened."), gettext_lazy("Open the card"),
        ),
        Entry(
            "order", gettext_lazy("Order"), gettext_lazy("A contract with first money"),
            "clipboard-check", "orders.write", forms.OrderForm, _order, "order",
            gettext_lazy("Order {number} is signed."), gettext_lazy("Sign the order"),
        ),
        Entry(
            "delivery", gettext_lazy("Delivery"), gettext_lazy("A vehicle is handed over"),
            "steering-wheel", "deliveries.write", forms.DeliveryForm, _delivery, "delivery",
            gettext_lazy("Delivery {number} is saved."), gettext_lazy("Deliver"),
        ),
        Entry(
            "lead", gettext_lazy("Lead"), gettext_lazy("An enquiry from outside"),
            "message", "leads.write", forms.LeadForm, _lead, "lead",
            gettext_lazy("Lead {number} is saved."), gettext_lazy("Save the lead"),
        ),
        Entry(
            "vehicle", gettext_lazy("Vehicle"), gettext_lazy("Arrives in stock"),
            "car", "stock.write", forms.VehicleForm, _vehicle, "vehicle",
            gettext_lazy("The vehicle is in stock."), gettext_lazy("Take into stock"),
        ),
        Entry(
            "spend", gettext_lazy("Advertising spend"), gettext_lazy("By the date of the spend"),
            "cash", "spend.write", forms.SpendForm, _spend, "spend",
            gettext_lazy("Entry {number} is saved."), gettext_lazy("Save the spend"),
        ),
    )
}  # fmt: skip


# -- the screens -------------------------------------------------------------------------------


@require_GET
def chooser(request: HttpRequest) -> HttpResponse:
    """What can be entered by this viewer, as large buttons."""
    who = viewer(request)
    found = [(reverse(f"enter-{one.slug}"), one) for one in ENTRIES.values() if who.can(one.right)]
    registers = [
        (reverse(f"enter-{one.code}"), named(one), one.about_zh if chinese() else one.about_en, one)
        for one in REGISTERS.values()
        if who.can(one.right)
    ]
    context = {"entries": found, "registers": registers, "counts": who.can("totals.write")}
    return render(request, "entry/chooser.html", context)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of one kind; what it begins from stands in the address."""
    who = viewer(request)
    entry = ENTRIES[slug]
    who.must(entry.right)
    if slug == "delivery" and not request.GET.get("order"):
        return _choose_order(request, who)
    start = _start(request, who, slug)
    who = viewer_at(request, start.outlet.id)
    form = entry.form(
        request.POST or None, who=who, outlet=start.outlet, initial=start.initial,
        customer=start.customer, **(start.more or {}),
    )  # fmt: skip
    if request.method == "POST":
        done: Any = form.submit(lambda given: entry.act(who, form, given))
        if done:
            return _saved(request, entry, done)
    return render(request, "entry/form.html", _context(entry, form, start, who), status=form.status)


def _context(entry: Entry, form: EntryForm, start: Start, who: Viewer) -> dict[str, Any]:
    tied = start.customer is not None or bool(start.more)
    return {
        "form": form,
        "title": entry.label,
        "outlets": [] if tied else outlet_links(who, start.outlet),
        "outlet": start.outlet,
        "customer": start.customer,
        "order": (start.more or {}).get("order"),
        "submit": entry.submit,
        "back": reverse("enter"),
        "icon": entry.icon,
    }


def _saved(request: HttpRequest, entry: Entry, done: Any) -> HttpResponse:
    again = with_query(reverse(f"enter-{entry.slug}"), outlet=request.GET.get("outlet"))
    text = str(entry.told).format(number=getattr(done, "number", ""))
    steps = _next_steps(viewer(request), entry.slug, done.id)
    say_saved(request, text, record_url(entry.noun, done.id), again, steps)
    return redirect("enter")


def _next_steps(who: Viewer, slug: str, record: int) -> list[tuple[str, str]]:
    """What usually follows, with the customer carried over; a visit of nobody known has none."""
    if slug == "prospect" and who.can("orders.write"):
        return [(with_query(reverse("enter-order"), prospect=record), _("Sign an order"))]
    if slug != "visit":
        return []
    customer = visit_reads.visit(who, record).customer
    if customer is None or not customer.open:
        return []
    found = []
    if who.can("prospects.write"):
        found.append((with_query(reverse("enter-prospect"), visit=record), _("Open a card")))
    if who.can("orders.write"):
        to_order = with_query(reverse("enter-order"), customer=customer.id)
        found.append((to_order, _("Sign an order")))
    return found


def _start(request: HttpRequest, who: Viewer, slug: str) -> Start:
    """A delivery from its order; else from a customer, a visit, a card, or only the outlet."""
    for name, begin in (DELIVERED if slug == "delivery" else BEGINNINGS).items():
        given = request.GET.get(name, "")
        if given:
            if not given.isdecimal() or len(given) > 18:
                raise Http404
            return begin(who, int(given))
    return Start(outlet_given(request, who), {})


def _from_customer(who: Viewer, customer_id: int) -> Start:
    found = card_reads.customer(who, customer_id)
    initial = {"first": "" if found.timeline else "1", "channel": _way(found.row.channel)}
    return Start(found.row.outlet, initial, found.row.customer)


def _from_visit(who: Viewer, visit_id: int) -> Start:
    row = visit_reads.visit(who, visit_id)
    person = str(row.person.id) if row.person else ""
    channel = "off_site" if row.channel == "off_site" else "walk_in"
    initial = {"model": row.model, "owner": person, "on": row.on, "channel": channel}
    known = row.customer if row.customer and row.customer.open else None
    return Start(row.outlet, initial, known)


def _from_card(who: Viewer, card_id: int) -> Start:
    row = card_reads.prospect(who, card_id).row
    person = str(row.owner.id) if row.owner else ""
    initial = {"model": row.model, "person": person, "channel": row.channel}
    return Start(row.outlet, initial, row.customer)


def _from_order(who: Viewer, order_id: int) -> Start:
    row = order_reads.order(who, order_id).row
    return Start(row.outlet, {}, row.customer, {"order": row})


BEGINNINGS = {"customer": _from_customer, "visit": _from_visit, "prospect": _from_card}
DELIVERED = {"order": _from_order}


def _way(channel: str) -> str:
    return channel if channel in forms.WAYS else "walk_in"


def _choose_order(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Which open order is handed over."""
    search = request.GET.get("q", "")
    asked = Asked(search=search, filters=(("state", "signed"),), size=OFFERED_ORDERS)
    found = order_reads.orders(who, asked)
    context = {"rows": found.rows, "search": search, "count": found.count, "title": _("Delivery")}
    return render(request, "entry/choose_order.html", context)


urlpatterns = [path("enter", chooser, name="enter")] + [
    path(f"enter/{slug}", enter, {"slug": slug}, name=f"enter-{slug}") for slug in ENTRIES
]
