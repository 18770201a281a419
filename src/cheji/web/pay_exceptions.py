"""待决事项 in words and tables: what is wrong with which car, and what each decision needs."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from cheji.reads.pay import ExceptionSeen
from cheji.reads.pay.exception_lists import FloorWanted
from cheji.reads.pay.exception_sales import SaleSeen
from cheji.reads.seen import Where
from cheji.web import runs
from cheji.web.navigation import record_url
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.figures import money
from cheji.web.templatetags.parts import Cell, Column, Empty, Row, Table
from cheji.web.wording import TAGS, chinese, listed, month_text

#: What is wrong, what mends it, and what "accept" means of it.
KINDS: Final[dict[str, tuple[Any, Any]]] = {
    "missing_cost": (
        gettext_lazy("The cost is not known"),
        gettext_lazy("Enter the cost of the order; what needs it is paid then."),
    ),
    "missing_floor": (
        gettext_lazy("There is no floor price"),
        gettext_lazy("Enter the floor price of the model; shares of the excess are paid then."),
    ),
    "below_floor": (
        gettext_lazy("Sold below the floor price"),
        gettext_lazy("Approve the sale here, or correct the order or the floor price."),
    ),
    "unknown_model": (
        gettext_lazy("The model is not known"),
        gettext_lazy("Correct the model of the order, or add it to the models."),
    ),
    "negative_price": (
        gettext_lazy("The price is zero or less"),
        gettext_lazy("Correct the price of the order; of a car that is given away say so here."),
    ),
    "no_post": (
        gettext_lazy("Nobody in post sold it"),
        gettext_lazy("Give the person a post on that day, or share the order out anew."),
    ),
    "no_plan": (
        gettext_lazy("No pay plan is for it"),
        gettext_lazy("Publish a pay plan for the post, or decide here."),
    ),
    "no_score": (
        gettext_lazy("There is no score"),
        gettext_lazy("Publish the score of the month; without one the coefficient is 1."),
    ),
}
HOWS: Final[dict[str, Any]] = {
    "accept": pgettext_lazy("exception", "Right as it stands"),
    "leave_out": pgettext_lazy("exception", "Leave out for now"),
}
STATES: Final[dict[str, Any]] = {
    "open": pgettext_lazy("exception", "Open"),
    "decided": pgettext_lazy("exception", "Decided"),
}


def exception_table(
    found: Sequence[ExceptionSeen], *, state: str, ticked: Collection[str] | None, empty: Empty
) -> Table:
    """One row for each; `ticked` are the keys of the chosen ones, None where none may be chosen."""
    below = any(one.kind == "below_floor" for one in found)
    decided = state != "open"
    return Table(
        columns=_columns(below=below, decided=decided),
        rows=[_row(one, below=below, decided=decided, ticked=ticked) for one in found],
        caption=_("Exceptions"),
        phone="cards",
        free=True,
        select=ticked is not None,
        empty=empty,
    )


def nothing_waits(uncalculated: str, url: str) -> Empty:
    """That there are none; `uncalculated` says of what nobody knows, `url` is where it is mended.

    Only what was calculated was looked through.
    """
    text = _("Calculating a run looks at every record again and lists here what is not right.")
    if uncalculated:
        return Empty(uncalculated, text, url, _("Pay of the month"), icon="receipt-yuan")
    return Empty(_("Nothing waits"), text, icon="circle-check")


def _columns(*, below: bool, decided: bool) -> list[Column]:
    return [
        Column("kind", pgettext("exception", "What is wrong")),
        Column("record", _("Record")),
        Column("model", _("Model")),
        Column("price", pgettext("line", "Price less discount"), kind="money"),
        *([Column("floor", pgettext("line", "Floor price"), kind="money"),
           Column("short", pgettext("exception", "Short of it"), kind="money")] if below else []),
        Column("person", _("Person")),
        Column("on", pgettext("exception", "Delivered"), kind="date"),
        Column("outlet", _("Outlet")),
        Column("plan", _("Pay plan")),
        *([Column("how", _("Decision"))] if decided else []),
    ]  # fmt: skip


def _row(one: ExceptionSeen, *, below: bool, decided: bool, ticked: Collection[str] | None) -> Row:
    url, key, sale = reverse("pay-exception", args=[one.id]), f"{one.id}:{one.version}", one.sale
    short = sale.excess if sale and (sale.excess or 0) < 0 else None
    how = Cell(str(HOWS.get(one.how, "")) or None, title=one.decision, note=one.decided_by)
    cells = [
        Cell(str(KINDS[one.kind][0]), href=url, title=str(KINDS[one.kind][1]), note=wrong(one)),
        record_cell(one),
        (sale.model if sale else "") or None,
        Cell(sale.price if sale else None, state="bad" if one.kind == "negative_price" else ""),
        *(
            (sale.floor if sale else None, Cell(short, state="bad" if short else ""))
            if below
            else ()
        ),
        one.person.name if one.person else None,
        sale.on if sale else None,
        Cell(one.outlet.name, note=month_text(one.period)),
        plan_name(one),
        *((how,) if decided else ()),
    ]
    return Row(cells, href=url, key=key, ticked=key in (ticked or ()))


def plan_name(one: ExceptionSeen) -> str:
    """What the pay plan whose run it stands in the way of is called."""
    return one.called[not chinese()]


def record_cell(one: ExceptionSeen) -> Cell:
    """The order with its vehicle, or whatever else it is about, with the address."""
    if one.sale:
        return Cell(
            one.sale.order.text, href=record_url("order", one.sale.order.id), note=one.sale.vin
        )
    if one.source.noun == "person" and one.source.id:
        return Cell(one.source.text, href=reverse("person", args=[one.source.text]))
    href = record_url(one.source.noun, one.source.id) if one.source.id else ""
    return Cell(one.source.text or "—", href=href)


def wrong(one: ExceptionSeen) -> str:
    """The very value that is not right; nothing where the kind alone says it."""
    sale = one.sale
    if sale is None:
        return ""
    if one.kind == "missing_cost":
        return " · ".join(filter(None, (_unpriced(sale), unpaid_text(one))))
    if one.kind == "missing_floor":
        return unpaid_text(one)
    if one.kind == "unknown_model":
        return "" if sale.model else _("the order names no model")
    return ""


def _unpriced(sale: SaleSeen) -> str:
    return listed(str(TAGS.get(kind, kind)) for kind in sale.unpriced)


def unpaid_text(one: ExceptionSeen) -> str:
    """Which components pay nothing of it until what is missing is known."""
    if not one.unpaid:
        return ""
    names = listed(name[not chinese()] for name in one.unpaid)
    return _("not paid until then: {components}").format(components=names)


def sale_terms(one: ExceptionSeen) -> list[tuple[str, str]]:
    """The sale as pairs of label and text, as far as it is known."""
    sale = one.sale
    if sale is None:
        return []
    waits = listed(name[not chinese()] for name in one.unpaid)
    terms = [*_terms(sale), (_("Not paid until it is known"), waits)]
    return [(label, text) for label, text in terms if text]


def _terms(sale: SaleSeen) -> list[tuple[str, str]]:
    amounts = [
        (pgettext("line", "Price less discount"), sale.price),
        (pgettext("line", "Floor price"), sale.floor),
        (_("Above the floor price"), sale.excess),
    ]
    return [
        (_("Model"), sale.model),
        (_("Frame number"), sale.vin),
        (_("Signed"), day_text(sale.signed)),
        (pgettext("exception", "Delivered"), day_text(sale.on) if sale.on else ""),
        *((label, "" if fen is None else str(money(fen))) for label, fen in amounts),
        (_("Cost not known"), _unpriced(sale)),
    ]


# -- floor prices that are missing -------------------------------------------------------------


def floor_table(
    found: Sequence[FloorWanted], period: str, *, enter: bool, ticked: Collection[str] | None
) -> Table:
    """One row for each model of an outlet, with the way to enter its floor price."""
    return Table(
        columns=[
            Column("model", _("Model")),
            Column("cars", _("Cars"), kind="told"),
            Column("since", _("First signed"), kind="date"),
            Column("outlet", _("Outlet")),
            Column("enter", _("How to mend it")),
        ],
        rows=[_floor_row(one, period, enter=enter, ticked=ticked or ()) for one in found],
        caption=str(KINDS["missing_floor"][0]),
        phone="cards",
        free=True,
        select=ticked is not None,
    )


def _floor_row(one: FloorWanted, period: str, *, enter: bool, ticked: Collection[str]) -> Row:
    key = " ".join(f"{number}:{version}" for number, version in one.keys)
    where = {"outlet": one.outlet.code, "model": one.model}
    cars = runs.address("pay-exceptions", kind="missing_floor", period=period, **where)
    form, count = _form(one.outlet, one.model, one.since), len(one.keys)
    return Row(
        [
            one.model,
            Cell(ngettext("{count} car", "{count} cars", count).format(count=count), href=cars),
            one.since,
            Cell(one.outlet.name, note=one.outlet.code),
            Cell(_("Enter the floor price"), href=form if enter else ""),
        ],
        key=key,
        ticked=key in ticked,
    )


def floor_url(one: ExceptionSeen) -> str:
    """The form of the floor price that an exception waits for; nothing where it waits for none."""
    if one.kind != "missing_floor" or one.sale is None:
        return ""
    return _form(one.outlet, one.sale.model, one.sale.signed)


def _form(outlet: Where, model: str, since: date) -> str:
    return runs.address(
        "enter-floor_price", outlet=outlet.code, model=model, since=since.isoformat()
    )
