"""Orders: the list with totals, and one order with lines, shares, deliveries and what happened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from cheji.reads import orders as reads
from cheji.reads.asking import Asked, Page
from cheji.reads.fields import readable
from cheji.reads.orders import LineSeen, OrderDetail, OrderRow, ShareSeen
from cheji.records.visibility import Viewer
from cheji.web import custom, labels
from cheji.web.lists import Filter, Listed, Shown, choices, page_of, place_filters
from cheji.web.order_deeds import BOOK
from cheji.web.records import about, customer_cell, customer_url, entries, page_frame
from cheji.web.templatetags.figures import money, quantity
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.viewers import viewer
from cheji.web.wording import CHANNELS, TAGS


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """All orders in scope; units, revenue and gross of everything that fits stand below."""
    who = viewer(request)
    own = readable(who, "order")
    mine = who.can("orders.write")
    figures = who.sees("facts")
    return page_of(
        request,
        Listed(
            title=_("Orders"),
            find=reads.orders,
            shown=[*_columns(figures=figures), *custom.columns(own)],
            filters=[*place_filters(request, "person"), *_filters(), *custom.filters(own)],
            sort="-signed_on",
            href=lambda row: reverse("order", args=[row.id]),
            noted=_unpriced_note,
            totals={
                "units": "units",
                **({"revenue": "revenue", "gross": "gross"} if figures else {}),
            },
            presets=[
                (_("All"), {}),
                (_("Open"), {"state": "signed"}),
                (_("Past their promise"), {"late": "1"}),
                (_("Delivered"), {"state": "delivered"}),
                (_("Cancelled"), {"state": "cancelled"}),
                *_cost_preset(who, request),
            ],
            empty=Empty(
                _("No orders here"),
                _("Nothing fits the filters, or no order is signed yet."),
                reverse("enter-order") if mine else "",
                _("Sign an order") if mine else "",
                "clipboard-list",
            ),
            more={
                "buttons": [(reverse("enter-order"), "plus", _("Sign an order"))] if mine else [],
                "totals_label": _("Total"),
            },
        ),
    )


def _filters() -> list[Filter]:
    return [
        Filter("channel", _("Channel"), choices(CHANNELS)),
        Filter("since", _("Signed from")),
        Filter("until", _("Signed until")),
        Filter("state", _("State"), choices(labels.ORDER_STATES), hidden=True),
        Filter("late", _("Promise"), [("1", _("past its promise"))], hidden=True),
        Filter("cost", _("Cost"), [("unknown", _("not known"))], hidden=True),
        Filter("delivered", _("Delivered"), hidden=True),
        Filter("model", _("Model"), hidden=True),
        Filter("cancelled_since", _("Cancelled from"), hidden=True),
        Filter("cancelled_until", _("Cancelled until"), hidden=True),
    ]


def _unpriced_note(found: Page[OrderRow]) -> dict[str, str]:
    """What the sum of the gross leaves out, and why there is none."""
    if found.count > reads.MOST_SUMMED:
        text = _("over {count} orders: narrow the list for sums")
        return {"revenue": text.format(count=f"{reads.MOST_SUMMED:,}")}
    missing = found.total("unpriced") or 0
    text = ngettext("without {count} of unknown cost", "without {count} of unknown cost", missing)
    return {"gross": text.format(count=missing)} if missing else {}


def _cost_preset(who: Viewer, request: HttpRequest) -> list[tuple[str, dict[str, str]]]:
    """Orders whose gross waits for a cost, and how many they are, where there are any."""
    wanted = {"cost": "unknown"}
    missing = reads.count(who, Asked(filters=tuple(wanted.items())))
    if not missing and "cost" not in request.GET:
        return []
    return [(f"{_('Cost not known')} {missing:,}", wanted)]


def _columns(*, figures: bool) -> list[Shown[OrderRow]]:
    money = [
        Shown[OrderRow](Column("revenue", _("Revenue"), kind="money"), lambda row: row.revenue),
        Shown[OrderRow](
            Column("gross", _("Gross"), kind="money"),
            lambda row: gross_cell(row.gross, unpriced=row.unpriced),
        ),
    ]
    return [
        Shown(
            Column("customer", _("Customer")),
            lambda row: customer_cell(row.customer) if row.customer else Cell(row.number),
        ),
        Shown(
            Column("state", _("State"), kind="badge", sortable=True),
            lambda row: labels.badge(labels.ORDER_STATES, row.state),
        ),
        Shown(Column("model", _("Model")), lambda row: row.model or None),
        Shown(Column("units", _("Units"), kind="number"), lambda row: row.units),
        *(money if figures else []),
        Shown(
            Column("signed_on", _("Signed"), kind="date", sortable=True),
            lambda row: Cell(row.signed_on),
        ),
        Shown(
            Column("promised_on", _("Promised"), kind="date", sortable=True),
            lambda row: Cell(row.promised_on, state="bad" if row.late else ""),
        ),
        Shown(Column("shares", _("Consultant")), lambda row: shares_text(row.shares)),
        Shown(
            Column("channel", _("Channel"), phone=False),
            lambda row: str(CHANNELS.get(row.channel, row.channel)),
        ),
        Shown(Column("number", _("Order number"), sortable=True), lambda row: row.number),
        Shown(Column("outlet", _("Outlet")), lambda row: row.outlet.name, extra=True),
        Shown(
            Column("delivered", _("Delivered"), kind="number"),
            lambda row: row.delivered,
            extra=True,
        ),
    ]


def gross_cell(gross: int | None, *, unpriced: bool) -> Cell:
    """Fen; a cost that is not known leaves a dash with the reason."""
    if unpriced:
        return Cell(None, title=_("Cost not known"))
    return Cell(gross, state="bad" if (gross or 0) < 0 else "")


def shares_text(shares: tuple[ShareSeen, ...]) -> str:
    """Whose an order is: one name, or names with their parts."""
    if not shares:
        return _("Nobody yet")
    if len(shares) == 1:
        return shares[0].person.name
    return " · ".join(f"{one.person.name} {quantity(one.part * 100, 2)}%" for one in shares)


# -- one order ---------------------------------------------------------------------------------


@require_GET
def order(request: HttpRequest, record_id: int) -> HttpResponse:
    """One order: what was sold, whose it is, what is handed over."""
    who = viewer(request)
    found = reads.order(who, record_id)
    row = found.row
    context: dict[str, Any] = {
        **page_frame("orders", _("Orders"), "order-deed", _("The order")),
        "found": found,
        "row": row,
        "title": _("Order {number}").format(number=row.number),
        "state": labels.badge(labels.ORDER_STATES, row.state),
        "facts": [*_facts(found), *custom.shown(who, "order", record_id)],
        "deeds": BOOK.buttons(who, found),
        "customer_url": customer_url(row.customer),
        "lines": _lines(found) if who.sees("facts") else None,
        "deliveries": _deliveries(found),
        "timeline": entries(found.timeline, here=("order",)),
        "amending": _amending(who, found) if row.unpriced else "",
        "below": (found.excess or 0) < 0 and (row.state != "cancelled" or row.delivered > 0),
        "approving": _approving(who, found),
        "can_deliver": who.can("deliveries.write") and row.state == "signed",
    }
    return render(request, "records/order.html", context)


def _amending(who: Viewer, found: OrderDetail) -> str:
    """Where the viewer enters a cost that is missing; nothing where he may not."""
    slugs = [slug for slug, _deed in BOOK.buttons(who, found) if slug in ("amend", "correct")]
    return reverse("order-deed", args=[found.row.id, slugs[0]]) if slugs else ""


def _approving(who: Viewer, found: OrderDetail) -> str:
    """Where the viewer approves sales below the floor price; nothing where he may not."""
    where = f"{reverse('pay-exceptions')}?kind=below_floor&outlet={found.row.outlet.code}"
    return where if who.can("pay.decide") else ""


def _facts(found: OrderDetail) -> list[tuple[str, object, str]]:
    row = found.row
    kind = labels.DEPOSITS.get(row.deposit_kind, row.deposit_kind)
    deposit = f"{kind} {money(row.deposit)}" if row.deposit else ""
    above = "" if found.excess is None else money(found.excess)
    return about(
        (_("Customer"), row.customer.name if row.customer else "", ""),
        (_("Phone"), row.customer.phone if row.customer else "", ""),
        (_("Model"), row.model, ""),
        (_("Units"), _handed(row), ""),
        (_("Consultant"), shares_text(row.shares), ""),
        (_("Outlet"), row.outlet.name, ""),
        (_("Channel"), CHANNELS.get(row.channel, row.channel), ""),
        (_("Signed"), row.signed_on, ""),
        (_("Promised"), row.promised_on, "bad" if row.late else ""),
        (_("First payment"), deposit, ""),
        (pgettext("line", "Floor price"), money(found.floor) if found.floor else "", ""),
        (_("Above the floor price"), above, "bad" if (found.excess or 0) < 0 else ""),
        (_("Cancelled"), row.cancelled_on, ""),
        (pgettext("why", "Reason"), found.cancel_reason, ""),
        (_("Note"), found.note, ""),
    )


def _handed(row: OrderRow) -> str:
    if row.units == 1 and row.delivered in (0, 1):
        return "1"
    return _("{units}, {delivered} of them delivered").format(
        units=row.units, delivered=row.delivered
    )


def _lines(found: OrderDetail) -> Table:
    """What was sold: revenue, cost and gross, added up; no sum of what is not known."""
    rows = [_line(line) for line in found.lines]
    columns = zip(*[(one.revenue, one.cost, one.gross) for one in found.lines], strict=True)
    sums = [None if None in column else sum(column) for column in columns]
    return Table(
        columns=[
            Column("kind", _("Position")),
            Column("revenue", _("Revenue"), kind="money"),
            Column("cost", _("Cost"), kind="money"),
            Column("gross", _("Gross"), kind="money"),
        ],
        rows=rows,
        caption=_("What was sold"),
        totals=Row([Cell(_("Total"), kind="text"), *sums]) if rows else None,
        compact=True,
        free=True,
    )


def _line(line: LineSeen) -> Row:
    name = Cell(str(TAGS.get(line.kind, line.kind)), note=line.title)
    cost = Cell(line.cost, title=_("Cost not known") if line.unpriced else "")
    gross = gross_cell(line.gross, unpriced=line.unpriced)
    return Row([name, line.revenue, cost, gross])


def _deliveries(found: OrderDetail) -> Table | None:
    if not found.deliveries:
        return None
    rows = [
        Row(
            [
                Cell(one.vin or one.number),
                Cell(one.on),
                one.units,
                Cell(one.days),
                labels.badge({"void": _("Void")}, "void" if one.void else ""),
            ],
            href=reverse("delivery", args=[one.id]),
        )
        for one in found.deliveries
    ]
    return Table(
        columns=[
            Column("vin", _("Frame number")),
            Column("on", _("Delivered"), kind="date"),
            Column("units", _("Units"), kind="number"),
            Column("days", _("Days after the order"), kind="number"),
            Column("void", "", kind="badge"),
        ],
        rows=rows,
        caption=_("Deliveries"),
        compact=True,
        free=True,
    )


@require_http_methods(["GET", "POST"])
def order_deed(request: HttpRequest, record_id: int, slug: str) -> HttpResponse:
    """A form about one order."""
    return BOOK.view(request, record_id, slug)


urlpatterns = [
    path("orders", orders, name="orders"),
    path("orders/<int:record_id>", order, name="order"),
    path("orders/<int:record_id>/<slug:slug>", order_deed, name="order-deed"),
]
