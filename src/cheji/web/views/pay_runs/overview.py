"""What pay costs: a chart of the months, outlets or brands against cars and gross, budgets."""

from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cheji.actions.pay.accruals import RIGHT
from cheji.engine.periods import month_key, period_of, preceding
from cheji.engine.tallies import QUANTITY_SCALE
from cheji.reads.pay import batches, months
from cheji.reads.pay import overview as reads
from cheji.reads.pay.accruals import open_before
from cheji.reads.pay.overview import Budget, Cost, Overview
from cheji.records.visibility import Viewer
from cheji.web import runs
from cheji.web.asked import number
from cheji.web.pay_run_words import overseer, uncalculated_text
from cheji.web.templatetags import figures
from cheji.web.templatetags.cells import day_text
from cheji.web.templatetags.parts import Card, Cell, Chart, Column, Row, Series, Tab, Table
from cheji.web.views.pay_runs import ceilings
from cheji.web.views.pay_runs.accruals import OPEN
from cheji.web.wording import listed, month_text, named


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Of all outlets in reach, or of one; by outlet or by brand."""
    who, query = overseer(request), request.GET
    usual = preceding(period_of(who.on, "month")).key
    month = runs.checked_month(number(request, "period", usual))
    outlet, by = query.get("outlet", ""), query.get("by", "outlet")
    found = reads.overview(who, month, outlet)
    cost = found.months[-1][1]
    ended = month < month_key(who.on)
    brands = len(found.brands) > 1
    missing = months.uncalculated(who, months.MonthAsked(month, outlet=outlet))
    context = {
        "name": _("What pay costs"),
        "choice": runs.months(who.on, month),
        "month": month,
        "outlet": outlet,
        "outlets": [(one.code, one.name) for one in months.outlets_of(who)],
        "cards": _cards(found, cost, ended=ended),
        "chart": _chart(found),
        "tabs": _tabs(month, outlet, by) if brands else [],
        "table": _table(found, month, cost, by="brand" if brands and by == "brand" else "outlet"),
        "budgets": _budgets(found) if found.budgets else None,
        "uncalculated": uncalculated_text(*missing),
        "month_url": runs.address("pay-runs", period=month, outlet=outlet),
        **_accrual(who, month, outlet, cost),
        "over": ceilings.over_text(found.over),
        "ceilings_url": runs.address("pay-ceilings", period=month),
    }
    return render(request, "pay/runs/overview.html", context)


def _accrual(who: Viewer, month: int, outlet: str, cost: Cost) -> dict[str, Any]:
    """What of the month is not closed and can be estimated, and what is known of that already."""
    asked = months.MonthAsked(month, outlet=outlet)
    going = month <= month_key(who.on) and bool(months.steppable(who, asked, OPEN))
    return {
        "going": going,
        "cost": cost,
        "accrues": going and who.can(RIGHT),
        "earlier": _earlier(who, month, outlet) if going else "",
        "batch": batches.latest(who, month) if going else None,
        "books": runs.address("pay-vouchers", period=month, outlet=outlet, what="estimate"),
    }


def _earlier(who: Viewer, month: int, outlet: str) -> str:
    """Which month before is open, so that an estimate counts balances that it counts too."""
    before = open_before(who, month, outlet)
    text = _(
        "{month} is not closed: what it releases, carries on or takes back is in this estimate"
        " once more. Close it first."
    )
    return text.format(month=month_text(before)) if before else ""


def _cards(found: Overview, cost: Cost, *, ended: bool) -> list[Card]:
    """The month before is held only against one that has ended."""
    before = found.months[-2][1] if ended and len(found.months) > 1 else None
    earlier = sum(one.unpaid for _key, one in found.months)
    return [
        Card(_("Pay of the month"), _known(cost, cost.total), "money", direction="none",
             previous=_comparable(before, cost), pace=_estimated(cost)),
        *_ceiling_card(found, cost),
        Card(_("Closed and not paid out"), earlier, "money", pace=_("Of the months shown")),
        Card(_("Held"), cost.held if cost.runs else None, "money"),
        Card(_("Pay per car"), cost.per_unit, "money", direction="none"),
        Card(_("Pay of gross"), cost.of_gross, "percent", decimals=1, direction="none"),
    ]  # fmt: skip


def _part(cost: Cost) -> str:
    """The same of one outlet; the moment stands above."""
    if cost.accrued == cost.total:
        return _("Estimate")
    return _("{amount} of it estimated").format(amount=figures.money(cost.accrued))


def _ceiling_card(found: Overview, cost: Cost) -> list[Card]:
    """What may be paid, and what of it is left; nothing where an outlet has no ceiling."""
    fen = found.allowed_all
    if fen is None:
        return []
    left = fen - cost.total
    state = ("bad" if left < 0 else "good") if cost.known else ""
    told = _("Left of the ceiling") if left >= 0 else _("Over the ceiling")
    whole = _("Of {amount}").format(amount=figures.money(fen))
    return [Card(told, abs(left) if cost.known else None, "money", state=state, pace=whole)]


def _known(cost: Cost, fen: int) -> int | None:
    """An amount that runs or estimates say; without any it is not nothing, but not known."""
    return fen if cost.known else None


def _estimated(cost: Cost) -> str:
    """That a cost is estimated or a part of it, and of which moment; empty of what runs say."""
    if cost.as_of is None:
        return ""
    moment = day_text(cost.as_of)
    if cost.accrued == cost.total:
        return _("Estimate as of {moment}").format(moment=moment)
    text = _("{amount} of it estimated as of {moment}")
    return text.format(amount=figures.money(cost.accrued), moment=moment)


def _comparable(before: Cost | None, cost: Cost) -> int | None:
    """What the month before came to, where neither is short of outlets that sold."""
    if before is None or before.lacking or cost.lacking:
        return None
    return _known(before, before.total)


def _chart(found: Overview) -> Chart:
    costs = [cost for _key, cost in found.months]
    parts: list[tuple[str, Any, int]] = [
        (_("Paid out"), [cost.paid for cost in costs], 2),
        (_("Closed, not paid"), [cost.unpaid for cost in costs], 3),
        (_("Not closed"), [cost.going for cost in costs], 7),
        (_("Estimated"), [cost.accrued for cost in costs], 6),
    ]
    series = [
        Series(name, [Fraction(fen, reads.FEN) for fen in values], colour=colour)
        for name, values, colour in parts
    ]
    share = Series(
        _("Pay of gross"), [cost.of_gross for cost in costs], kind="percent", decimals=1,
        style="line", axis=1, colour=1,
    )  # fmt: skip
    categories = [month_text(key) for key, _cost in found.months]
    return Chart("pay-months", _("Pay by month, yuan"), categories, [*series, share], stacked=True)


def _tabs(month: int, outlet: str, by: str) -> list[Tab]:
    return [
        Tab(label, runs.address("pay-overview", period=month, outlet=outlet, by=code), by == code)
        for code, label in (("outlet", _("By outlet")), ("brand", _("By brand")))
    ]


def _table(found: Overview, month: int, whole: Cost, *, by: str) -> Table:
    columns = [
        Column("name", _("Outlet") if by == "outlet" else _("Brand")),
        Column("total", pgettext("pay", "Pay"), kind="money"),
        Column("unpaid", _("Closed, not paid"), kind="money"),
        Column("held", _("Held"), kind="money"),
        Column("units", _("Cars"), kind="quantity"),
        Column("per_unit", _("Pay per car"), kind="money"),
        Column("gross", _("Gross"), kind="money"),
        Column("of_gross", _("Pay of gross"), kind="percent", decimals=1),
    ]
    if found.ceilings and by == "outlet":
        columns += [
            Column("ceiling", _("Ceiling"), kind="money"),
            Column("left", pgettext("budget", "Left"), kind="money"),
        ]
    rows = [
        Row([Cell(place.name, href=_runs(place.code, month), note=place.code),
             *_cells(cost, runs.address("pay-accrual", period=month, outlet=place.code)),
             *_against(found, place.code, cost)])
        for place, _brand, cost in found.outlets
    ]  # fmt: skip
    if by == "brand":
        rows = [Row([Cell(brand or "—"), *_cells(cost)]) for brand, cost in found.brands]
    limit = found.allowed_all
    ends = [limit, _rest(whole, limit)] if found.ceilings and by == "outlet" else []
    totals = Row([Cell(_("Total")), *_cells(whole), *ends])
    return Table(columns, rows, caption=_("What pay costs"), totals=totals, phone="cards")


def _against(found: Overview, code: str, cost: Cost) -> list[object]:
    """The ceiling, and what is left of it; nothing where none has one."""
    if not found.ceilings:
        return []
    limit = found.allowed(code, cost)
    if limit is None:
        return [None, None]
    return [limit, _rest(cost, limit)]


def _rest(cost: Cost, limit: int | None) -> Cell | None:
    if limit is None or not cost.known:
        return None
    over = cost.total > limit
    return Cell(
        limit - cost.total,
        state="bad" if over else "",
        note=_("Over the ceiling") if over else "",
    )


def _runs(code: str, month: int) -> str:
    return runs.address("pay-runs", q=code, period=month)


def _cells(cost: Cost, people: str = "") -> list[object]:
    """An estimate says so, and leads to its people."""
    pay: object = _known(cost, cost.total)
    if cost.as_of:
        pay = Cell(cost.total, note=_part(cost), href=people)
    amounts = [fen if cost.runs else None for fen in (cost.unpaid, cost.held)]
    return [
        pay, *amounts, cost.units * QUANTITY_SCALE, cost.per_unit, cost.gross, cost.of_gross,
    ]  # fmt: skip


def _budgets(found: Overview) -> Table:
    columns = [
        Column("name", _("Component")),
        Column("limit", _("Budget"), kind="money"),
        Column("used", _("Used"), kind="money"),
        Column("left", pgettext("budget", "Left"), kind="money"),
        Column("share", _("Share used"), kind="meter"),
    ]
    rows = [
        Row(
            [
                named(one),
                one.limit,
                Cell(one.used, note=_budget_note(one)),
                _left(one) if one.whole else None,
                Fraction(one.used, one.limit) if one.limit and one.whole else None,
            ]
        )
        for one in found.budgets
    ]
    return Table(columns, rows, caption=_("Budgets"), phone="cards", free=True)


def _budget_note(one: Budget) -> str:
    estimated = _("{amount} of it estimated").format(amount=figures.money(one.accrued))
    whose = "" if one.whole else _("Of your outlets alone")
    return listed(filter(None, (whose, estimated if one.accrued else "")))


def _left(one: Budget) -> Cell:
    return Cell(one.limit - one.used, state="bad" if one.used > one.limit else "")


urlpatterns = [path("pay/overview", overview, name="pay-overview")]
